"""Engines that outlive their service: a new one compiles every statement anew, a quarter of what the tests cost."""

import sqlite3
from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlmodel import Session

from app.db import Database
from app.vault import vault_of


class Pair:
    """The engines of a writer and a reader, of one service at a time; `url` is where they lead now."""

    def __init__(self, made: Database, url: URL) -> None:
        self.writer, self.reader, self.url = made.writer, made.reader, url
        self.holder: Lent | None = None
        if _is_file(url):
            for engine in (self.writer, self.reader):
                event.listen(engine, "do_connect", self._lead)

    def _lead(self, _dialect: Any, _record: Any, where: list[Any], _how: dict[str, Any]) -> sqlite3.Connection | None:
        where[:] = [self.url.database]
        return None

    def rest(self) -> None:
        """Close the connections to a file; those to a server are good for whoever is next, if nobody is in one."""
        if _is_file(self.url) or self.writer.pool.checkedout():  # ty: ignore[missing-attribute]  # a QueuePool
            self.writer.dispose()
            self.reader.dispose()

    def to(self, url: URL, made: Database) -> None:
        self.url = url
        for mine, new in ((self.writer, made.writer), (self.reader, made.reader)):
            mine.dialect.teken_vault = vault_of(new.dialect)  # ty: ignore[missing-attribute]  # as `db.connect` does


_free: dict[str, list[Pair]] = defaultdict(list)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lent(Database):
    """A database behind engines that others had before; closed, it gives them on, and is of no more use itself."""

    pair: Pair

    @contextmanager
    def read(self) -> Generator[Session]:
        """Open a session that cannot write, as long as the engines are this service's."""
        assert self.pair.holder is self, "this service was closed"
        with Database.read(self) as session:
            yield session

    @contextmanager
    def write(self) -> Generator[Session]:
        """Open one transaction, as long as the engines are this service's."""
        assert self.pair.holder is self, "this service was closed"
        with Database.write(self) as session:
            yield session

    def close(self) -> None:
        """Give the engines to whoever is next."""
        if self.pair.holder is self:
            self.pair.rest()
            self.pair.holder = None
            _free[_kind(self.pair.url)].append(self.pair)


def _kind(url: URL) -> str:
    """Return what a pair can serve: any file, but only one database of a server."""
    return "a file" if _is_file(url) else url.render_as_string(hide_password=False)


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def lent(made: Database) -> Lent:
    """Return a database that was just made, behind engines that are free; behind its own where none are."""
    url = made.writer.url
    free = _free[_kind(url)]
    pair = free.pop() if free else Pair(made, url)
    pair.to(url, made)
    given = Lent(
        writer=pair.writer, reader=pair.reader, live=made.live, writers=made.writers, ledger=made.ledger, pair=pair
    )
    pair.holder = given
    return given


def leave(url: str) -> None:
    """Leave a database that is about to be dropped."""
    for pair in _free.pop(_kind(make_url(url)), []):
        pair.writer.dispose()
