"""Tells the circle: a teken becomes visible, its rows go into the outbox, and live pages hear of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select, update
from sqlmodel import Session, col

from app.flows import changes, outbox
from app.models.base import columns_of
from app.models.people import Resident
from app.models.walks import Teken
from app.phatic.when import Part, as_told, local_day

TAPS = ("checkin", "rest")
TEKEN = columns_of(Teken)
CLAIM = (
    update(TEKEN)
    .where(TEKEN.c.id == bindparam("which"), TEKEN.c.told_at.is_(None))
    .values(told_at=bindparam("now"), repeats_told_at=bindparam("repeats"))
)
HIDE = update(TEKEN).where(TEKEN.c.id == bindparam("which")).values(tell_at=None, told_at=None)
# Of one day, those that were told before those that wait for the morning, newest first.
TAPS_OF_DAY = (
    select(TEKEN.c.id, TEKEN.c.resident_id, TEKEN.c.kind, TEKEN.c.part, TEKEN.c.told_at, TEKEN.c.repeats_told_at)
    .where(TEKEN.c.resident_id == bindparam("of"), TEKEN.c.kind == bindparam("kind"), TEKEN.c.day == bindparam("day"))
    .where(TEKEN.c.id != bindparam("but"), TEKEN.c.tell_at.is_not(None))
    .order_by(TEKEN.c.told_at.desc().nulls_last())
)
Taps = Sequence[Row[*tuple[Any, ...]]]


def tell(session: Session, resident: Resident, teken: Teken, now: datetime) -> None:
    """Let the circle have what waited for its time, once."""
    taps = other_taps(session, teken)
    if teken.kind in TAPS and teken.repeats_told_at is None:
        # A sign of the night had to wait, and one of the early morning was told before it: both read the same.
        repeated = repeated_by(teken, taps)
        teken.repeats_told_at = repeated.told_at if repeated else None
    claim = {"which": teken.id, "now": now, "repeats": teken.repeats_told_at}
    if session.exec(CLAIM, params=claim).rowcount == 1:
        announce(session, resident, teken, taps, now)


def announce(session: Session, resident: Resident, teken: Teken, taps: Taps, now: datetime) -> None:
    """Send word of a teken that was just told; a tap takes the place of the day's earlier tap."""
    if teken.repeats_told_at is None:
        for replaced in taps:
            if replaced.told_at:
                take_from_view(session, replaced, now)
                session.exec(HIDE, params={"which": replaced.id})
    changes.note(session, resident.id, changes.TOLD, teken.id, now, repeats_told_at=teken.repeats_told_at)
    outbox.tell_circle(session, resident, teken, today=local_day(now, resident.time_zone), now=now)


def other_taps(session: Session, teken: Teken) -> Taps:
    """Return the day's other taps of this kind that the circle sees or will see; a walk has none."""
    if teken.kind not in TAPS:
        return ()
    of_day = {"of": teken.resident_id, "kind": teken.kind, "day": teken.day, "but": teken.id}
    return session.connection().execute(TAPS_OF_DAY, of_day).all()


def repeated_by(teken: Teken, taps: Taps) -> Row[*tuple[Any, ...]] | None:
    """Return the tap that this one repeats: one in the same part of the day or a later one.

    A sign of the night was told as one of the morning: were it replaced by the morning's, that would tell it from one.
    """
    order = list(Part)
    since = order.index(Part(teken.part))
    return next((tap for tap in taps if order.index(_reads_as(tap)) >= since), None)


def _reads_as(tap: Row[Any]) -> Part:
    return as_told(Part(tap.part)) if tap.told_at else Part(tap.part)


def take_from_view(session: Session, teken: Teken | Row[*tuple[Any, ...]], now: datetime) -> None:
    """Let the pages of everyone who could see a teken know that it is gone."""
    if teken.told_at:
        changes.note(
            session,
            teken.resident_id,
            changes.GONE,
            teken.id,
            now,
            for_resident_only=teken.kind == "wave",
            told_at=teken.told_at,
            repeats_told_at=teken.repeats_told_at,
        )


def due(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """Return the signs made at night whose morning has come, oldest first."""
    waiting = select(col(Teken.id)).where(col(Teken.tell_at) <= now, col(Teken.told_at).is_(None))
    return session.scalars(waiting.order_by(col(Teken.tell_at)).limit(limit)).all()
