"""Working hours of an organisation: local clock times per weekday, counted in real time, closed on free days."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAY: Final = timedelta(days=1)
# Nobody closes for longer; whoever is asked beyond it has no hours at all.
LONGEST_CLOSED_DAYS: Final = 60

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hours:
    """When an organisation works: from and until per weekday (0 is Monday; a weekday without is closed).

    `is_free_day` says which local days are public holidays.
    """

    week: Mapping[int, tuple[time, time]]
    zone: ZoneInfo
    is_free_day: Callable[[date], bool]

    def span(self, day: date) -> Span | None:
        """Return from and until of one local day, in aware UTC; None when closed."""
        hours = self.week.get(day.weekday())
        if hours is None or self.is_free_day(day):
            return None
        begins, ends = (datetime.combine(day, clock, self.zone).astimezone(UTC) for clock in hours)
        return begins, ends


def parse(week: Mapping[str, list[str]], zone: str, is_free_day: Callable[[date], bool]) -> Hours:
    """Return hours from `{"0": ["09:00", "17:00"], …}`; ValueError for a clock time that is none."""
    clocks = {int(day): (time.fromisoformat(begin), time.fromisoformat(end)) for day, (begin, end) in week.items()}
    return Hours(clocks, ZoneInfo(zone), is_free_day)


def is_narrower(before: Hours, after: Hours) -> bool:
    """Tell whether some hour of an ordinary week was working time before and is none after; public holidays apart."""
    if before.zone.key != after.zone.key:
        return True
    return any(
        day not in after.week or begins < after.week[day][0] or after.week[day][1] < ends
        for day, (begins, ends) in before.week.items()
    )


def is_open(hours: Hours, moment: datetime) -> bool:
    """Tell whether somebody works at an aware moment; the last moment of the day is closed."""
    span = hours.span(moment.astimezone(hours.zone).date())
    return span is not None and span[0] <= moment < span[1]


def next_open(hours: Hours, moment: datetime) -> datetime:
    """Return the moment itself while open, else the next opening, aware UTC; ValueError when there is none."""
    begins, _ = next(_spans(hours, moment))
    return begins


def after_working(hours: Hours, moment: datetime, length: timedelta) -> datetime:
    """Return when so much working time has passed since a moment; real hours, also in the nights the clock changes."""
    left = length
    for begins, ends in _spans(hours, moment):
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    raise AssertionError  # _spans ends with an error of its own


def one_working_day(hours: Hours, moment: datetime) -> datetime:
    """Return the same clock time on the next working day, or what of that day is nearest to it."""
    local = moment.astimezone(hours.zone)
    tomorrow = datetime.combine(local.date() + DAY, time(), hours.zone)
    day = next_open(hours, tomorrow).astimezone(hours.zone).date()
    begins, ends = hours.span(day) or (moment, moment)
    same = datetime.combine(day, local.time(), hours.zone).astimezone(UTC)
    return min(max(same, begins), ends)


def _spans(hours: Hours, moment: datetime) -> Iterator[Span]:
    """Yield what is left of the working spans from a moment on; ValueError after two closed months."""
    day, closed = moment.astimezone(hours.zone).date(), 0
    while closed <= LONGEST_CLOSED_DAYS:
        span = hours.span(day)
        day, closed = day + DAY, closed + 1
        if span is not None and span[1] > moment:
            closed = 0
            yield max(span[0], moment.astimezone(UTC)), span[1]
    raise ValueError("no working hours")
