"""A sign of life is heard: the clock of the resident moves, and a silence that was open is over."""

from datetime import datetime

from sqlalchemy import bindparam, case, or_, update
from sqlmodel import Session

from app.flows import due, freezing, silences
from app.models.base import columns_of
from app.models.people import Resident
from app.models.silence import Silence
from app.phatic.silence import withdraws

RESIDENT = columns_of(Resident)
AT = bindparam("at", type_=RESIDENT.c.last_heard_at.type)
IS_NEWER = or_(RESIDENT.c.last_heard_at.is_(None), RESIDENT.c.last_heard_at < AT)
# Forward only, for a late sign may arrive after a newer one; but always an update, for it locks the resident.
MOVE = (
    update(RESIDENT)
    .where(RESIDENT.c.id == bindparam("of"))
    .values(last_heard_at=case((IS_NEWER, AT), else_=RESIDENT.c.last_heard_at))
)


def note(session: Session, resident: Resident, *, at: datetime, now: datetime, counts: bool = True) -> None:
    """Take in a sign of life: when it came, what it teaches, when quiet counts next, and whether it ends a silence.

    Until the commit nobody else shares for this resident. One that does not count (`trust.md` 32) moves no clock.
    """
    session.exec(MOVE, params={"of": resident.id, "at": at})
    if not counts:
        return
    clock = due.clock_of(session, resident, now)
    if clock.is_asked_to_rest and freezing.rests_on(session, resident, at=at, now=now):
        return
    if clock.heard_at and at <= clock.heard_at:
        return
    rhythm = due.taught(clock, at)
    next_due_at = due.moment_of(clock, rhythm, at, now)
    if clock.silence_id:
        period = clock.terms.period
        if not withdraws(sign_at=at, heard_at=clock.heard_at, next_due_at=next_due_at, period=period, now=now):
            return
        silences.close(session, session.get_one(Silence, clock.silence_id), silences.SIGN, now)
    due.keep(session, resident, heard_at=at, at=next_due_at, rhythm=rhythm)
