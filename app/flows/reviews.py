"""Every three months one quiet question: who sees what. Without an answer places are shown no more."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.errors import Conflict
from app.flows import asking, caring, circle, record
from app.models.circle import Contact
from app.models.people import Resident
from app.models.work import Care, Review
from app.phatic.wording import say

EVERY = timedelta(days=91)
TIME_TO_ANSWER = timedelta(days=60)
PLACES = ("area", "route")


def keep(session: Session, resident: Resident, now: datetime) -> None:
    """Ask where it is time, and set back what nobody said yes to; once a day for each resident."""
    last = newest(session, resident)
    if last and last.answered_at is None and last.lapsed_at is None:
        if now >= last.asked_at + TIME_TO_ANSWER:
            _lapse(session, resident, last, now)
        return
    begins = max(last.answered_at or last.lapsed_at or last.asked_at, last.asked_at) if last else resident.created_at
    if now >= begins + EVERY and _sees_more_than_signs(session, resident):
        session.add(Review(resident_id=resident.id, asked_at=now))
        record.write(session, resident.id, "review-asked", now)
        session.flush()


def newest(session: Session, resident: Resident) -> Review | None:
    """Return the newest question, open or not."""
    asked = select(Review).where(Review.resident_id == resident.id).order_by(col(Review.asked_at).desc())
    return session.exec(asked).first()


def open_one(session: Session, resident: Resident) -> Review | None:
    """Return the question that waits, if one does."""
    last = newest(session, resident)
    return last if last and last.answered_at is None and last.lapsed_at is None else None


def lapses_at(review: Review) -> datetime:
    """Return until when it waits for an answer."""
    return review.asked_at + TIME_TO_ANSWER


def confirm(session: Session, resident: Resident, review: Review, now: datetime) -> None:
    """Say that it is still right; asked again in three months."""
    if review.answered_at or review.lapsed_at:
        raise Conflict("already-done")
    review.answered_at = now
    session.add(review)
    record.write(session, resident.id, "review-confirmed", now)


def words_of(session: Session, resident: Resident) -> list[str]:
    """Return who sees what, a line each."""
    lines = [
        say(resident.language, f"review.{circle.shown_detail(contact)}", name=contact.name)
        for contact in _contacts(session, resident)
    ]
    cares = [care for care in caring.asked_of(session, resident) if care.state == caring.ACTIVE]
    return lines + [say(resident.language, "review.care", **caring.names_of(session, care)) for care in cares]


def _contacts(session: Session, resident: Resident) -> list[Contact]:
    return [contact for contact in circle.circle_of(session, resident) if contact.state == circle.ACTIVE]


def _sees_more_than_signs(session: Session, resident: Resident) -> bool:
    """Tell whether there is anything to ask about: a place that is shown, or a caseworker who looks along."""
    if any(contact.detail in PLACES for contact in _contacts(session, resident)):
        return True
    care = select(Care.id).where(Care.resident_id == resident.id, Care.state == caring.ACTIVE).limit(1)
    return session.exec(care).first() is not None


def _lapse(session: Session, resident: Resident, review: Review, now: datetime) -> None:
    """Set every place back to a drawing; only the resident is told."""
    review.lapsed_at = now
    session.add(review)
    had = [contact for contact in _contacts(session, resident) if contact.detail in PLACES]
    for contact in had:
        circle.change(session, resident, contact, {"detail": "drawing"}, now)
    if had:
        record.write(session, resident.id, "review-lapsed", now)
        asking.notice(session, resident, "review-lapsed", now)
