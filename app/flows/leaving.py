"""Leaving: a person takes everything of their own along, or has it erased."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from app import ledger
from app.db import ERASED
from app.flows import circle, last_word, organisations
from app.models.circle import Contact
from app.models.outbox import Asked, Subscription
from app.models.people import Resident, Viewer
from app.models.work import Member


def erase(session: Session, who: Resident | Viewer | Member, now: datetime, *, is_silent: bool = False) -> None:
    """Erase a person by their own wish: a resident with everything under them, a contact with every grant.

    Whoever was asked about a resident just now hears that nothing is asked of them any more, unless `is_silent`.
    Somebody who works at an organisation hands their cases on first; in the residents' logs they are "somebody".
    """
    session.info[ERASED] = True
    if isinstance(who, Member):
        _erase_member(session, who, now)
        return
    ledger.note(session, "resident" if isinstance(who, Resident) else "viewer", who.id)
    if isinstance(who, Resident):
        _erase_resident(session, who, now, is_silent=is_silent)
    else:
        _erase_viewer(session, who, now)


def _erase_resident(session: Session, resident: Resident, now: datetime, *, is_silent: bool) -> None:
    row = session.get_one(Resident, resident.id, with_for_update=True, populate_existing=True)
    if not is_silent:
        last_word.leave(session, row, now)
        session.flush()
    viewers = session.exec(
        select(Contact.viewer_id).where(Contact.resident_id == resident.id, col(Contact.viewer_id).is_not(None))
    ).all()
    # Yesterday's questions count for the address, whoever asked; nothing must be left that says who.
    session.exec(update(Asked).where(col(Asked.owner_id) == resident.id).values(owner_id=uuid4()))
    # Everything that carries this resident's id goes along (ON DELETE CASCADE), discs too.
    session.exec(delete(Resident).where(col(Resident.id) == resident.id))
    for viewer_id in viewers:
        if viewer_id:
            circle.forget_viewer_without_grants(session, viewer_id)


def forget_who_was_told(session: Session, _: datetime) -> None:
    """Drop viewers who stayed for a last word alone, once it has left."""
    for viewer_id in last_word.viewers(session):
        circle.forget_viewer_without_grants(session, viewer_id)


def _erase_member(session: Session, member: Member, now: datetime) -> None:
    row = session.get_one(Member, member.id)
    if row.ended_at is None:
        organisations.let_go(session, row, now)
    ledger.note(session, "colleague", row.id)
    row.name = ""
    session.add(row)
    session.exec(update(Asked).where(col(Asked.owner_id) == row.id).values(owner_id=uuid4()))
    session.exec(delete(Subscription).where(col(Subscription.member_id) == row.id))


def _erase_viewer(session: Session, viewer: Viewer, now: datetime) -> None:
    for contact in session.exec(select(Contact).where(Contact.viewer_id == viewer.id)).all():
        if contact.state != circle.ENDED:
            circle.end(session, session.get_one(Resident, contact.resident_id), contact, now, has_left=True)
    session.exec(update(Asked).where(col(Asked.owner_id) == viewer.id).values(owner_id=uuid4()))
    session.exec(delete(Viewer).where(col(Viewer.id) == viewer.id))
