"""Takes back a mistaken tap: for a minute, and whole."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.flows import telling, walk
from app.models.people import Resident
from app.models.walks import Teken

TIME_TO_UNDO = timedelta(seconds=60)


def fresh_taps(session: Session, resident: Resident, now: datetime) -> list[Teken]:
    """Return the taps of the last minute, the newest first."""
    taps = select(Teken).where(Teken.resident_id == resident.id, col(Teken.kind).in_(telling.TAPS))
    fresh = taps.where(Teken.made_at > now - TIME_TO_UNDO).order_by(col(Teken.made_at).desc(), col(Teken.id))
    return list(session.exec(fresh))


def undo_taps(session: Session, resident: Resident, now: datetime) -> int:
    """Take back the taps of the last minute; returns how many there were.

    All of them, because a button that was hit twice made two, of which the circle was told the first.
    """
    taps = fresh_taps(session, resident, now)
    for tap in taps:
        walk.remove(session, tap, now)
    return len(taps)
