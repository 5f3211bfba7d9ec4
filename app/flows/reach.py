"""Who could be reached about a silence, and from when on they can have read a question."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from app.flows import asking, caring, outbox, silences
from app.flows.asking import Person
from app.flows.working import hours_of
from app.models.circle import Contact
from app.models.people import Resident
from app.models.work import Care, Member, Organisation
from app.phatic import hours
from app.phatic.silence import at_any_time
from app.phatic.waiting import People
from app.phatic.when import after_quiet


def people_of(session: Session, resident: Resident, now: datetime) -> People:
    """Return who can be asked about this resident, in the order of asking, each with their own quiet hours."""
    circle = {
        contact.id: (contact.name, _reach(session, asking.contact_as_person(session, contact)))
        for contact in silences.askable(session, resident)
    }
    care = caring.care_of(session, resident.id, now)
    return People(
        time_zone=resident.time_zone,
        resident=_reach(session, asking.resident_as_person(resident)),
        circle=circle,
        caseworker=_caseworker(session, care),
        working_from=working_from(session, care) if care else None,
    )


def has_anybody(session: Session, resident: Resident, now: datetime) -> bool:
    """Tell whether somebody is left who can be asked, of the circle or at work (`trust.md` 29)."""
    return bool(silences.askable(session, resident)) or caring.care_of(session, resident.id, now) is not None


def look_soon(session: Session, resident_id: UUID, now: datetime) -> None:
    """Let the daily look at a resident come at once: somebody who could be asked may have gone."""
    session.exec(update(Resident).where(col(Resident.id) == resident_id).values(tidy_at=now))


def look_soon_for(session: Session, viewer_id: UUID, now: datetime) -> None:
    """Let the daily look come at once for everybody whose circle this viewer is in: an address of theirs is gone."""
    of = select(Contact.resident_id).where(Contact.viewer_id == viewer_id, Contact.state == "active")
    session.exec(update(Resident).where(col(Resident.id).in_(of)).values(tidy_at=now))


def _reach(session: Session, person: Person) -> Callable[[datetime], datetime]:
    """Return from a moment of asking the first at which one of somebody's addresses may be sent to."""
    addresses = asking.addresses_of(session, person)
    zone = person.time_zone
    if not addresses:
        return lambda moment: after_quiet(moment, zone, asking.QUIET_FROM, asking.QUIET_UNTIL)
    hours = [(address.quiet_from, address.quiet_until) for address in addresses]
    return lambda moment: min(outbox.first_due(begins, ends, zone, moment) for begins, ends in hours)


def working_from(session: Session, care: Care | None) -> Callable[[datetime], datetime]:
    """Return from a moment the first at which the organisation works; one without hours is no reason to wait."""
    if care is None:
        return at_any_time
    working = hours_of(session.get_one(Organisation, care.organisation_id))
    return partial(hours.next_open, working) if working.week else at_any_time


def _caseworker(session: Session, care: Care | None) -> tuple[str, Callable[[datetime], datetime]] | None:
    """Return the caseworker's name; their hours of work are all that keeps a question from them."""
    if care is None:
        return None
    return session.get_one(Member, care.member_id).name, lambda moment: moment
