"""The rhythm of one resident: on how many days a sign comes, and after how many quiet days it is unusually quiet."""

import math
import struct
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.phatic import wording
from app.phatic.when import NIGHT_BEGINS_H, NIGHT_ENDS_H

# False alarms a month that this much quiet would cause. The first two change words only and tell nobody.
LEVELS = {"quieter": 4.0, "unusually_quiet": 1.5, "silent": 0.5}

HALF_LIFE_DAYS = 60
KEEP = 2.0 ** (-1 / HALF_LIFE_DAYS)
MOST_TAUGHT = 22  # a longer gap teaches no more than this many days
PRIOR_DAYS, PRIOR_SHARE = 4, 0.65  # somebody new: as if four days were known, with a sign on 65 % of them
KIND_PRIOR_DAYS = 3  # each kind of day begins near the whole
LEAST, MOST = 0.03, 0.98
DAYS_A_MONTH = 30.44
SCALE, POWER = 0.83, 0.71  # from chance to observed false alarms, fitted on real rhythms
MOST_QUIET_DAYS = 1000  # at LEAST this reaches every level above one in a hundred million

KNOWN_DAYS = 14
HOURS = 24
HOURS_PRIOR = 8.0  # first signs, spread evenly over the day
USUALLY = 0.75  # "meestal": three of four first signs
TELLING_H = 9

DAY_S, MINUTE_S, HOUR_S = 86400, 60, 3600
EPOCH = date(1970, 1, 1).toordinal()

VERSION = 1
NEVER = -(2**31)
# n and a per kind of day, newest sign and its offset, last day and whether it had a sign, days taught, hour counts.
STATE = struct.Struct("<4ddhi?H24e")
CURVE = struct.Struct("<24e")

Level = float | str


def weekend(day: date) -> bool:
    """Return whether a day is a Saturday or a Sunday: the free days when nothing else is passed."""
    return day.weekday() >= 5  # noqa: PLR2004  # Monday is 0


class Rhythm:
    """What is known of one resident's days, and when it has been quiet for too long; `rhythm.md` has the formulas.

    A local day runs from midnight to midnight at the offset that came with a sign and is counted from 1970-01-01.
    `is_free_day` says of a date whether it counts as a free day (weekend, public holiday). The state changes by
    `observe`, `resume` and `restart` only; equal calls give equal states. Its repr says nothing about anybody.
    """

    __slots__ = ("_a", "_curve", "_days", "_had_sign", "_heard", "_is_free_day", "_last", "_n", "_offset_min")

    def __init__(self, is_free_day: Callable[[date], bool] = weekend) -> None:
        self._is_free_day = is_free_day
        self._n = [0.0, 0.0]
        self._a = [0.0, 0.0]
        self._days = 0
        self._last: int | None = None
        self._had_sign = False
        self._heard = -math.inf
        self._offset_min = 0
        self._curve = bytes(CURVE.size)

    @property
    def days_known(self) -> int:
        """Return of how many days it is known whether they had a sign; pauses are not among them."""
        return self._days

    @property
    def is_known(self) -> bool:
        """Return whether this rhythm may be spoken of: not before 14 days are known."""
        return self._days >= KNOWN_DAYS

    def observe(self, ts: float, utc_offset_min: int) -> None:
        """Take in a sign at `ts` (epoch seconds), made where clocks are `utc_offset_min` minutes east of UTC.

        The first sign of a new day teaches the days since the last active one, at most 22, and the hour. One that is
        older than the newest marks its day if that is still the last, and does nothing else.
        """
        self._take_in(ts, utc_offset_min, teaches=True)

    def resume(self, ts: float, utc_offset_min: int) -> None:
        """Take in the first sign after a pause: neither the pause nor the last active day before it is counted."""
        self._take_in(ts, utc_offset_min, teaches=False)

    def restart(self, day: date) -> None:
        """Let quiet days count from the end of `day`: a pause ended on it without a sign, or we ourselves did not hear.

        Nothing is taught of that day and those before it. A day before the last one changes nothing.
        """
        number = day.toordinal() - EPOCH
        if self._last is None or number > self._last:
            self._last, self._had_sign = number, False

    def due_day(self, level: Level) -> date | None:
        """Return the first quiet day at whose end `level` is due if no sign comes, as a local day of the resident.

        `level` is a positive number of false alarms a month or a name of `LEVELS`; ValueError for another. None before
        the first sign, and for a number so small that no silence of a thousand days reaches it.
        """
        quiet = self._quiet_days(_as_number(level))
        return None if self._last is None or quiet is None else _date(self._last + quiet)

    def due(self, level: Level) -> float | None:
        """Return the end of `due_day` in epoch seconds, at the offset of the newest sign; None as there.

        Where clocks change, `ends_at(due_day, time_zone)` is right and this may be an hour off.
        """
        quiet = self._quiet_days(_as_number(level))
        if self._last is None or quiet is None:
            return None
        return (self._last + quiet + 1) * DAY_S - self._offset_min * MINUTE_S

    def level_on(self, today: date) -> str | None:
        """Return the name of the strictest level that was due before `today` began; None when it is as ever."""
        days = {name: self.due_day(name) for name in LEVELS}
        reached = [name for name, day in days.items() if day is not None and day < today]
        return min(reached, key=LEVELS.__getitem__, default=None)

    def usual_hour(self) -> int | None:
        """Return the local hour (1-24) by which three of four first signs of a day have come; None below 14 days."""
        if not self.is_known:
            return None
        counts = [count + HOURS_PRIOR / HOURS for count in CURVE.unpack(self._curve)]
        wanted, come = USUALLY * sum(counts), 0.0
        for hour, count in enumerate(counts):
            come += count
            if come >= wanted:
                return hour + 1
        return HOURS

    @property
    def telling_hour(self) -> int:
        """Return the local hour at which a level is told: the usual one, or 9 while unknown or at night."""
        hour = self.usual_hour()
        return hour if hour is not None and NIGHT_ENDS_H <= hour < NIGHT_BEGINS_H else TELLING_H

    def to_json(self) -> dict[str, Any]:
        """Return the whole state as JSON, about 150 bytes; `from_json` gives an equal rhythm back."""
        last = NEVER if self._last is None else self._last
        numbers = (*self._n, *self._a, self._heard, self._offset_min, last, self._had_sign, self._days)
        packed = STATE.pack(*numbers, *CURVE.unpack(self._curve))
        return {"v": VERSION, "state": b64encode(packed).decode("ascii")}

    @classmethod
    def from_json(cls, state: dict[str, Any] | None, is_free_day: Callable[[date], bool] = weekend) -> "Rhythm":
        """Return the rhythm of a `to_json`, a new one for None. ValueError for a state of another version or size."""
        rhythm = cls(is_free_day)
        if state is None:
            return rhythm
        packed = b64decode(state["state"], validate=True) if state.get("v") == VERSION else b""
        if len(packed) != STATE.size:
            raise ValueError("not-a-rhythm")
        n0, n1, a0, a1, heard, offset_min, last, had_sign, days, *curve = STATE.unpack(packed)
        rhythm._n, rhythm._a, rhythm._days = [n0, n1], [a0, a1], days
        rhythm._heard, rhythm._offset_min = heard, offset_min
        rhythm._last, rhythm._had_sign = (None if last == NEVER else last), had_sign
        rhythm._curve = CURVE.pack(*curve)
        return rhythm

    def _take_in(self, ts: float, utc_offset_min: int, *, teaches: bool) -> None:
        local = ts + utc_offset_min * MINUTE_S
        day, hour = int(local // DAY_S), int(local % DAY_S // HOUR_S)
        is_newest = (ts, utc_offset_min) >= (self._heard, self._offset_min)
        if is_newest:
            self._heard, self._offset_min = ts, utc_offset_min
        if day == self._last:
            if not self._had_sign:
                self._had_sign = True
                self._note_hour(hour)
        elif self._last is None or (is_newest and day > self._last):
            if teaches:
                self._teach(until=day)
            self._last, self._had_sign = day, True
            self._note_hour(hour)

    def _teach(self, until: int) -> None:
        """Count the days from the last one (if it had a sign) to the one before `until`."""
        if self._last is None:
            return
        n, a, last = self._n, self._a, self._last
        first = last if self._had_sign else last + 1
        for day in range(first, min(until, first + MOST_TAUGHT)):
            kind = self._kind(day)
            n[0] *= KEEP
            n[1] *= KEEP
            a[0] *= KEEP
            a[1] *= KEEP
            n[kind] += 1
            if day == last:
                a[kind] += 1
            self._days = min(self._days + 1, 65535)

    def _note_hour(self, hour: int) -> None:
        counts = [KEEP * count for count in CURVE.unpack(self._curve)]
        counts[hour] += 1
        self._curve = CURVE.pack(*counts)

    def _quiet_days(self, level: float) -> int | None:
        """Return after how many whole quiet days the false alarms that they would cause fall below a level."""
        if self._last is None:
            return None
        share = (sum(self._a) + PRIOR_DAYS * PRIOR_SHARE) / (sum(self._n) + PRIOR_DAYS)
        empty = [1 - self._chance(kind, share) for kind in (0, 1)]
        chance = 1.0
        for quiet in range(1, MOST_QUIET_DAYS + 1):
            chance *= empty[self._kind(self._last + quiet)]
            if SCALE * (DAYS_A_MONTH * share * chance) ** POWER < level:
                return quiet
        return None

    def _chance(self, kind: int, share: float) -> float:
        seen = (self._a[kind] + KIND_PRIOR_DAYS * share) / (self._n[kind] + KIND_PRIOR_DAYS)
        return min(max(seen, LEAST), MOST)

    def _kind(self, day: int) -> int:
        return 1 if self._is_free_day(_date(day)) else 0


def ends_at(day: date, time_zone: str) -> datetime:
    """Return the moment (aware UTC) at which a local day ends, also where clocks change that night."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(time_zone)).astimezone(UTC)


def told_at(day: date, hour: int, time_zone: str) -> datetime:
    """Return when (aware UTC) a level that is due at the end of `day` is told: at `hour` (0-23) of the day after."""
    return datetime.combine(day + timedelta(days=1), time(hour), ZoneInfo(time_zone)).astimezone(UTC)


def words(language: str, rhythm: Rhythm, today: date) -> str:
    """Return one sentence about a rhythm: that we do not know it yet, that it is quieter, or the usual hour."""
    if not rhythm.is_known:
        return wording.say(language, "silence.rhythm.unknown")
    level = rhythm.level_on(today)
    if level is not None:
        return wording.say(language, f"silence.rhythm.level.{level}")
    hour = rhythm.usual_hour()
    return wording.say(language, "silence.rhythm.usual", hour=wording.say(language, f"silence.rhythm.hour.{hour}"))


def _as_number(level: Level) -> float:
    number = LEVELS.get(level, math.nan) if isinstance(level, str) else level
    if not number > 0:
        raise ValueError("no-such-level")
    return number


def _date(day: int) -> date:
    return date.fromordinal(EPOCH + day)
