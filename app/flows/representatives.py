"""Who speaks for a resident in law, who checked it, and until when; the resident's own stop always works."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import update
from sqlmodel import Session, col, select

from app.errors import Unreadable
from app.flows import record
from app.models.people import Resident
from app.models.silence import Representative

LONGEST: Final = timedelta(days=183)
KINDS: Final = ("mentor", "curator", "administrator", "proxy", "family")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A representative as somebody recorded them; both names are sealed."""

    name: str = field(repr=False)
    kind: str
    checked_by: str = field(repr=False)
    until_at: datetime


def set_for(session: Session, resident: Resident, wanted: Wanted, now: datetime) -> Representative:
    """Record who speaks for a resident; the one before ends.

    Raises:
        Unreadable: its end has passed, or is more than half a year away (`too-long`).
    """
    if wanted.until_at <= now:
        raise Unreadable
    if wanted.until_at > now + LONGEST:
        raise Unreadable("too-long")
    _end_all(session, resident, now)
    made = Representative(
        resident_id=resident.id,
        name=wanted.name,
        kind=wanted.kind,
        checked_by=wanted.checked_by,
        from_at=now,
        until_at=wanted.until_at,
    )
    session.add(made)
    session.flush()
    record.write(session, resident.id, "representative-set", now)
    return made


def of(session: Session, resident: Resident, now: datetime) -> Representative | None:
    """Return who speaks for a resident now."""
    mine = select(Representative).where(Representative.resident_id == resident.id, Representative.until_at > now)
    return session.exec(mine.where(col(Representative.ended_at).is_(None)).limit(1)).first()


def stop(session: Session, resident: Resident, now: datetime) -> bool:
    """Let the resident's own no count at once, whoever checked what; True if there was anybody."""
    if not _end_all(session, resident, now):
        return False
    record.write(session, resident.id, "representative-ended", now)
    return True


def _end_all(session: Session, resident: Resident, now: datetime) -> bool:
    ended = session.exec(
        update(Representative)
        .where(col(Representative.resident_id) == resident.id, col(Representative.ended_at).is_(None))
        .where(col(Representative.until_at) > now)
        .values(ended_at=now)
    )
    return ended.rowcount > 0
