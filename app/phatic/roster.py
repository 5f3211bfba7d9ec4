"""The roster: who is on duty at a moment, and which working time nobody has."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Generic, TypeVar

from app.phatic.hours import Hours

Who = TypeVar("Who", bound=Hashable)
Clocks = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Line(Generic[Who]):
    """Who answers from `begins` until `ends` on a weekday (0 is Monday), or on one day."""

    who: Who
    begins: time
    ends: time
    weekday: int | None = None
    day: date | None = None


def of_day(lines: Iterable[Line[Who]], day: date) -> list[Line[Who]]:
    """Return the lines of one day: its own where it has any, else those of its weekday."""
    lines = list(lines)
    own = [line for line in lines if line.day == day]
    return own or [line for line in lines if line.weekday == day.weekday()]


def on_duty(lines: Iterable[Line[Who]], moment: datetime, hours: Hours) -> list[Who]:
    """Return who is on duty at an aware moment, each once, in the roster's order."""
    local = moment.astimezone(hours.zone)
    clock = local.time().replace(tzinfo=None)
    now = [line.who for line in of_day(lines, local.date()) if line.begins <= clock < line.ends]
    return list(dict.fromkeys(now))


def gaps(lines: Sequence[Line[Who]], day: date, hours: Hours) -> list[Clocks]:
    """Return the working time of a day that no line covers, as local clock times."""
    if hours.span(day) is None:
        return []
    begins, ends = hours.week[day.weekday()]
    found, at = [], begins
    for line in sorted(of_day(lines, day), key=lambda line: line.begins):
        if line.begins > at:
            found.append((at, min(line.begins, ends)))
        at = max(at, line.ends)
        if at >= ends:
            return found
    return [*found, (at, ends)]
