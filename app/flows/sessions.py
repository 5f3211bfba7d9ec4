"""Caseworkers come to work: an invitation and an authenticator app once, then a code of that app each time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from app import auth
from app.access_work import ENDS
from app.auth import Keys
from app.errors import Conflict, Expired, NotAuthenticated, NotFound
from app.models.work import Member, WorkSession

# Wrong codes of one person: the sixth waits an hour, and each further one twice as long, up to a day. Somebody who
# knows the address and tries for a year guesses one with a chance of about one in a thousand. They do not keep that
# person from work: a browser in which somebody came in before has tries of its own.
FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(hours=1), timedelta(days=1)
# A request in between would cost the one writer; the quarter of an hour is kept to the minute.
NOTED_EVERY = timedelta(minutes=1)
KEPT = timedelta(days=2)
# A link that an admin made anew lets somebody in as a colleague whom residents said yes to: that colleague hears of it
# first, as a resident's other devices do of a new one (`trust.md` 1).
NEW_FOR = timedelta(hours=24)
WRONG = "wrong-code"


class WrongCode(NotAuthenticated):
    """A code that is not of this person now; whose it was meant to be is not told."""

    def __init__(self) -> None:
        super().__init__(WRONG)


@dataclass(frozen=True, slots=True)
class Coming:
    """Who says they come: by an invitation, or by mail address, with which code, and the mark of their browser."""

    code: str = field(repr=False)
    invitation: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    mark: str = field(default="", repr=False)


def invited(session: Session, keys: Keys, invitation: str, now: datetime) -> Member:
    """Return whom an invitation's link lets in; reading it uses nothing up."""
    member = session.exec(select(Member).where(Member.invitation_hash == keys.hash(invitation))).first()
    if member is None or member.ended_at:
        raise NotFound
    if member.invited_at + auth.LINK_LIVES <= now:
        raise Expired
    return member


def enrol(session: Session, keys: Keys, invitation: str, now: datetime) -> Member:
    """Give an invited member the secret for their authenticator app.

    Once: who finds it taken knows that somebody else opened the link, and asks for a new one.
    """
    member = invited(session, keys, invitation, now)
    made = session.exec(
        update(Member)
        .where(col(Member.id) == member.id, col(Member.totp_secret).is_(None))
        .values(totp_secret=auth.new_totp_secret())
        .execution_options(synchronize_session=False)
    )
    if made.rowcount != 1:
        raise Conflict("already-done")
    session.refresh(member)
    return member


def count_try(session: Session, keys: Keys, coming: Coming, now: datetime) -> None:
    """Count a code before it is looked at, in a transaction of its own, so that many at once are counted each.

    Raises:
        WrongCode: so many were wrong that this one is not looked at; it adds nothing.
    """
    member = _who(session, keys, coming, now)
    if member is None:
        return
    session.refresh(member, with_for_update=True)
    is_known = _is_known(keys, member, coming)
    if has_to_wait(member, now, is_known=is_known):
        raise WrongCode
    if is_known:
        member.known_failures, member.known_failed_at = member.known_failures + 1, now
    else:
        member.failures, member.failed_at = member.failures + 1, now


def begin(session: Session, keys: Keys, coming: Coming, now: datetime) -> tuple[Member, WorkSession, str]:
    """Begin a session by a code that was counted.

    Raises:
        WrongCode: whoever is not known, or has no such code now.
        Conflict: `not-yet`, with a link that is new since less than a day.
    """
    member = _who(session, keys, coming, now)
    if member is None or member.ended_at or member.totp_secret is None:
        raise WrongCode
    step = auth.totp_step(member.totp_secret, coming.code, now)
    if step is None or not _use(session, member, step, is_known=_is_known(keys, member, coming)):
        raise WrongCode
    if is_renewed(member) and now < member.invited_at + NEW_FOR:
        raise Conflict("not-yet")
    if coming.invitation:
        _join(session, keys, member, coming.email, now)
    token = auth.new_token(auth.WORK)
    work = WorkSession(member_id=member.id, token_hash=keys.hash(token), began_at=now, used_at=now)
    session.add(work)
    session.flush()
    return member, work, token


def is_renewed(member: Member) -> bool:
    """Tell whether somebody who came in before has a link that was made anew and is not used up."""
    return member.joined_at is not None and member.invitation_hash is not None


def _who(session: Session, keys: Keys, coming: Coming, now: datetime) -> Member | None:
    if coming.invitation:
        return invited(session, keys, coming.invitation, now)
    hashed = keys.hash_address(coming.email or "")
    return session.exec(select(Member).where(Member.email_hash == hashed)).first()


def mark_of(keys: Keys, member: Member) -> str:
    """Return what a browser keeps in which somebody came in: it opens nothing, and ends with the authenticator app."""
    return keys.digest("browser", member.id.bytes + (member.totp_secret or "").encode()).hex()


def _is_known(keys: Keys, member: Member, coming: Coming) -> bool:
    return member.totp_secret is not None and compare_digest(coming.mark.encode(), mark_of(keys, member).encode())


def has_to_wait(member: Member, now: datetime, *, is_known: bool = False) -> bool:
    """Tell whether so many codes were wrong that this one is not even looked at; `is_known`: from a marked browser."""
    known, others = (member.known_failures, member.known_failed_at), (member.failures, member.failed_at)
    failures, failed_at = known if is_known else others
    if failed_at is None or failures < FREE_TRIES:
        return False
    return now < failed_at + min(FIRST_WAIT * 2 ** min(failures - FREE_TRIES, 10), LONGEST_WAIT)


def _use(session: Session, member: Member, step: int, *, is_known: bool) -> bool:
    """Take a code's step: each once, and none older than the newest used. The row count is believed."""
    cleared = {"known_failures": 0, "known_failed_at": None} if is_known else {"failures": 0, "failed_at": None}
    used = session.exec(
        update(Member)
        .where(col(Member.id) == member.id, col(Member.totp_step) < step)
        .values(totp_step=step, **cleared)
        .execution_options(synchronize_session=False)
    )
    session.refresh(member)
    return used.rowcount == 1


def _join(session: Session, keys: Keys, member: Member, email: str | None, now: datetime) -> None:
    """Use the invitation up; from now on the mail address says who comes. Without one the next way in is a renewal."""
    if email:
        hashed = keys.hash_address(email)
        taken = session.exec(select(Member.id).where(Member.email_hash == hashed, Member.id != member.id)).first()
        if taken:
            raise Conflict("already-done")
        member.email_hash = hashed
    member.invitation_hash, member.joined_at = None, member.joined_at or now
    session.add(member)


def ends_at(work: WorkSession) -> datetime:
    """Return when a session ends at the latest."""
    return work.began_at + ENDS


def touch(session: Session, work: WorkSession, now: datetime) -> None:
    """Note that somebody is still at work, unless they went home meanwhile."""
    is_there = (col(WorkSession.id) == work.id, col(WorkSession.used_at) >= work.used_at)
    session.exec(update(WorkSession).where(*is_there).values(used_at=now))


def needs_touch(work: WorkSession, now: datetime) -> bool:
    """Tell whether the last note is old enough for another."""
    return now >= work.used_at + NOTED_EVERY


def end(session: Session, work: WorkSession) -> None:
    """Go home: the token opens nothing any more. The row stays a while, for it knows whether the list was opened."""
    session.exec(update(WorkSession).where(col(WorkSession.id) == work.id).values(used_at=work.began_at - ENDS))


def end_all(session: Session, member: Member) -> None:
    """End every session of somebody."""
    session.exec(delete(WorkSession).where(col(WorkSession.member_id) == member.id))


def forget_old(session: Session, now: datetime) -> None:
    """Drop sessions of the day before yesterday."""
    session.exec(delete(WorkSession).where(col(WorkSession.began_at) <= now - KEPT))
