"""How the service is: what an operator may know, without a word about anybody."""

from datetime import datetime, timedelta

from sqlmodel import Session, func, select

from app.flows import outbox
from app.models.outbox import OutboxItem
from app.models.silence import WatchRun

# The watch is watched (`product.md`, agreements 14): older than this, something is wrong.
WATCH_IS_OLD = timedelta(minutes=2)


def outbox_age_s(session: Session, now: datetime) -> int:
    """Return for how many seconds the oldest message has been due; 0 when nothing waits."""
    is_due = select(func.min(OutboxItem.due_at)).where(OutboxItem.state == outbox.WAITING, OutboxItem.due_at <= now)
    oldest = session.exec(is_due).one()
    return int((now - oldest).total_seconds()) if oldest else 0


def watch_age_s(session: Session, now: datetime) -> int | None:
    """Return how long ago the watch last said that it ran, whichever process it runs in; None: never yet."""
    last = session.exec(select(WatchRun.last_run_at)).first()
    return None if last is None else max(0, int((now - last).total_seconds()))


def is_watched(session: Session, now: datetime) -> bool:
    """Tell whether the watch runs; a service where it never ran has nothing to watch yet."""
    age_s = watch_age_s(session, now)
    return age_s is None or age_s <= WATCH_IS_OLD.total_seconds()
