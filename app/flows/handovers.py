"""A case goes from one caseworker to another: offered, accepted, told to the resident, who may refuse."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from app.access_work import ADMIN
from app.errors import Conflict
from app.flows import leaving_work
from app.models.people import Resident
from app.models.work import Care, Handover, Member, Organisation
from app.phatic.when import local_day


def offer(
    session: Session, care: Care, to: Member, *, from_day: date, until_day: date | None, now: datetime
) -> Handover:
    """Offer a case to a colleague; nothing moves before they accept. An older open offer of this case ends."""
    if to.role == ADMIN or to.id == care.member_id:
        raise Conflict("conflict")
    for older in of_care(session, care):
        if older.accepted_at is None:
            older.ended_at = now
    made = Handover(
        resident_id=care.resident_id,
        care_id=care.id,
        from_member_id=care.member_id,
        to_member_id=to.id,
        from_day=from_day,
        until_day=until_day,
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made


def of_care(session: Session, care: Care) -> list[Handover]:
    """Return the hand-overs of a case that are not over, oldest first."""
    found = select(Handover).where(Handover.care_id == care.id, col(Handover.ended_at).is_(None))
    return list(session.exec(found.order_by(col(Handover.made_at), col(Handover.id))))


def offered_to(session: Session, member: Member) -> list[Handover]:
    """Return what lies before a caseworker to accept."""
    waits = (col(Handover.accepted_at).is_(None), col(Handover.ended_at).is_(None))
    return list(session.exec(select(Handover).where(Handover.to_member_id == member.id, *waits)))


def accept(session: Session, offered: Handover, now: datetime) -> Handover:
    """Take a case over, from its day on; the resident is told at once."""
    if offered.accepted_at:
        return offered
    care = session.get_one(Care, offered.care_id)
    if offered.ended_at or care.state != "active" or care.member_id != offered.from_member_id:
        raise Conflict("already-done")
    offered.accepted_at = now
    session.add(offered)
    _begin_or_tell(session, offered, care, now)
    return offered


def refuse(session: Session, offered: Handover, now: datetime) -> Handover:
    """Let the resident say no: the case stays with, or goes back to, the one who had it."""
    if offered.refused_at or offered.ended_at:
        raise Conflict("already-done")
    offered.refused_at = offered.ended_at = now
    session.add(offered)
    if offered.began_at:
        _give_back(session, offered, now)
    return offered


def keep_days(session: Session, now: datetime) -> int:
    """Let accepted hand-overs begin on their day and end after their last; returns how many moved. Hourly."""
    moved = 0
    accepted = select(Handover).where(col(Handover.accepted_at).is_not(None), col(Handover.ended_at).is_(None))
    is_due = col(Handover.began_at).is_(None) | col(Handover.until_day).is_not(None)
    # By resident: whoever locks several must take them in one order.
    for one in session.exec(accepted.where(is_due).order_by(col(Handover.resident_id))).all():
        care = session.get_one(Care, one.care_id)
        if one.began_at is None and one.from_day <= _today(session, care, now):
            _begin(session, one, care, now)
            moved += 1
        elif one.began_at and one.until_day and one.until_day < _today(session, care, now):
            one.ended_at = now
            _give_back(session, one, now)
            moved += 1
    return moved


def _begin_or_tell(session: Session, offered: Handover, care: Care, now: datetime) -> None:
    if offered.from_day <= _today(session, care, now):
        _begin(session, offered, care, now)
    else:
        leaving_work.announce(session, care, offered.to_member_id, now)


def _begin(session: Session, offered: Handover, care: Care, now: datetime) -> None:
    offered.began_at = now
    leaving_work.move(session, care, _there(session, offered.to_member_id), now)


def _give_back(session: Session, offered: Handover, now: datetime) -> None:
    """Give a case back to who had it; who left meanwhile has a successor."""
    care = session.get_one(Care, offered.care_id)
    if care.state == "active" and care.member_id == offered.to_member_id:
        leaving_work.move(session, care, _there(session, offered.from_member_id), now)


def _there(session: Session, member_id: UUID) -> Member:
    member = session.get_one(Member, member_id)
    is_there = member.ended_at is None and member.role != ADMIN
    return member if is_there else leaving_work.successor_of(session, member)


def _today(session: Session, care: Care, now: datetime) -> date:
    return local_day(now, session.get_one(Organisation, care.organisation_id).time_zone)


def state_of(offered: Handover) -> str:
    """Return how far a hand-over is: `offered`, `accepted`, `refused` or `ended`."""
    if offered.refused_at:
        return "refused"
    if offered.ended_at:
        return "ended"
    return "accepted" if offered.accepted_at else "offered"


def told_to(session: Session, resident: Resident) -> list[Handover]:
    """Return the hand-overs that a resident was told of and may still refuse."""
    told = (col(Handover.accepted_at).is_not(None), col(Handover.ended_at).is_(None))
    return list(session.exec(select(Handover).where(Handover.resident_id == resident.id, *told)))
