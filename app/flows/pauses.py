"""A pause, "Even niet": for so long no silence counts. Signs in it are shown, and do not end it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from app.errors import Unreadable
from app.flows import asking, due, record, silences
from app.models.circle import Contact
from app.models.people import Resident
from app.models.silence import Pause

LONGEST: Final = timedelta(weeks=6)
# One that begins much later would be a plan, and a plan is forgotten.
FURTHEST: Final = timedelta(days=365)
WORDS_KEPT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A pause as the resident wants it; `shown_to` are the contacts who may read words and end."""

    from_at: datetime
    until_at: datetime
    words: str | None = field(default=None, repr=False)
    shown_to: tuple[UUID, ...] = ()


def add(session: Session, resident: Resident, wanted: Wanted, now: datetime) -> Pause:
    """Begin a pause now, or later; an open silence is over, for the resident said where they are.

    Raises:
        Unreadable: `too-long`, or it ends before it begins.
    """
    begins_at = max(wanted.from_at, now)
    if wanted.until_at <= begins_at or begins_at > now + FURTHEST:
        raise Unreadable
    if wanted.until_at - begins_at > LONGEST:
        raise Unreadable("too-long")
    pause = Pause(
        resident_id=resident.id,
        from_at=begins_at,
        until_at=wanted.until_at,
        words=wanted.words or None,
        shown_to=[str(one) for one in _own(session, resident, wanted.shown_to)],
        made_at=now,
    )
    session.add(pause)
    silence = silences.current(session, resident.id)
    if silence and begins_at <= now:
        silences.close(session, silence, silences.AWAY, now)
    record.write(session, resident.id, "paused", now)
    due.set_anew(session, resident, now)
    return pause


def _own(session: Session, resident: Resident, chosen: tuple[UUID, ...]) -> list[UUID]:
    """Return of some ids those of the resident's own circle; who is kept quiet reads no words (`trust.md` 13)."""
    mine = select(Contact.id).where(Contact.resident_id == resident.id, Contact.state != "ended")
    return sorted(session.exec(mine.where(col(Contact.id).in_(chosen), col(Contact.is_quiet).is_(False))), key=str)


def of(session: Session, resident: Resident, now: datetime) -> list[Pause]:
    """Return the pauses that hold or are to come, the first to end first."""
    mine = select(Pause).where(Pause.resident_id == resident.id, col(Pause.ended_at).is_(None), Pause.until_at > now)
    return list(session.exec(mine.order_by(col(Pause.until_at), col(Pause.id))))


def paused_until(session: Session, resident_id: UUID, now: datetime) -> datetime | None:
    """Return until when a resident is paused, if they are now; of several the last."""
    held = _that_hold(resident_id, now).order_by(col(Pause.until_at).desc()).limit(1)
    pause = session.exec(held).first()
    return pause.until_at if pause else None


def _that_hold(resident_id: UUID, now: datetime):  # noqa: ANN202  # a select, whose type SQLModel does not export
    mine = select(Pause).where(Pause.resident_id == resident_id, col(Pause.ended_at).is_(None))
    return mine.where(Pause.from_at <= now, Pause.until_at > now)


def end(session: Session, resident: Resident, pause: Pause, now: datetime) -> None:
    """End a pause before its time, or one that was to come; the clock starts anew."""
    if pause.ended_at is None:
        had_begun = pause.from_at <= now
        pause.ended_at = now
        session.add(pause)
        session.flush()
        if had_begun:
            _go_on_from(session, resident, now)
            record.write(session, resident.id, "pause-ended", now)
        due.set_anew(session, resident, now, from_at=now if had_begun else None)


def _go_on_from(session: Session, resident: Resident, moment: datetime) -> None:
    """Let a silence that was open when a planned pause began go on after it, rung by rung, and not be over by then."""
    silence = silences.current(session, resident.id)
    if silence:
        silence.resumed_at = moment
        session.add(silence)
        due.look_at(session, resident.id, moment)


def end_due(session: Session, resident: Resident, now: datetime) -> bool:
    """End what is past its time, and say privately "welkom terug?"; True if something was, and nothing else holds."""
    over = select(Pause).where(Pause.resident_id == resident.id, col(Pause.ended_at).is_(None), Pause.until_at <= now)
    ended = list(session.exec(over))
    if not ended:
        return False
    for pause in ended:
        pause.ended_at = pause.until_at
        session.add(pause)
    session.flush()
    last_at = max(pause.until_at for pause in ended)
    _go_on_from(session, resident, last_at)
    record.write(session, resident.id, "pause-ended", now)
    due.set_anew(session, resident, now, from_at=last_at)
    if paused_until(session, resident.id, now):
        return False
    asking.notice(session, resident, "welcome-back", now)
    return True


def shown_to(session: Session, contact: Contact, now: datetime) -> Pause | None:
    """Return the pause whose words and end this contact may read now, on the page and nowhere else."""
    if contact.is_quiet or contact.state != "active":
        return None
    held = session.exec(_that_hold(contact.resident_id, now).order_by(col(Pause.until_at).desc()))
    return next((pause for pause in held if str(contact.id) in pause.shown_to), None)


def forget_words(session: Session, resident: Resident, now: datetime) -> None:
    """Forget the words of a pause, and who could read them, 30 days after its end (`trust.md` 21)."""
    session.exec(
        update(Pause)
        .where(col(Pause.resident_id) == resident.id, col(Pause.ended_at) <= now - WORDS_KEPT)
        .where(col(Pause.words).is_not(None))
        .values(words=None, shown_to=[])
    )
