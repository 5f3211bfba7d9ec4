"""Stops the guessing of spoken codes: who failed often waits an hour, and so do all codes in a storm."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func
from sqlmodel import Session, col, select

from app.models.people import FailedAccept

WINDOW = timedelta(hours=1)
PER_ADDRESS = 10
PER_SERVICE = 100


def is_too_much(session: Session, address_hash: str, now: datetime) -> bool:
    """Tell whether codes pause: 10 failures of one address in an hour, or 100 of all (`trust.md` 2)."""
    return has_failed_often(session, address_hash, now) or _failures(session, now) >= PER_SERVICE


def has_failed_often(session: Session, address_hash: str, now: datetime) -> bool:
    """Tell whether one address has its 10 failures in an hour, whatever others did."""
    return _failures(session, now, FailedAccept.address_hash == address_hash) >= PER_ADDRESS


def note_failure(session: Session, address_hash: str, now: datetime) -> None:
    """Remember one failure, and forget those of more than an hour ago.

    Beyond its ten an address adds nothing: with wrong links, which are not refused, it would stop everybody's codes.
    """
    session.exec(delete(FailedAccept).where(col(FailedAccept.failed_at) <= now - WINDOW))
    if not has_failed_often(session, address_hash, now):
        session.add(FailedAccept(address_hash=address_hash, failed_at=now))


def _failures(session: Session, now: datetime, *of: ColumnElement[bool] | bool) -> int:
    counted = select(func.count()).select_from(FailedAccept).where(FailedAccept.failed_at > now - WINDOW, *of)
    return session.exec(counted).one()
