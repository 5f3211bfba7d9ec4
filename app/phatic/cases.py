"""Who of an organisation is asked about a silence, and when: its caseworker, the deputy, the team lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.phatic import hours
from app.phatic.hours import Hours

# Of working time: a deputy after two hours, the team lead after four (`product.md`, agreements 9).
NEXT_AFTER: Final = timedelta(hours=2)


class Turn(StrEnum):
    """Whose turn it is, in this order; nobody is passed over but who is not there."""

    OWNER = "owner"
    DEPUTY = "deputy"
    LEAD = "lead"


@dataclass(frozen=True, slots=True)
class Case:
    """One silence that came to an organisation at `came_at`.

    `asked` says when whose turn began, the newest of each; `there` who can be asked at all. `runs_out_at` is the end
    of the newest acknowledgement.
    """

    came_at: datetime
    there: frozenset[Turn]
    asked: Mapping[Turn, datetime]
    runs_out_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """Whose turn begins at `at`. Nobody's (`turn` is None) while an acknowledgement holds: look again then."""

    at: datetime
    turn: Turn | None


def next_call(case: Case, now: datetime, working: Hours) -> Call:
    """Return the next call: never two at once, none skipped, and each counted from when the one before really was.

    An acknowledgement holds everything until it runs out; then asking begins anew with the owner. When all were
    asked in vain it begins anew one working day later: a case never rests by itself.
    """
    if case.runs_out_at and now < case.runs_out_at:
        return Call(case.runs_out_at, None)
    order = [turn for turn in Turn if turn in case.there]
    if not order:
        return Call(hours.one_working_day(working, now), None)
    begins = max(case.came_at, case.runs_out_at or case.came_at)
    since = {turn: at for turn, at in case.asked.items() if at >= begins}
    if not since:
        return Call(hours.next_open(working, begins), order[0])
    last = max(since, key=lambda turn: (since[turn], list(Turn).index(turn)))
    later = [turn for turn in order if list(Turn).index(turn) > list(Turn).index(last)]
    if later:
        after = hours.after_working(working, since[last], NEXT_AFTER)
        return Call(hours.next_open(working, after), later[0])  # at closing time nobody is asked
    return Call(hours.next_open(working, hours.one_working_day(working, since[last])), order[0])
