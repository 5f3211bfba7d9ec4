"""Runs the migrations on SQLite and PostgreSQL alike: one history, batch mode."""

from alembic import context
from sqlalchemy import create_engine

from app.models import circle, outbox, people, record, silence, walks, work  # noqa: F401  # autogenerate must see every table
from app.models.base import Table
from app.settings import Settings
from app.vault import Sealed


def render(kind, item, _context):
    """Keep the app's own column types out of the migrations: they import nothing from `app`."""
    if kind == "type" and isinstance(item, Sealed):
        return "sa.LargeBinary()"
    if kind == "type" and type(item).__name__ == "UTCDateTime":
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(item).__name__ == "AutoString":
        return "sa.String()"
    return False


def run(connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with create_engine(settings.database).begin() as connection:
        run(connection)
