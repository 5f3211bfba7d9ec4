"""The longest wait: were nobody to answer, when would the first of the circle, and the last of all, hear of it?

Told in one sentence before somebody agrees, and kept with the words of the consent (`trust.md` 33).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from app.phatic.silence import Asked, Kind, Ladder, Step, Wishes, planned
from app.phatic.when import Part, local_day, part_of
from app.phatic.wording import say

WEEK_HOURS: Final = 7 * 24
HOUR: Final = timedelta(hours=1)
# The sentence names parts of a day, which last six hours.
EVERY_HOURS: Final = 2
# The resident twice, each of the circle once, the caseworker: more rungs there are not.
MOST_RUNGS: Final = 40
WEEK: Final = 7

Reach = Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True)
class People:
    """Who can be asked, by name, and from when on each can have read what was sent at a moment.

    `resident` is their own reach; `circle` is in the order of asking. `caseworker` and `working_from` belong together.
    """

    time_zone: str
    resident: Reach
    circle: Mapping[UUID, tuple[str, Reach]]
    caseworker: tuple[str, Reach] | None = None
    working_from: Reach | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """The last sign before a silence, and who hears of it when: the first of the circle, and the caseworker."""

    silent_at: datetime
    first: tuple[str, datetime]
    last: tuple[str, datetime] | None = None

    @property
    def ends_at(self) -> datetime:
        """Return when everybody who could help first has heard."""
        return self.last[1] if self.last else self.first[1]


def longest(kind: str, people: People, due_after: Callable[[datetime], datetime | None], now: datetime) -> Wait | None:
    """Return the longest wait of a week of silences, one beginning every two hours; None when nobody would hear.

    `due_after` says of a sign's moment from when on quiet counts after it.
    """
    waits = [_wait(kind, people, silent_at, due_after(silent_at)) for silent_at in _week(people.time_zone, now)]
    found = [wait for wait in waits if wait is not None]
    return max(found, key=lambda wait: wait.ends_at - wait.silent_at, default=None)


def words(language: str, wait: Wait, time_zone: str) -> str:
    """Return a wait as one sentence: "Wordt het vrijdagavond stil, dan hoort Bas het zondagavond."."""
    silent_day = local_day(wait.silent_at, time_zone)
    names = {"when": _when(language, wait.silent_at, time_zone, silent_day)}
    names |= {"first": wait.first[0], "heard": _when(language, wait.first[1], time_zone, silent_day)}
    if wait.last is None:
        return say(language, "agreement.wait", **names)
    last = {"last": wait.last[0], "last_heard": _when(language, wait.last[1], time_zone, silent_day)}
    return say(language, "agreement.wait.caseworker", **names, **last)


def _week(time_zone: str, now: datetime) -> Iterable[datetime]:
    moments = (
        now.replace(minute=0, second=0, microsecond=0) + HOUR * hours for hours in range(0, WEEK_HOURS, EVERY_HOURS)
    )
    return (moment for moment in moments if part_of(moment, time_zone) is not Part.NIGHT)


def _wait(kind: str, people: People, silent_at: datetime, due_at: datetime | None) -> Wait | None:
    """Climb the ladder of one silence in which nobody answers."""
    if due_at is None:
        return None
    asked: list[Asked] = []
    wishes = _wishes(kind, people)
    for _ in range(MOST_RUNGS):
        step = planned(Ladder(due_at=due_at, asked=tuple(asked)), wishes)
        if step.at is None:
            break
        if step.kind is Kind.ASK_CASEWORKER and people.caseworker:
            name, reach = people.caseworker
            last = (name, reach(step.at))
            return Wait(silent_at, _first(people, asked) or last, last if _first(people, asked) else None)
        if step.kind is Kind.TELL_CIRCLE and {one.who for one in asked} >= set(step.who):
            break  # everybody was asked once: from here on it repeats
        asked += _put(people, step, step.at)
    first = _first(people, asked)
    return Wait(silent_at, first) if first else None


def _wishes(kind: str, people: People) -> Wishes:
    wishes = Wishes(kind=kind, time_zone=people.time_zone, circle=tuple(people.circle))
    if people.caseworker is None or people.working_from is None:
        return wishes
    return Wishes(
        kind=kind,
        time_zone=people.time_zone,
        circle=tuple(people.circle),
        has_caseworker=True,
        working_from=people.working_from,
    )


def _put(people: People, step: Step, at: datetime) -> list[Asked]:
    if not step.who:
        return [Asked(None, at, people.resident(at))]
    return [Asked(who, at, people.circle[who][1](at)) for who in step.who]


def _first(people: People, asked: list[Asked]) -> tuple[str, datetime] | None:
    heard = [(one.reach_at, people.circle[one.who][0]) for one in asked if one.who is not None]
    return (min(heard)[1], min(heard)[0]) if heard else None


def _when(language: str, moment: datetime, time_zone: str, since: date) -> str:
    day = local_day(moment, time_zone)
    part = part_of(moment, time_zone)
    weekday = say(language, f"weekday.{day.weekday()}")
    told = say(language, f"when.weekday.{Part.MORNING if part is Part.NIGHT else part}", weekday=weekday)
    return say(language, "agreement.wait.later", when=told) if (day - since).days >= WEEK else told
