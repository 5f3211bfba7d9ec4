"""Notes that a resident was heard."""

from datetime import datetime

from sqlalchemy import or_, update
from sqlmodel import Session, col

from app.models.people import Resident


def note(session: Session, resident: Resident, *, at: datetime) -> None:
    """Move the last moment heard forward, never back: a late sign may arrive after a newer one."""
    last = col(Resident.last_heard_at)
    session.exec(
        update(Resident)
        .where(col(Resident.id) == resident.id, or_(last.is_(None), last < at))
        .values(last_heard_at=at)
        .execution_options(synchronize_session=False)
    )
