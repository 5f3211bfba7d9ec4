"""Numbers what is new for live pages, per resident and in the order of the commits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, insert, update
from sqlmodel import Session

from app.models.base import columns_of
from app.models.people import Resident
from app.models.walks import Change

TOLD, GONE, WAVE = "teken", "gone", "wave"
RESIDENT = columns_of(Resident)
# The update locks the resident's row until the commit, so that numbers become visible in their own order: a plain
# sequence would let a reader pass over a line that commits late.
COUNT = (
    update(RESIDENT)
    .where(RESIDENT.c.id == bindparam("of"))
    .values(changes=RESIDENT.c.changes + 1)
    .returning(RESIDENT.c.changes)
)
ADD = insert(columns_of(Change))


def note(
    session: Session,
    resident_id: UUID,
    kind: str,
    teken_id: UUID,
    now: datetime,
    *,
    for_resident_only: bool = False,
    told_at: datetime | None = None,
    repeats_told_at: datetime | None = None,
) -> None:
    """Write one line of the stream; `told_at` says since when what is gone had been there, both say for whom."""
    line = {
        "resident_id": resident_id,
        "number": session.exec(COUNT, params={"of": resident_id}).scalar_one(),
        "kind": kind,
        "teken_id": teken_id,
        "for_resident_only": for_resident_only,
        "told_at": told_at or now,
        "repeats_told_at": repeats_told_at,
        "changed_at": now,
    }
    session.exec(ADD, params=line)
    session.info.setdefault("changed", set()).add(resident_id)
