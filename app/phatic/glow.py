"""How long ago, in light: at most four steps that change at the borders of the parts of the day (`trust.md` 10)."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from app.phatic.when import Part, as_told, part_of

STEPS: Final = 4


def step(day: date, part: Part, now: datetime, time_zone: str) -> int:
    """Return 4 in the part of the day that a sign is told in, one less in each following part, 0 after a day.

    A function of parts of the day alone: shifting a sign within its part changes nothing.
    """
    today = now.astimezone(ZoneInfo(time_zone)).date()
    passed = STEPS * (today - day).days + _place(part_of(now, time_zone)) - _place(as_told(part))
    return max(0, STEPS - max(0, passed))


def sleeps(now: datetime, time_zone: str) -> bool:
    """Tell whether a window rests because it is night where it stands."""
    return part_of(now, time_zone) is Part.NIGHT


def _place(part: Part) -> int:
    return list(Part).index(part)
