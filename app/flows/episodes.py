"""A silence as somebody who was told of it may read it: in words, and with what they can answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from app.auth import Keys
from app.errors import NotFound
from app.flows import pauses, silences, still_true
from app.flows.ladder_letters import Part
from app.models.circle import Contact
from app.models.people import Resident, Viewer
from app.models.silence import Question, Silence
from app.phatic.when import local_day
from app.phatic.wording import say, since_words

OWN_ANSWERS: Final = ("fine", "rest", "away", "call_me")
CIRCLE_ANSWERS: Final = ("claim", "spoke", "not_now")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the resident (no `contact`), or one of the circle; in which language."""

    resident: Resident
    contact: Contact | None
    language: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the person who was asked; `is_over` when it cannot be answered any more."""

    question: Question
    silence: Silence
    reader: Reader
    is_over: bool


@dataclass(frozen=True, slots=True)
class Episode:
    """One silence as one person reads it; `answers` is empty when nothing can be answered any more."""

    silence: Silence
    resident: Resident
    overlay: str | None
    since: str
    asked: str
    claimed_by: str | None
    is_claimed_by_reader: bool
    spoke_by: str | None
    answers: Sequence[str]

    @property
    def is_open(self) -> bool:
        """Tell whether anything is asked still."""
        return self.silence.state != silences.CLOSED

    @property
    def ended_well(self) -> bool:
        """Tell whether it ended as one wishes."""
        return self.silence.outcome not in still_true.NOT_WELL


def of_resident(session: Session, resident: Resident, now: datetime) -> list[Episode]:
    """Return the resident's own silence, while it is open."""
    silence = silences.current(session, resident.id)
    reader = Reader(resident, None, resident.language)
    is_asked = silence and any(one.contact_id is None for one in silences.questions_of(session, silence))
    return [shaped(session, silence, reader, now)] if silence and is_asked else []


def of_viewer(
    session: Session, viewer: Viewer, grants: Sequence[tuple[Contact, Resident]], now: datetime
) -> list[Episode]:
    """Return the silences that a viewer was told of, newest first in each circle; none where they may not be asked."""
    return [
        shaped(session, silence, Reader(resident, contact, viewer.language), now)
        for contact, resident in grants
        if resident.frozen_at is None and still_true.is_askable(contact)
        for silence, _ in silences.told_to(session, contact, now)
    ]


def reader_of(session: Session, question: Question) -> Reader:
    """Return who reads the page behind a question's link."""
    resident = session.get_one(Resident, question.resident_id)
    contact = session.get(Contact, question.contact_id) if question.contact_id else None
    viewer = session.get(Viewer, contact.viewer_id) if contact and contact.viewer_id else None
    return Reader(resident, contact, viewer.language if viewer else resident.language)


def asked_by_link(session: Session, keys: Keys, token: str) -> Asked:
    """Return the question behind a link, or `NotFound`; it is over with its silence, and for who may not be asked."""
    question, _ = silences.by_link(session, keys, token)
    if question.member_id:
        raise NotFound
    return asked_of(session, question)


def asked_of(session: Session, question: Question) -> Asked:
    """Return a question with its silence and who reads it."""
    silence = session.get_one(Silence, question.silence_id)
    reader = reader_of(session, question)
    contact = reader.contact
    is_theirs = contact is None or (contact.state == "active" and still_true.is_askable(contact))
    is_over = silence.state == silences.CLOSED or not is_theirs or reader.resident.frozen_at is not None
    return Asked(question, silence, reader, is_over)


def newest_of(session: Session, resident: Resident) -> Asked:
    """Return the question that the resident was asked last, or `NotFound`."""
    newest = silences.newest(session, resident.id)
    if newest is None:
        raise NotFound
    return asked_of(session, silences.question_for(session, newest, None))


def part_of(asked: Asked, now: datetime) -> Part:
    """Return what the letter of a question would say now; the page says the same."""
    return still_true.question_part(asked.question, asked.silence, asked.reader.resident, now)


def shaped(session: Session, silence: Silence, reader: Reader, now: datetime) -> Episode:
    """Return one silence as this person reads it."""
    is_open = silence.state != silences.CLOSED
    resident = reader.resident
    is_claimed = is_open and silence.claimed_by and (silence.claimed_until or now) > now
    is_mine = bool(is_claimed and reader.contact and silence.claimed_by == reader.contact.id)
    choices = CIRCLE_ANSWERS if reader.contact else OWN_ANSWERS
    return Episode(
        silence=silence,
        resident=resident,
        overlay=_overlay(session, silence, resident, now) if is_open else None,
        since=since_words(
            reader.language, day=still_true.since_of(silence, resident), today=local_day(now, resident.time_zone)
        ),
        asked=_asked(session, silence, reader),
        claimed_by=_name(session, silence.claimed_by, reader) if is_claimed else None,
        is_claimed_by_reader=is_mine,
        spoke_by=_name(session, silence.spoke_by, reader) if is_open and silence.spoke_at else None,
        answers=choices if is_open else (),
    )


def _overlay(session: Session, silence: Silence, resident: Resident, now: datetime) -> str | None:
    if any(pause.from_at <= now for pause in pauses.of(session, resident, now)):
        return "paused"
    return "held" if silence.held_at else None


def _asked(session: Session, silence: Silence, reader: Reader) -> str:
    """Return in words who was asked: names for the resident; for a contact only whether it is more than they."""
    questions = silences.questions_of(session, silence)
    asked = list(dict.fromkeys(one.contact_id for one in questions if one.contact_id))
    if reader.contact:
        words = say(reader.language, "episode.asked.more" if len(asked) > 1 else "episode.asked.you")
    elif asked:
        found = [contact.name for one in asked if (contact := session.get(Contact, one))]
        words = say(reader.language, "episode.asked.people", name=", ".join(found))
    else:
        words = say(reader.language, "episode.asked.own")
    if silence.state in silences.AT_WORK:
        words += " " + say(reader.language, "episode.asked.caseworker")
    return words


def _name(session: Session, contact_id: object, reader: Reader) -> str:
    """Return who it is, for those who may know; to the others of the circle it is "somebody" (`trust.md` 7)."""
    contact = session.get(Contact, contact_id)
    is_known = reader.contact is None or reader.resident.circle_is_known
    if contact is None:
        return say(reader.language, "episode.somebody")
    if reader.contact and contact.id == reader.contact.id:
        return contact.name
    return contact.name if is_known and contact.state == "active" else say(reader.language, "episode.somebody")
