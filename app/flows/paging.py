"""Goes on in a list where the last page ended, by an opaque cursor."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, tuple_
from sqlmodel import col

from app.auth import Keys
from app.errors import Unreadable

PURPOSE = "page"


def seal(keys: Keys, moment: datetime, row_id: UUID) -> str:
    """Return a cursor that stands for a row, readable by this service only."""
    return keys.seal_cursor(PURPOSE, json.dumps([moment.isoformat(), str(row_id)]).encode())


def unseal(keys: Keys, cursor: str) -> tuple[datetime, UUID]:
    """Return the place that a cursor stands for; `Unreadable` when this service did not make it."""
    plain = keys.open_cursor(PURPOSE, cursor)
    if plain is None:
        raise Unreadable
    moment, row_id = json.loads(plain)
    return datetime.fromisoformat(moment), UUID(row_id)


def before(moment: Any, row_id: Any, place: tuple[datetime, UUID]) -> ColumnElement[bool]:  # noqa: ANN401  # columns, which SQLModel types by their values
    """Return the condition for rows that come after a place in a list with the newest first."""
    at, last_id = place
    return tuple_(col(moment), col(row_id)) < tuple_(at, last_id)
