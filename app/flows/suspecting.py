"""When it is we who hear too little: everybody's circle is left alone, and the quiet of that time counts for nobody."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from app.flows.due import Clock
from app.models.silence import Agreement, HeardHour, Silence, WatchRun
from app.models.walks import Teken
from app.phatic.suspicion import hears_too_little, too_many_at_once

STANDSTILL: Final = timedelta(minutes=10)
MOST_CREDIT: Final = timedelta(hours=2)
HOUR: Final = timedelta(hours=1)
WEEK: Final = timedelta(days=7)
WEEKS: Final = 8
SWEEP: Final = HOUR
USUAL_OVER: Final = timedelta(days=28)
NOTED_EVERY: Final = timedelta(seconds=30)


def note_run(session: Session, now: datetime) -> timedelta:
    """Write down that the watch runs, and return how long it stood still before this; zero while all is well.

    Whose moment came during a standstill could not be heard in it: they get as much time as it lasted, two hours at
    most, before anybody is asked anything.
    """
    run = session.get(WatchRun, 1)
    if run is None:
        session.add(WatchRun(last_run_at=now))
        return timedelta()
    stood_still = now - run.last_run_at
    run.last_run_at = max(now, run.last_run_at)
    session.add(run)
    if stood_still <= STANDSTILL:
        return timedelta()
    credit = min(stood_still, MOST_CREDIT)
    session.exec(
        update(Agreement)
        .where(col(Agreement.silence_id).is_(None), col(Agreement.next_due_at) <= now)
        .where(col(Agreement.next_due_at) > now - stood_still)
        .values(next_due_at=now + credit)
    )
    return stood_still


def is_run_old(session: Session, now: datetime) -> bool:
    """Tell whether it is time to write down again that the watch runs."""
    last = session.exec(select(WatchRun.last_run_at)).first()
    return last is None or now - last >= NOTED_EVERY


def count_hours(session: Session, now: datetime) -> bool | None:
    """Count the signs of the hour that ended, once, and judge it; True: we hear too little. None: nothing to count."""
    run = session.get(WatchRun, 1)
    hour_at = now.replace(minute=0, second=0, microsecond=0) - HOUR
    if run is None or (run.counted_at and run.counted_at >= hour_at):
        return None
    made = col(Teken.made_at)
    signs = session.exec(select(func.count()).where(made >= hour_at, made < hour_at + HOUR, Teken.kind != "wave")).one()
    expected = _expected(session, hour_at)
    session.merge(HeardHour(hour_at=hour_at, signs=signs))
    session.exec(delete(HeardHour).where(col(HeardHour.hour_at) < hour_at - (WEEKS + 1) * WEEK))
    run.counted_at = hour_at
    is_too_little = expected is not None and hears_too_little(signs, expected)
    _turn(run, now, suspects=is_too_little or _are_too_many(session, now))
    session.add(run)
    return is_too_little


def notice_many(session: Session, now: datetime) -> bool:
    """Suspect ourselves when far more than usual fell silent within the hour; True when that began just now."""
    run = session.get(WatchRun, 1)
    if run is None or run.suspects_since or not _are_too_many(session, now):
        return False
    _turn(run, now, suspects=True)
    session.add(run)
    return True


def is_suspect(session: Session) -> bool:
    """Tell whether every step past the residents themselves is held."""
    return session.exec(select(WatchRun.suspects_since)).first() is not None


def not_before(session: Session, clock: Clock, now: datetime) -> datetime | None:
    """Return the moment from which quiet counts anew, if we heard too little since this resident's last sign.

    None when all is well, and when that was so long ago that the quiet since then is enough by itself.
    """
    again_at = session.exec(select(WatchRun.heard_again_at)).first()
    since = clock.heard_at or clock.agreed_at
    if again_at is None or again_at <= since or again_at + clock.terms.period <= now:
        return None
    return again_at


def _turn(run: WatchRun, now: datetime, *, suspects: bool) -> None:
    if suspects and run.suspects_since is None:
        run.suspects_since = now
    elif not suspects and run.suspects_since:
        run.suspects_since, run.heard_again_at = None, now


def _expected(session: Session, hour_at: datetime) -> float | None:
    """Return how many signs this hour of the week usually brings; None before the first of them was counted."""
    hours = [hour_at - weeks * WEEK for weeks in range(1, WEEKS + 1)]
    known = session.exec(select(HeardHour.signs).where(col(HeardHour.hour_at).in_(hours))).all()
    return sum(known) / len(known) if known else None


def _are_too_many(session: Session, now: datetime) -> bool:
    opened = col(Silence.opened_at)
    found = session.exec(select(func.count()).where(opened > now - SWEEP)).one()
    before = session.exec(select(func.count()).where(opened <= now - SWEEP, opened > now - USUAL_OVER)).one()
    return too_many_at_once(found, before / (USUAL_OVER / SWEEP))
