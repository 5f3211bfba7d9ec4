"""What has waited for its moment: a walk for the end of its hold, a sign made at night for the morning."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col

from app.flows import telling
from app.flows import walk as walks
from app.models.people import Resident
from app.models.walks import Teken, Walk

AHEAD = timedelta(hours=1)


def release(session: Session, walk_id: UUID, now: datetime) -> str:
    """Release a walk whose hold is over; says `not-held` when it was released or withdrawn meanwhile."""
    walk = session.get(Walk, walk_id)
    if walk is None or walk.state != walks.HELD:
        return "not-held"
    walks.release_walk(session, session.get_one(Resident, walk.resident_id), walk, now)
    return walks.RELEASED


def tell(session: Session, teken_id: UUID, now: datetime) -> str:
    """Tell a sign whose morning has come; says `not-due` when it was told, replaced or taken back meanwhile."""
    teken = session.get(Teken, teken_id)
    if teken is None or teken.told_at or teken.tell_at is None or teken.tell_at > now:
        return "not-due"
    telling.tell(session, session.get_one(Resident, teken.resident_id), teken, now)
    return "told"


def put_off_walk(session: Session, walk_id: UUID, now: datetime) -> None:
    """Put a walk that we cannot release out of the way for an hour."""
    held = update(Walk).where(col(Walk.id) == walk_id, col(Walk.state) == walks.HELD)
    session.exec(held.values(release_at=now + AHEAD))


def put_off_sign(session: Session, teken_id: UUID, now: datetime) -> None:
    """Put a sign that we cannot tell out of the way for an hour."""
    untold = update(Teken).where(col(Teken.id) == teken_id, col(Teken.told_at).is_(None))
    session.exec(untold.values(tell_at=now + AHEAD))
