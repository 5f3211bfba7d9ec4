"""What the worker does with the outbox: claim with a lease, send outside any transaction, record what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Update, update
from sqlmodel import Session, col, select

from app.channels.base import Address, ChannelError
from app.flows import circle, outbox, still_true, subscriptions
from app.flows.feed import shape_for_contact, visible
from app.flows.ladder_letters import Part
from app.flows.letters import Parcel, Rider
from app.models.circle import Consent, Contact
from app.models.outbox import Attempt, OutboxItem, Subscription
from app.models.people import Resident, Viewer
from app.models.walks import Teken, Walk
from app.models.work import Member, Organisation
from app.phatic.teken import TekenOut
from app.phatic.when import last_morning, next_morning

# Longer than the slowest send (a mail server that answers each command just in time), so that nobody else begins.
LEASE = timedelta(minutes=3)
FIRST_BACK_OFF_S, LONGEST_BACK_OFF_S = 60.0, 6 * 3600.0
GROWTH, JITTER = 3.0, 0.5
LONGEST_WISH_S = 24 * 3600
AHEAD = timedelta(hours=1)
TAKEN = "taken"
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets a message: in which language, and on whose clock."""

    language: str
    time_zone: str


def due(session: Session, now: datetime, limit: int) -> list[UUID]:
    """Return what could be sent now, longest waiting first; whoever takes one must `claim` it."""
    found = session.exec(
        select(OutboxItem.id)
        .where(OutboxItem.state == outbox.WAITING, OutboxItem.due_at <= now)
        .order_by(col(OutboxItem.due_at))
        .limit(limit)
    )
    return list(found)


def claim(session: Session, item_id: UUID, now: datetime, lease: timedelta = LEASE) -> Parcel | str:
    """Take one item for the length of the lease, with its attempt written; or return why it is not sent.

    Everything that was true when it was written is asked again here: between the two lie hours at night.
    """
    item = _lease(session, item_id, now, lease)
    if item is None:
        return TAKEN
    subscription = session.get_one(Subscription, item.subscription_id)
    receiver = _receiver(session, subscription)
    if why := _never(session, item, subscription, now):
        return _drop(item, why, now)
    shown, parts = None, ()
    if item.purpose == outbox.TEKEN:
        found = _in_daytime(_shown(session, item, subscription, receiver, now), subscription, receiver, now)
        if not isinstance(found, TekenOut):
            return _declined(item, found, now)
        shown = found
    if item.purpose in still_true.LADDER:
        told = _told(session, item, subscription, receiver, now)
        if not isinstance(told, Part):
            return _declined(item, told, now)
        parts = (told,)
    carried = list(_with_it(session, item, subscription, receiver, now, lease)) if parts else []
    return Parcel(
        item_id=item.id,
        attempt_id=_try(session, item, now).id,
        subscription_id=subscription.id,
        channel=subscription.channel,
        address=Address(subscription.address, subscription.secret),
        purpose=item.purpose,
        language=receiver.language,
        tries=item.tries,
        expires_at=item.expires_at,
        shown=shown,
        parts=_without_repeats((*parts, *(part for part, _ in carried))),
        riders=tuple(rider for _, rider in carried),
    )


def _try(session: Session, item: OutboxItem, now: datetime) -> Attempt:
    attempt = Attempt(id=uuid4(), resident_id=item.resident_id, item_id=item.id, started_at=now)
    session.add(attempt)
    return attempt


def _told(
    session: Session, item: OutboxItem, subscription: Subscription, receiver: Receiver, now: datetime
) -> Part | str | datetime:
    """Return what an item tells about a silence; only a resident's own "call me" does not wait for the morning."""
    part = still_true.part_of(session, item, subscription, now)
    if isinstance(part, Part) and still_true.is_urgent(part):
        return part
    return _in_daytime(part, subscription, receiver, now)


def _in_daytime(found: Found, subscription: Subscription, receiver: Receiver, now: datetime) -> Found | datetime:
    """Return what is to be sent, or the end of the receiver's quiet hours."""
    if isinstance(found, (str, datetime)):
        return found
    quiet_until = outbox.first_due(subscription.quiet_from, subscription.quiet_until, receiver.time_zone, now)
    return quiet_until if quiet_until > now else found


def _with_it(
    session: Session, first: OutboxItem, subscription: Subscription, receiver: Receiver, now: datetime, lease: timedelta
) -> Iterator[tuple[Part, Rider]]:
    """Claim what else lies ready for the same mailbox: what was held goes out as one message (agreements, 1)."""
    if subscription.channel != subscriptions.EMAIL:
        return
    others = session.exec(
        select(OutboxItem.id)
        .where(OutboxItem.subscription_id == subscription.id, OutboxItem.id != first.id, OutboxItem.due_at <= now)
        .where(OutboxItem.state == outbox.WAITING, col(OutboxItem.purpose).in_(still_true.LADDER))
        .order_by(col(OutboxItem.made_at), col(OutboxItem.id))
    ).all()
    for item_id in others:
        item = _lease(session, item_id, now, lease)
        if item is None:
            continue
        if why := _never(session, item, subscription, now):
            _drop(item, why, now)
            continue
        told = _told(session, item, subscription, receiver, now)
        if isinstance(told, Part):
            yield told, Rider(item.id, _try(session, item, now).id, item.tries, item.expires_at)
        else:
            _declined(item, told, now)


def _without_repeats(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Leave out the earlier of two questions about the same silence: who reads both in one letter needs one."""
    latest = {part if part.silence_id is None else (part.silence_id, part.purpose): part for part in parts}
    return tuple(latest.values())


def _declined(item: OutboxItem, why: str | datetime, now: datetime) -> str:
    return _wait(item, why) if isinstance(why, datetime) else _drop(item, why, now)


def _lease(session: Session, item_id: UUID, now: datetime, lease: timedelta) -> OutboxItem | None:
    """Take the item, if it is still there to take; the row count of the update is believed and nothing else."""
    item = session.get(OutboxItem, item_id)
    if item is None:
        return None
    if item.resident_id:
        # The resident before the item, as everywhere: the attempt's foreign key needs this lock too, and taking it
        # last would meet a walk that holds the resident and waits for the item.
        session.get(Resident, item.resident_id, with_for_update={"read": True, "key_share": True})
    is_waiting = (
        col(OutboxItem.id) == item_id,
        col(OutboxItem.state) == outbox.WAITING,
        col(OutboxItem.due_at) <= now,
    )
    if session.exec(select(OutboxItem.id).where(*is_waiting).with_for_update(skip_locked=True)).first() is None:
        return None
    taken = session.exec(
        update(OutboxItem)
        .where(*is_waiting)
        .values(due_at=now + lease, tries=col(OutboxItem.tries) + 1)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:
        return None
    session.refresh(item)
    return item


def _receiver(session: Session, subscription: Subscription) -> Receiver:
    if subscription.member_id:
        member = session.get_one(Member, subscription.member_id)
        return Receiver(member.language, session.get_one(Organisation, member.organisation_id).time_zone)
    found = session.get_one(Viewer, subscription.viewer_id) if subscription.viewer_id else None
    found = found or session.get_one(Resident, subscription.resident_id)
    return Receiver(found.language, found.time_zone)


def _never(session: Session, item: OutboxItem, subscription: Subscription, now: datetime) -> str | None:
    """Say why an item must not be sent to this address any more, whatever is in it.

    To and about somebody who rests nothing is sent: not what they shared before, and nothing that a later day laid
    ready.
    """
    resident = session.get(Resident, item.resident_id) if item.resident_id else None
    if resident and resident.frozen_at:
        return "resting"
    if item.expires_at <= now:
        return "expired"
    if subscription.switched_off_at:
        return "switched-off"
    is_question = item.purpose == outbox.VERIFICATION
    if is_question and subscription.verified_at:
        return "already-verified"
    if not is_question and subscription.verified_at is None:
        return "not-verified"
    return None


def _shown(
    session: Session, item: OutboxItem, subscription: Subscription, receiver: Receiver, now: datetime
) -> TekenOut | str | datetime:
    """Return the teken as this contact may see it at this moment, or why they may not, or from when on."""
    contact = session.get(Contact, item.contact_id) if item.contact_id else None
    # A renewed grant belongs to a new viewer: the addresses of the old one are no longer asked.
    if contact is None or contact.state != circle.ACTIVE or contact.viewer_id != subscription.viewer_id:
        return "no-grant"
    teken = session.get(Teken, item.teken_id) if item.teken_id else None
    if teken is None:
        return "withdrawn"
    if why := _withheld(session, contact, teken):
        return why
    walk = session.get(Walk, teken.walk_id) if teken.walk_id else None
    resident = session.get_one(Resident, teken.resident_id)
    row = (teken, walk)
    if contact.is_quiet:
        if teken.told_at and teken.told_at >= last_morning(now, resident.time_zone):
            return next_morning(now, resident.time_zone)
        of_day = [seen for seen in visible(session, contact, resident, now) if seen[0].day == teken.day]
        if not of_day:
            return "replaced"
        [row] = of_day  # the one that their page has
    [shown] = shape_for_contact(session, [row], resident, contact, language=receiver.language, now=now, read_later=True)
    return shown


def _withheld(session: Session, contact: Contact, teken: Teken) -> str | None:
    """Say why this contact is not told of this teken."""
    if not _consents(session, contact):
        return "no-consent"
    if teken.told_at is None:
        return "replaced"
    if contact.began_at is None or teken.told_at < contact.began_at:
        return "before-grant"
    return None


def _consents(session: Session, contact: Contact) -> bool:
    holds = select(Consent.id).where(Consent.contact_id == contact.id, col(Consent.until_at).is_(None)).limit(1)
    return session.exec(holds).first() is not None


def _drop(item: OutboxItem, why: str, now: datetime) -> str:
    item.state, item.why, item.ended_at = outbox.DROPPED, why, now
    return why


def _wait(item: OutboxItem, until: datetime) -> str:
    item.due_at, item.tries = until, item.tries - 1
    return "quiet-hours"


def note_sent(session: Session, parcel: Parcel, now: datetime) -> None:
    """Record that the other side took it; a webhook that echoed its challenge is on from now.

    An item that was taken back meanwhile counts as sent too: the day has had its message.
    """
    if parcel.purpose == outbox.VERIFICATION and parcel.channel == subscriptions.WEBHOOK:
        subscriptions.note_echo(session, parcel.subscription_id, now)
    for one in (parcel, *parcel.riders):
        _end_attempt(session, one, "sent", now)
        session.exec(
            update(OutboxItem)
            .where(col(OutboxItem.id) == one.item_id)
            .values(state=outbox.SENT, ended_at=now, why=None)
        )


def note_failed(session: Session, parcel: Parcel, error: ChannelError, now: datetime, rng: Random) -> str:
    """Record a failure and plan the next try; returns the error's code, `expired`, or `switched-off`."""
    if error.permanent:
        session.exec(
            update(Subscription).where(col(Subscription.id) == parcel.subscription_id).values(switched_off_at=now)
        )
    wait = back_off(parcel.tries, error.retry_after_s, rng)
    first, *_ = [_fail(session, one, error, now, now + wait) for one in (parcel, *parcel.riders)]
    return first


def _fail(session: Session, one: Parcel | Rider, error: ChannelError, now: datetime, next_at: datetime) -> str:
    _end_attempt(session, one, error.code, now)
    if error.permanent:
        return _end(session, one, "switched-off", now)
    if next_at >= one.expires_at:
        return _end(session, one, "expired", now)
    _plan(session, one, next_at)
    return error.code


def back_off(tries: int, retry_after_s: int | None, rng: Random) -> timedelta:
    """Return how long to wait after so many tries: three times as long each time, up to half more at random.

    The other side may wish for longer, up to a day.
    """
    grown_s = min(FIRST_BACK_OFF_S * GROWTH ** (min(tries, 20) - 1), LONGEST_BACK_OFF_S)
    wished_s = min(retry_after_s or 0, LONGEST_WISH_S)
    return timedelta(seconds=max(grown_s, wished_s) * (1 + rng.uniform(0, JITTER)))


def push_ahead(session: Session, item_id: UUID, now: datetime) -> None:
    """Put an item that we cannot handle out of the way for an hour, so that it stops nobody else."""
    session.exec(
        update(Attempt)
        .where(col(Attempt.item_id) == item_id, col(Attempt.ended_at).is_(None))
        .values(ended_at=now, outcome="broken")
    )
    session.exec(
        update(OutboxItem)
        .where(col(OutboxItem.id) == item_id, col(OutboxItem.state) == outbox.WAITING)
        .values(due_at=now + AHEAD)
    )


def _end_attempt(session: Session, parcel: Parcel | Rider, outcome: str, now: datetime) -> None:
    session.exec(update(Attempt).where(col(Attempt.id) == parcel.attempt_id).values(ended_at=now, outcome=outcome))


def _end(session: Session, parcel: Parcel | Rider, why: str, now: datetime) -> str:
    # Only while the lease is ours: whoever took it after us, or took it back, knows better.
    session.exec(_ours(parcel).values(state=outbox.DROPPED, why=why, ended_at=now))
    return why


def _plan(session: Session, parcel: Parcel | Rider, next_at: datetime) -> None:
    session.exec(_ours(parcel).values(due_at=next_at))


def _ours(parcel: Parcel | Rider) -> Update:
    return update(OutboxItem).where(
        col(OutboxItem.id) == parcel.item_id,
        col(OutboxItem.state) == outbox.WAITING,
        col(OutboxItem.tries) == parcel.tries,
    )
