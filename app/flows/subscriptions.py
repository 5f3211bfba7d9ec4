"""Where messages go: an address is taken in and asked once; it gets nothing else before it said yes."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from app.auth import LINK_LIVES, Keys
from app.channels.base import ChannelError
from app.channels.email import ONE_ADDRESS
from app.channels.guard import Guard
from app.channels.webhook import secret_of
from app.errors import Conflict, Expired, NotFound, TooMany, Unreadable
from app.flows import outbox, reach, record
from app.models.outbox import Asked, OutboxItem, Subscription
from app.models.people import Resident, Viewer
from app.models.work import Member

EMAIL, WEBHOOK = "email", "webhook"
TEST = "test"
# Of the receiver (`product.md`, agreements 1); a machine has no night.
QUIET_HOURS = {EMAIL: ("21:00", "08:30"), WEBHOOK: (None, None)}
DAY = timedelta(days=1)
# A stranger's mailbox gets three questions a day at most (`trust.md` 25); who builds a webhook tries more often.
ASKS_PER_ADDRESS = {EMAIL: 3, WEBHOOK: 20}
ASKS_PER_PERSON = 30
TESTS_A_DAY = 10
MAIL_ADDRESS_CHARACTERS = 254  # RFC 5321
LINK_BYTES, SECRET_BYTES = 16, 32


Owner = Resident | Viewer | Member


@dataclass(frozen=True, slots=True)
class Wanted:
    """An address as somebody gave it; `quiet` is from and until, None for the channel's own."""

    channel: str
    where: str = field(repr=False)
    quiet: tuple[str, str] | None = None


def verify_token(keys: Keys, subscription_id: UUID) -> str:
    """Return the secret of the link that says yes: made anew for each mail, the same each time, never stored."""
    return _token(keys, "v_", subscription_id)


def stop_token(keys: Keys, subscription_id: UUID) -> str:
    """Return the secret of the link under each mail that stops them."""
    return _token(keys, "s_", subscription_id)


def _token(keys: Keys, purpose: str, subscription_id: UUID) -> str:
    digest = keys.digest(f"link {purpose}", subscription_id.bytes)[:LINK_BYTES]
    return purpose + urlsafe_b64encode(digest).decode().rstrip("=")


def add(
    session: Session,
    keys: Keys,
    owner: Owner,
    wanted: Wanted,
    now: datetime,
    *,
    allow_private: bool = False,
) -> tuple[Subscription, bool]:
    """Take an address in and lay its question ready; the same address again is the first one, and says False.

    Raises:
        Unreadable: it is no mail address, or no https address (`allow_private`: plain http too).
        TooMany: this address, or this person, was asked too often today.
    """
    _refuse_unreadable(wanted, allow_private=allow_private)
    known = next((row for row in of(session, owner) if _is_same(row, wanted)), None)
    if known and known.switched_off_at:
        remove(session, known)
        known = None
    subscription = known or _new(keys, owner, wanted, now)
    subscription.quiet_from, subscription.quiet_until = wanted.quiet or (
        (known.quiet_from, known.quiet_until) if known else QUIET_HOURS[wanted.channel]
    )
    session.add(subscription)
    session.flush()
    if subscription.verified_at is None:
        ask(session, subscription, now)
    return subscription, known is None


def _new(keys: Keys, owner: Owner, wanted: Wanted, now: datetime) -> Subscription:
    subscription_id = uuid4()
    return Subscription(
        id=subscription_id,
        viewer_id=owner.id if isinstance(owner, Viewer) else None,
        resident_id=owner.id if isinstance(owner, Resident) else None,
        member_id=owner.id if isinstance(owner, Member) else None,
        channel=wanted.channel,
        address=wanted.where,
        address_hash=keys.hash_address(_counted(wanted)),
        secret=secret_of(secrets.token_bytes(SECRET_BYTES)) if wanted.channel == WEBHOOK else "",
        stop_hash=keys.hash(stop_token(keys, subscription_id)),
        verify_hash=keys.hash(verify_token(keys, subscription_id)),
        asked_at=now,
        created_at=now,
    )


def _refuse_unreadable(wanted: Wanted, *, allow_private: bool) -> None:
    try:
        if wanted.channel == WEBHOOK:
            Guard(allow_private=allow_private).url(wanted.where)
            return
        found = ONE_ADDRESS.fullmatch(wanted.where)
        if found is None or len(wanted.where) > MAIL_ADDRESS_CHARACTERS:
            raise Unreadable
        found[1].encode("idna")
    except (ChannelError, UnicodeError):
        raise Unreadable from None


def _mailbox(address: str) -> str:
    """Return one spelling of all that reach the same mailbox: of a domain there are more than anybody could count."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode().removesuffix('.')}".lower()


def _counted(wanted: Wanted) -> str:
    """Return what questions to an address are counted by: one name for what may be the same mailbox.

    A "+word" and dots make as many names as somebody likes. Where they do tell two people apart, the two share a count.
    """
    if wanted.channel != EMAIL:
        return wanted.where
    local, _, domain = _mailbox(wanted.where).rpartition("@")
    plain = local.partition("+")[0].replace(".", "") or local
    return f"{plain}@{domain}"


def _is_same(row: Subscription, wanted: Wanted) -> bool:
    if row.channel != wanted.channel:
        return False
    if row.channel == EMAIL:
        return _mailbox(row.address) == _mailbox(wanted.where)
    return row.address == wanted.where


def of(session: Session, owner: Owner) -> list[Subscription]:
    """Return the addresses of one person, oldest first."""
    column = Subscription.resident_id if isinstance(owner, Resident) else Subscription.viewer_id
    column = Subscription.member_id if isinstance(owner, Member) else column
    found = session.exec(
        select(Subscription).where(column == owner.id).order_by(col(Subscription.created_at), col(Subscription.id))
    )
    return list(found)


def ask(session: Session, subscription: Subscription, now: datetime) -> None:
    """Lay the question "is this address right?" ready; `TooMany` beyond the day's few, whoever asks."""
    owner_id = subscription.viewer_id or subscription.resident_id or subscription.member_id or subscription.id
    of_address = Asked.address_hash == subscription.address_hash
    for counted, most in (
        (of_address, ASKS_PER_ADDRESS[subscription.channel]),
        (Asked.owner_id == owner_id, ASKS_PER_PERSON),
    ):
        asked = select(func.count(), func.min(Asked.asked_at)).where(counted, Asked.asked_at > now - DAY)
        number, first_at = session.exec(asked).one()
        if number >= most:
            raise TooMany(int((first_at + DAY - now).total_seconds()) + 1)
    session.add(Asked(address_hash=subscription.address_hash, owner_id=owner_id, asked_at=now))
    subscription.asked_at = now
    session.add(subscription)
    if not _hurries_waiting_question(session, subscription, now):
        outbox.ask_to_verify(session, subscription, now)


def _hurries_waiting_question(session: Session, subscription: Subscription, now: datetime) -> bool:
    """Tell whether a question lies ready still; it then goes now, whatever it was waiting for."""
    hurried = session.exec(
        update(OutboxItem)
        .where(col(OutboxItem.subscription_id) == subscription.id, col(OutboxItem.purpose) == outbox.VERIFICATION)
        .where(col(OutboxItem.state) == outbox.WAITING)
        .values(due_at=now, expires_at=now + outbox.VERIFICATION_LIVES)
    )
    return hurried.rowcount > 0


def find_to_verify(session: Session, keys: Keys, token: str, now: datetime) -> Subscription:
    """Return the subscription that the link in a mail is about; reading it changes nothing.

    Raises:
        NotFound: no such link, or its address was stopped.
        Expired: the question was asked more than seven days ago.
    """
    found = session.exec(select(Subscription).where(Subscription.verify_hash == keys.hash(token))).first()
    if found is None or found.switched_off_at:
        raise NotFound
    if found.verified_at is None and found.asked_at + LINK_LIVES <= now:
        raise Expired
    return found


def verify(session: Session, keys: Keys, token: str, now: datetime) -> Subscription:
    """Switch an address on, by the link in its mail; the second time changes nothing. Raises as `find_to_verify`."""
    subscription = find_to_verify(session, keys, token, now)
    if subscription.channel != EMAIL:
        raise NotFound  # a webhook says yes by echoing its challenge, and in no other way
    note_verified(session, subscription, now)
    return subscription


def note_echo(session: Session, subscription_id: UUID, now: datetime) -> None:
    """Switch a webhook on that echoed its challenge; one that was forgotten meanwhile stays so."""
    if subscription := session.get(Subscription, subscription_id):
        note_verified(session, subscription, now)


def note_verified(session: Session, subscription: Subscription, now: datetime) -> None:
    """Switch an address on, once; where it is the resident's, they read it in their log."""
    switched_on = session.exec(
        update(Subscription)
        .where(col(Subscription.id) == subscription.id, col(Subscription.verified_at).is_(None))
        .values(verified_at=now)
    )
    session.refresh(subscription)
    if switched_on.rowcount and subscription.resident_id:
        record.write(session, subscription.resident_id, "subscription-verified", now, channel=subscription.channel)


def answer(session: Session, keys: Keys, subscription: Subscription, code: str | None, now: datetime) -> Subscription:
    """Verify an own address by the secret from its mail; without one, or for a webhook, ask anew."""
    if subscription.switched_off_at:
        raise Conflict("already-done")
    if subscription.verified_at:
        return subscription
    if code is None or subscription.channel == WEBHOOK:
        ask(session, subscription, now)
        return subscription
    if not hmac.compare_digest(keys.hash(code), subscription.verify_hash):
        raise NotFound
    return verify(session, keys, code, now)


def send_test(session: Session, subscription: Subscription, now: datetime) -> None:
    """Lay one message ready that says nothing but that it works; for a verified address only."""
    if subscription.verified_at is None or subscription.switched_off_at:
        raise Conflict("not-verified")
    tests = select(OutboxItem).where(
        OutboxItem.subscription_id == subscription.id,
        OutboxItem.purpose == TEST,
        OutboxItem.made_at > now - DAY,
    )
    there = session.exec(tests).all()
    if any(item.state == outbox.WAITING for item in there):
        return
    if len(there) >= TESTS_A_DAY:
        raise TooMany(int(DAY.total_seconds()))
    session.add(
        OutboxItem(
            resident_id=subscription.resident_id,
            subscription_id=subscription.id,
            purpose=TEST,
            state=outbox.WAITING,
            due_at=now,
            expires_at=now + DAY,
            made_at=now,
        )
    )


def find_to_stop(session: Session, keys: Keys, token: str) -> Subscription:
    """Return the subscription that the link under a mail stops; reading it changes nothing."""
    found = session.exec(select(Subscription).where(Subscription.stop_hash == keys.hash(token))).first()
    if found is None:
        raise NotFound
    return found


def stop(session: Session, keys: Keys, token: str, now: datetime) -> None:
    """Switch an address off, by the link under its mail; the second time changes nothing."""
    subscription = find_to_stop(session, keys, token)
    if subscription.switched_off_at is None:
        subscription.switched_off_at = now
        session.add(subscription)
        _look_soon(session, subscription, now)


def _look_soon(session: Session, subscription: Subscription, now: datetime) -> None:
    """Let it show soon whether somebody's circle has nobody left who can be reached."""
    if subscription.viewer_id:
        reach.look_soon_for(session, subscription.viewer_id, now)


def remove(session: Session, subscription: Subscription) -> None:
    """Forget an address, and with it what was laid ready for it."""
    session.exec(delete(Subscription).where(col(Subscription.id) == subscription.id))


def forget_unanswered(session: Session, now: datetime) -> None:
    """Drop addresses that never said yes once their link is dead, and yesterday's count of questions."""
    session.exec(
        delete(Subscription).where(
            col(Subscription.verified_at).is_(None), col(Subscription.asked_at) <= now - LINK_LIVES
        )
    )
    session.exec(delete(Asked).where(col(Asked.asked_at) <= now - DAY))
