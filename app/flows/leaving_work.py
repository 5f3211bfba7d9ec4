"""Somebody stops working at an organisation: each of their cases has another owner in the same transaction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from app import ledger
from app.errors import Conflict
from app.flows import asking, record, sessions
from app.models.people import Resident
from app.models.work import Care, Duty, Handover, Member

# Who takes over first.
SUCCESSORS = ("deputy", "lead", "caseworker")


def end(session: Session, member: Member, now: datetime) -> None:
    """End a member's work: cases handed on, sessions and addresses closed. The name stays for the residents' logs."""
    hand_everything_on(session, member, now)
    ledger.note(session, "member", member.id)
    member.ended_at, member.invitation_hash, member.totp_secret, member.email_hash = now, None, None, None
    session.add(member)
    sessions.end_all(session, member)


def hand_everything_on(session: Session, member: Member, now: datetime) -> None:
    """Give every case of a member to the deputy, else the lead, else a colleague; `owner-needed` where nobody is left.

    Their residents are told, as of every hand-over.
    """
    cares = session.exec(
        select(Care)
        .where(Care.member_id == member.id, col(Care.state).in_(["asked", "active"]))
        .order_by(col(Care.resident_id))  # whoever locks several residents must take them in one order
    ).all()
    if cares:
        successor = successor_of(session, member)
        for care in cares:
            move(session, care, successor, now)
    mine = (col(Handover.from_member_id) == member.id) | (col(Handover.to_member_id) == member.id)
    session.exec(update(Handover).where(mine, col(Handover.ended_at).is_(None)).values(ended_at=now))
    for line in session.exec(select(Duty).where(Duty.member_id == member.id)).all():
        session.delete(line)


def successor_of(session: Session, member: Member) -> Member:
    """Return who takes a member's cases."""
    colleagues = session.exec(
        select(Member)
        .where(Member.organisation_id == member.organisation_id, Member.id != member.id)
        .where(col(Member.ended_at).is_(None), col(Member.role).in_(SUCCESSORS))
        .order_by(col(Member.invited_at), col(Member.id))
    ).all()
    # Whoever never came in can be an owner, but only where nobody else is.
    order = sorted(colleagues, key=lambda one: (one.joined_at is None, SUCCESSORS.index(one.role)))
    if not order:
        raise Conflict("owner-needed")
    return order[0]


def move(session: Session, care: Care, to: Member, now: datetime) -> None:
    """Let a care have another owner, and tell the resident; a question that still waits moves without a word."""
    before, care.member_id = care.member_id, to.id
    session.add(care)
    if care.state == "active":
        resident = session.get_one(Resident, care.resident_id)
        names = {"member": to.id, "before_member": before, "organisation": care.organisation_id}
        record.write(session, care.resident_id, "care-moved", now, **names)
        asking.notice(session, resident, "handover", now)


def announce(session: Session, care: Care, to_id: UUID, now: datetime) -> None:
    """Tell the resident of a hand-over that begins on a later day."""
    names = {"member": to_id, "before_member": care.member_id, "organisation": care.organisation_id}
    record.write(session, care.resident_id, "care-moves-later", now, **names)
    asking.notice(session, session.get_one(Resident, care.resident_id), "handover", now)
