"""What was agreed about silence, and the moment from which quiet is unusual by it.

Judging never sleeps: a due moment may lie at night, and who is asked then reads it after their own quiet hours.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Protocol

from app.phatic.when import at_clock, local_day

GREETINGS, CALM, DAILY = "greetings", "calm", "daily"
GREETS_AFTER: Final = timedelta(days=14)
CALM_FOR: Final = timedelta(hours=48)
DAY: Final = timedelta(days=1)
# Below this a rhythm is not known, and what was agreed as "own rhythm" is 48 hours.
KNOWN_DAYS: Final = 14
SUGGESTED_AT: Final = time(11, 0)
EVERY_DAY: Final = "0123456"
SILENT: Final = 0.5


class Rhythm(Protocol):
    """What `phatic.rhythm.Rhythm` tells of a resident: the hour is local, 6 to 22, and 9 while unknown."""

    @property
    def days_known(self) -> int:
        """Return of how many days it is known whether they had a sign."""
        ...

    @property
    def telling_hour(self) -> int:
        """Return the local hour at which a quiet day is told."""
        ...

    def due_day(self, level: float) -> date | None:
        """Return the quiet local day at whose end a level is due."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """One agreement: `greetings`, `calm` or `daily`.

    `at` and `weekdays` (digits, Monday is 0) are the clock time and the days of `daily`; `follows_rhythm` and `level`
    (false alarms a month) belong to `calm`.
    """

    kind: str
    at: time | None = None
    weekdays: str = EVERY_DAY
    follows_rhythm: bool = False
    level: float = SILENT

    @property
    def period(self) -> timedelta:
        """Return one period of this agreement: how long after its due moment a late sign still withdraws."""
        return {GREETINGS: GREETS_AFTER, CALM: CALM_FOR, DAILY: DAY}[self.kind]


def next_due(
    terms: Terms, rhythm: Rhythm | None, *, heard_at: datetime | None, now: datetime, time_zone: str
) -> datetime | None:
    """Return the moment (aware) from which quiet counts after a sign at `heard_at`; without one, from `now` on.

    `rhythm` must have observed that sign. The moment may lie in the past. None when no day of the week was chosen, or
    when no silence is unusual enough for the level. For greetings it is the moment of their one private message.
    """
    since = (heard_at or now).astimezone(UTC)  # in a zone, Python adds 48 hours on the clock, not in time
    if terms.kind == GREETINGS:
        return since + GREETS_AFTER
    if terms.kind == DAILY:
        return _next_clock(terms, since, time_zone)
    if rhythm is not None and terms.follows_rhythm and rhythm.days_known >= KNOWN_DAYS:
        return _by_rhythm(rhythm, terms.level, time_zone)
    return since + CALM_FOR


def _next_clock(terms: Terms, since: datetime, time_zone: str) -> datetime | None:
    """Return the clock time of the next chosen day that has no sign yet.

    A sign belongs to its own local day, from midnight on: the one of the evening before says nothing of this day.
    """
    today = local_day(since, time_zone)
    days = (today + timedelta(days=ahead) for ahead in range(1, 8))
    chosen = next((day for day in days if str(day.weekday()) in terms.weekdays), None)
    return None if chosen is None else at_clock(chosen, terms.at or SUGGESTED_AT, time_zone)


def _by_rhythm(rhythm: Rhythm, level: float, time_zone: str) -> datetime | None:
    """Return the hour of telling after the last quiet day that a level allows."""
    quiet_day = rhythm.due_day(level)
    return None if quiet_day is None else at_clock(quiet_day + DAY, time(rhythm.telling_hour), time_zone)
