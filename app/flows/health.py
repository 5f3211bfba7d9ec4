"""How the service is: what an operator may know, without a word about anybody."""

from datetime import datetime

from sqlmodel import Session, func, select

from app.flows import outbox
from app.models.outbox import OutboxItem


def outbox_age_s(session: Session, now: datetime) -> int:
    """Return for how many seconds the oldest message has been due; 0 when nothing waits."""
    is_due = select(func.min(OutboxItem.due_at)).where(OutboxItem.state == outbox.WAITING, OutboxItem.due_at <= now)
    oldest = session.exec(is_due).one()
    return int((now - oldest).total_seconds()) if oldest else 0
