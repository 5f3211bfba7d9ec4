"""What a contact or a caseworker would like to be agreed: nothing changes before the resident says yes.

Who proposed reads "nog niet" until it is so, whatever was answered: a no, a silent "do not ask again" and no answer
yet look the same (`trust.md` 31).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session, col, select

from app.errors import Conflict, Unreadable
from app.flows import agreements, circle, record, silences
from app.flows.agreements import Wish
from app.models.circle import Contact
from app.models.people import Resident
from app.models.silence import Proposal
from app.models.work import Member
from app.phatic.agreed import DAILY, EVERY_DAY
from app.phatic.teken import DETAILS

YES, NO, LAPSED = "yes", "no", "lapsed"
AGAIN_AFTER: Final = timedelta(days=30)
# What lets others see or do more begins a day after the yes, with "Toch niet" until then.
SLOWLY: Final = timedelta(hours=24)
SLOW_DETAILS: Final = ("area", "route")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is proposed: another agreement (`kind`; `at` and `weekdays` for daily), or more detail for a contact."""

    kind: str | None = None
    at: str | None = None
    weekdays: str = EVERY_DAY
    detail: str | None = None

    @property
    def as_json(self) -> dict[str, Any]:
        """Return what is kept of it."""
        if self.detail:
            return {"detail": self.detail}
        return {"kind": self.kind, "at": self.at, "weekdays": self.weekdays}


def propose(session: Session, resident: Resident, by: Contact | Member, wanted: Wanted, now: datetime) -> Proposal:
    """Lay a wish before the resident; one at a time, and the next a month after it.

    Raises:
        Conflict: `asked-lately`, or `not-higher` for a detail that one has already.
        Unreadable: a caseworker never sees a place or a picture, whatever the detail.
    """
    if isinstance(by, Member) and wanted.detail:
        raise Unreadable
    if isinstance(by, Contact) and wanted.detail and not _is_higher(wanted.detail, circle.shown_detail(by)):
        raise Conflict("not-higher")
    session.get_one(Resident, resident.id, with_for_update=True)  # two at once are one after the other
    earlier = last_of(session, resident, by)
    if earlier and earlier.made_at > now - AGAIN_AFTER:
        raise Conflict("asked-lately")
    if earlier and earlier.answer is None:
        earlier.answer, earlier.answered_at = LAPSED, now
        session.add(earlier)
    proposal = Proposal(
        resident_id=resident.id,
        contact_id=by.id if isinstance(by, Contact) else None,
        member_id=by.id if isinstance(by, Member) else None,
        wish=wanted.as_json,
        made_at=now,
    )
    if _is_muted(session, resident, by):
        proposal.answer, proposal.answered_at, proposal.is_muted = NO, now, True
    else:
        record.write(session, resident.id, "proposed", now, contact=proposal.contact_id, member=proposal.member_id)
    session.add(proposal)
    session.flush()
    return proposal


def _is_higher(wanted: str, had: str) -> bool:
    return DETAILS.index(wanted) > DETAILS.index(had)


def _by(by: Contact | Member):  # noqa: ANN202  # a condition, whose type SQLModel does not export
    return Proposal.contact_id == by.id if isinstance(by, Contact) else Proposal.member_id == by.id


def last_of(session: Session, resident: Resident, by: Contact | Member) -> Proposal | None:
    """Return the newest proposal of one person."""
    theirs = select(Proposal).where(Proposal.resident_id == resident.id, _by(by))
    return session.exec(theirs.order_by(col(Proposal.made_at).desc()).limit(1)).first()


def _is_muted(session: Session, resident: Resident, by: Contact | Member) -> bool:
    muted = select(Proposal.id).where(Proposal.resident_id == resident.id, _by(by), col(Proposal.is_muted))
    return session.exec(muted.limit(1)).first() is not None


def waiting_for(session: Session, resident: Resident) -> Sequence[tuple[Proposal, str | None]]:
    """Return what waits for the resident's word, and each yes that has not begun, with who proposed it."""
    found = session.exec(
        select(Proposal, Contact, Member)
        .join(Contact, col(Contact.id) == Proposal.contact_id, isouter=True)
        .join(Member, col(Member.id) == Proposal.member_id, isouter=True)
        .where(Proposal.resident_id == resident.id, col(Proposal.applied_at).is_(None))
        .where(col(Proposal.answer).is_(None) | (col(Proposal.answer) == YES))
        .order_by(col(Proposal.made_at), col(Proposal.id))
    )
    return [(proposal, (contact or member).name if contact or member else None) for proposal, contact, member in found]


def open_of(session: Session, resident: Resident, by: Contact | Member) -> Proposal | None:
    """Return what somebody proposed lately and is not so yet: to them there is no other state."""
    last = last_of(session, resident, by)
    return last if last and last.applied_at is None else None


def confirm(session: Session, resident: Resident, proposal: Proposal, now: datetime) -> Proposal:
    """Say yes; it begins at once, or in a day where it lets somebody see or do more.

    Raises:
        Conflict: it was answered, or too few people could be asked for it.
    """
    if proposal.answer is not None:
        raise Conflict("already-done")
    if kind := proposal.wish.get("kind"):
        agreements.refuse_small_circle(session, resident, kind, now)
    proposal.answer, proposal.answered_at = YES, now
    proposal.effective_at = now + SLOWLY if _begins_slowly(proposal.wish) else now
    session.add(proposal)
    _log(session, proposal, "proposal-confirmed", now)
    session.flush()
    if proposal.effective_at <= now:
        apply(session, proposal.id, now)
    return proposal


def _begins_slowly(wish: dict[str, Any]) -> bool:
    return wish.get("kind") == DAILY or wish.get("detail") in SLOW_DETAILS


def decline(session: Session, proposal: Proposal, now: datetime, *, is_muted: bool = False) -> Proposal:
    """Say no, or "Toch niet" to a yes that has not begun; nobody is told, and the log says nothing of a no."""
    if proposal.applied_at is not None or proposal.answer in {NO, LAPSED}:
        raise Conflict("already-done")
    if proposal.answer == YES:
        _log(session, proposal, "proposal-undone", now)
    proposal.answer, proposal.answered_at, proposal.effective_at = NO, now, None
    proposal.is_muted = is_muted
    session.add(proposal)
    return proposal


def due(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """Return each yes whose day has passed, by the index on that moment."""
    ready = select(Proposal.id).where(col(Proposal.effective_at) <= now, col(Proposal.applied_at).is_(None))
    return session.exec(ready.limit(limit)).all()


def apply(session: Session, proposal_id: UUID, now: datetime) -> str:
    """Let a yes begin, or say why not; twice is as good as once.

    Yesterday's yes is no word of today: another agreement waits until a silence is over, or it would end it.
    """
    proposal = session.get(Proposal, proposal_id)
    if proposal is None:
        return "gone"
    resident = session.get_one(Resident, proposal.resident_id, with_for_update=True)
    session.refresh(proposal)
    if proposal.answer != YES or proposal.applied_at or proposal.effective_at is None or proposal.effective_at > now:
        return "not-due"
    if "kind" in proposal.wish and proposal.answered_at != now and silences.current(session, resident.id):
        put_off(session, proposal_id, now)
        return "put-off"
    done = _carry_out(session, resident, proposal, now)
    if done:
        proposal.applied_at = now
        _log(session, proposal, "proposal-applied", now)
    else:
        proposal.answer, proposal.effective_at = LAPSED, None
    session.add(proposal)
    session.flush()
    return "applied" if done else "lapsed"


def _carry_out(session: Session, resident: Resident, proposal: Proposal, now: datetime) -> bool:
    """Do what was agreed; False when it can no longer be: the circle shrank, or the contact is gone."""
    if detail := proposal.wish.get("detail"):
        contact = session.get(Contact, proposal.contact_id) if proposal.contact_id else None
        if contact is None or contact.state != circle.ACTIVE or not _is_higher(detail, contact.detail):
            return False
        circle.change(session, resident, contact, {"detail": detail}, now)
        return True
    had = agreements.of(session, resident)
    wish = Wish(kind=proposal.wish["kind"], at=proposal.wish["at"], weekdays=proposal.wish["weekdays"], plan=had.plan)
    try:
        agreements.choose(session, resident, wish, now)
    except Conflict:
        return False
    return True


def put_off(session: Session, proposal_id: UUID, now: datetime) -> None:
    """Put a yes that cannot begin out of the way for an hour."""
    proposal = session.get(Proposal, proposal_id)
    if proposal:
        proposal.effective_at = now + timedelta(hours=1)
        session.add(proposal)


def _log(session: Session, proposal: Proposal, kind: str, now: datetime) -> None:
    record.write(session, proposal.resident_id, kind, now, contact=proposal.contact_id, member=proposal.member_id)
