"""What people answer when they are asked: the resident about themselves, a contact about what they will do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from app.auth import Keys
from app.errors import Conflict, Unreadable
from app.flows import asking, due, heard, pauses, record, silences
from app.models.circle import Contact
from app.models.people import Resident
from app.models.silence import Question, Silence
from app.phatic.silence import may_claim

CALL_ME: Final = "call_me"
SPOKE: Final = "spoke"
SAME_TAP: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: `fine`, `rest`, `away` (with `until`), `call_me`; of a contact `claim`, `spoke`, `not_now`."""

    word: str
    until: datetime | None = None


def give(session: Session, keys: Keys, question: Question, answer: Answer, now: datetime) -> Silence:
    """Take one answer of the person who was asked.

    Raises:
        Conflict: `episode-closed`, or `already-done` when somebody has it in hand.
        Unreadable: this person cannot answer that.
    """
    resident = session.get_one(Resident, question.resident_id, with_for_update=True)
    # A page read both before the lock: meanwhile somebody else may have answered.
    silence = session.get_one(Silence, question.silence_id, populate_existing=True)
    session.refresh(question)
    if silence.state == silences.CLOSED:
        raise Conflict("episode-closed")
    contact = session.get(Contact, question.contact_id) if question.contact_id else None
    has_spoken = question.answer == SPOKE
    given = Given(session, keys, resident, silence, question, contact, now, has_spoken=has_spoken)
    answers = OF_CONTACT if contact else OF_RESIDENT
    if answer.word not in answers:
        raise Unreadable
    if not has_spoken:
        question.answer, question.answered_at = answer.word, now
        session.add(question)
    answers[answer.word](given, answer)
    session.flush()
    return silence


@dataclass(frozen=True, slots=True)
class Given:
    """Who answers, about which silence, when; `has_spoken`: to this question they said before that they spoke."""

    session: Session
    keys: Keys
    resident: Resident
    silence: Silence
    question: Question
    contact: Contact | None
    now: datetime
    has_spoken: bool = False


def _is_well(given: Given, answer: Answer) -> None:
    """Let "all is well" and "not today" close the silence; the circle gets no teken of it."""
    silences.close(given.session, given.silence, answer.word, given.now)
    heard.note(given.session, given.resident, at=given.now, now=given.now)


def _is_away(given: Given, answer: Answer) -> None:
    """Make a pause of "I am away until"."""
    if answer.until is None:
        raise Unreadable
    _is_well(given, answer)
    wanted = pauses.Wanted(from_at=given.now, until_at=answer.until)
    pauses.add(given.session, given.resident, wanted, given.now)


def _asks_to_be_called(given: Given, _: Answer) -> None:
    """Ask the first contact at once, whatever the hour: the resident wants it (`trust.md` 28).

    Asked again later, the next is asked; a second tap right after the first asks nobody more.
    """
    given.silence.called_at = given.now
    called = [one for one in silences.questions_of(given.session, given.silence) if one.rung == CALL_ME]
    if not any(one.asked_at + SAME_TAP > given.now and one.answer is None for one in called):
        known = {one.contact_id for one in called} | {given.silence.spoke_by}
        others = [one for one in silences.askable(given.session, given.resident) if one.id not in known]
        if others:
            ask_contact(given.session, given.keys, given.silence, others[0], rung=CALL_ME, now=given.now)
    given.silence.spoke_by = given.silence.spoke_at = None
    given.session.add(given.silence)
    look_again(given)


def _claims(given: Given, _: Answer) -> None:
    """Hold the clock for two hours, four together for one person (`trust.md` 31); one line of the log a question."""
    silence, question = given.silence, given.question
    if silence.claimed_by not in {None, question.contact_id} and (silence.claimed_until or given.now) > given.now:
        raise Conflict("already-done")
    before = sum(one.claimed_s for one in _questions_of_person(given))
    until = given.now + may_claim(timedelta(seconds=before))
    held_until = max(given.now, silence.claimed_until or given.now) if silence.claimed_by else given.now
    is_first = question.claimed_s == 0 and until > held_until
    question.claimed_s += max(0, int((until - held_until).total_seconds()))
    silence.claimed_by, silence.claimed_until = question.contact_id, max(until, held_until)
    given.session.add_all([silence, question])
    if is_first:
        record.write(given.session, given.resident.id, "silence-claimed", given.now, contact=question.contact_id)
    look_again(given)


def _spoke(given: Given, _: Answer) -> None:
    """Stop asking others for a day at most; only a sign or a caseworker's outcome closes (`trust.md` 27).

    Once for each question: said again and again it would hold the ladder for ever, and write to the resident each time.
    """
    if given.has_spoken:
        return
    silence = given.silence
    silence.spoke_by, silence.spoke_at = given.question.contact_id, given.now
    silence.claimed_by = silence.claimed_until = None
    given.session.add(silence)
    record.write(given.session, given.resident.id, "silence-spoke", given.now, contact=given.question.contact_id)
    asking.notice(given.session, given.resident, "spoke", given.now)
    look_again(given)


def _not_now(given: Given, _: Answer) -> None:
    """Go on to the next person at once, with no word about it to anybody."""
    if given.silence.claimed_by == given.question.contact_id:
        given.silence.claimed_by = given.silence.claimed_until = None
        given.session.add(given.silence)
    look_again(given)


def look_again(given: Given) -> None:
    """Let the watch look at once; what comes next is for the ladder to say."""
    due.look_at(given.session, given.resident.id, given.now)


def ask_contact(
    session: Session, keys: Keys, silence: Silence, contact: Contact, *, rung: str, now: datetime
) -> Question:
    """Ask one of the circle, and let the resident read whom."""
    if silence.state == silences.ASKED:
        silence.state = silences.CIRCLE_ASKED
        session.add(silence)
    record.write(session, silence.resident_id, "silence-asked", now, contact=contact.id)
    person = asking.contact_as_person(session, contact)
    return asking.ask(session, keys, silence, person, rung=rung, now=now, at_once=rung == CALL_ME)


def _questions_of_person(given: Given) -> list[Question]:
    questions = silences.questions_of(given.session, given.silence)
    return [one for one in questions if one.contact_id == given.question.contact_id]


OF_RESIDENT: dict[str, Callable[[Given, Answer], None]] = {
    "fine": _is_well,
    "rest": _is_well,
    "away": _is_away,
    "call_me": _asks_to_be_called,
}
OF_CONTACT: dict[str, Callable[[Given, Answer], None]] = {"claim": _claims, SPOKE: _spoke, "not_now": _not_now}
