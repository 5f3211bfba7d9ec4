"""The circle: invite, accept, confirm, change what somebody sees, and let go."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from app import auth, ledger
from app.auth import Keys
from app.errors import Conflict, Expired, NotFound
from app.flows import freezing, last_word, memory, reach, record, silences
from app.models.circle import Consent, Contact, Invitation
from app.models.people import Resident, Viewer
from app.phatic.wording import say

INVITED, WAITING, ACTIVE, ENDED = "invited", "waiting", "active", "ended"
# An invitation opened later than this could have been opened by somebody else (`trust.md` 3).
WORKS_AT_ONCE = timedelta(minutes=15)
DEAD_NAME_KEPT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation with the two secrets that are told once."""

    contact: Contact
    invitation: Invitation
    code: str
    link: str


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody says of themselves when they accept."""

    language: str | None = None
    time_zone: str | None = None
    is_sixteen: bool | None = None


def invite(
    session: Session,
    keys: Keys,
    resident: Resident,
    *,
    name: str,
    role: str,
    detail: str,
    position: int | None,
    now: datetime,
) -> Invited:
    """Invite one person; nothing flows before they accept."""
    if position is None:
        last = session.exec(select(func.max(Contact.position)).where(Contact.resident_id == resident.id)).one()
        position = (last or 0) + 1
    contact = Contact(resident_id=resident.id, name=name, role=role, detail=detail, position=position, state=INVITED)
    session.add(contact)
    session.flush()
    record.write(session, resident.id, "invited", now, contact=contact.id)
    return _way_in(session, keys, contact, now)


def renew(session: Session, keys: Keys, contact: Contact, now: datetime) -> Invited:
    """Give a contact a new way in for the same grant; the old one dies when it is used."""
    record.write(session, contact.resident_id, "renewal-made", now, contact=contact.id)
    return _way_in(session, keys, contact, now)


def _way_in(session: Session, keys: Keys, contact: Contact, now: datetime) -> Invited:
    code, link = auth.new_code(), auth.new_link()
    invitation = Invitation(
        resident_id=contact.resident_id,
        contact_id=contact.id,
        code_hash=keys.hash(code),
        link_hash=keys.hash(link),
        made_at=now,
    )
    session.add(invitation)
    session.flush()
    return Invited(contact=contact, invitation=invitation, code=code, link=link)


def find_invitation(session: Session, keys: Keys, secret: str, now: datetime) -> tuple[Invitation, Contact, Resident]:
    """Return what a code or a link opens; reading it uses nothing up."""
    is_code = auth.is_code(secret)
    column, lives = (Invitation.code_hash, auth.CODE_LIVES) if is_code else (Invitation.link_hash, auth.LINK_LIVES)
    invitation = session.exec(select(Invitation).where(column == keys.hash(secret))).first()
    contact = session.get(Contact, invitation.contact_id) if invitation else None
    if invitation is None or contact is None or contact.state == ENDED:
        raise NotFound
    if invitation.used_at or invitation.declined_at:
        raise Conflict("already-done")
    if invitation.made_at + lives <= now:
        raise Expired
    return invitation, contact, session.get_one(Resident, contact.resident_id)


def accept(
    session: Session, keys: Keys, secret: str, newcomer: Newcomer, *, viewer: Viewer | None, now: datetime
) -> tuple[Contact, Resident, str | None]:
    """Accept an invitation; returns a new token, or None when the caller's own (`viewer`) goes on.

    A renewal always makes a new viewer: the resident could use the link themselves, and must not get at what
    other residents granted to the same person.
    """
    invitation, contact, resident = find_invitation(session, keys, secret, now)
    if viewer and contact.viewer_id is None and _is_in_circle(session, viewer, resident):
        raise Conflict("already-done")
    used = session.exec(
        update(Invitation)
        .where(col(Invitation.id) == invitation.id, col(Invitation.used_at).is_(None))
        .values(used_at=now)
    )
    if used.rowcount != 1:
        raise Conflict("already-done")
    _close_other_ways_in(session, contact, now)
    had = contact.viewer_id
    token = None
    if viewer is None or had:
        token = auth.new_token(auth.CONTACT)
        viewer = _new_viewer(session, keys, resident, newcomer, token, now)
    is_late = now > invitation.made_at + WORKS_AT_ONCE
    if had:
        _go_on(session, contact, had, is_late=is_late)
    else:
        _begin(session, contact, newcomer, is_late=is_late, now=now)
    contact.viewer_id = viewer.id
    session.add(contact)
    session.flush()
    if had:
        forget_viewer_without_grants(session, had)
    _record_entry(session, contact, now, is_renewed=had is not None)
    return contact, resident, token


def _record_entry(session: Session, contact: Contact, now: datetime, *, is_renewed: bool) -> None:
    kind = "renewal-used" if is_renewed else "contact-waiting" if contact.state == WAITING else "contact-joined"
    record.write(session, contact.resident_id, kind, now, contact=contact.id, after=contact.detail)


def _close_other_ways_in(session: Session, contact: Contact, now: datetime) -> None:
    """Spend every other open invitation: who holds an older link must not take the grant from who came in."""
    session.exec(
        update(Invitation)
        .where(col(Invitation.contact_id) == contact.id)
        .where(col(Invitation.used_at).is_(None), col(Invitation.declined_at).is_(None))
        .values(used_at=now)
    )


def _is_in_circle(session: Session, viewer: Viewer, resident: Resident) -> bool:
    """Tell whether somebody has a grant of this resident: two would show each sign twice."""
    grant = session.exec(
        select(Contact.id)
        .where(Contact.viewer_id == viewer.id, Contact.resident_id == resident.id)
        .where(col(Contact.state).in_([ACTIVE, WAITING]))
        .limit(1)
    )
    return grant.first() is not None


def _new_viewer(
    session: Session, keys: Keys, resident: Resident, newcomer: Newcomer, token: str, now: datetime
) -> Viewer:
    viewer = Viewer(
        token_hash=keys.hash(token),
        language=newcomer.language or resident.language,
        time_zone=newcomer.time_zone or resident.time_zone,
        created_at=now,
    )
    session.add(viewer)
    session.flush()
    return viewer


def _begin(session: Session, contact: Contact, newcomer: Newcomer, *, is_late: bool, now: datetime) -> None:
    contact.is_sixteen = newcomer.is_sixteen
    _hold_to_age(contact)
    contact.state = WAITING if is_late else ACTIVE
    if not is_late:
        contact.began_at = now
        write_consent(session, contact, now)


def _hold_to_age(contact: Contact) -> None:
    """Give who is under 16 greetings and drawings only, and ask them for nothing (`trust.md` 5)."""
    if contact.is_sixteen is False:
        contact.detail = contact.detail if contact.detail == "sign" else "drawing"
        contact.role, contact.sees_ladder = "contact", False


def _go_on(session: Session, contact: Contact, had: UUID, *, is_late: bool) -> None:
    """Take a grant from the viewer who had it; a link that lay about for long waits for the resident's yes again."""
    ledger.note(session, "renewal", contact.id, had)
    silences.end_links(session, contact)
    if is_late and contact.state == ACTIVE:
        contact.state = WAITING


def decline(session: Session, keys: Keys, secret: str, now: datetime) -> None:
    """Say "not now": the invitation is spent, without a word to anybody."""
    invitation, contact, _ = find_invitation(session, keys, secret, now)
    invitation.declined_at = now
    if contact.state == INVITED:
        contact.state, contact.ended_at = ENDED, now
    session.add_all([invitation, contact])


def confirm(session: Session, contact: Contact, now: datetime) -> Contact:
    """Let a waiting contact in: "Ja, dat is …"."""
    if contact.state == WAITING:
        contact.state = ACTIVE
        session.add(contact)
        if contact.began_at is None:  # else the grant goes on as it was, with another device
            contact.began_at = now
            write_consent(session, contact, now)
        record.write(session, contact.resident_id, "contact-confirmed", now, contact=contact.id, after=contact.detail)
    elif contact.state != ACTIVE:
        raise Conflict("conflict")
    return contact


def change(session: Session, resident: Resident, contact: Contact, wanted: dict[str, Any], now: datetime) -> Contact:
    """Change what a contact sees and may be asked; works at the next request, without a message."""
    had, had_shown = contact.detail, shown_detail(contact)
    is_same = all(getattr(contact, name) == value for name, value in wanted.items())
    for name, value in wanted.items():
        setattr(contact, name, value)
    _hold_to_age(contact)
    session.add(contact)
    session.flush()
    if shown_detail(contact) != had_shown and contact.state == ACTIVE:
        end_consent(session, contact, now)
        write_consent(session, contact, now)
    memory.forget_unseen_sketches(session, resident)
    reach.look_soon(session, resident.id, now)
    if contact.detail != had:
        names = {"before": had, "after": contact.detail}
        record.write(session, resident.id, "contact-changed", now, contact=contact.id, **names)
    elif not is_same:
        record.write(session, resident.id, "contact-set", now, contact=contact.id)
    return contact


def end(session: Session, resident: Resident, contact: Contact, now: datetime, *, has_left: bool = False) -> None:
    """Let a contact go, by the resident or by themselves (`has_left`); nobody is told."""
    record.write(session, resident.id, "contact-left" if has_left else "contact-removed", now, contact=contact.id)
    end_consent(session, contact, now)
    contact.state, contact.ended_at = ENDED, now
    session.add(contact)
    session.flush()
    freezing.forget_word_of(session, contact, now)
    ledger.note(session, "grant", contact.id)
    if contact.viewer_id:
        forget_viewer_without_grants(session, contact.viewer_id)
    memory.forget_unseen_sketches(session, resident)
    reach.look_soon(session, resident.id, now)


def forget_viewer_without_grants(session: Session, viewer_id: UUID) -> None:
    """Drop a viewer, with token and addresses, once nobody's circle has them any more and no word waits for them."""
    grant = session.exec(
        select(Contact.id).where(Contact.viewer_id == viewer_id, col(Contact.state).in_([ACTIVE, WAITING])).limit(1)
    )
    if grant.first() is None and not last_word.waits_for(session, viewer_id):
        session.exec(delete(Viewer).where(col(Viewer.id) == viewer_id))


def write_consent(session: Session, contact: Contact, now: datetime) -> None:
    """Keep what was agreed, in the words that the resident was shown."""
    language = session.get_one(Resident, contact.resident_id).language
    session.add(
        Consent(
            resident_id=contact.resident_id,
            contact_id=contact.id,
            detail=shown_detail(contact),
            words=say(language, f"consent.{shown_detail(contact)}", name=contact.name),
            version=say(language, "consent.version"),
            language=language,
            from_at=now,
        )
    )


def end_consent(session: Session, contact: Contact, now: datetime) -> None:
    """Close the consent that holds now."""
    session.exec(
        update(Consent)
        .where(col(Consent.contact_id) == contact.id, col(Consent.until_at).is_(None))
        .values(until_at=now)
    )


def circle_of(session: Session, resident: Resident) -> list[Contact]:
    """Return everybody in or on the way into the circle, in the resident's own order."""
    found = session.exec(
        select(Contact)
        .where(Contact.resident_id == resident.id, Contact.state != ENDED)
        .order_by(col(Contact.position), col(Contact.id))
    )
    return list(found)


def shown_detail(contact: Contact) -> str:
    """Return the detail that counts: words only for who is kept quiet, and that looks like nothing else."""
    return "sign" if contact.is_quiet else contact.detail


def others_of(session: Session, resident: Resident, contact: Contact) -> list[str] | None:
    """Return the names of the others, for a contact of a circle that knows itself; None for any other circle.

    By name: the resident's own order says whom they would ask first.
    """
    if not resident.circle_is_known or contact.state != ACTIVE:
        return None
    found = session.exec(select(Contact).where(Contact.resident_id == resident.id, Contact.state == ACTIVE))
    return sorted((other.name for other in found if other.id != contact.id), key=str.casefold)


def consents_of(session: Session, resident: Resident) -> list[tuple[Consent, str]]:
    """Return every line of consent, newest first, with the name it was about."""
    found = session.exec(
        select(Consent, Contact)
        .join(Contact, col(Contact.id) == Consent.contact_id)
        .where(Consent.resident_id == resident.id)
        .order_by(col(Consent.from_at).desc(), col(Consent.id))
    )
    return [(consent, contact.name) for consent, contact in found]


def forget_dead_invitations(session: Session, now: datetime) -> int:
    """Erase the names of those who declined or never came, after 14 days (`trust.md` 3). Returns how many."""
    dead = (
        select(Invitation.contact_id)
        .where(Invitation.made_at <= now - DEAD_NAME_KEPT, col(Invitation.used_at).is_(None))
        .where(col(Invitation.contact_id) == col(Contact.id))
    )
    gone = session.exec(
        delete(Contact).where(col(Contact.viewer_id).is_(None), col(Contact.id).in_(dead.scalar_subquery()))
    )
    return gone.rowcount
