"""Looks at what a server process left behind: its files, its rows, and its columns as it can read them itself."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, select
from sqlmodel import col

from app.models.base import Table
from app.models.walks import DiscRow
from app.vault import Vault
from tests.house import DATA_KEYS
from tests.server import Server


def database_of(server: Server) -> Path:
    """Return the file of the embedded database."""
    return server.folder / "data" / "teken.db"


def counts(server: Server) -> dict[str, int]:
    """Return the number of rows of every table."""
    with closing(sqlite3.connect(f"file:{database_of(server)}?mode=ro", uri=True)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        names = [name for (name,) in found.fetchall()]
        # The names are the database's own.
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def files(server: Server) -> set[str]:
    """Return every file in the data and the temporary folder."""
    return {str(path) for name in ("data", "tmp") for path in (server.folder / name).rglob("*")}


def everything_in(folder: Path) -> bytes:
    """Return the bytes of every file: database, write-ahead log, keys, outputs, temporary files."""
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def opened_columns(server: Server) -> bytes:
    """Return every value of the database as the running service itself can read it.

    All but the centres of discs, drawn at random: in so many digits they begin like one point in some hundred walks.
    """
    engine = create_engine(f"sqlite:///{database_of(server)}")
    engine.dialect.teken_vault = Vault(DATA_KEYS)  # ty: ignore[missing-attribute]  # as `db.connect` does
    with engine.connect() as connection:
        rows = [row for table in Table.metadata.sorted_tables for row in connection.execute(select(table))]
        discs = connection.execute(select(col(DiscRow.disc))).scalars().all()
    engine.dispose()
    opened = repr(rows)
    for disc in discs:
        opened = opened.replace(repr(disc["lat"]), "").replace(repr(disc["lon"]), "")
    return opened.encode()
