"""boards: what else a source says of an entry, editions, and which data may not be used commercially."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BEFORE = "uq_entry_source_raw_name_raw_organization_raw_license"
TEXTS = ["source", "raw_name", "raw_organization", "raw_license"]


def upgrade() -> None:
    with op.batch_alter_table("series") as batch_op:
        batch_op.add_column(sa.Column("commercial", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("edition", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("series") as batch_op:
        batch_op.alter_column("edition", server_default=None)
    with op.batch_alter_table("entry") as batch_op:
        batch_op.add_column(sa.Column("raw_detail", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("entry") as batch_op:
        batch_op.alter_column("raw_detail", server_default=None)
        batch_op.drop_constraint(BEFORE, type_="unique")
        batch_op.create_unique_constraint("uq_entry_texts", [*TEXTS, "raw_detail"])


def downgrade() -> None:
    with op.batch_alter_table("entry") as batch_op:
        batch_op.drop_constraint("uq_entry_texts", type_="unique")
        batch_op.drop_column("raw_detail")
        batch_op.create_unique_constraint(BEFORE, TEXTS)
    with op.batch_alter_table("series") as batch_op:
        batch_op.drop_column("edition")
        batch_op.drop_column("commercial")
