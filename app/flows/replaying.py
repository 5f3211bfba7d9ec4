"""After a restore: end again what the ledger says had ended, before anybody is served."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from app.errors import Conflict
from app.flows import (
    agreements,
    caring,
    circle,
    freezing,
    leaving,
    leaving_work,
    people,
    representatives,
    sessions,
    wide,
)
from app.flows import walk as walks
from app.ledger import NOTED, Ended, Ledger
from app.models.circle import Contact
from app.models.people import Device, Display, Resident, Viewer
from app.models.record import LedgerPlace
from app.models.silence import Representative
from app.models.walks import Teken, Walk
from app.models.work import Care, Member


def place_of(session: Session) -> LedgerPlace:
    """Return how far this database knows the ledger; a new one knows nothing of it."""
    place = session.get(LedgerPlace, 1)
    if place is None:
        place = LedgerPlace()
        session.add(place)
        session.flush()
    return place


def behind(session: Session, ledger: Ledger) -> int:
    """Return how many lines this database misses; a ledger shorter than what it knows is taken as it is."""
    place, last = place_of(session), ledger.last()
    if place.lines >= last:
        place.lines, place.is_restored = last, False
    return last - place.lines


def is_older(session: Session, missing: int, at_once: int) -> bool:
    """Tell whether a backup was restored: lines are missing, and more than a crash can have cut off."""
    return missing > 0 and (place_of(session).is_restored or missing > at_once)


def replay(session: Session, ledger: Ledger, now: datetime) -> int:
    """Apply every line that this database misses, in one transaction; returns how many. Twice is as good as once."""
    place, count = place_of(session), 0
    for number, ended in ledger.after(place.lines):
        for one in ended:
            END[one.kind](session, one, now)
        place.lines, count = number, count + 1
    place.is_restored = False
    session.add(place)
    session.flush()
    session.info.pop(NOTED, None)  # it is in the ledger already
    return count


def _device(session: Session, ended: Ended, now: datetime) -> None:
    device = session.get(Device, ended.ids[0])
    if device and device.revoked_at is None:
        people.revoke(session, device, now)
        session.flush()


def _grant(session: Session, ended: Ended, now: datetime) -> None:
    contact = session.get(Contact, ended.ids[0])
    if contact and contact.state != circle.ENDED:
        circle.end(session, session.get_one(Resident, contact.resident_id), contact, now)


def _renewal(session: Session, ended: Ended, _now: datetime) -> None:
    """Close the old way in; the new one is not in this database, so the resident makes another."""
    contact_id, viewer_id = ended.ids
    held = (col(Contact.id) == contact_id, col(Contact.viewer_id) == viewer_id)
    session.exec(update(Contact).where(*held).values(viewer_id=None))
    circle.forget_viewer_without_grants(session, viewer_id)


def _display(session: Session, ended: Ended, _now: datetime) -> None:
    session.exec(delete(Display).where(col(Display.id) == ended.ids[0]))


def _teken(session: Session, ended: Ended, now: datetime) -> None:
    teken = session.get(Teken, ended.ids[0])
    if teken:
        walks.take_back(session, teken, now)


def _walk(session: Session, ended: Ended, now: datetime) -> None:
    walk = session.get(Walk, ended.ids[0])
    if walk and walk.state != walks.WITHDRAWN:
        walks.withdraw_walk(session, walk, now)


def _wide(session: Session, ended: Ended, now: datetime) -> None:
    if session.get(Resident, ended.ids[0]):
        wide.widen(session, ended.ids[0], now)


def _person(model: type[Resident] | type[Viewer]) -> Callable[[Session, Ended, datetime], None]:
    def erase(session: Session, ended: Ended, now: datetime) -> None:
        person_id: UUID = ended.ids[0]
        if person := session.get(model, person_id):
            # Nobody is told again: how they were when they went is not in this backup, and it may have been a death.
            leaving.erase(session, person, now, is_silent=True)
            session.expire_all()

    return erase


def _agreement(session: Session, ended: Ended, now: datetime) -> None:
    for consent_id in ended.ids:
        agreements.end_again(session, consent_id, now)


def _representative(session: Session, ended: Ended, now: datetime) -> None:
    found = session.get(Representative, ended.ids[0])
    if found and found.ended_at is None:
        representatives.stop(session, session.get_one(Resident, found.resident_id), now)


def _rest(session: Session, ended: Ended, now: datetime) -> None:
    resident_id, freeze_id = ended.ids
    freezing.rest_again(session, resident_id, freeze_id, now)


def _wake(session: Session, ended: Ended, now: datetime) -> None:
    freezing.wake_again(session, ended.ids[0], now)


def _care(session: Session, ended: Ended, now: datetime) -> None:
    care = session.get(Care, ended.ids[0])
    if care and care.state in {caring.ASKED, caring.ACTIVE}:
        caring.end(session, care, now, by="resident")


def _member(session: Session, ended: Ended, now: datetime) -> None:
    """End a member's work again; where the backup has no colleague, their residents are in nobody's care."""
    member = session.get(Member, ended.ids[0])
    if member is None or member.ended_at:
        return
    try:
        leaving_work.successor_of(session, member)
    except Conflict:
        cares = select(Care).where(Care.member_id == member.id, col(Care.state).in_([caring.ASKED, caring.ACTIVE]))
        for care in session.exec(cares.order_by(col(Care.resident_id))).all():
            caring.end(session, care, now, by="organisation")
    leaving_work.end(session, member, now)


def _colleague(session: Session, ended: Ended, now: datetime) -> None:
    """Erase the name of somebody who erased themselves; that they left is a line of its own, before this one."""
    member = session.get(Member, ended.ids[0])
    if member:
        if member.ended_at is None:
            _member(session, ended, now)
        leaving.erase(session, member, now)


def _app(session: Session, ended: Ended, _now: datetime) -> None:
    """Forget an authenticator app that was renewed; its owner asks for a link, for the new one is not in here."""
    member = session.get(Member, ended.ids[0])
    if member:
        member.totp_secret = None
        session.add(member)
        sessions.end_all(session, member)


END: dict[str, Callable[[Session, Ended, datetime], None]] = {
    "device": _device,
    "grant": _grant,
    "renewal": _renewal,
    "display": _display,
    "teken": _teken,
    "walk": _walk,
    "wide": _wide,
    "resident": _person(Resident),
    "viewer": _person(Viewer),
    "agreement": _agreement,
    "representative": _representative,
    "rest": _rest,
    "wake": _wake,
    "care": _care,
    "member": _member,
    "app": _app,
    "colleague": _colleague,
}
