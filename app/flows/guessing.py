"""Stops the guessing of spoken codes: who failed often waits an hour, and so do all codes in a storm."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from app.models.people import FailedAccept

WINDOW = timedelta(hours=1)
PER_ADDRESS = 10
PER_SERVICE = 100


def is_too_much(session: Session, address_hash: str, now: datetime) -> bool:
    """Tell whether codes pause: 10 failures of one address in an hour, or 100 of all (`trust.md` 2)."""
    since = select(func.count()).select_from(FailedAccept).where(FailedAccept.failed_at > now - WINDOW)
    of_address = session.exec(since.where(FailedAccept.address_hash == address_hash)).one()
    return of_address >= PER_ADDRESS or session.exec(since).one() >= PER_SERVICE


def note_failure(session: Session, address_hash: str, now: datetime) -> None:
    """Remember one failure, and forget those of more than an hour ago."""
    session.exec(delete(FailedAccept).where(col(FailedAccept.failed_at) <= now - WINDOW))
    session.add(FailedAccept(address_hash=address_hash, failed_at=now))
