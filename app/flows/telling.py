"""Tells the circle: a teken becomes visible, its rows go into the outbox, and live pages hear of it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from app.flows import changes, outbox
from app.models.people import Resident
from app.models.walks import Teken
from app.phatic.when import Part, local_day

TAPS = ("checkin", "rest")


def tell(session: Session, resident: Resident, teken: Teken, now: datetime) -> None:
    """Let the circle have it, once; a tap takes the place of the day's earlier tap."""
    if not _is_first_to_tell(session, teken, now):
        return
    if teken.kind in TAPS and teken.repeats_told_at is None:
        told = repeated_by(session, teken)
        if told and told.told_at:
            # A sign of the night had to wait, and one of the early morning was told before it: both read the same.
            teken.repeats_told_at = told.told_at
            session.add(teken)
        else:
            _replace_earlier_taps(session, resident, teken, now)
    changes.note(session, resident.id, changes.TOLD, teken.id, now, repeats_told_at=teken.repeats_told_at)
    outbox.tell_circle(session, resident, teken, today=local_day(now, resident.time_zone), now=now)


def _is_first_to_tell(session: Session, teken: Teken, now: datetime) -> bool:
    claimed = session.exec(
        update(Teken).where(col(Teken.id) == teken.id, col(Teken.told_at).is_(None)).values(told_at=now)
    )
    return claimed.rowcount == 1


def repeated_by(session: Session, teken: Teken) -> Teken | None:
    """Return the tap that this one repeats: the day's latest in the same part of the day or a later one.

    One that was told goes before one that waits for the morning.
    """
    order = list(Part)
    parts = [str(part) for part in order[order.index(Part(teken.part)) :]]
    return session.exec(
        select(Teken)
        .where(Teken.resident_id == teken.resident_id, Teken.kind == teken.kind, Teken.day == teken.day)
        .where(Teken.id != teken.id, col(Teken.part).in_(parts), col(Teken.tell_at).is_not(None))
        .order_by(col(Teken.told_at).desc().nulls_last())
        .limit(1)
    ).first()


def _replace_earlier_taps(session: Session, resident: Resident, teken: Teken, now: datetime) -> None:
    earlier = session.exec(
        select(Teken)
        .where(Teken.resident_id == resident.id, Teken.kind == teken.kind, Teken.day == teken.day)
        .where(Teken.id != teken.id, col(Teken.told_at).is_not(None))
    )
    for replaced in earlier.all():
        take_from_view(session, replaced, now)
        replaced.tell_at = replaced.told_at = None


def take_from_view(session: Session, teken: Teken, now: datetime) -> None:
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
    return session.exec(
        select(Teken.id)
        .where(col(Teken.tell_at) <= now, col(Teken.told_at).is_(None))
        .order_by(col(Teken.tell_at))
        .limit(limit)
    ).all()
