"""A walk is shared: blurred and held; after the hold it is released, and the circle is told."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import numpy as np
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from app import ledger
from app.auth import Keys
from app.errors import Conflict, Unreadable
from app.flows import heard, memory, once, outbox, paging, record, telling
from app.models.people import Resident
from app.models.walks import Teken, Walk
from app.phatic import blur
from app.phatic.track import Track

HELD, RELEASED, WITHDRAWN = "held", "released", "withdrawn"
FUTURE = timedelta(hours=24)
JITTER_S = 30 * 60
CUT, UNTIMED = "cut-to-arrival", "untimed"


def share_walk(
    session: Session, resident: Resident, track: Track, now: datetime, rng: Random, *, hold: timedelta
) -> tuple[Walk, bool]:
    """Blur and hold a cleaned walk; the track is gone when this returns. False: the same walk was here before."""
    resident = session.get_one(Resident, resident.id, with_for_update=True)
    fingerprint = fingerprint_of(resident, track)
    if known := same_walk(session, resident, fingerprint):
        return known, False
    ended_at, mark = ended(track, now)
    release = blur.release(
        track,
        memory.secrets_of(resident),
        memory.discs_of(session, resident),
        memory.earlier(session, resident),
        rng,
    )
    memory.remember(session, resident, release)
    walk = Walk(
        resident_id=resident.id,
        state=HELD,
        release_at=held_until(ended_at, now, hold, rng),
        ended_at=ended_at,
        arrived_at=now,
        mark=mark,
        fingerprint=fingerprint,
        glyph=str(release.glyph),
        sketch_glyph=str(release.sketch_glyph) if release.sketch_glyph else None,
        sketch=release.sketch.to_json() if release.sketch else None,
    )
    session.add(walk)
    session.flush()
    heard.note(session, resident, at=ended_at, now=now)
    if walk.release_at <= now:
        release_walk(session, resident, walk, now)
    return walk, True


def release_walk(session: Session, resident: Resident, walk: Walk, now: datetime) -> Walk:
    """Make a teken of a held walk: by the worker after the hold, or by the resident ("nu al")."""
    if walk.state == WITHDRAWN:
        raise Conflict("withdrawn")
    if not _is_first_to_release(session, walk):
        return walk
    told = Teken.of_walk(walk, resident.time_zone, now)
    session.add(told)
    session.flush()
    memory.forget_unseen_sketches(session, resident)
    if told.tell_at and told.tell_at <= now:
        telling.tell(session, resident, told, now)
    return walk


def withdraw_walk(session: Session, walk: Walk, now: datetime) -> None:
    """Take a walk back, before or after its release: Sketch, words and unsent rows go; the discs stay."""
    if walk.state != WITHDRAWN:
        record.write(session, walk.resident_id, "walk-withdrawn", now)
    walk.state, walk.fingerprint = WITHDRAWN, None
    walk.glyph = walk.sketch_glyph = walk.sketch = None
    session.add(walk)
    once.forget_answers_about(session, walk.resident_id)
    ledger.note(session, "walk", walk.id)
    told = session.get(Teken, walk.teken_id)
    if told:
        remove(session, told, now)


def remove(session: Session, teken: Teken, now: datetime) -> None:
    """Take a teken from every page, stream and message that has not left yet."""
    telling.take_from_view(session, teken, now)
    outbox.drop_unsent(session, teken.id, now)
    once.forget_answers_about(session, teken.resident_id)
    ledger.note(session, "teken", teken.id)
    if teken.kind == "wave":
        # Whoever waved must not learn that it was seen and put away: it stays the one wave of its day.
        teken.tell_at = teken.told_at = None
        session.add(teken)
        return
    session.exec(delete(Teken).where(col(Teken.id) == teken.id))


def take_back(session: Session, teken: Teken, now: datetime) -> None:
    """Withdraw any teken; behind a walk's teken the walk goes too."""
    walk = session.get(Walk, teken.walk_id) if teken.walk_id else None
    if walk:
        withdraw_walk(session, walk, now)
    else:
        record.write(session, teken.resident_id, "teken-withdrawn", now)
        remove(session, teken, now)


def fingerprint_of(resident: Resident, track: Track) -> str:
    """Return an HMAC over resident and quantised points (about a metre, a second): it recognises, and tells nothing."""
    columns = [np.round(track.lat * 1e5), np.round(track.lon * 1e5)]
    columns += [] if track.at is None else [np.round(track.at)]
    points = np.stack(columns).astype(np.int64).tobytes()
    return hmac.digest(bytes.fromhex(resident.hand), resident.id.bytes + points, hashlib.sha256).hex()


def same_walk(session: Session, resident: Resident, fingerprint: str) -> Walk | None:
    """Return the walk that this very track made before, unless it was withdrawn."""
    return session.exec(
        select(Walk).where(Walk.resident_id == resident.id, Walk.fingerprint == fingerprint)
    ).one_or_none()


def ended(track: Track, now: datetime) -> tuple[datetime, str | None]:
    """Return the end that counts, and a mark when it is not the track's own."""
    if track.ended_at is None:
        return now, UNTIMED
    if track.ended_at > now + FUTURE:
        raise Unreadable("future-track")
    return (now, CUT) if track.ended_at > now else (track.ended_at, None)


def held_until(ended_at: datetime, now: datetime, hold: timedelta, rng: Random) -> datetime:
    """Return when a walk goes out: arrival or end, the hold, and up to 30 random minutes; no hold, no delay."""
    if not hold:
        return now
    return max(now, ended_at) + hold + timedelta(seconds=rng.uniform(0, JITTER_S))


def walks_of(
    session: Session, keys: Keys, resident: Resident, *, cursor: str | None, limit: int
) -> tuple[Sequence[Walk], str | None]:
    """Return a page of the resident's walks, newest first, and where to go on."""
    rows = select(Walk).where(Walk.resident_id == resident.id)
    if cursor:
        rows = rows.where(paging.before(Walk.arrived_at, Walk.id, paging.unseal(keys, cursor)))
    found = session.exec(rows.order_by(col(Walk.arrived_at).desc(), col(Walk.id).desc()).limit(limit + 1)).all()
    page = found[:limit]
    return page, paging.seal(keys, page[-1].arrived_at, page[-1].id) if len(found) > limit else None


def due_walks(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """Return the held walks whose hold is over, oldest first."""
    return session.exec(
        select(Walk.id).where(Walk.state == HELD, Walk.release_at <= now).order_by(col(Walk.release_at)).limit(limit)
    ).all()


def _is_first_to_release(session: Session, walk: Walk) -> bool:
    claimed = session.exec(update(Walk).where(col(Walk.id) == walk.id, col(Walk.state) == HELD).values(state=RELEASED))
    session.refresh(walk)
    return claimed.rowcount == 1
