"""Engines and sessions: one transaction per unit of work, one writer on SQLite."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, event, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, col

from app.errors import Busy, Conflict
from app.ledger import NOTED, Ledger
from app.live import Live
from app.models.record import LedgerPlace
from app.vault import Vault

WRITER_WAIT_S = 2
READERS = 12
ERASED = "erased"
UNIQUE_VIOLATION = "23505"  # PostgreSQL's SQLSTATE


@dataclass(frozen=True, slots=True)
class Database:
    """The two doors to one database, the bell that is rung after a commit, and how many may write at once."""

    writer: Engine
    reader: Engine
    live: Live
    writers: int
    ledger: Ledger

    @contextmanager
    def read(self) -> Generator[Session]:
        """Open a session that cannot write."""
        with Session(self.reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Generator[Session]:
        """Open one transaction; `Busy` when the writer is not free within two seconds.

        Flows put the ids of residents whose stream has something new into `session.info["changed"]`, and say with
        `session.info["erased"]` that no byte of somebody may stay. What `ledger.note` was told is in the ledger
        before the commit.
        """
        try:
            with Session(self.writer, expire_on_commit=False) as session, session.begin():
                yield session
                self._note_ended(session)
        except PoolTimeout as error:
            raise Busy from error
        except OperationalError as error:
            if _is_locked(error):
                raise Busy from error
            raise
        except IntegrityError as error:
            if _is_taken(error):  # somebody did the same at the same moment, and was first
                raise Conflict("in-progress") from error
            raise
        changed: set[UUID] | None = session.info.get("changed")
        if changed:
            self.live.ring(changed)
        if session.info.get(ERASED):
            self.empty_log()

    def _note_ended(self, session: Session) -> None:
        ended = session.info.get(NOTED)
        if ended:
            session.flush()  # whatever fails, fails before it is in the ledger
            last = self.ledger.append(ended)
            place = update(LedgerPlace).where(col(LedgerPlace.id) == 1, col(LedgerPlace.lines) < last)
            if session.exec(place.values(lines=last)).rowcount == 0 and session.get(LedgerPlace, 1) is None:
                session.add(LedgerPlace(lines=last))

    def empty_log(self) -> bool:
        """Truncate SQLite's write-ahead log, which still holds what was erased; False while a reader is in the way."""
        if self.writer.dialect.name != "sqlite":
            return True
        try:
            with closing(self.writer.raw_connection()) as connection:
                is_busy, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except (PoolTimeout, sqlite3.OperationalError):
            return False
        return not is_busy

    def close(self) -> None:
        """Give every connection back."""
        self.reader.dispose()
        self.writer.dispose()


def connect(url: str, vault: Vault, ledger: Ledger) -> Database:
    """Make the engines for an address; nothing is read or written yet."""
    is_sqlite = url.startswith("sqlite")
    if is_sqlite:
        writer, reader = _sqlite(url, size=1, read_only=False), _sqlite(url, size=READERS, read_only=True)
    else:
        writer = create_engine(
            url,
            hide_parameters=True,  # an error text must not quote a value
            pool_size=READERS,
            max_overflow=0,
            pool_timeout=WRITER_WAIT_S,
            pool_pre_ping=True,
        )
        reader = writer.execution_options(postgresql_readonly=True)
    for engine in (writer, reader):
        engine.dialect.teken_vault = vault  # ty: ignore[missing-attribute]  # read back in vault.vault_of
    return Database(writer=writer, reader=reader, live=Live(), writers=1 if is_sqlite else READERS, ledger=ledger)


def _sqlite(url: str, *, size: int, read_only: bool) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,  # an error text must not quote a value
        pool_size=size,
        max_overflow=0,
        pool_timeout=WRITER_WAIT_S,
        connect_args={"timeout": WRITER_WAIT_S, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401  # SQLAlchemy's own shape
        connection.isolation_level = None  # we say BEGIN ourselves, below
        pragmas = ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"]
        for pragma in [*pragmas, "query_only = ON"] if read_only else pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads and then writes fails with "database is locked" in spite of any
        # timeout; the writer therefore takes its lock at once.
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _is_taken(error: IntegrityError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None) or getattr(error.orig, "sqlstate", None)
    return code in {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, UNIQUE_VIOLATION}


def _is_locked(error: OperationalError) -> bool:
    return isinstance(error.orig, sqlite3.OperationalError) and "locked" in str(error.orig)
