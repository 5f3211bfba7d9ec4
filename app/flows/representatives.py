"""Who speaks for a resident in law, who checked it, and until when; the resident's own stop always works."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, get_args

from sqlalchemy import update
from sqlmodel import Session, col, select

from app import ledger
from app.errors import Conflict, Unreadable
from app.flows import asking, caseload, record
from app.models.agreement_bodies import RepresentativeKind
from app.models.people import Resident
from app.models.silence import Representative
from app.models.work import Care, Member, Organisation

LONGEST: Final = timedelta(days=183)
AGAIN_AFTER: Final = timedelta(days=30)
KINDS: Final = get_args(RepresentativeKind)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A representative as somebody recorded them; both names are sealed."""

    name: str = field(repr=False)
    kind: str
    checked_by: str = field(repr=False)
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """A representative as a caseworker saw it on paper."""

    name: str = field(repr=False)
    kind: str
    until_at: datetime


def set_for(session: Session, resident: Resident, wanted: Wanted, now: datetime) -> Representative:
    """Record who speaks for a resident, as the operator; the one before ends.

    Raises:
        Unreadable: its end has passed, or is more than half a year away (`too-long`).
    """
    made = _set(session, resident, wanted, now)
    record.write(session, resident.id, "representative-set", now)
    return made


def _set(session: Session, resident: Resident, wanted: Wanted, now: datetime) -> Representative:
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
    return made


def record_for(session: Session, care: Care, member: Member, wanted: Recorded, now: datetime) -> Representative:
    """Record it as the caseworker who saw the paper; the resident is told, and reads it on their page.

    Raises:
        Conflict: `stopped-lately` for a month after the resident stopped one: their stop is no formality.
        Unreadable: as `set_for`.
    """
    resident = session.get_one(Resident, care.resident_id, with_for_update=True)
    if _was_stopped(session, resident, now - AGAIN_AFTER):
        raise Conflict("stopped-lately")
    organisation = session.get_one(Organisation, care.organisation_id)
    checked_by = f"{member.name}, {organisation.name}"
    made = _set(session, resident, Wanted(wanted.name, wanted.kind, checked_by, wanted.until_at), now)
    caseload.note(session, care, member, "representative-recorded", now)
    asking.notice(session, resident, "representative", now)
    return made


def _was_stopped(session: Session, resident: Resident, since: datetime) -> bool:
    """Tell whether the resident ended the newest one after a moment: what gave way to another is not the newest."""
    mine = select(Representative).where(Representative.resident_id == resident.id)
    newest = session.exec(mine.order_by(col(Representative.from_at).desc()).limit(1)).first()
    return newest is not None and newest.ended_at is not None and newest.ended_at > since


def of(session: Session, resident: Resident, now: datetime) -> Representative | None:
    """Return who speaks for a resident now."""
    mine = select(Representative).where(Representative.resident_id == resident.id, Representative.until_at > now)
    return session.exec(mine.where(col(Representative.ended_at).is_(None)).limit(1)).first()


def stop(session: Session, resident: Resident, now: datetime) -> bool:
    """Let the resident's own no count at once, whoever checked what; True if there was anybody."""
    found = of(session, resident, now)
    if found is None:
        return False
    ledger.note(session, "representative", found.id)
    _end_all(session, resident, now)
    record.write(session, resident.id, "representative-ended", now)
    return True


def _end_all(session: Session, resident: Resident, now: datetime) -> None:
    session.exec(
        update(Representative)
        .where(col(Representative.resident_id) == resident.id, col(Representative.ended_at).is_(None))
        .where(col(Representative.until_at) > now)
        .values(ended_at=now)
    )
