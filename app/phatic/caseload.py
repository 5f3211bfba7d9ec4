"""What a caseworker reads of each resident: one state word, since when in words, the next step, and nothing else."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from app.phatic.when import local_day, part_of
from app.phatic.wording import say, when_words

# What the resident is asked alone is told to nobody.
ALONE: Final = "asked"
QUIET, PAUSED, HELD, FROZEN = "quiet", "paused", "held", "frozen"
WAITING, ACKNOWLEDGED = "caseworker_waiting", "acknowledged"


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one resident. `silence_state` and `since_at` are of an open silence, if there is one.

    Overlays hide what is under them: who is in a pause has no dates and no words here (`trust.md` 35).
    """

    silence_state: str | None = None
    since_at: datetime | None = None
    is_paused: bool = False
    is_held: bool = False
    is_frozen: bool = False
    circle_is_empty: bool = False
    looks_again_at: datetime | None = None


def state_of(standing: Standing) -> str:
    """Return the one word for it."""
    if standing.is_frozen:
        return FROZEN
    if standing.is_paused:
        return PAUSED
    if standing.silence_state in {None, ALONE, "closed"}:
        return QUIET
    if standing.is_held and standing.silence_state not in {WAITING, ACKNOWLEDGED}:
        return HELD
    return standing.silence_state or QUIET


def since_words(standing: Standing, *, language: str, time_zone: str, now: datetime) -> str:
    """Return since when it is silent, as a part of a day; for who is not silent a word without any day."""
    state = state_of(standing)
    if state in {QUIET, PAUSED, FROZEN} or standing.since_at is None:
        return say(language, f"work.since.{state}")
    day, part = local_day(standing.since_at, time_zone), part_of(standing.since_at, time_zone)
    return when_words(language, day=day, part=part, today=local_day(now, time_zone))


def next_step_words(standing: Standing, *, language: str, owner: str, zone: tzinfo) -> str:
    """Return what is to be done next, and by whom; follow-ups on the organisation's own clock."""
    state = state_of(standing)
    if state == ACKNOWLEDGED and standing.looks_again_at:
        local = standing.looks_again_at.astimezone(zone)
        weekday = say(language, f"weekday.{local.weekday()}")
        return say(language, "work.next.acknowledged", owner=owner, weekday=weekday, clock=f"{local:%H:%M}")
    if state == WAITING and standing.circle_is_empty:
        return say(language, "work.next.circle_empty")
    return say(language, f"work.next.{state}", owner=owner)


def order_of(standing: Standing, name: str) -> tuple[bool, float, str]:
    """Return by what a caseload is ordered: who waits longest first, then those who wait for nothing, by name."""
    is_waiting = state_of(standing) not in {QUIET, PAUSED, FROZEN} and standing.since_at is not None
    since = standing.since_at.timestamp() if standing.since_at and is_waiting else 0.0
    return not is_waiting, since, name.casefold()
