"""A last word for those who were asked about somebody whose rows are about to go: nothing is asked of them any more.

It is laid ready without any id of the resident, whose rows take along all that names them. So it cannot say whose
question is over, nor how they are: both are gone with them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, exists, or_
from sqlmodel import Session, col, select

from app.flows import asking, outbox
from app.models.circle import Contact
from app.models.outbox import Attempt, OutboxItem, Subscription
from app.models.people import Resident, Viewer
from app.models.silence import Question, Silence
from app.models.work import Member, Organisation

GONE: Final = "gone"


def leave(session: Session, resident: Resident, now: datetime) -> None:
    """Lay it ready for every address that had a question, and will not have an all-clear.

    Of who rests after a death or an admission nobody hears anything.
    """
    if resident.frozen_at:
        return
    for address in _told(session, resident):
        due_at = outbox.first_due(address.quiet_from, address.quiet_until, _zone_of(session, address), now)
        session.add(
            OutboxItem(
                subscription_id=address.id,
                purpose=asking.NOTICE,
                note=GONE,
                state=outbox.WAITING,
                due_at=due_at,
                expires_at=due_at + asking.ALL_CLEAR_LIVES,
                made_at=now,
            )
        )


def _told(session: Session, resident: Resident) -> Iterable[Subscription]:
    """Return where a question about a silence that is open came, or is on its way, and where an all-clear waits."""
    is_under_way = exists().where(col(Attempt.item_id) == OutboxItem.id, col(Attempt.ended_at).is_(None))
    was_asked = and_(
        col(OutboxItem.purpose) == asking.QUESTION,
        or_(col(OutboxItem.state) == outbox.SENT, is_under_way),
        col(Silence.closed_at).is_(None),
    )
    waits = and_(col(OutboxItem.purpose) == asking.ALL_CLEAR, col(OutboxItem.state) == outbox.WAITING)
    is_theirs = and_(col(Contact.state) == "active", col(Contact.viewer_id) == col(Subscription.viewer_id))
    found = session.exec(
        select(Subscription)
        .join(OutboxItem, col(OutboxItem.subscription_id) == Subscription.id)
        .join(Question, col(Question.id) == OutboxItem.question_id)
        .join(Silence, col(Silence.id) == Question.silence_id)
        .join(Contact, col(Contact.id) == Question.contact_id, isouter=True)
        .where(OutboxItem.resident_id == resident.id, or_(was_asked, waits))
        .where(or_(col(Subscription.member_id).is_not(None), is_theirs))
    )
    return {address.id: address for address in found}.values()


def _zone_of(session: Session, address: Subscription) -> str:
    if address.viewer_id:
        return session.get_one(Viewer, address.viewer_id).time_zone
    organisation_id = session.get_one(Member, address.member_id).organisation_id
    return session.get_one(Organisation, organisation_id).time_zone


def waits_for(session: Session, viewer_id: UUID) -> bool:
    """Tell whether a last word for this viewer has not left yet: until then their addresses stay."""
    unsent = _left_for_viewers().where(Subscription.viewer_id == viewer_id, OutboxItem.state == outbox.WAITING)
    return session.exec(unsent.limit(1)).first() is not None


def viewers(session: Session) -> list[UUID]:
    """Return for whom one was left lately."""
    return [viewer_id for viewer_id in session.exec(_left_for_viewers().distinct()) if viewer_id]


def _left_for_viewers():  # noqa: ANN202  # a select, whose type SQLModel does not export
    found = select(Subscription.viewer_id).join(OutboxItem, col(OutboxItem.subscription_id) == Subscription.id)
    is_last_word = (col(OutboxItem.resident_id).is_(None), col(OutboxItem.note) == GONE)
    return found.where(*is_last_word, col(Subscription.viewer_id).is_not(None))
