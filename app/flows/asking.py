"""Puts questions about a silence to people, and tells exactly those the all-clear: rows, never content.

A caseworker's question has no link that acts: they answer where they come in with their code.
"""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import exists, or_, update
from sqlmodel import Session, col, select

from app.auth import Keys
from app.flows import outbox
from app.models.circle import Contact
from app.models.outbox import Attempt, OutboxItem, Subscription
from app.models.people import Resident, Viewer
from app.models.silence import Question, Silence
from app.models.work import Member, Organisation
from app.phatic.when import after_quiet

QUESTION, ALL_CLEAR, NOTICE = "question", "all_clear", "notice"
# The receiver's own hours (`product.md`, agreements 1), where their address says no others.
QUIET_FROM, QUIET_UNTIL = time(21, 0), time(8, 30)
LINK_BYTES: Final = 16
NO_LINK_BYTES: Final = 32
TO_MEMBER: Final = "caseworker"
# A question of the day before yesterday is put anew or not at all; an all-clear may still come then.
QUESTION_LIVES, ALL_CLEAR_LIVES, NOTICE_LIVES = timedelta(days=2), timedelta(days=4), timedelta(days=30)
# Who works gets nothing at weekends, and what lay there on Friday is still true on Monday.
WORK_LIVES: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be asked: the resident themselves, a contact, or a caseworker; with their language and zone."""

    time_zone: str
    contact: Contact | None = None
    member: Member | None = None
    viewer_id: UUID | None = None
    resident_id: UUID | None = None


def resident_as_person(resident: Resident) -> Person:
    """Return the resident, who is always asked first and alone."""
    return Person(time_zone=resident.time_zone, resident_id=resident.id)


def contact_as_person(session: Session, contact: Contact) -> Person:
    """Return a contact, on the clock of their own viewer."""
    viewer = session.get_one(Viewer, contact.viewer_id)
    return Person(time_zone=viewer.time_zone, contact=contact, viewer_id=viewer.id)


def member_as_person(session: Session, member: Member) -> Person:
    """Return a caseworker, on the clock of their organisation."""
    return Person(time_zone=session.get_one(Organisation, member.organisation_id).time_zone, member=member)


def link_token(keys: Keys, question_id: UUID) -> str:
    """Return the secret of the link in a question: made anew for each message, the same each time, never stored."""
    digest = keys.digest("link a_", question_id.bytes)[:LINK_BYTES]
    return "a_" + urlsafe_b64encode(digest).decode().rstrip("=")


def ask(
    session: Session, keys: Keys, silence: Silence, person: Person, *, rung: str, now: datetime, at_once: bool = False
) -> Question:
    """Put one question to the resident or to one of the circle, with a link that answers."""
    question = _question(silence, person, rung, now)
    question.link_hash = keys.hash(link_token(keys, question.id))
    return _put(session, question, person, lives=QUESTION_LIVES, at_once=at_once)


def ask_member(session: Session, silence: Silence, member: Member, now: datetime) -> Question:
    """Put one question to a caseworker: it stands in their caseload at once."""
    person = member_as_person(session, member)
    question = _question(silence, person, TO_MEMBER, now)
    question.link_hash = secrets.token_hex(NO_LINK_BYTES)  # of nothing: no link answers for a caseworker
    return _put(session, question, person, lives=WORK_LIVES)


def _question(silence: Silence, person: Person, rung: str, now: datetime) -> Question:
    return Question(
        id=uuid4(),
        resident_id=silence.resident_id,
        silence_id=silence.id,
        contact_id=person.contact.id if person.contact else None,
        member_id=person.member.id if person.member else None,
        rung=rung,
        asked_at=now,
        reach_at=now,
        link_hash="",
    )


def _put(session: Session, question: Question, person: Person, *, lives: timedelta, at_once: bool = False) -> Question:
    """Lay a question ready on every address of a person; it can be read after their quiet hours."""
    now, addresses = question.asked_at, addresses_of(session, person)
    moments = {address.id: now if at_once else _after_quiet(address, person, now) for address in addresses}
    question.reach_at = min(moments.values(), default=now if at_once else _after_quiet(None, person, now))
    session.add(question)
    session.flush()
    for address in addresses:
        session.add(_item(question, address, QUESTION, due_at=moments[address.id], lives=lives, now=now))
    return question


def tell_all_clear(session: Session, silence: Silence, now: datetime) -> int:
    """Tell exactly those whom a message has reached that all is well; who was not reached is never asked any more.

    Whether a question that is on its way just now arrives is not known yet: its all-clear is laid ready too, and
    asked at sending time (`still_true`). Returns how many messages were laid ready. The resident is not told: it was
    they who were heard.
    """
    mine = select(Question.id).where(Question.silence_id == silence.id)
    session.exec(
        update(OutboxItem)
        .where(col(OutboxItem.question_id).in_(mine), col(OutboxItem.state) == outbox.WAITING)
        .values(state=outbox.DROPPED, why="resolved", ended_at=now)
    )
    is_under_way = exists().where(col(Attempt.item_id) == OutboxItem.id, col(Attempt.ended_at).is_(None))
    told = session.exec(
        select(Question, Subscription)
        .join(OutboxItem, col(OutboxItem.question_id) == Question.id)
        .join(Subscription, col(Subscription.id) == OutboxItem.subscription_id)
        .where(Question.silence_id == silence.id, OutboxItem.purpose == QUESTION)
        .where(or_(col(OutboxItem.state) == outbox.SENT, is_under_way))
        .order_by(col(Question.asked_at))
    ).all()
    latest = {address.id: (question, address) for question, address in told if not _is_residents(question)}
    for question, address in latest.values():
        session.add(all_clear_item(session, question, address, now))
    return len(latest)


def all_clear_item(session: Session, question: Question, address: Subscription, now: datetime) -> OutboxItem:
    """Return the message that takes a question back, for the address that had it."""
    person = _person_of(session, question)
    due_at = _after_quiet(address, person, now)
    return _item(question, address, ALL_CLEAR, due_at=due_at, lives=ALL_CLEAR_LIVES, now=now)


def notice(session: Session, resident: Resident, note: str, now: datetime) -> None:
    """Lay a private notice for the resident ready on every address of theirs; `note` names its words."""
    _notice(session, resident_as_person(resident), note, now, lives=NOTICE_LIVES)


def tell_member(session: Session, member: Member, note: str, now: datetime) -> None:
    """Lay a notice for a caseworker ready; it names nobody."""
    _notice(session, member_as_person(session, member), note, now, lives=WORK_LIVES)


def _notice(session: Session, person: Person, note: str, now: datetime, *, lives: timedelta) -> None:
    for address in addresses_of(session, person):
        due_at = _after_quiet(address, person, now)
        session.add(
            OutboxItem(
                resident_id=person.resident_id,
                subscription_id=address.id,
                purpose=NOTICE,
                note=note,
                state=outbox.WAITING,
                due_at=due_at,
                expires_at=due_at + lives,
                made_at=now,
            )
        )


def addresses_of(session: Session, person: Person) -> list[Subscription]:
    """Return where a person wants messages and said so: verified, and not switched off."""
    owner, wanted = _owner_of(person)
    found = session.exec(
        select(Subscription)
        .where(owner == wanted, col(Subscription.verified_at).is_not(None))
        .where(col(Subscription.switched_off_at).is_(None))
        .order_by(col(Subscription.created_at))
    )
    return list(found)


def _owner_of(person: Person) -> tuple[object, UUID | None]:
    if person.member:
        return col(Subscription.member_id), person.member.id
    if person.viewer_id:
        return col(Subscription.viewer_id), person.viewer_id
    return col(Subscription.resident_id), person.resident_id


def _person_of(session: Session, question: Question) -> Person:
    if question.contact_id:
        return contact_as_person(session, session.get_one(Contact, question.contact_id))
    if question.member_id:
        return member_as_person(session, session.get_one(Member, question.member_id))
    return resident_as_person(session.get_one(Resident, question.resident_id))


def _is_residents(question: Question) -> bool:
    return question.contact_id is None and question.member_id is None


def _after_quiet(address: Subscription | None, person: Person, now: datetime) -> datetime:
    if address is not None:
        return outbox.first_due(address.quiet_from, address.quiet_until, person.time_zone, now)
    return after_quiet(now, person.time_zone, QUIET_FROM, QUIET_UNTIL)


def _item(
    question: Question, address: Subscription, purpose: str, *, due_at: datetime, lives: timedelta, now: datetime
) -> OutboxItem:
    return OutboxItem(
        resident_id=question.resident_id,
        contact_id=question.contact_id,
        question_id=question.id,
        subscription_id=address.id,
        purpose=purpose,
        state=outbox.WAITING,
        due_at=due_at,
        expires_at=due_at + lives,
        made_at=now,
    )
