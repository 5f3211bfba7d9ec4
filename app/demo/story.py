"""Lets days pass in the demo: one silence that a neighbour takes up, and one that comes to the caseworker."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from app.demo.days import TIME_ZONE
from app.demo.people import IN_CARE
from app.errors import Busy
from app.flows import answers, checkin, silences
from app.flows.answers import Answer
from app.flows.checkin import Tap
from app.house import House
from app.models.circle import Contact
from app.models.people import Resident
from app.models.silence import Question, Silence
from app.models.work import Member
from app.phatic.when import local_day
from app.phatic.wording import say

# Shorter than ten minutes, or the watch would think that it had stood still.
STEP: Final = timedelta(minutes=8)
HELPED, WAITS = IN_CARE
TAPS_AT: Final = time(9, 0)
# Days from the begin: on this one the first does not tap, and after that one the second taps no more.
QUIET_DAY, LAST_DAY = 1, 3
TRIES: Final = 10  # each waits two seconds
COMES_BACK: Final = timedelta(minutes=40)
ZONE: Final = ZoneInfo(TIME_ZONE)


@dataclass(frozen=True, slots=True)
class Days:
    """The days that pass, counted from the one on which they began."""

    house: House
    began_on: date

    def number(self, moment: datetime) -> int:
        """Return the how many-eth day a moment lies on."""
        return (local_day(moment, TIME_ZONE) - self.began_on).days

    def taps(self, name: str, moment: datetime) -> bool:
        """Tell whether a resident taps in the step that ends at a moment."""
        at = datetime.combine(local_day(moment, TIME_ZONE), TAPS_AT, ZONE)
        day = self.number(moment)
        is_silent = day == QUIET_DAY if name == HELPED else day > LAST_DAY
        return not is_silent and moment - STEP < at <= moment


def let_pass(house: House, days: int, work: Callable[[], None]) -> Iterator[str]:
    """Move the demo's clock on, step by step, with `work` done at each; yields a line for each thing that happens."""
    passing = Days(house, local_day(house.clock.now(), TIME_ZONE))
    until, seen = house.clock.now() + timedelta(days=days), house.clock.now()
    while house.clock.now() < until:
        house.clock.ahead += STEP
        for name in IN_CARE:
            _patiently(lambda name=name: _act(passing, name))
        _patiently(work)
        yield from _happened(house, seen)
        seen = house.clock.now()


def _patiently(act: Callable[[], None]) -> None:
    """Do it, also when the service that runs beside this has the pen: its own worker works on the same days."""
    for _ in range(TRIES):
        with suppress(Busy):
            return act()
    return act()


def _act(passing: Days, name: str) -> None:
    """Let one resident tap, and the neighbour who was asked first take it up, as they do in this story."""
    house = passing.house
    now = house.clock.now()
    with house.db.write() as session:
        resident = _resident(session, name)
        if resident is None:
            return
        silence = silences.current(session, resident.id)
        if passing.taps(name, now) or (name == HELPED and silence and _is_taken_up(silence, now)):
            checkin.share_tap(session, resident, Tap(), now)
        elif name == HELPED and silence and silence.claimed_by is None:
            _take_up(session, house, silence, now)


def _is_taken_up(silence: Silence, now: datetime) -> bool:
    return silence.claimed_until is not None and now >= silence.claimed_until - timedelta(hours=2) + COMES_BACK


def _take_up(session: Session, house: House, silence: Silence, now: datetime) -> None:
    asked = select(Question).where(Question.silence_id == silence.id, col(Question.contact_id).is_not(None))
    question = session.exec(asked.order_by(col(Question.asked_at)).limit(1)).first()
    if question and question.reach_at + STEP <= now:
        answers.give(session, house.keys, question, Answer("claim"), now)


def _resident(session: Session, name: str) -> Resident | None:
    # Names are sealed: they can be read, and not searched for.
    return next((resident for resident in session.exec(select(Resident)) if resident.name == name), None)


def _happened(house: House, since: datetime) -> Iterator[str]:
    with house.db.read() as session:
        for question in session.exec(select(Question).where(Question.asked_at > since)):
            yield _line(session, question.asked_at, question.resident_id, f"asked {_who(session, question)}")
        for silence in session.exec(select(Silence).where(col(Silence.closed_at) > since)):
            yield _line(session, silence.closed_at or since, silence.resident_id, "all is well; who was asked knows")


def _line(session: Session, moment: datetime, resident_id: object, what: str) -> str:
    local = moment.astimezone(ZONE)
    weekday = say("en", f"weekday.{local.weekday()}")
    return f"  {weekday} {local:%H:%M}  {session.get_one(Resident, resident_id).name}: {what}"


def _who(session: Session, question: Question) -> str:
    if question.contact_id:
        return session.get_one(Contact, question.contact_id).name
    return session.get_one(Member, question.member_id).name if question.member_id else "themselves, and nobody else"
