"""From a token or an id to what a member of an organisation may touch: their own organisation, their own cases."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from app import auth
from app.errors import NotAuthenticated, NotFound
from app.models.people import Resident
from app.models.silence import Question, Silence
from app.models.work import Care, Handover, Member, Organisation, Review, WayBack, WorkSession

ADMIN = "admin"
# `trust.md` 36
IDLE_ENDS, ENDS = timedelta(minutes=15), timedelta(hours=10)


def at_work(session: Session, keys: auth.Keys, token: str, now: datetime) -> tuple[Member, WorkSession]:
    """Return who is at work with this token; `NotAuthenticated` after 15 idle minutes, ten hours, or their last day."""
    found = session.exec(
        select(Member, WorkSession)
        .join(WorkSession, col(WorkSession.member_id) == Member.id)
        .where(WorkSession.token_hash == keys.hash(token))
    ).first()
    if found is None:
        raise NotAuthenticated
    member, work = found
    if member.ended_at or now >= work.used_at + IDLE_ENDS or now >= work.began_at + ENDS:
        raise NotAuthenticated
    return member, work


def organisation_of(session: Session, member: Member, organisation_id: UUID) -> Organisation:
    """Return the member's own organisation, or `NotFound`."""
    if member.organisation_id != organisation_id:
        raise NotFound
    return session.get_one(Organisation, organisation_id)


def colleague_of(session: Session, organisation: Organisation, member_id: UUID) -> Member:
    """Return somebody who works at this organisation, or `NotFound`."""
    member = session.get(Member, member_id)
    if member is None or member.organisation_id != organisation.id or member.ended_at:
        raise NotFound
    return member


def case_of(session: Session, member: Member, care_id: UUID, now: datetime) -> tuple[Care, Resident]:
    """Return a case that this caseworker may open, or `NotFound`.

    Their own, or one in whose open silence they were asked; never before the resident's yes counts.
    """
    care = session.get(Care, care_id)
    if care is None or not is_shown_to(session, member, care, now):
        raise NotFound
    return care, session.get_one(Resident, care.resident_id)


def is_shown_to(session: Session, member: Member, care: Care, now: datetime) -> bool:
    """Tell whether a case is this caseworker's to open now."""
    if care.organisation_id != member.organisation_id or not counts(care, now):
        return False
    return care.member_id == member.id or was_asked(session, member, care)


def in_care(session: Session, member: Member, resident_id: UUID, now: datetime) -> tuple[Care, Resident]:
    """Return the case of a resident whom this caseworker may open, or `NotFound`; as `case_of`, by the resident."""
    of_house = select(Care).where(Care.resident_id == resident_id, Care.organisation_id == member.organisation_id)
    care = session.exec(of_house.where(Care.state == "active")).first()
    if care is None or not is_shown_to(session, member, care, now):
        raise NotFound
    return care, session.get_one(Resident, resident_id)


def case_in_house(session: Session, member: Member, care_id: UUID, now: datetime) -> Care:
    """Return a case of this caseworker's own organisation; it shows nothing.

    To agree to what a colleague asked, and to ask before an answer is repeated whether the yes still counts.
    """
    care = session.get(Care, care_id)
    if care is None or care.organisation_id != member.organisation_id or not counts(care, now):
        raise NotFound
    return care


def counts(care: Care, now: datetime) -> bool:
    """Tell whether a resident's yes counts now."""
    return care.state == "active" and care.from_at is not None and care.from_at <= now


def was_asked(session: Session, member: Member, care: Care) -> bool:
    """Tell whether a colleague was asked about this resident's open silence."""
    asked = (
        select(Question.id)
        .join(Silence, col(Silence.id) == Question.silence_id)
        .where(Question.member_id == member.id, Question.resident_id == care.resident_id)
        .where(col(Silence.closed_at).is_(None))
        .limit(1)
    )
    return session.exec(asked).first() is not None


def request_of(session: Session, resident: Resident, resident_id: UUID, care_id: UUID) -> Care:
    """Return what a caseworker asked of this resident, or `NotFound`."""
    care = session.get(Care, care_id)
    if care is None or resident.id != resident_id or care.resident_id != resident.id or care.is_muted:
        raise NotFound
    return care


def handover_to(session: Session, member: Member, care_id: UUID, handover_id: UUID) -> Handover:
    """Return a hand-over that was offered to this caseworker, or `NotFound`."""
    offer = session.get(Handover, handover_id)
    if offer is None or offer.care_id != care_id or offer.to_member_id != member.id:
        raise NotFound
    return offer


def handover_about(session: Session, resident: Resident, resident_id: UUID, handover_id: UUID) -> Handover:
    """Return a hand-over of this resident's own care, or `NotFound`."""
    offer = session.get(Handover, handover_id)
    if offer is None or resident.id != resident_id or offer.resident_id != resident.id:
        raise NotFound
    return offer


def way_back_in(session: Session, care: Care, way_back_id: UUID) -> WayBack:
    """Return a way back of this case, or `NotFound`."""
    found = session.get(WayBack, way_back_id)
    if found is None or found.care_id != care.id:
        raise NotFound
    return found


def way_back_about(session: Session, resident: Resident, resident_id: UUID, way_back_id: UUID) -> WayBack:
    """Return a way back that was asked about this resident, or `NotFound`."""
    found = session.get(WayBack, way_back_id)
    if found is None or resident.id != resident_id or found.resident_id != resident.id:
        raise NotFound
    return found


def review_of(session: Session, resident: Resident, review_id: UUID) -> Review:
    """Return a question "klopt dit nog?" of this resident's own, or `NotFound`."""
    review = session.get(Review, review_id)
    if review is None or review.resident_id != resident.id:
        raise NotFound
    return review
