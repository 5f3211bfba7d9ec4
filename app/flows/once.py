"""Answers a repeated request with what was answered the first time."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.errors import Conflict, Unreadable
from app.models.people import Replay

KEPT = timedelta(hours=24)


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


def forget_old_answers(session: Session, now: datetime) -> None:
    """Drop what is past its 24 hours."""
    session.exec(delete(Replay).where(col(Replay.answered_at) <= now - KEPT))
