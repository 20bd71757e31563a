"""registry: models with their dated facts, and what an entry says beside its developer."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model",
        sa.Column("developer", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=True),
        sa.Column("base_model", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["developer"], ["developer.key"], name="fk_model_developer_developer"),
        sa.PrimaryKeyConstraint("developer", "key", name="pk_model"),
    )
    op.create_table(
        "model_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("developer", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["developer", "model"], ["model.developer", "model.key"], name="fk_model_fact_developer_model_model"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_model_fact"),
    )
    op.create_index("ix_model_fact_developer_model_kind", "model_fact", ["developer", "model", "kind"])
    with op.batch_alter_table("registry_revision") as batch_op:
        batch_op.add_column(sa.Column("changed", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("registry_revision") as batch_op:
        batch_op.alter_column("changed", server_default=None)
    with op.batch_alter_table("resolution") as batch_op:
        batch_op.add_column(sa.Column("variant", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("model_basis", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("license_open", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("part_kind", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("part_name", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("resolution") as batch_op:
        for column in ("part_name", "part_kind", "license_open", "model_basis", "variant"):
            batch_op.drop_column(column)
    with op.batch_alter_table("registry_revision") as batch_op:
        batch_op.drop_column("changed")
    op.drop_index("ix_model_fact_developer_model_kind", "model_fact")
    op.drop_table("model_fact")
    op.drop_table("model")
