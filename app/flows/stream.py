"""What changed for one person since an event: the lines of the live stream, numbered per resident."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from app.auth import Keys
from app.flows import changes, feed
from app.models.circle import Contact
from app.models.people import Resident, Viewer
from app.models.walks import Change, Teken, Walk
from app.phatic.teken import Detail, TekenOut
from app.phatic.when import last_morning

PURPOSE, DIGITS = "stream", 10
# Per resident the number of the last line seen.
Place = Mapping[UUID, int]
Grants = Sequence[tuple[Contact, Resident]]


@dataclass(frozen=True, slots=True)
class Event:
    """One event: `teken` or `wave` with the object, `gone` with the id; `place` is where to go on after it."""

    name: str
    teken_id: UUID
    teken: TekenOut | None
    place: Place


def seal(keys: Keys, place: Place) -> str:
    """Return an opaque event id, readable by this service only.

    Of one length whatever the numbers: its length would say how many signs there ever were.
    """
    digits = {str(resident): f"{number:0{DIGITS}d}" for resident, number in place.items()}
    return keys.seal_cursor(PURPOSE, json.dumps(digits).encode())


def unseal(keys: Keys, event_id: str) -> Place | None:
    """Return the place that an event id stands for; None when this service did not make it."""
    plain = keys.open_cursor(PURPOSE, event_id)
    return None if plain is None else {UUID(resident): int(number) for resident, number in json.loads(plain).items()}


def from_now(resident: Resident) -> Place:
    """Return a resident's place "only what comes"."""
    return {resident.id: resident.changes}


def from_now_for(session: Session, grants: Grants, now: datetime) -> Place:
    """Return a viewer's place "only what comes": what waits for the morning is still to come."""
    return {resident.id: _first_place(session, contact, resident, now) for contact, resident in grants}


def _first_place(session: Session, contact: Contact, resident: Resident, now: datetime) -> int:
    if not contact.is_quiet:
        return resident.changes
    waiting = select(func.min(Change.number)).where(
        Change.resident_id == resident.id, col(Change.changed_at) >= last_morning(now, resident.time_zone)
    )
    first = session.exec(waiting).one()
    return resident.changes if first is None else first - 1


def is_lost(session: Session, place: Place, residents: Sequence[Resident]) -> bool:
    """Tell whether lines after this place are gone: an older database was restored, or they were too old to keep."""
    for resident in residents:
        seen = place.get(resident.id, resident.changes)
        next_line = session.get(Change, (resident.id, seen + 1)) if seen < resident.changes else None
        if seen > resident.changes or (seen < resident.changes and next_line is None):
            return True
    return False


def for_viewer(
    session: Session, viewer: Viewer, grants: Grants, place: Place, now: datetime, *, most: Detail = "route"
) -> tuple[list[Event], Place]:
    """Return what changed for a viewer, within what the feed would show; a new grant begins where it stands now.

    For who is kept quiet the place stays before what waits for the morning. What is gone is told at once, and
    again with each look until then: the reader tells it once.
    """
    events: list[Event] = []
    seen = dict(place)
    for contact, resident in grants:
        if resident.id not in seen:
            seen[resident.id] = _first_place(session, contact, resident, now)
        lines = _lines(session, resident.id, seen[resident.id])
        rows = feed.visible(session, contact, resident, now) if lines else []
        objects = feed.shape_for_contact(session, rows, resident, contact, language=viewer.language, now=now, most=most)
        shown = {teken.id: teken for teken in objects}
        morning = last_morning(now, resident.time_zone) if contact.is_quiet else None
        is_waiting = False
        for line in lines:
            is_waiting = is_waiting or (morning is not None and line.changed_at >= morning)
            if not is_waiting:
                seen[resident.id] = line.number
            is_theirs = _is_for(line, contact) and (morning is None or _had_its_morning(line, resident))
            if is_theirs and line.kind == changes.GONE:
                events.append(Event("gone", line.teken_id, None, dict(seen)))
            elif is_theirs and line.teken_id in shown:
                events.append(Event("teken", line.teken_id, shown[line.teken_id], dict(seen)))
    return events, seen


def _had_its_morning(line: Change, resident: Resident) -> bool:
    """Tell whether a line is of a sign that who is kept quiet could have: what was gone before never was there."""
    return line.kind != changes.GONE or line.told_at < last_morning(line.changed_at, resident.time_zone)


def _is_for(line: Change, contact: Contact) -> bool:
    """Tell whether a grant reaches what a line is about: told since it began, and not to those before it only."""
    began_at = contact.began_at
    if began_at is None or line.for_resident_only:
        return False
    return line.told_at >= began_at and (line.repeats_told_at is None or line.repeats_told_at < began_at)


def for_resident(session: Session, resident: Resident, place: Place, now: datetime) -> tuple[list[Event], Place]:
    """Return what changed for a resident: own signs, waves received, and what is gone."""
    events: list[Event] = []
    seen = dict(place)
    for line in _lines(session, resident.id, seen.setdefault(resident.id, resident.changes)):
        seen[resident.id] = line.number
        if line.kind == changes.GONE:
            events.append(Event("gone", line.teken_id, None, dict(seen)))
        elif shown := _own(session, resident, line.teken_id, now):
            events.append(Event(line.kind, line.teken_id, shown, dict(seen)))
    return events, seen


def _own(session: Session, resident: Resident, teken_id: UUID, now: datetime) -> TekenOut | None:
    row = session.exec(
        select(Teken, Walk, Contact)
        .join(Walk, col(Walk.id) == Teken.walk_id, isouter=True)
        .join(Contact, col(Contact.id) == Teken.contact_id, isouter=True)
        .where(Teken.id == teken_id)
    ).first()
    if row is None:
        return None
    teken, walk, by = row
    return feed.own_view(resident, teken, walk, by=by, now=now)


def _lines(session: Session, resident_id: UUID, since: int) -> Sequence[Change]:
    return session.exec(
        select(Change).where(Change.resident_id == resident_id, Change.number > since).order_by(col(Change.number))
    ).all()
