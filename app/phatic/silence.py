"""The ladder: who is asked next when somebody's signs stop, and when. A step is a value, so a month is a table.

The resident alone, twice; then the first contact; then the rest; then the caseworker. Every delay counts from when the
one before could have read the question: nobody is passed over in their sleep, and a service that stood still catches up
rung by rung (`product.md`, agreements 1 and 2).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

UTC: Final = ZoneInfo("UTC")
CLAIM: Final = timedelta(hours=2)
CLAIMS_TOGETHER: Final = timedelta(hours=4)
TROUBLE: Final = timedelta(hours=4)
SPOKE_HOLDS: Final = timedelta(hours=24)
LASTS: Final = timedelta(days=10)
HELD_LOOK: Final = timedelta(minutes=10)
MOST_QUESTIONS: Final = 3
MORNING: Final = time(8, 30)
AGAIN_AT: Final = time(9, 0)
DARK, WINTER_DARK, WINTER = time(18, 0), time(16, 30), (11, 12, 1, 2)
LAST_CALL: Final = time(17, 0)


class Kind(StrEnum):
    """What the watch does next; `HOLD` is a step past the resident while we suspect ourselves."""

    WAIT = "wait"
    NUDGE = "nudge"
    REMIND = "remind"
    TELL_CIRCLE = "tell-circle"
    ASK_CASEWORKER = "ask-caseworker"
    HOLD = "hold"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Course:
    """The delays of one agreement: to the reminder, from there to the first contact, to the rest, to the caseworker.

    `after_first` counts the caseworker's delay from the first contact, else from the last question of the circle.
    """

    remind: timedelta
    first: timedelta
    rest: timedelta
    caseworker: timedelta
    after_first: bool
    by_daylight: bool


HOUR: Final = timedelta(hours=1)
COURSES: Final = {
    "calm": Course(2 * HOUR, 2 * HOUR, 2 * HOUR, 6 * HOUR, after_first=True, by_daylight=False),
    "daily": Course(2 * HOUR, 1 * HOUR, 1 * HOUR, 1 * HOUR, after_first=False, by_daylight=True),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question that was put: to the resident (`who` is None) or to one of the circle."""

    who: UUID | None
    at: datetime
    reach_at: datetime
    answer: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where one silence stands: since when, who was asked, who has it in hand, and whether it rests since ten days."""

    due_at: datetime
    asked: tuple[Asked, ...] = ()
    claimed_until: datetime | None = None
    spoke_at: datetime | None = None
    is_with_caseworker: bool = False
    has_phone_trouble: bool = False
    resumed_at: datetime | None = None
    has_rested: bool = False

    @property
    def of_resident(self) -> tuple[Asked, ...]:
        """Return what the resident was asked."""
        return tuple(asked for asked in self.asked if asked.who is None)

    @property
    def of_circle(self) -> tuple[Asked, ...]:
        """Return what the circle was asked."""
        return tuple(asked for asked in self.asked if asked.who is not None)


def at_any_time(moment: datetime) -> datetime:
    """Return the moment itself: somebody always works."""
    return moment


@dataclass(frozen=True, slots=True)
class Wishes:
    """What holds at this moment: the agreement, who can be asked (first first, who has a key last), and the hours.

    `working_from` returns the first moment from another on at which a caseworker works.
    """

    kind: str
    time_zone: str
    circle: tuple[UUID, ...]
    has_caseworker: bool = False
    working_from: Callable[[datetime], datetime] = field(default=at_any_time)
    usual_at: time | None = None
    is_held: bool = False
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What to do at `at`, and whom to ask. `WAIT` and `HOLD` say when to look again; never: None."""

    kind: Kind
    at: datetime | None = None
    who: tuple[UUID, ...] = ()


def next_step(ladder: Ladder, now: datetime, wishes: Wishes) -> Step:
    """Return the one step to take now, or `WAIT` until the moment of the next one; never two at once."""
    if wishes.paused_until and wishes.paused_until > now:
        return Step(Kind.WAIT, wishes.paused_until)
    over_at = max(ladder.due_at, ladder.resumed_at or ladder.due_at) + LASTS  # a hold, or a pause, asked nobody
    is_over = ladder.has_rested or over_at <= now
    step = _left_open(ladder, wishes, now) if is_over else planned(ladder, wishes)
    if step.at is None or step.at > now:
        return Step(Kind.WAIT, min(at for at in (step.at, over_at) if at and at > now))
    if wishes.is_held and step.kind in {Kind.TELL_CIRCLE, Kind.ASK_CASEWORKER}:
        return Step(Kind.HOLD, now + HELD_LOOK)
    return step


def _left_open(ladder: Ladder, wishes: Wishes, now: datetime) -> Step:
    """Return what comes after ten days: it is the caseworker's, if there is one (rule 7), and no more the circle's."""
    if wishes.has_caseworker and not ladder.is_with_caseworker:
        return Step(Kind.ASK_CASEWORKER, wishes.working_from(now))
    return Step(Kind.REST, now)


def planned(ladder: Ladder, wishes: Wishes) -> Step:
    """Return the next step and its moment, which may lie in the past; `WAIT` without one when nothing is left."""
    course, own = COURSES[wishes.kind], ladder.of_resident
    if not own:
        return Step(Kind.NUDGE, ladder.due_at)
    if ladder.of_circle:
        return _further(ladder, wishes, course)
    if len(own) == 1 and not ladder.is_with_caseworker:
        return Step(Kind.REMIND, _resumed(ladder, own[0].reach_at + course.remind, course.remind))
    trouble = TROUBLE if ladder.has_phone_trouble else timedelta()
    at = _resumed(ladder, own[-1].reach_at + course.first + trouble, course.first)
    if wishes.circle:
        first_at = by_daylight(at, wishes.time_zone) if course.by_daylight else at
        return Step(Kind.TELL_CIRCLE, first_at, wishes.circle[:1])
    return _caseworker(ladder, wishes, at)


def _further(ladder: Ladder, wishes: Wishes, course: Course) -> Step:
    """Return the step after the first contact was asked: the next, the rest, the caseworker, or all of them again."""
    of_circle = ladder.of_circle
    known = {asked.who for asked in of_circle}
    left = tuple(one for one in wishes.circle if one not in known)
    if ladder.spoke_at and all(asked.at <= ladder.spoke_at for asked in of_circle):
        at = spoke_until(ladder.spoke_at, wishes)
        return Step(Kind.TELL_CIRCLE, at, left[:1]) if left else _caseworker(ladder, wishes, at)
    if left and (refused_at := _refused_at(of_circle)):
        return Step(Kind.TELL_CIRCLE, refused_at, left[:1])
    if left:
        at = max(_reached_at(of_circle) + course.rest, ladder.claimed_until or ladder.due_at)
        return Step(Kind.TELL_CIRCLE, _resumed(ladder, at, course.rest), left)
    since = of_circle[0].reach_at if course.after_first else _reached_at(of_circle)
    refused_at = _refused_at(of_circle)
    at = refused_at or max(since + course.caseworker, ladder.claimed_until or ladder.due_at)
    return _caseworker(ladder, wishes, at if refused_at else _resumed(ladder, at, course.rest))


def _caseworker(ladder: Ladder, wishes: Wishes, at: datetime) -> Step:
    if ladder.is_with_caseworker:
        return Step(Kind.WAIT)  # from here on the case has an owner (`phatic/cases.py`)
    if not wishes.has_caseworker:
        return _again(ladder, wishes, at)
    if COURSES[wishes.kind].by_daylight:
        at = _same_day_or_morning(at, wishes.time_zone)
    return Step(Kind.ASK_CASEWORKER, wishes.working_from(at))


def _again(ladder: Ladder, wishes: Wishes, at: datetime) -> Step:
    """Return the question of another day, for those who had fewer than three; nobody is left: wait."""
    questions = {who: [asked for asked in ladder.of_circle if asked.who == who] for who in wishes.circle}
    who = tuple(one for one in wishes.circle if len(questions[one]) < MOST_QUESTIONS)
    if not who:
        return Step(Kind.WAIT)
    zone = ZoneInfo(wishes.time_zone)
    last_day = max(_local_day(asked.reach_at, zone) for asked in ladder.of_circle) if ladder.of_circle else None
    again_at = at if last_day is None else max(at, _moment(last_day + timedelta(days=1), AGAIN_AT, zone))
    return Step(Kind.TELL_CIRCLE, again_at, who)


def spoke_until(spoke_at: datetime, wishes: Wishes) -> datetime:
    """Return until when "I spoke to them" is enough: the next usual moment, a day at most (`trust.md` 27)."""
    latest = spoke_at + SPOKE_HOLDS
    if wishes.usual_at is None:
        return latest
    zone = ZoneInfo(wishes.time_zone)
    today = _local_day(spoke_at, zone)
    usual = (_moment(today + timedelta(days=days), wishes.usual_at, zone) for days in (0, 1))
    return min([moment for moment in usual if moment >= spoke_at + CLAIM] + [latest])


def by_daylight(at: datetime, time_zone: str) -> datetime:
    """Return the moment itself by day, else the next morning: nobody is sent to a door in the dark."""
    zone = ZoneInfo(time_zone)
    local = at.astimezone(zone)
    if local.time() < MORNING:
        return _moment(local.date(), MORNING, zone)
    if local.time() < (WINTER_DARK if local.month in WINTER else DARK):
        return at
    return _moment(local.date() + timedelta(days=1), MORNING, zone)


def may_claim(claimed: timedelta) -> timedelta:
    """Return how long one person may still hold the clock in one silence: two hours a time, four together."""
    return min(CLAIM, max(CLAIMS_TOGETHER - claimed, timedelta()))


def withdraws(
    *, sign_at: datetime, heard_at: datetime | None, next_due_at: datetime | None, period: timedelta, now: datetime
) -> bool:
    """Tell whether a sign closes an open silence, also one that was made earlier and arrives late (rule 4).

    It must be later than the last one, and the moment from which quiet counts again must lie ahead, or less than one
    period of the agreement ago.
    """
    is_newer = heard_at is None or sign_at > heard_at
    return is_newer and (next_due_at is None or now < next_due_at + period)


def _refused_at(asked: tuple[Asked, ...]) -> datetime | None:
    """Return when the last of those asked said "not now", if all of them did."""
    answers = [one.answered_at for one in asked if one.answer == "not_now"]
    return max(moment for moment in answers if moment) if len(answers) == len(asked) else None


def _reached_at(asked: tuple[Asked, ...]) -> datetime:
    return max(one.reach_at for one in asked)


def _resumed(ladder: Ladder, at: datetime, delay: timedelta) -> datetime:
    """Let a rung wait its own delay after a hold, so that not all of them follow at once."""
    return at if ladder.resumed_at is None else max(at, ladder.resumed_at + delay)


def _same_day_or_morning(at: datetime, time_zone: str) -> datetime:
    zone = ZoneInfo(time_zone)
    local = at.astimezone(zone)
    return at if local.time() < LAST_CALL else _moment(local.date() + timedelta(days=1), time(0), zone)


def _local_day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return a local clock time in UTC; one that a spring night skips becomes the same time an hour on."""
    return datetime.combine(day, clock, zone).astimezone(UTC)
