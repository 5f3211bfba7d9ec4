"""Answers a repeated request with what was answered the first time."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from app.errors import Conflict, Unreadable
from app.models.people import Replay

KEPT = timedelta(hours=24)
# Who lost an answer on the way asks again within moments. What shows a place is not kept longer for that.
KEPT_WHOLE = timedelta(minutes=15)
ID_CHARACTERS = 36
SEALED_ID = 200  # more than a sealed id takes, less than any sealed answer


def earlier_answer(session: Session, key_hash: str, body_hash: str, now: datetime) -> Replay | None:
    """Return what was answered under this key; `key-reused` for another body, `already-done` where it was secret."""
    found = session.exec(select(Replay).where(Replay.key_hash == key_hash)).first()
    if found is None:
        return None
    if found.answered_at + KEPT <= now:
        session.delete(found)
        session.flush()
        return None
    if found.body_hash != body_hash:
        raise Unreadable("key-reused")
    if found.body is None:
        raise Conflict("already-done")
    return found


def keep_answer(
    session: Session,
    key_hash: str,
    body_hash: str,
    *,
    status: int,
    body: str | None,
    resident_id: UUID | None,
    now: datetime,
) -> None:
    """Keep an answer for 24 hours, in the transaction of what it tells; no body for a secret one."""
    row = Replay(key_hash=key_hash, body_hash=body_hash, status=status, body=body, answered_at=now)
    row.resident_id = resident_id
    session.add(row)


def forget_answers_about(session: Session, resident_id: UUID) -> None:
    """Drop what was answered about a resident's signs: a sign that is taken back must not come again as a repeat."""
    session.exec(delete(Replay).where(col(Replay.resident_id) == resident_id))


def walk_of(found: Replay, now: datetime) -> UUID | None:
    """Return the walk that an old answer was about; None while the answer itself still counts."""
    if found.body is None or (len(found.body) > ID_CHARACTERS and now < found.answered_at + KEPT_WHOLE):
        return None
    return UUID(found.body) if len(found.body) == ID_CHARACTERS else UUID(json.loads(found.body)["walk"]["id"])


def forget_previews(session: Session, now: datetime) -> None:
    """Keep of answers about walks only the walk's id: their previews show places (`trust.md` 20)."""
    whole = select(Replay).where(Replay.answered_at <= now - KEPT_WHOLE, func.length(Replay.body) > SEALED_ID)
    for row in session.exec(whole):
        if row.body and row.body.startswith('{"walk":'):
            row.body = str(walk_of(row, now))
            session.add(row)


def forget_old_answers(session: Session, now: datetime) -> None:
    """Drop what is past its 24 hours."""
    session.exec(delete(Replay).where(col(Replay.answered_at) <= now - KEPT))
