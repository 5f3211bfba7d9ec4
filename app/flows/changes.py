"""Numbers what is new for live pages, per resident and in the order of the commits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, update
from sqlmodel import Session, col

from app.models.people import Resident
from app.models.walks import Change

TOLD, GONE, WAVE = "teken", "gone", "wave"


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
    """Write one line of the stream; `told_at` says since when what is gone had been there, both say for whom.

    The update locks the resident's row until the commit, so that numbers become visible in their own order:
    a plain sequence would let a reader pass over a line that commits late.
    """
    number = session.exec(
        update(Resident)
        .where(col(Resident.id) == resident_id)
        .values(changes=col(Resident.changes) + 1)
        .returning(col(Resident.changes))
        .execution_options(synchronize_session=False)
    ).scalar_one()
    session.exec(
        insert(Change).values(
            resident_id=resident_id,
            number=number,
            kind=kind,
            teken_id=teken_id,
            for_resident_only=for_resident_only,
            told_at=told_at or now,
            repeats_told_at=repeats_told_at,
            changed_at=now,
        )
    )
    session.info.setdefault("changed", set()).add(resident_id)
