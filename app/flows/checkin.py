"""Share one tap: the smallest sign of life."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert
from sqlmodel import Session

from app.errors import Unreadable
from app.flows import heard, telling
from app.models.base import columns_of
from app.models.people import Resident
from app.models.walks import Teken
from app.phatic import when

OLDEST = timedelta(days=7)
CUT = "cut-to-arrival"
ADD = insert(columns_of(Teken))


@dataclass(frozen=True, slots=True)
class Tap:
    """What may come with a tap; nothing is required. `counts`: as a sign of life, by where it came from."""

    occurred_at: datetime | None = None
    vocabulary_id: str | None = None
    words: str | None = None
    is_rest: bool = False
    counts: bool = True


def share_tap(session: Session, resident: Resident, tap: Tap, now: datetime) -> Teken:
    """Keep the tap and tell the circle, at once unless it is night; a repeated one changes nothing there."""
    happened_at = min(tap.occurred_at or now, now)
    if happened_at < now - OLDEST:
        raise Unreadable("too-old")
    teken = Teken(
        resident_id=resident.id,
        kind="rest" if tap.is_rest else "checkin",
        happened_at=happened_at,
        day=when.local_day(happened_at, resident.time_zone),
        part=when.part_of(happened_at, resident.time_zone),
        made_at=now,
        words=tap.words or None,
        vocabulary_id=tap.vocabulary_id,
        mark=CUT if tap.occurred_at and tap.occurred_at > now else None,
    )
    heard.note(session, resident, at=happened_at, now=now, counts=tap.counts)
    taps = telling.other_taps(session, teken)
    repeated = telling.repeated_by(teken, taps)
    if repeated is None or repeated.told_at:
        teken.tell_at = when.tell_at(happened_at, now, resident.time_zone)
        teken.repeats_told_at = repeated.told_at if repeated else None
    if teken.tell_at and teken.tell_at <= now:
        teken.told_at = now
    session.exec(ADD, params=teken.model_dump())
    if teken.told_at:
        telling.announce(session, resident, teken, taps, now)
    return teken
