"""When is it unusually quiet: from the agreement, the rhythm and the pauses of one resident to one moment."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, exists, func, select, update
from sqlmodel import Session

from app.models.base import columns_of
from app.models.people import Resident
from app.models.silence import Agreement, Freeze, Pause
from app.phatic.agreed import DAILY, SUGGESTED_AT, Terms, next_due
from app.phatic.rhythm import Rhythm, weekend
from app.phatic.when import local_day

AGREEMENT, PAUSE, FREEZE = columns_of(Agreement), columns_of(Pause), columns_of(Freeze)
OF = bindparam("of")
NOW = bindparam("now", type_=PAUSE.c.from_at.type)
PAUSED_UNTIL = (
    select(func.max(PAUSE.c.until_at))
    .where(PAUSE.c.resident_id == OF, PAUSE.c.ended_at.is_(None), PAUSE.c.from_at <= NOW, PAUSE.c.until_at > NOW)
    .scalar_subquery()
)
IS_ASKED_TO_REST = exists().where(FREEZE.c.resident_id == OF, FREEZE.c.thawed_at.is_(None))
# Not the plan, which would be opened with its key for nothing.
KNOWN = (
    "kind",
    "at",
    "weekdays",
    "follows_rhythm",
    "level",
    "agreed_at",
    "rhythm",
    "heard_at",
    "next_due_at",
    "silence_id",
)
# One statement for all that a sign has to know: it is on the path of every tap.
CLOCK = (
    select(
        *(AGREEMENT.c[name] for name in KNOWN),
        PAUSED_UNTIL.label("paused_until"),
        IS_ASKED_TO_REST.label("is_asked_to_rest"),
    )
    .where(AGREEMENT.c.resident_id == OF)
    .with_for_update(of=AGREEMENT)
)
SET = (
    update(AGREEMENT)
    .where(AGREEMENT.c.resident_id == OF)
    .values(
        heard_at=bindparam("heard_at"),
        next_due_at=bindparam("next_due_at"),
        rhythm=bindparam("rhythm", type_=AGREEMENT.c.rhythm.type),
        leased_until=None,
    )
)
LOOK = (
    update(AGREEMENT)
    .where(AGREEMENT.c.resident_id == OF)
    .values(next_due_at=bindparam("next_due_at"), leased_until=None)
)


@dataclass(frozen=True, slots=True)
class Clock:
    """What is agreed with one resident and what is known of them, read under a lock."""

    terms: Terms
    time_zone: str
    agreed_at: datetime
    heard_at: datetime | None
    next_due_at: datetime | None
    silence_id: UUID | None
    paused_until: datetime | None
    is_asked_to_rest: bool
    state: dict[str, Any] | None

    @property
    def rhythm(self) -> Rhythm:
        """Return the rhythm, to be taught."""
        return Rhythm.from_json(self.state, weekend)


def clock_of(session: Session, resident: Resident, now: datetime) -> Clock:
    """Read one resident's clock; until the commit nobody else moves it."""
    row = session.connection().execute(CLOCK, {"of": resident.id, "now": now}).one()
    return Clock(
        terms=terms_of(row),
        time_zone=resident.time_zone,
        agreed_at=row.agreed_at,
        heard_at=row.heard_at,
        next_due_at=row.next_due_at,
        silence_id=row.silence_id,
        paused_until=row.paused_until,
        is_asked_to_rest=row.is_asked_to_rest,
        state=row.rhythm,
    )


def terms_of(agreement: Agreement | Row[Any]) -> Terms:
    """Return what was agreed, as `phatic.agreed` takes it."""
    at = time.fromisoformat(agreement.at) if agreement.at else None
    return Terms(agreement.kind, at, agreement.weekdays, agreement.follows_rhythm, agreement.level)


def moment_of(clock: Clock, rhythm: Rhythm, heard_at: datetime, now: datetime) -> datetime | None:
    """Return from when on quiet counts, after a sign at `heard_at`; in a pause, its end."""
    if clock.paused_until:
        return clock.paused_until
    return next_due(clock.terms, rhythm, heard_at=heard_at, now=now, time_zone=clock.time_zone)


def taught(clock: Clock, at: datetime) -> Rhythm:
    """Return the rhythm with one more sign; what comes in a pause, and just after one, teaches no days."""
    rhythm = clock.rhythm
    observe = rhythm.resume if clock.paused_until else rhythm.observe
    observe(at.timestamp(), _offset_min(at, clock.time_zone))
    return rhythm


def usual_at(session: Session, resident: Resident) -> time | None:
    """Return the clock time at which a sign usually has come: the agreed one, else that of the rhythm once known."""
    agreement = session.get_one(Agreement, resident.id)
    if agreement.kind == DAILY:
        return time.fromisoformat(agreement.at) if agreement.at else SUGGESTED_AT
    rhythm = Rhythm.from_json(agreement.rhythm, weekend)
    return time(rhythm.telling_hour) if rhythm.is_known else None


def _offset_min(at: datetime, time_zone: str) -> int:
    return int((at.astimezone(ZoneInfo(time_zone)).utcoffset() or timedelta()).total_seconds() // 60)


def keep(
    session: Session, resident: Resident, *, heard_at: datetime | None, at: datetime | None, rhythm: Rhythm
) -> None:
    """Store what was heard, when to look next, and the rhythm."""
    session.connection().execute(
        SET, {"of": resident.id, "heard_at": heard_at, "next_due_at": at, "rhythm": rhythm.to_json()}
    )


def set_anew(session: Session, resident: Resident, now: datetime, *, from_at: datetime | None = None) -> None:
    """Compute the next moment anew: another agreement, a pause that began or ended (`from_at`), a freeze that thawed.

    A silence that is open keeps its own next step.
    """
    clock = clock_of(session, resident, now)
    if clock.silence_id or resident.frozen_at:
        return
    begins_at = max(filter(None, (from_at, clock.heard_at, clock.agreed_at)))
    rhythm = clock.rhythm
    if from_at:
        rhythm.restart(local_day(from_at, clock.time_zone))
    keep(session, resident, heard_at=clock.heard_at, at=moment_of(clock, rhythm, begins_at, now), rhythm=rhythm)


def follow_zone(session: Session, resident: Resident, now: datetime) -> None:
    """Compute the next moment anew on the clock of another zone; one that has passed there already stays as it was.

    Who lands in the east must not be asked at once because it is late there, nor a day later than was agreed.
    """
    before = clock_of(session, resident, now).next_due_at
    set_anew(session, resident, now)
    after = clock_of(session, resident, now).next_due_at
    if before and after and after <= now < before:
        look_at(session, resident.id, before)


def look_at(session: Session, resident_id: UUID, at: datetime | None) -> None:
    """Let the watch look at one resident at a moment; None: not before they are heard."""
    session.connection().execute(LOOK, {"of": resident_id, "next_due_at": at})
