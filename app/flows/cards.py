"""What a contact's page shows: one card per circle, with nothing in it that the feed does not have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, select

from app.flows import circle, feed, pauses
from app.models.circle import Contact
from app.models.people import Resident, Viewer
from app.models.silence import Pause
from app.models.walks import Teken
from app.phatic.glow import step
from app.phatic.teken import TekenOut
from app.phatic.when import Part, local_day


@dataclass(frozen=True, slots=True)
class Card:
    """One circle as its contact sees it. `glow` is 0 to 4; `shown` is what the feed has, the newest first."""

    contact: Contact
    resident: Resident
    shown: Sequence[TekenOut]
    glow: int
    has_waved: bool
    others: Sequence[str] = ()
    rests: bool = False
    pause: Pause | None = None


def cards_of(session: Session, viewer: Viewer, grants: Sequence[tuple[Contact, Resident]], now: datetime) -> list[Card]:
    """Return a viewer's cards in a steady order: by the resident's name."""
    cards = [_card(session, viewer.language, contact, resident, now) for contact, resident in grants]
    return sorted(cards, key=lambda card: (card.resident.name.casefold(), str(card.contact.id)))


def shown_to(session: Session, contact: Contact, resident: Resident, now: datetime) -> list[TekenOut]:
    """Return exactly what stands on one contact's card now, in their language."""
    viewer = session.get(Viewer, contact.viewer_id) if contact.viewer_id else None
    language = viewer.language if viewer else resident.language
    return list(_card(session, language, contact, resident, now).shown)


def _card(session: Session, language: str, contact: Contact, resident: Resident, now: datetime) -> Card:
    if contact.state != "active" or resident.frozen_at:
        rests = contact.state == "active"
        return Card(contact=contact, resident=resident, shown=(), glow=0, has_waved=False, rests=rests)
    rows = feed.visible(session, contact, resident, now)
    return Card(
        contact=contact,
        resident=resident,
        shown=feed.shape_for_contact(session, rows, resident, contact, language=language, now=now),
        glow=step(rows[0][0].day, Part(rows[0][0].part), now, resident.time_zone) if rows else 0,
        has_waved=_has_waved(session, contact, local_day(now, resident.time_zone)),
        others=circle.others_of(session, resident, contact) or (),
        pause=pauses.shown_to(session, contact, now),
    )


def _has_waved(session: Session, contact: Contact, today: date) -> bool:
    waves = select(Teken.id).where(Teken.contact_id == contact.id, Teken.kind == "wave", Teken.day == today)
    return session.exec(waves.limit(1)).first() is not None
