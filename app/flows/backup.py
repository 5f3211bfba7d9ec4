"""Everything as one file, and back: a ZIP with a file of JSON lines per table, the same for every database.

Sealed columns stay sealed, so the file is worth nothing without the keys; the keys are not in it.
"""

import io
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import sqlalchemy as sa
from sqlmodel import Session

from app.errors import Conflict, Unreadable
from app.models.base import Table
from app.models.record import LedgerPlace
from app.vault import Sealed

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
AT_ONCE: Final = 500
PLACE: Final = "ledger_place"


def write(session: Session, path: Path, now: datetime) -> int:
    """Write every row as it is at one moment; returns how many there are.

    Raises:
        FileExistsError: something is there already.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    counts = {}
    with path.open("xb") as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
        path.chmod(0o600)
        for table in Table.metadata.sorted_tables:
            counts[table.name] = _write_table(session, archive, table)
        manifest = {"format": FORMAT, "made_at": now.isoformat(), "revision": revision(session), "rows": counts}
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return sum(counts.values())


def _write_table(session: Session, archive: ZipFile, table: sa.Table) -> int:
    columns = [sa.type_coerce(c, sa.LargeBinary()).label(c.name) if _is_sealed(c) else c for c in table.c]
    count = 0
    with archive.open(_file_of(table), "w") as file:
        for row in session.connection().execute(sa.select(*columns).execution_options(yield_per=AT_ONCE)):
            plain = {c.name: _plain(value) for c, value in zip(table.c, row, strict=True)}
            file.write(json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")
            count += 1
    return count


def restore(session: Session, path: Path, *, force: bool) -> int:
    """Put every row back, in one transaction; returns how many. What has ended since is the ledger's to say.

    Raises:
        Unreadable: no backup, or one of another version of the tables.
        Conflict: there are rows already; `force` drops them first.
    """
    try:
        with ZipFile(path) as archive:
            _refuse_others(session, archive)
            _make_room(session, force=force)
            count = sum(_read_table(session, archive, table) for table in Table.metadata.sorted_tables)
    except (BadZipFile, KeyError, ValueError) as error:
        raise Unreadable("no-backup") from error
    place = session.get(LedgerPlace, 1) or LedgerPlace()
    place.is_restored = True
    session.add(place)
    return count


def _refuse_others(session: Session, archive: ZipFile) -> None:
    manifest = json.loads(archive.read(MANIFEST))
    if manifest["format"] != FORMAT or manifest["revision"] != revision(session):
        raise Unreadable("other-version")


def _make_room(session: Session, *, force: bool) -> None:
    tables = list(reversed(Table.metadata.sorted_tables))
    for table in tables:
        is_filled = session.connection().execute(sa.select(sa.exists(table.select()))).scalar()
        if is_filled and not force and table.name != PLACE:
            raise Conflict("not-empty")
        session.connection().execute(sa.delete(table))


def _read_table(session: Session, archive: ZipFile, table: sa.Table) -> int:
    raw = sa.table(table.name, *[sa.column(c.name, sa.LargeBinary() if _is_sealed(c) else c.type) for c in table.c])
    count = 0
    with archive.open(_file_of(table)) as file:
        rows = _rows(table, file)
        while some := list(islice(rows, AT_ONCE)):
            session.connection().execute(sa.insert(raw), some)
            count += len(some)
    return count


def _rows(table: sa.Table, file: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  # zipfile's own kind of file
    back = {c.name: _back(c) for c in table.c}
    for line in io.TextIOWrapper(file, "utf-8"):
        yield {name: None if value is None else back[name](value) for name, value in json.loads(line).items()}


def _plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return b64encode(value).decode()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _back(column: sa.Column[Any]) -> Callable[[Any], Any]:
    kinds: dict[type, Callable[[Any], Any]] = {UUID: UUID, datetime: datetime.fromisoformat, date: date.fromisoformat}
    kind = getattr(column.type, "impl_instance", column.type).python_type
    return b64decode if _is_sealed(column) else kinds.get(kind, lambda value: value)


def _is_sealed(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, Sealed)


def _file_of(table: sa.Table) -> str:
    return f"{table.name}.jsonl"


def revision(session: Session) -> str:
    """Return the version of the tables."""
    return session.connection().execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
