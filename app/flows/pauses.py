"""An "Even niet": while it lasts no quiet counts; at its end the clock starts anew, with a private word of welcome."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from app.errors import Unreadable
from app.flows import asking, due, record, silences
from app.models.people import Resident
from app.models.silence import Pause

LONGEST: Final = timedelta(weeks=6)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A pause as the resident wants it; `shown_to` are the ids of contacts who may read its words and its end."""

    from_at: datetime
    until_at: datetime
    words: str | None = None
    shown_to: tuple[str, ...] = ()


def add(session: Session, resident: Resident, wanted: Wanted, now: datetime) -> Pause:
    """Begin a pause, now or later; a silence that is open is over with one that begins now.

    Raises:
        Unreadable: it has no length, is over already, or lasts longer than six weeks.
    """
    begins_at = max(wanted.from_at, now)
    if not begins_at < wanted.until_at <= begins_at + LONGEST:
        raise Unreadable
    pause = Pause(
        resident_id=resident.id,
        from_at=begins_at,
        until_at=wanted.until_at,
        words=wanted.words,
        shown_to=list(wanted.shown_to),
        made_at=now,
    )
    session.add(pause)
    session.flush()
    record.write(session, resident.id, "paused", now)
    silence = silences.current(session, resident.id)
    if silence and begins_at <= now:
        silences.close(session, silence, silences.AWAY, now)
    due.set_anew(session, resident, now)
    return pause


def end(session: Session, resident: Resident, pause: Pause, now: datetime) -> None:
    """End a pause before its time, or take back one that has not begun."""
    if pause.ended_at is None:
        pause.ended_at = now
        session.add(pause)
        session.flush()
        record.write(session, resident.id, "pause-ended", now)
        due.set_anew(session, resident, now, from_at=now if pause.from_at <= now else None)


def of(session: Session, resident: Resident, now: datetime) -> list[Pause]:
    """Return the pauses that hold now or will, soonest first."""
    found = session.exec(
        select(Pause)
        .where(Pause.resident_id == resident.id, col(Pause.ended_at).is_(None), Pause.until_at > now)
        .order_by(col(Pause.from_at))
    )
    return list(found)


def end_due(session: Session, resident: Resident, now: datetime) -> bool:
    """End what is over by itself: the clock starts anew, and the resident alone is welcomed back."""
    over = session.exec(
        select(Pause).where(Pause.resident_id == resident.id, col(Pause.ended_at).is_(None), Pause.until_at <= now)
    ).all()
    for pause in over:
        pause.ended_at = pause.until_at
        session.add(pause)
    if not over:
        return False
    session.flush()
    asking.notice(session, resident, "welcome-back", now)
    due.set_anew(session, resident, now, from_at=max(pause.until_at for pause in over))
    return True
