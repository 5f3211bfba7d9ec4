"""An account comes to rest after a death or an admission: one asks, a second confirms, and a sign undoes it."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from app import ledger
from app.errors import Conflict
from app.flows import due, outbox, record
from app.models.circle import Contact
from app.models.outbox import OutboxItem
from app.models.people import Resident
from app.models.silence import Agreement, Freeze, Silence
from app.models.work import Member

# Two words that were said in different seasons were not said about the same thing.
SECOND_WITHIN: Final = timedelta(days=14)
CLOSED: Final = "closed"
UNKNOWN: Final = "unknown"


def freeze(session: Session, resident: Resident, by: Contact | Member, reason: str, now: datetime) -> Freeze:
    """Ask for an account to rest; a second person of the circle, or the caseworker, makes it so (`trust.md` 30).

    The same person again changes nothing. Until it rests, the ladder runs as before.
    """
    row = session.get_one(Resident, resident.id, with_for_update=True)
    found = current(session, row, now)
    if row.frozen_at and found:
        return found
    asked = found or _ask(session, row, by, reason, now)
    is_second = found is not None and by.id not in {found.contact_id, found.member_id}
    if is_second or isinstance(by, Member):
        is_alone, asked.confirmed_by = asked.member_id == by.id, by.id
        _let_rest(session, row, asked, now)
        record.write(session, row.id, "frozen-by" if is_alone else "frozen", now, **_named(by))
        ledger.note(session, "rest", row.id, asked.id)
    session.flush()
    return asked


def current(session: Session, resident: Resident, now: datetime) -> Freeze | None:
    """Return the request that holds: the one under which an account rests, or one that still waits for a second."""
    rows = select(Freeze).where(Freeze.resident_id == resident.id, col(Freeze.thawed_at).is_(None))
    newest = session.exec(rows.order_by(col(Freeze.asked_at).desc()).limit(1)).first()
    if newest is None or (newest.confirmed_at is None and newest.asked_at <= now - SECOND_WITHIN):
        return None
    return newest


def has_asked(session: Session, resident: Resident, contact: Contact, now: datetime) -> bool:
    """Tell whether it was this contact who asked, and nobody confirmed it yet; of others they learn nothing."""
    found = current(session, resident, now)
    return found is not None and found.confirmed_at is None and found.contact_id == contact.id


def forget_word_of(session: Session, contact: Contact, now: datetime) -> None:
    """Drop what a contact who goes had asked, while nobody else has said so."""
    theirs = (col(Freeze.contact_id) == contact.id, col(Freeze.confirmed_at).is_(None), col(Freeze.thawed_at).is_(None))
    session.exec(update(Freeze).where(*theirs).values(thawed_at=now))


def _ask(session: Session, resident: Resident, by: Contact | Member, reason: str, now: datetime) -> Freeze:
    asked = Freeze(
        resident_id=resident.id,
        contact_id=by.id if isinstance(by, Contact) else None,
        member_id=by.id if isinstance(by, Member) else None,
        reason=reason,
        asked_at=now,
    )
    session.add(asked)
    if isinstance(by, Contact):  # a caseworker asks nobody first: their line says that it rests
        record.write(session, resident.id, "freeze-asked", now, **_named(by))
    return asked


def _let_rest(session: Session, resident: Resident, asked: Freeze, now: datetime) -> None:
    """From here on no message leaves to or about this resident; an open silence ends without a word to anybody."""
    asked.confirmed_at = resident.frozen_at = now
    session.add_all([asked, resident])
    session.exec(
        update(Silence)
        .where(col(Silence.resident_id) == resident.id, col(Silence.closed_at).is_(None))
        .values(state=CLOSED, outcome=asked.reason, closed_at=now, claimed_by=None, claimed_until=None)
    )
    session.exec(
        update(Agreement).where(col(Agreement.resident_id) == resident.id).values(silence_id=None, next_due_at=None)
    )
    session.exec(
        update(OutboxItem)
        .where(col(OutboxItem.resident_id) == resident.id, col(OutboxItem.state) == outbox.WAITING)
        .values(state=outbox.DROPPED, why="resting", ended_at=now)
    )


def rest_again(session: Session, resident_id: UUID, freeze_id: UUID, now: datetime) -> None:
    """Let an account rest that an older database woke: nobody should get a message about it (`trust.md` 23)."""
    resident = session.get(Resident, resident_id, with_for_update=True)
    if resident is None or resident.frozen_at:
        return
    known = session.get(Freeze, freeze_id)
    asked = known or Freeze(id=freeze_id, resident_id=resident_id, reason=UNKNOWN, asked_at=now)
    asked.thawed_at = None
    _let_rest(session, resident, asked, now)
    session.flush()
    record.write(session, resident_id, "frozen-again", now)


def wake_again(session: Session, resident_id: UUID, now: datetime) -> None:
    """Wake an account that had woken, and that an older database let rest."""
    resident = session.get(Resident, resident_id)
    if resident and resident.frozen_at:
        _wake(session, resident, now, kind="thawed-again", names={})


def thaw(session: Session, resident: Resident, by: Contact | Member, now: datetime) -> None:
    """Take it back: one person is enough, of the circle or the caseworker; of a request that waits, who made it.

    Raises:
        Conflict: `not-resting`, also where somebody else's request waits: that is nobody's to know.
    """
    is_own = isinstance(by, Contact) and has_asked(session, resident, by, now)
    if resident.frozen_at is None and not is_own:
        raise Conflict("not-resting")
    _wake(session, resident, now, kind="thawed-by", names=_named(by))


def rests_on(session: Session, resident: Resident, *, at: datetime, now: datetime) -> bool:
    """Let a sign that was made after somebody asked undo it, and tell whether the account rests all the same.

    One that was made before and came late, from a phone that somebody else switched on, undoes nothing.
    """
    found = current(session, resident, now)
    if found is None or at >= found.asked_at:
        thaw_by_sign(session, resident, now)
        return False
    return found.confirmed_at is not None


def thaw_by_sign(session: Session, resident: Resident, now: datetime) -> bool:
    """Let a resident's own sign undo everything, a request that waits for a second too; True if there was one."""
    if resident.frozen_at is None and current(session, resident, now) is None:
        return False
    _wake(session, resident, now, kind="thawed", names={})
    return True


def _wake(session: Session, resident: Resident, now: datetime, *, kind: str, names: dict[str, UUID]) -> None:
    row = session.get_one(Resident, resident.id, with_for_update=True)
    found = current(session, row, now)
    if found is None:
        raise Conflict("not-resting")
    was_resting = row.frozen_at is not None
    found.thawed_at, row.frozen_at = now, None
    session.add_all([found, row])
    session.flush()
    record.write(session, row.id, kind, now, **names)
    if was_resting:
        ledger.note(session, "wake", row.id)
        due.set_anew(session, row, now, from_at=now)


def who_let_it_rest(session: Session, resident: Resident, now: datetime) -> list[str]:
    """Return the names of those who let an account rest, for its own resident; whose name is gone is left out."""
    found = current(session, resident, now)
    if resident.frozen_at is None or found is None:
        return []
    ids = [found.contact_id or found.member_id, found.confirmed_by]
    people = [session.get(Contact, one) or session.get(Member, one) for one in dict.fromkeys(ids) if one]
    return [person.name for person in people if person]


def _named(by: Contact | Member) -> dict[str, UUID]:
    return {"contact": by.id} if isinstance(by, Contact) else {"member": by.id, "organisation": by.organisation_id}
