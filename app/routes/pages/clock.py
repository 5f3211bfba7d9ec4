"""Tells a resident the time: the only reader of a clock time, and only of their own."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.phatic.wording import say


def clock_words(language: str, moment: datetime, time_zone: str) -> str:
    """Return a moment as "15.42 uur" in the resident's zone."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return say(language, "clock", hour=local.hour, minute=f"{local.minute:02}")
