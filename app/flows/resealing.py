"""Seals columns anew with the newest key, in small transactions beside a running service; it may be stopped."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from app.models.base import Table
from app.vault import Sealed, Vault, vault_of

AT_ONCE: Final = 200
Write = Callable[[], AbstractContextManager[Session]]


def rotate(write: Write) -> int:
    """Seal everything with the newest key; returns how many rows changed. Done twice, the second changes none."""
    return sum(_rotate_table(write, table) for table in Table.metadata.sorted_tables if _sealed(table))


def left(session: Session) -> int:
    """Return how many rows still need an older key."""
    newest = vault_of(session.get_bind().dialect).newest
    tables = [table for table in Table.metadata.sorted_tables if _sealed(table)]
    counts = (sa.select(sa.func.count()).select_from(table).where(_is_old(table, newest)) for table in tables)
    return sum(session.connection().execute(count).scalar_one() for count in counts)


def _rotate_table(write: Write, table: sa.Table) -> int:
    changed, last = 0, None
    while True:
        with write() as session:
            rows = _some(session, table, last)
            changed += sum(_reseal(session, table, row) for row in rows)
        if len(rows) < AT_ONCE:
            return changed
        last = tuple(rows[-1][: len(table.primary_key.columns)])


def _some(session: Session, table: sa.Table, last: tuple[Any, ...] | None) -> Sequence[Any]:
    """Return the next rows that need an older key: what names them, then their columns as they are stored."""
    keys = list(table.primary_key.columns)
    raw = [sa.type_coerce(column, sa.LargeBinary()).label(column.name) for column in _sealed(table)]
    newest = vault_of(session.get_bind().dialect).newest
    rows = sa.select(*keys, *raw).where(_is_old(table, newest)).order_by(*keys).limit(AT_ONCE)
    if last is not None:
        rows = rows.where(
            sa.tuple_(*keys) > sa.tuple_(*(sa.literal(v, k.type) for v, k in zip(last, keys, strict=True)))
        )
    return session.connection().execute(rows).all()


def _reseal(session: Session, table: sa.Table, row: Any) -> int:  # noqa: ANN401  # a row of any shape
    """Replace what is still as it was read: whoever wrote meanwhile has sealed it with the newest key already."""
    vault: Vault = vault_of(session.get_bind().dialect)
    changed = 0
    for column in _sealed(table):
        before = row._mapping[column.name]  # noqa: SLF001  # SQLAlchemy's public name for this
        if before is None or before[0] == vault.newest:
            continue
        raw = sa.table(
            table.name,
            *[sa.column(k.name, k.type) for k in table.primary_key],
            sa.column(column.name, sa.LargeBinary()),
        )
        same = [raw.c[key.name] == row._mapping[key.name] for key in table.primary_key]  # noqa: SLF001  # the same
        anew = vault.reseal(bytes(before), _purpose(column))
        statement = sa.update(raw).where(*same, raw.c[column.name] == before).values({column.name: anew})
        changed = max(changed, session.connection().execute(statement).rowcount)
    return changed


def _is_old(table: sa.Table, newest: int) -> sa.ColumnElement[bool]:
    first = (sa.func.substr(sa.type_coerce(c, sa.LargeBinary()), 1, 1, type_=sa.LargeBinary()) for c in _sealed(table))
    return sa.or_(*(one != sa.literal(bytes([newest]), sa.LargeBinary()) for one in first))


def _sealed(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.c if isinstance(column.type, Sealed)]


def _purpose(column: sa.Column[Any]) -> str:
    return column.type.purpose if isinstance(column.type, Sealed) else ""
