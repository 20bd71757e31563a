"""history: series and their trust, the order of a date's publications, corrections."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

HASHED = "uq_snapshot_series_board_category_published_on_content_hash"
SEEN = "uq_snapshot_publication"


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("board", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("license", sa.String(), nullable=False),
        sa.Column("credit", sa.String(), nullable=False),
        sa.Column("trust", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board"], ["board.key"], name=op.f("fk_series_board_board")),
        sa.PrimaryKeyConstraint("key", "board", name=op.f("pk_series")),
    )
    op.execute(
        "INSERT INTO series (key, board, source, license, credit, trust) "
        "SELECT source, key, source, license, credit, 0 FROM board"
    )
    with op.batch_alter_table("board") as batch_op:
        for column in ("source", "license", "credit"):
            batch_op.drop_column(column)
    op.create_table(
        "part",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("url", "published_on", name=op.f("pk_part")),
    )
    with op.batch_alter_table("visit") as batch_op:
        batch_op.add_column(sa.Column("board", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("published_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("partial", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("visit") as batch_op:
        batch_op.alter_column("partial", server_default=None)
    with op.batch_alter_table("snapshot") as batch_op:
        batch_op.add_column(sa.Column("line", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("why", sa.String(), nullable=True))
    with op.batch_alter_table("snapshot") as batch_op:
        batch_op.alter_column("line", server_default=None)
        batch_op.drop_constraint(HASHED, type_="unique")
        batch_op.create_unique_constraint(
            SEEN, ["series", "board", "category", "published_on", "content_hash", "observed_at", "line"]
        )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_snapshot_id"), "decision", ["snapshot_id"], unique=False)
    with op.batch_alter_table("event") as batch_op:
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("delivery") as batch_op:
        batch_op.add_column(sa.Column("remote_channel", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("delivery") as batch_op:
        batch_op.drop_column("remote_channel")
    with op.batch_alter_table("event") as batch_op:
        batch_op.drop_column("withdrawn_at")
    op.drop_table("decision")
    with op.batch_alter_table("snapshot") as batch_op:
        batch_op.drop_constraint(SEEN, type_="unique")
        batch_op.create_unique_constraint(HASHED, ["series", "board", "category", "published_on", "content_hash"])
        batch_op.drop_column("why")
        batch_op.drop_column("line")
    with op.batch_alter_table("visit") as batch_op:
        batch_op.drop_column("partial")
        batch_op.drop_column("published_on")
        batch_op.drop_column("board")
    op.drop_table("part")
    for column in ("source", "license", "credit"):
        op.add_column("board", sa.Column(column, sa.String(), nullable=False, server_default=""))
    # a board had one source: of several it takes the most trusted
    op.execute(
        "UPDATE board SET (source, license, credit) = (SELECT series.source, series.license, series.credit "
        "FROM series WHERE series.board = board.key ORDER BY series.trust, series.key LIMIT 1) "
        "WHERE EXISTS (SELECT 1 FROM series WHERE series.board = board.key)"
    )
    with op.batch_alter_table("board") as batch_op:
        for column in ("source", "license", "credit"):
            batch_op.alter_column(column, server_default=None)
    op.drop_table("series")
