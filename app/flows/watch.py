"""It grows silent: who is overdue is looked at, one by one, and takes one step of the ladder.

The sweep only reads `agreement.next_due_at`. A look judges anew from the rows under the resident's lock, so that it may
run twice, or in two workers at once, without a second question.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update
from sqlmodel import Session

from app.auth import Keys
from app.flows import answers, asking, caring, cases, due, holding, pauses, reach, record, silences, suspecting
from app.flows.due import Clock
from app.models.base import columns_of
from app.models.people import Resident
from app.models.silence import Agreement, Silence
from app.models.work import Care, Organisation
from app.phatic.agreed import GREETINGS
from app.phatic.silence import Kind, Step, Wishes, next_step

LEASE: Final = timedelta(minutes=3)
AHEAD: Final = timedelta(hours=1)
AGREEMENT = columns_of(Agreement)
NOW = bindparam("now", type_=AGREEMENT.c.next_due_at.type)
DUE = (
    select(AGREEMENT.c.resident_id)
    .where(AGREEMENT.c.next_due_at <= NOW, or_(AGREEMENT.c.leased_until.is_(None), AGREEMENT.c.leased_until <= NOW))
    .order_by(AGREEMENT.c.next_due_at)
    .limit(bindparam("limit"))
)
OVERDUE = DUE.with_for_update(skip_locked=True)
CLAIM = (
    update(AGREEMENT)
    .where(AGREEMENT.c.resident_id.in_(OVERDUE.scalar_subquery()))
    .values(leased_until=bindparam("leased_until"))
    .returning(AGREEMENT.c.resident_id)
)


def is_anybody_due(session: Session, now: datetime) -> bool:
    """Tell whether there is anything to claim: most of the time there is not, and then nothing is written."""
    return session.connection().execute(DUE, {"now": now, "limit": 1}).first() is not None


def claim(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """Take the residents who are overdue, in one statement; nobody else looks at them for three minutes."""
    taken = session.connection().execute(CLAIM, {"now": now, "limit": limit, "leased_until": now + LEASE})
    return taken.scalars().all()


def look(session: Session, resident_id: UUID, now: datetime, *, keys: Keys) -> str:
    """Look at one resident, take the one step that is due, and say which; then plan the next look."""
    resident = session.get(Resident, resident_id, with_for_update=True)
    if resident is None or resident.frozen_at:
        return "not-watched"
    if pauses.end_due(session, resident, now):
        return "welcomed"
    clock = due.clock_of(session, resident, now)
    if why := _declined(session, resident, clock, now):
        return why
    if clock.terms.kind == GREETINGS:
        return _greet(session, resident, now)
    silence = _silence_of(session, resident, clock, now)
    return _climb(session, keys, resident, silence, now)


def _declined(session: Session, resident: Resident, clock: Clock, now: datetime) -> str | None:
    """Say why there is nothing to do after all: heard meanwhile, in a pause, or it was we who could not hear."""
    if clock.next_due_at is None or clock.next_due_at > now:
        return "not-due"
    if clock.paused_until:
        due.look_at(session, resident.id, clock.paused_until)
        return "paused"
    if clock.silence_id is None and (later := suspecting.not_before(session, clock, now)):
        due.set_anew(session, resident, now, from_at=later)
        return "credited"
    return None


def _greet(session: Session, resident: Resident, now: datetime) -> str:
    """Say one private word after two weeks, and no more before they are heard."""
    asking.notice(session, resident, "greetings", now)
    due.look_at(session, resident.id, None)
    return "greeted"


def _silence_of(session: Session, resident: Resident, clock: Clock, now: datetime) -> Silence:
    if clock.silence_id:
        return session.get_one(Silence, clock.silence_id)
    due_at = clock.next_due_at or now
    return silences.begin(session, resident, clock.terms.kind, due_at=due_at, heard_at=clock.heard_at, now=now)


def _climb(session: Session, keys: Keys, resident: Resident, silence: Silence, now: datetime) -> str:
    wishes = wishes_of(session, resident, silence, now)
    _mark_hold(silence, now, is_held=wishes.is_held)
    step = next_step(silences.ladder_of(session, silence), now, wishes)
    _take(session, keys, resident, silence, step, now)
    session.add(silence)
    session.flush()
    due.look_at(session, resident.id, _next_look(session, resident, silence, now))
    return step.kind


def _next_look(session: Session, resident: Resident, silence: Silence, now: datetime) -> datetime | None:
    """Return when to look again: for the ladder's next rung, or for the case that a caseworker has.

    The circle is not asked any more about one that rests; a case never rests by itself. None: not before a sign.
    """
    moments = []
    if silence.rested_at is None:
        after = next_step(silences.ladder_of(session, silence), now, wishes_of(session, resident, silence, now))
        moments.append(after.at or now)
    if silence.state in silences.AT_WORK:
        moments.append(cases.escalate(session, silence, now))
    return min(moments, default=None)


def _take(session: Session, keys: Keys, resident: Resident, silence: Silence, step: Step, now: datetime) -> None:
    """Do what a step says: each is one verb."""
    match step.kind:
        case Kind.NUDGE:
            _ask_resident(session, keys, resident, silence, "resident", now)
        case Kind.REMIND:
            _ask_resident(session, keys, resident, silence, "reminder", now)
        case Kind.TELL_CIRCLE:
            _tell_circle(session, keys, resident, silence, step.who, now)
        case Kind.ASK_CASEWORKER:
            silence.state = silences.CASEWORKER_WAITING  # whose turn it is there, `_next_look` asks
        case Kind.HOLD:
            silence.held_at = silence.held_at or now
        case Kind.REST:
            _let_rest(session, resident, silence, now)


def _ask_resident(session: Session, keys: Keys, resident: Resident, silence: Silence, rung: str, now: datetime) -> None:
    asking.ask(session, keys, silence, asking.resident_as_person(resident), rung=rung, now=now)


def _tell_circle(
    session: Session, keys: Keys, resident: Resident, silence: Silence, who: tuple[UUID, ...], now: datetime
) -> None:
    is_first = silence.state == silences.ASKED
    for contact in silences.askable(session, resident):
        if contact.id in who:
            answers.ask_contact(session, keys, silence, contact, rung="first" if is_first else "rest", now=now)


def _let_rest(session: Session, resident: Resident, silence: Silence, now: datetime) -> None:
    """After ten days nobody of the circle is asked any more: it stays open, with a caseworker if there is one."""
    if silence.rested_at is None:
        silence.rested_at = now
        is_at_work = silence.state in silences.AT_WORK
        record.write(session, resident.id, "silence-rests-at-work" if is_at_work else "silence-rests", now)


def _mark_hold(silence: Silence, now: datetime, *, is_held: bool) -> None:
    if silence.held_at and not is_held:
        silence.held_at, silence.resumed_at = None, now


def wishes_of(session: Session, resident: Resident, silence: Silence, now: datetime) -> Wishes:
    """Return what holds at this moment, as the pure ladder takes it."""
    care = caring.care_of(session, resident.id, now)
    return Wishes(
        kind=silence.kind,
        time_zone=resident.time_zone,
        circle=tuple(contact.id for contact in silences.askable(session, resident)),
        has_caseworker=care is not None,
        working_from=reach.working_from(session, care),
        usual_at=due.usual_at(session, resident),
        is_held=suspecting.is_suspect(session) or _is_organisation_held(session, care, now),
    )


def _is_organisation_held(session: Session, care: Care | None, now: datetime) -> bool:
    if care is None:
        return False
    return holding.organisation_is_held(session, session.get_one(Organisation, care.organisation_id), now)


def put_off(session: Session, resident_id: UUID, now: datetime) -> None:
    """Put a resident at whom we cannot look out of the way for an hour."""
    due.look_at(session, resident_id, now + AHEAD)
