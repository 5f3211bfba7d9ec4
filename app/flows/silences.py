"""One silence: it opens, people are asked, and it closes with everybody who was asked told that all is well."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, exists, select

from app.auth import Keys
from app.errors import NotFound
from app.flows import asking, record
from app.models.circle import Contact
from app.models.outbox import Subscription
from app.models.people import Resident
from app.models.silence import Agreement, Question, Silence
from app.phatic.silence import Asked, Ladder

ASKED, CIRCLE_ASKED, CASEWORKER_WAITING, ACKNOWLEDGED, CLOSED = (
    "asked",
    "circle_asked",
    "caseworker_waiting",
    "acknowledged",
    "closed",
)
AT_WORK = frozenset({CASEWORKER_WAITING, ACKNOWLEDGED})
# How a silence ends without a caseworker: a sign came, the resident answered, or agreed on something else.
SIGN, FINE, REST, AWAY, CHANGED = BY_THE_RESIDENT = ("sign", "fine", "rest", "away", "changed")
KEY_HOLDER: Final = "key_holder"
SHOWN_CLOSED: Final = timedelta(days=3)
HASH_BYTES: Final = 32


def begin(
    session: Session, resident: Resident, kind: str, *, due_at: datetime, heard_at: datetime | None, now: datetime
) -> Silence:
    """Open a silence; nobody is asked yet, and nobody but the resident will be for hours."""
    silence = Silence(resident_id=resident.id, kind=kind, state=ASKED, due_at=due_at, heard_at=heard_at, opened_at=now)
    session.add(silence)
    session.flush()
    session.exec(update(Agreement).where(col(Agreement.resident_id) == resident.id).values(silence_id=silence.id))
    record.write(session, resident.id, "silence-opened", now)
    return silence


def close(session: Session, silence: Silence, outcome: str, now: datetime) -> None:
    """Close a silence once, and give the all-clear to exactly those who were told."""
    if silence.state == CLOSED:
        return
    silence.state, silence.outcome, silence.closed_at = CLOSED, outcome, now
    silence.claimed_by = silence.claimed_until = None
    session.add(silence)
    session.exec(
        update(Agreement)
        .where(col(Agreement.resident_id) == silence.resident_id, col(Agreement.silence_id) == silence.id)
        .values(silence_id=None)
    )
    asking.tell_all_clear(session, silence, now)
    if outcome in BY_THE_RESIDENT:  # a caseworker's closing is a line of its own
        kind = "silence-over" if outcome == CHANGED else "silence-closed"
        record.write(session, silence.resident_id, kind, now, outcome=outcome)


def current(session: Session, resident_id: UUID) -> Silence | None:
    """Return the silence that is open, if one is."""
    is_open = select(Silence).where(Silence.resident_id == resident_id, col(Silence.closed_at).is_(None))
    return session.exec(is_open.order_by(col(Silence.opened_at).desc()).limit(1)).first()


def newest(session: Session, resident_id: UUID) -> Silence | None:
    """Return the silence that began last, open or closed."""
    mine = select(Silence).where(Silence.resident_id == resident_id)
    return session.exec(mine.order_by(col(Silence.opened_at).desc()).limit(1)).first()


def called(session: Session, silence: Silence) -> Contact | None:
    """Return whom the resident last asked to call them, if anybody could be asked."""
    asked = select(Contact).join(Question, col(Question.contact_id) == Contact.id)
    asked = asked.where(Question.silence_id == silence.id, Question.rung == "call_me")
    return session.exec(asked.order_by(col(Question.asked_at).desc()).limit(1)).first()


def questions_of(session: Session, silence: Silence) -> Sequence[Question]:
    """Return every question of a silence, in the order in which they were put."""
    mine = select(Question).where(Question.silence_id == silence.id)
    return session.exec(mine.order_by(col(Question.asked_at), col(Question.id))).all()


def ladder_of(session: Session, silence: Silence) -> Ladder:
    """Return where a silence stands, as the pure ladder takes it."""
    questions = [one for one in questions_of(session, silence) if one.member_id is None]
    return Ladder(
        due_at=silence.opened_at,
        asked=tuple(
            Asked(one.contact_id, one.asked_at, one.reach_at, one.answer, one.answered_at) for one in questions
        ),
        claimed_until=silence.claimed_until,
        spoke_at=silence.spoke_at,
        is_with_caseworker=silence.state in AT_WORK,
        has_phone_trouble=silence.phone_trouble,
        resumed_at=silence.resumed_at,
        has_rested=silence.rested_at is not None,
    )


def askable(session: Session, resident: Resident) -> list[Contact]:
    """Return who of the circle may be asked and can be reached, in the resident's order, who has a key last.

    Not: who is kept quiet, who is under 16, who was taken out of the ladder, who has no address that works.
    """
    has_address = exists().where(
        col(Subscription.viewer_id) == Contact.viewer_id,
        col(Subscription.verified_at).is_not(None),
        col(Subscription.switched_off_at).is_(None),
    )
    found = session.exec(
        select(Contact)
        .where(Contact.resident_id == resident.id, Contact.state == "active", has_address)
        .where(col(Contact.sees_ladder).is_(True), col(Contact.is_quiet).is_(False))
        .where(col(Contact.is_sixteen).is_not(False))
        .order_by(col(Contact.position), col(Contact.id))
    ).all()
    return sorted(found, key=lambda contact: contact.role == KEY_HOLDER)


def by_link(session: Session, keys: Keys, token: str) -> tuple[Question, Silence]:
    """Return the question behind a link, and its silence; looking uses nothing up."""
    question = session.exec(select(Question).where(Question.link_hash == keys.hash(token))).first()
    if question is None:
        raise NotFound
    return question, session.get_one(Silence, question.silence_id)


def end_links(session: Session, contact: Contact) -> None:
    """Let the links in letters that a contact had answer nothing: who has the old mailbox is not the one who came."""
    for question in session.exec(select(Question).where(Question.contact_id == contact.id)):
        question.link_hash = secrets.token_hex(HASH_BYTES)  # of nothing
        session.add(question)


def told_to(session: Session, contact: Contact, now: datetime) -> list[tuple[Silence, Question]]:
    """Return the silences that a contact was told of: open ones, and for three days those that ended well."""
    found = session.exec(
        select(Silence, Question)
        .join(Question, col(Question.silence_id) == Silence.id)
        .where(Question.contact_id == contact.id)
        .where((col(Silence.closed_at).is_(None)) | (col(Silence.closed_at) > now - SHOWN_CLOSED))
        .order_by(col(Silence.opened_at).desc(), col(Question.asked_at))
    )
    return list({silence.id: (silence, question) for silence, question in found}.values())


def question_for(session: Session, silence: Silence, contact: Contact | None) -> Question:
    """Return the newest question that this person was asked in a silence, or `NotFound`; None is the resident."""
    mine = select(Question).where(Question.silence_id == silence.id, col(Question.member_id).is_(None))
    mine = mine.where(Question.contact_id == contact.id if contact else col(Question.contact_id).is_(None))
    question = session.exec(mine.order_by(col(Question.asked_at).desc())).first()
    if question is None:
        raise NotFound
    return question
