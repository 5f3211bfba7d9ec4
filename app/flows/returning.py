"""A resident without phone and paper comes back: a caseworker asks, a second agrees, a day passes (`trust.md` 4)."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.access_work import ADMIN
from app.auth import Keys
from app.errors import Conflict, NotAllowed
from app.flows import asking, caseload, people
from app.models.people import Pairing, Resident
from app.models.work import Care, Member, WayBack

WAITS = timedelta(hours=24)
LIVES = timedelta(days=7)


def ask(session: Session, care: Care, member: Member, now: datetime) -> WayBack:
    """Ask for a way back; one at a time, and every device of the resident is told."""
    if any(state_of(one) in {"asked", "confirmed"} and one.asked_at + LIVES > now for one in of(session, care)):
        raise Conflict("already-done")
    row = WayBack(resident_id=care.resident_id, care_id=care.id, asked_by=member.id, asked_at=now)
    session.add(row)
    session.flush()
    _tell(session, care, member, "way-back-asked", now)
    return row


def confirm(session: Session, care: Care, row: WayBack, member: Member, now: datetime) -> WayBack:
    """Agree, as a second caseworker of the same organisation; it opens a day later, and the devices are told again."""
    need_second(row, member, now)
    row.confirmed_by, row.opens_at = member.id, now + WAITS
    session.add(row)
    _tell(session, care, member, "way-back-confirmed", now)
    return row


def need_second(row: WayBack, member: Member, now: datetime) -> None:
    """Refuse who asked it themselves, and what was agreed to, refused or left for a week already."""
    if row.asked_by is None or row.asked_by == member.id or member.role == ADMIN:
        raise NotAllowed("second-needed")
    if state_of(row) != "asked" or is_over(row, now):
        raise Conflict("already-done")


def open_up(session: Session, keys: Keys, care: Care, row: WayBack, now: datetime) -> tuple[Pairing, str, str]:
    """Make the pairing once its day has come, for the resident's own new phone; the old ones end when it is used."""
    if state_of(row) != "confirmed" or row.opens_at is None or now < row.opens_at or is_over(row, now):
        raise Conflict("not-yet")
    resident = session.get_one(Resident, care.resident_id)
    pairing, code, link = people.make_pairing(session, keys, resident, now, is_own=True)
    row.pairing_id = pairing.id
    session.add(row)
    return pairing, code, link


def refuse(session: Session, row: WayBack, now: datetime) -> WayBack:
    """Stop it, from any device that still works; the pairing dies with it."""
    if row.refused_at:
        return row
    row.refused_at = now
    session.add(row)
    pairing = session.get(Pairing, row.pairing_id) if row.pairing_id else None
    if pairing and pairing.used_at is None:
        pairing.used_at = now
    return row


def of(session: Session, care: Care) -> list[WayBack]:
    """Return what was asked in this care, newest first."""
    found = select(WayBack).where(WayBack.care_id == care.id).order_by(col(WayBack.asked_at).desc())
    return list(session.exec(found))


def newest(session: Session, care: Care, now: datetime) -> WayBack | None:
    """Return what was asked last in this care, for as long as something can come of it."""
    return next((row for row in of(session, care)[:1] if not is_over(row, now)), None)


def waiting_for(session: Session, member: Member, now: datetime) -> list[WayBack]:
    """Return what colleagues of this caseworker asked, and a second one has not agreed to yet."""
    found = session.exec(
        select(WayBack)
        .join(Care, col(Care.id) == WayBack.care_id)
        .where(Care.organisation_id == member.organisation_id, Care.state == "active", WayBack.asked_by != member.id)
        .where(col(WayBack.confirmed_by).is_(None), col(WayBack.refused_at).is_(None))
        .where(col(WayBack.asked_at) > now - LIVES)
        .order_by(col(WayBack.asked_at))
    )
    return list(found)


def about(session: Session, resident: Resident) -> list[WayBack]:
    """Return what a resident can still refuse: until somebody came in by it, also once the way in was made."""
    found = session.exec(
        select(WayBack)
        .join(Pairing, col(Pairing.id) == WayBack.pairing_id, isouter=True)
        .where(WayBack.resident_id == resident.id, col(WayBack.refused_at).is_(None), col(Pairing.used_at).is_(None))
    )
    return list(found)


def state_of(row: WayBack) -> str:
    """Return how far it is: `asked`, `confirmed`, `refused` or `used` (a way in was made)."""
    if row.refused_at:
        return "refused"
    if row.pairing_id:
        return "used"
    return "confirmed" if row.confirmed_by else "asked"


def is_over(row: WayBack, now: datetime) -> bool:
    """Tell whether a week has passed since it was asked, or since it could be opened."""
    return (row.opens_at or row.asked_at) + LIVES <= now


def _tell(session: Session, care: Care, member: Member, kind: str, now: datetime) -> None:
    caseload.note(session, care, member, kind, now)
    asking.notice(session, session.get_one(Resident, care.resident_id), kind, now)
