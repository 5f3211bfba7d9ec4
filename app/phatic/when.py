"""Parts of the day: the only time that a contact ever reads."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MORNING = time(7, 30)
NIGHT_BEGINS_H, NIGHT_ENDS_H = 23, 6


class Part(StrEnum):
    """A quarter of the day in the resident's zone, in the order of the day."""

    NIGHT = "night"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"

    @property
    def begins_h(self) -> int:
        """Return the local hour at which this part begins."""
        return 6 * list(Part).index(self)


def local_day(moment: datetime, time_zone: str) -> date:
    """Return the local day of an aware moment."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def at_clock(day: date, clock: time, time_zone: str) -> datetime:
    """Return a local clock time in UTC.

    One that a spring night skips becomes the same time an hour on; of two in an autumn night it is the first.
    """
    return datetime.combine(day, clock, ZoneInfo(time_zone)).astimezone(UTC)


def part_of(moment: datetime, time_zone: str) -> Part:
    """Return the local part of the day: night 0-6, morning 6-12, afternoon 12-18, evening 18-24."""
    return list(Part)[moment.astimezone(ZoneInfo(time_zone)).hour // 6]


def part_begins(moment: datetime, time_zone: str) -> datetime:
    """Return the begin of a moment's local part of the day; never later than the moment itself."""
    zone = ZoneInfo(time_zone)
    local = moment.astimezone(zone)
    begins = datetime.combine(local.date(), time(local.hour // 6 * 6), zone)
    return min(begins.astimezone(moment.tzinfo), moment)


def tell_at(happened_at: datetime, now: datetime, time_zone: str) -> datetime:
    """Return when a sign may reach the circle: now, or 07:30 for one made from 23:00 to 06:00 (`trust.md` 9)."""
    zone = ZoneInfo(time_zone)
    local = happened_at.astimezone(zone)
    if NIGHT_ENDS_H <= local.hour < NIGHT_BEGINS_H:
        return now
    day = local.date() + timedelta(days=local.hour >= NIGHT_BEGINS_H)
    return max(now, datetime.combine(day, MORNING, zone).astimezone(now.tzinfo))


def last_morning(now: datetime, time_zone: str) -> datetime:
    """Return the newest local 07:30 that has come: until then, who is kept quiet knows (`trust.md` 13)."""
    zone = ZoneInfo(time_zone)
    local = now.astimezone(zone)
    day = local.date() - timedelta(days=local.time() < MORNING)
    return datetime.combine(day, MORNING, zone).astimezone(now.tzinfo)


def next_morning(now: datetime, time_zone: str) -> datetime:
    """Return the next local 07:30 that has not come yet."""
    zone = ZoneInfo(time_zone)
    day = last_morning(now, time_zone).astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, MORNING, zone).astimezone(now.tzinfo)


def as_told(part: Part) -> Part:
    """Return the part as a contact reads it: a sign at night is told in the morning, without "night"."""
    return Part.MORNING if part is Part.NIGHT else part


def after_quiet(moment: datetime, time_zone: str, quiet_from: time, quiet_until: time) -> datetime:
    """Return the first moment from `moment` on that lies outside somebody's quiet hours (local, may span midnight)."""
    zone = ZoneInfo(time_zone)
    local = moment.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    spans_midnight = quiet_from > quiet_until
    quiet = (clock >= quiet_from or clock < quiet_until) if spans_midnight else quiet_from <= clock < quiet_until
    if not quiet:
        return moment
    day = local.date() + timedelta(days=spans_midnight and clock >= quiet_from)
    return datetime.combine(day, quiet_until, zone).astimezone(moment.tzinfo)
