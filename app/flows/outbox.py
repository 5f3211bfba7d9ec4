"""One teken becomes one row per willing contact and verified address; pages and streams need no row."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from sqlalchemy import and_, bindparam, insert, or_, select, update
from sqlmodel import Session, col

from app.models.base import columns_of
from app.models.circle import Contact
from app.models.outbox import OutboxItem, Subscription
from app.models.people import Resident, Viewer
from app.models.walks import Teken
from app.phatic.when import after_quiet, next_morning

TEKEN, VERIFICATION, DORMANT = "teken", "verification", "dormant"
WAITING, SENT, DROPPED = "waiting", "sent", "dropped"
# Later than this it would no longer be true to say "vanmiddag", or even which weekday it was.
TEKEN_LIVES = timedelta(days=2)
VERIFICATION_LIVES = timedelta(days=1)
DORMANT_LIVES = timedelta(days=30)
# One a day, for people; a machine (a lamp) may hear of each.
ONE_A_DAY = ("email",)
CONTACT, SUBSCRIPTION, ITEM = columns_of(Contact), columns_of(Subscription), columns_of(OutboxItem)
ADD = insert(ITEM)
# Each willing contact's verified addresses, with the row that the address has for the day already, if it has one.
WILLING = (
    select(
        CONTACT.c.id.label("contact_id"),
        CONTACT.c.is_quiet,
        SUBSCRIPTION.c.id.label("subscription_id"),
        SUBSCRIPTION.c.channel,
        SUBSCRIPTION.c.quiet_from,
        SUBSCRIPTION.c.quiet_until,
        columns_of(Viewer).c.time_zone,
        ITEM.c.id.label("item_id"),
    )
    .join(columns_of(Viewer), columns_of(Viewer).c.id == CONTACT.c.viewer_id)
    .join(SUBSCRIPTION, SUBSCRIPTION.c.viewer_id == CONTACT.c.viewer_id)
    .join(
        ITEM,
        and_(
            ITEM.c.subscription_id == SUBSCRIPTION.c.id,
            ITEM.c.resident_id == CONTACT.c.resident_id,
            ITEM.c.slot == bindparam("slot"),
        ),
        isouter=True,
    )
    .where(CONTACT.c.resident_id == bindparam("of"), CONTACT.c.state == "active")
    .where(SUBSCRIPTION.c.verified_at.is_not(None), SUBSCRIPTION.c.switched_off_at.is_(None))
    .where(
        or_(bindparam("repeats", type_=CONTACT.c.began_at.type).is_(None), CONTACT.c.began_at > bindparam("repeats"))
    )
)


def tell_circle(session: Session, resident: Resident, teken: Teken, *, today: date, now: datetime) -> None:
    """Write what is to be sent, in the transaction of the teken; an unsent row of today takes the newer teken.

    Who is kept quiet has one a day, the next morning, on every channel.
    """
    slot = str(today)
    rows = []
    willing = {"of": resident.id, "slot": slot, "repeats": teken.repeats_told_at}
    for to in session.connection().execute(WILLING, willing):
        moment = next_morning(now, resident.time_zone) if to.is_quiet else now
        due_at = first_due(to.quiet_from, to.quiet_until, to.time_zone, moment)
        is_once = to.is_quiet or to.channel in ONE_A_DAY
        if to.item_id and is_once:
            _carry(session, to.item_id, teken, due_at)
            continue
        rows.append(
            {
                "id": uuid4(),
                "resident_id": resident.id,
                "contact_id": to.contact_id,
                "teken_id": teken.id,
                "subscription_id": to.subscription_id,
                "purpose": TEKEN,
                "slot": slot if is_once else None,
                "state": WAITING,
                "due_at": due_at,
                "expires_at": due_at + TEKEN_LIVES,
                "tries": 0,
                "made_at": now,
            }
        )
    if rows:
        session.exec(ADD, params=rows)


def _carry(session: Session, item_id: UUID, teken: Teken, due_at: datetime) -> None:
    """Let the day's one row carry the newer teken, unless it was sent."""
    item = session.get_one(OutboxItem, item_id)
    if item.state == DROPPED:
        item.state, item.due_at, item.tries, item.why, item.ended_at = WAITING, due_at, 0, None, None
    if item.state == WAITING:
        item.teken_id, item.expires_at = teken.id, due_at + TEKEN_LIVES


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


def ask_dormant(session: Session, resident: Resident, now: datetime) -> None:
    """Lay the question ready whether an account that was quiet for a year should stay, on the resident's own ways."""
    own = select(Subscription).where(
        col(Subscription.resident_id) == resident.id,
        col(Subscription.verified_at).is_not(None),
        col(Subscription.switched_off_at).is_(None),
    )
    for to in session.scalars(own):
        due_at = first_due(to.quiet_from, to.quiet_until, resident.time_zone, now)
        session.add(
            OutboxItem(
                resident_id=resident.id,
                subscription_id=to.id,
                purpose=DORMANT,
                state=WAITING,
                due_at=due_at,
                expires_at=due_at + DORMANT_LIVES,
                made_at=now,
            )
        )


def first_due(quiet_from: str | None, quiet_until: str | None, time_zone: str, moment: datetime) -> datetime:
    """Return the first moment outside the receiver's quiet hours."""
    if not quiet_from or not quiet_until:
        return moment
    return after_quiet(moment, time_zone, time.fromisoformat(quiet_from), time.fromisoformat(quiet_until))
