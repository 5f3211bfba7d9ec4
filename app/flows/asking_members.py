"""Lays ready what members of an organisation are told and asked, and what the resident is told of it.

A caseworker's question has no link that acts: they answer where they come in with their code.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from app.flows import outbox
from app.models.outbox import OutboxItem, Subscription
from app.models.people import Resident
from app.models.silence import Question, Silence
from app.models.work import Member, Organisation

NOTICE, QUESTION, RUNG = "notice", "question", "caseworker"
NOTICE_LIVES = timedelta(days=3)
HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class Note:
    """What is laid ready, and in whose zone its quiet hours are."""

    zone: str
    purpose: str
    note: str | None = None
    resident_id: UUID | None = None
    question_id: UUID | None = None


def tell_member(session: Session, member_id: UUID, note: str, now: datetime) -> None:
    """Lay a notice ready for one member, on each of their verified addresses."""
    member = session.get_one(Member, member_id)
    zone = session.get_one(Organisation, member.organisation_id).time_zone
    _lay(session, col(Subscription.member_id) == member_id, Note(zone, NOTICE, note=note), now)


def tell_resident(session: Session, resident: Resident, note: str, now: datetime) -> None:
    """Lay a private notice ready for a resident, on each of their own verified addresses."""
    said = Note(resident.time_zone, NOTICE, note=note, resident_id=resident.id)
    _lay(session, col(Subscription.resident_id) == resident.id, said, now)


def ask(session: Session, silence: Silence, member: Member, now: datetime) -> Question:
    """Ask one member about a silence: it stands in their caseload at once, and goes to their addresses."""
    question = Question(
        resident_id=silence.resident_id,
        silence_id=silence.id,
        member_id=member.id,
        rung=RUNG,
        asked_at=now,
        reach_at=now,
        link_hash=secrets.token_hex(HASH_BYTES),  # of nothing: no link answers for a caseworker
    )
    session.add(question)
    session.flush()
    zone = session.get_one(Organisation, member.organisation_id).time_zone
    said = Note(zone, QUESTION, resident_id=silence.resident_id, question_id=question.id)
    _lay(session, col(Subscription.member_id) == member.id, said, now)
    return question


def _lay(session: Session, whose: ColumnElement[bool], said: Note, now: datetime) -> None:
    is_on = (col(Subscription.verified_at).is_not(None), col(Subscription.switched_off_at).is_(None))
    for to in session.exec(select(Subscription).where(whose, *is_on)):
        due_at = outbox.first_due(to.quiet_from, to.quiet_until, said.zone, now)
        session.add(
            OutboxItem(
                resident_id=said.resident_id,
                question_id=said.question_id,
                purpose=said.purpose,
                note=said.note,
                subscription_id=to.id,
                state=outbox.WAITING,
                due_at=due_at,
                expires_at=due_at + NOTICE_LIVES,
                made_at=now,
            )
        )
