"""One teken becomes one row per willing contact and verified address; pages and streams need no row."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from app.models.circle import Contact
from app.models.outbox import OutboxItem, Subscription
from app.models.people import Resident, Viewer
from app.models.walks import Teken
from app.phatic.when import after_quiet

TEKEN, VERIFICATION = "teken", "verification"
WAITING, SENT, DROPPED = "waiting", "sent", "dropped"
# Later than this it would no longer be true to say "vanmiddag", or even which weekday it was.
TEKEN_LIVES = timedelta(days=2)
VERIFICATION_LIVES = timedelta(days=1)
# One a day, for people; a machine (a lamp) may hear of each.
ONE_A_DAY = ("email",)


def tell_circle(session: Session, resident: Resident, teken: Teken, *, today: date, now: datetime) -> None:
    """Write what is to be sent, in the transaction of the teken; an unsent row of today takes the newer teken."""
    rows = []
    for contact_id, subscription, time_zone in _willing(session, resident, teken):
        slot = str(today) if subscription.channel in ONE_A_DAY else None
        due_at = first_due(subscription, time_zone, now)
        if slot and _joins_row_of_today(session, resident.id, subscription.id, slot, teken_id=teken.id, due_at=due_at):
            continue
        rows.append(
            {
                "id": uuid4(),
                "resident_id": resident.id,
                "contact_id": contact_id,
                "teken_id": teken.id,
                "subscription_id": subscription.id,
                "purpose": TEKEN,
                "slot": slot,
                "state": WAITING,
                "due_at": due_at,
                "expires_at": due_at + TEKEN_LIVES,
                "tries": 0,
                "made_at": now,
            }
        )
    if rows:
        session.exec(insert(OutboxItem), params=rows)


def _willing(session: Session, resident: Resident, teken: Teken) -> list[tuple[UUID, Subscription, str]]:
    willing = (
        select(Contact.id, Subscription, Viewer.time_zone)
        .join(Viewer, col(Viewer.id) == Contact.viewer_id)
        .join(Subscription, col(Subscription.viewer_id) == Viewer.id)
        .where(Contact.resident_id == resident.id, Contact.state == "active", col(Contact.is_quiet).is_(False))
        .where(col(Subscription.verified_at).is_not(None), col(Subscription.switched_off_at).is_(None))
    )
    if teken.repeats_told_at:
        willing = willing.where(col(Contact.began_at) > teken.repeats_told_at)
    return list(session.exec(willing))


def _joins_row_of_today(
    session: Session, resident_id: UUID, subscription_id: UUID, slot: str, *, teken_id: UUID, due_at: datetime
) -> bool:
    """Tell whether the day has its row already; if that was not sent, it now carries the newer teken."""
    there = session.exec(
        select(OutboxItem).where(
            OutboxItem.subscription_id == subscription_id,
            OutboxItem.resident_id == resident_id,
            OutboxItem.slot == slot,
        )
    ).first()
    if there is None:
        return False
    if there.state == DROPPED:
        there.state, there.due_at, there.tries, there.why, there.ended_at = WAITING, due_at, 0, None, None
    if there.state == WAITING:
        there.teken_id, there.expires_at = teken_id, due_at + TEKEN_LIVES
    return True


def drop_unsent(session: Session, teken_id: UUID, now: datetime) -> None:
    """Take back what has not left yet; the row stays, so that the day keeps its one message."""
    session.exec(
        update(OutboxItem)
        .where(col(OutboxItem.teken_id) == teken_id, col(OutboxItem.state) == WAITING)
        .values(state=DROPPED, why="withdrawn", ended_at=now)
    )


def ask_to_verify(session: Session, subscription: Subscription, now: datetime) -> None:
    """Lay ready the one message that an unverified address may get."""
    session.add(
        OutboxItem(
            resident_id=subscription.resident_id,
            subscription_id=subscription.id,
            purpose=VERIFICATION,
            state=WAITING,
            due_at=now,
            expires_at=now + VERIFICATION_LIVES,
            made_at=now,
        )
    )


def first_due(subscription: Subscription, time_zone: str, moment: datetime) -> datetime:
    """Return the first moment outside the receiver's quiet hours."""
    if not subscription.quiet_from or not subscription.quiet_until:
        return moment
    quiet_from, quiet_until = time.fromisoformat(subscription.quiet_from), time.fromisoformat(subscription.quiet_until)
    return after_quiet(moment, time_zone, quiet_from, quiet_until)
