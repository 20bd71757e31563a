"""How Alembic reaches the database: through the connection of the program that calls it."""

from alembic import context

from topspot.settings import load_settings
from topspot.store import migrate, tables
from topspot.store.engine import create_engine


def render_plainly(kind, thing, _autogenerate):
    """Write our column types as SQLAlchemy's own: a migration must not change when our code does."""
    if kind == "type" and isinstance(thing, tables.Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(thing).__name__ == "AutoString":
        return "sa.String()"
    return False


def run(connection):
    """Run the migrations in one transaction, on SQLite too: one that is cut leaves nothing behind."""
    context.configure(
        connection=connection,
        target_metadata=tables.Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        render_item=render_plainly,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:  # `alembic revision --autogenerate` and `alembic check` of a developer
    with migrate.transaction(create_engine(load_settings().url)) as opened:
        run(opened)
