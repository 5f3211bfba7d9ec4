"""Asks again, at the moment of sending, whether what lies ready about a silence is still true and still theirs."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from app.flows import asking, outbox, silences
from app.flows.ladder_letters import CALL_ME, CONTACT, MEMBER, RESIDENT, Part
from app.models.circle import Contact
from app.models.outbox import Attempt, OutboxItem, Subscription
from app.models.people import Resident
from app.models.silence import Question, Silence
from app.models.work import Member
from app.phatic.when import local_day

LADDER: Final = (asking.QUESTION, asking.ALL_CLEAR, asking.NOTICE)
# A try that has no end yet: whoever made it is sending still, or was stopped and cannot say what came of it.
SENDING: Final = timedelta(minutes=3)
# It ended so, by a caseworker or by another agreement, and nobody said that all is well: nobody is told so.
NOT_WELL: Final = frozenset({"admitted", "moved", "died", "unknown", silences.CHANGED})


def part_of(session: Session, item: OutboxItem, subscription: Subscription, now: datetime) -> Part | str | datetime:
    """Return what this item tells now, or why it must not leave any more, or until when it has to wait."""
    if item.purpose == asking.NOTICE:
        return _notice(session, item, subscription, now)
    question = session.get(Question, item.question_id) if item.question_id else None
    if question is None:
        return "withdrawn"
    silence = session.get_one(Silence, question.silence_id, populate_existing=True)
    resident = session.get_one(Resident, question.resident_id)
    if why := _not_theirs(session, question, subscription):
        return why
    if item.purpose == asking.ALL_CLEAR:
        return _all_clear(session, question, silence, resident, subscription, now)
    return _over(session, question, silence) or question_part(question, silence, resident, now)


def _over(session: Session, question: Question, silence: Silence) -> str | None:
    """Say why a question need not be asked any more."""
    if silence.state == silences.CLOSED:
        return "resolved"
    if question.answer:
        return "answered"
    contact = session.get(Contact, question.contact_id) if question.contact_id else None
    return "not-asked" if contact and not is_askable(contact) else None


def is_urgent(part: Part) -> bool:
    """Tell whether a message does not wait for the receiver's morning: the resident asked to be called."""
    return part.purpose == asking.QUESTION and part.rung == CALL_ME


def is_askable(contact: Contact) -> bool:
    """Tell whether a contact may be asked about a silence, whatever address they have."""
    return contact.sees_ladder and not contact.is_quiet and contact.is_sixteen is not False


def _not_theirs(session: Session, question: Question, subscription: Subscription) -> str | None:
    """Say whether the person behind this address is not the one who was asked any more."""
    if question.contact_id:
        contact = session.get(Contact, question.contact_id)
        is_same = contact and contact.state == "active" and contact.viewer_id == subscription.viewer_id
        return None if is_same else "no-grant"
    if question.member_id:
        member = session.get(Member, question.member_id)
        return None if member and member.ended_at is None else "no-grant"
    return None


def _all_clear(
    session: Session,
    question: Question,
    silence: Silence,
    resident: Resident,
    subscription: Subscription,
    now: datetime,
) -> Part | str | datetime:
    """Return the all-clear, if the question left for this address: exactly those who were told hear it."""
    mine = select(Question.id).where(Question.silence_id == question.silence_id)
    asked = session.exec(
        select(OutboxItem)
        .where(OutboxItem.subscription_id == subscription.id, OutboxItem.purpose == asking.QUESTION)
        .where(col(OutboxItem.question_id).in_(mine))
    ).all()
    if any(one.state == outbox.SENT for one in asked):
        return _part(asking.ALL_CLEAR, question, silence, resident, now)
    started = [try_.started_at for one in asked for try_ in _open_tries(session, one)]
    if not started:
        return "never-told"
    if max(started) + SENDING > now:
        return max(started) + SENDING
    return _part(asking.ALL_CLEAR, question, silence, resident, now)


def _open_tries(session: Session, item: OutboxItem) -> list[Attempt]:
    is_open = select(Attempt).where(Attempt.item_id == item.id, col(Attempt.ended_at).is_(None))
    return list(session.exec(is_open))


def _part(purpose: str, question: Question, silence: Silence, resident: Resident, now: datetime) -> Part:
    reader = CONTACT if question.contact_id else MEMBER if question.member_id else RESIDENT
    return Part(
        purpose=purpose,
        reader=reader,
        question_id=question.id,
        silence_id=silence.id,
        rung=question.rung,
        about=resident.name if reader == CONTACT else "",
        since=since_of(silence, resident),
        today=local_day(now, resident.time_zone),
        has_phone_trouble=silence.phone_trouble and reader == RESIDENT,
        is_well=silence.outcome not in NOT_WELL,
    )


def question_part(question: Question, silence: Silence, resident: Resident, now: datetime) -> Part:
    """Return what a question says at this moment."""
    return _part(asking.QUESTION, question, silence, resident, now)


def since_of(silence: Silence, resident: Resident) -> date | None:
    """Return the resident's local day of the last sign before a silence."""
    return local_day(silence.heard_at, resident.time_zone) if silence.heard_at else None


def _notice(session: Session, item: OutboxItem, subscription: Subscription, now: datetime) -> Part | str:
    """Return a private notice; one that the resident has made untrue meanwhile does not leave."""
    reader = MEMBER if subscription.member_id else CONTACT if subscription.viewer_id else RESIDENT
    resident = session.get(Resident, item.resident_id) if item.resident_id else None
    if resident is None:
        return Part(asking.NOTICE, reader, now.date(), about=_renewed_by(session, subscription), note=item.note)
    if item.note == "greetings" and resident.last_heard_at and resident.last_heard_at > item.made_at:
        return "resolved"
    if item.note == "spoke":
        silence = silences.current(session, resident.id)
        if silence is None or silence.spoke_at is None:
            return "resolved"
    return Part(asking.NOTICE, reader, local_day(now, resident.time_zone), note=item.note)


def _renewed_by(session: Session, subscription: Subscription) -> str:
    """Return who made the newest link of the caseworker who reads this, for the notice that says so."""
    member = session.get(Member, subscription.member_id) if subscription.member_id else None
    by = session.get(Member, member.renewed_by) if member and member.renewed_by else None
    return by.name if by else ""
