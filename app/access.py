"""The only way from a token or an id out of a request to a row; absent and not yours look the same."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from app import access_work, auth
from app.errors import NotAllowed, NotAuthenticated, NotFound
from app.models.circle import Contact
from app.models.outbox import Subscription
from app.models.people import Device, Display, Resident, Viewer
from app.models.silence import Pause, Proposal, Question
from app.models.walks import Teken, Walk
from app.models.work import Member, WorkSession
from app.phatic.teken import Detail

NEW_FOR = timedelta(hours=24)
# Made once: every request asks this, and to build a statement costs more than to run it.
HOLDER = (
    select(Device, Resident)
    .join(Resident, col(Resident.id) == Device.resident_id)
    .where(col(Device.token_hash) == bindparam("token_hash"), col(Device.revoked_at).is_(None))
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a resident (or an app of theirs that may only bring things in), a viewer, their window, or a member.

    A member works at an organisation, and is nobody elsewhere. A window is no `viewer`: whoever does not ask for
    `onlooker` refuses it.
    """

    kind: str
    token: str = field(repr=False)
    resident: Resident | None = None
    device: Device | None = None
    viewer: Viewer | None = None
    window_of: Viewer | None = None
    member: Member | None = None
    work: WorkSession | None = None

    @property
    def onlooker(self) -> Viewer | None:
        """Return whose circles may be looked at, by themselves or from their window."""
        return self.viewer or self.window_of

    @property
    def most(self) -> Detail:
        """Return the most that may be shown here: drawing and words on a window."""
        return "drawing" if self.window_of else "route"


def caller(session: Session, keys: auth.Keys, token: str, now: datetime | None = None) -> Caller:
    """Return who holds this token; `NotAuthenticated` for none, an unknown or a revoked one.

    Without `now` nobody at work is known: their sessions end by the clock.
    """
    if token.startswith(auth.WORK) and now is not None:
        member, work = access_work.at_work(session, keys, token, now)
        return Caller(kind="member", token=token, member=member, work=work)
    if token.startswith((auth.RESIDENT, auth.UPLOAD)):
        return _resident_by(session, keys, token)
    if token.startswith(auth.CONTACT):
        return _viewer_by(session, keys, token)
    if token.startswith(auth.DISPLAY):
        return _window_by(session, keys, token)
    raise NotAuthenticated


def _window_by(session: Session, keys: auth.Keys, token: str) -> Caller:
    paired = select(Viewer).join(Display, col(Display.viewer_id) == Viewer.id)
    viewer = session.exec(paired.where(Display.token_hash == keys.hash(token))).first()
    if viewer is None or not grants_of(session, viewer):
        raise NotAuthenticated
    return Caller(kind="display", token=token, window_of=viewer)


def _resident_by(session: Session, keys: auth.Keys, token: str) -> Caller:
    found = session.exec(HOLDER, params={"token_hash": keys.hash(token)}).first()
    if found is None:
        raise NotAuthenticated
    device, resident = found
    kind = "upload" if device.kind == "upload" else "resident"
    return Caller(kind=kind, token=token, resident=resident, device=device)


def _viewer_by(session: Session, keys: auth.Keys, token: str) -> Caller:
    viewer = session.exec(select(Viewer).where(Viewer.token_hash == keys.hash(token))).first()
    if viewer is None or not grants_of(session, viewer):
        raise NotAuthenticated  # the last grant has ended, and the token with it
    return Caller(kind="contact", token=token, viewer=viewer)


def grants_of(session: Session, viewer: Viewer) -> list[tuple[Contact, Resident]]:
    """Return what this viewer was granted and has not lost: `active`, and `waiting` which shows nothing yet."""
    found = session.exec(
        select(Contact, Resident)
        .join(Resident, col(Resident.id) == Contact.resident_id)
        .where(Contact.viewer_id == viewer.id, col(Contact.state).in_(["active", "waiting"]))
        .order_by(col(Contact.id))
    )
    return list(found)


def active_grants_of(session: Session, viewer: Viewer) -> list[tuple[Contact, Resident]]:
    """Return what this viewer may see now."""
    return [grant for grant in grants_of(session, viewer) if grant[0].state == "active"]


def active_grant(session: Session, viewer: Viewer, resident_id: UUID) -> tuple[Contact, Resident]:
    """Return the grant that lets this viewer see this resident, or `NotFound`."""
    for contact, resident in active_grants_of(session, viewer):
        if resident.id == resident_id:
            return contact, resident
    raise NotFound


def close_to(session: Session, asked_by: Caller, resident_id: UUID, now: datetime) -> tuple[Contact | Member, Resident]:
    """Return who says something about this resident: one of their circle, or the caseworker who looks along."""
    if asked_by.member:
        member = as_caseworker(asked_by)
        return member, access_work.in_care(session, member, resident_id, now)[1]
    return active_grant(session, as_viewer(asked_by), resident_id)


def grant_of(session: Session, viewer: Viewer, contact_id: UUID) -> tuple[Contact, Resident]:
    """Return this viewer's own active grant by its id, or `NotFound`."""
    for contact, resident in active_grants_of(session, viewer):
        if contact.id == contact_id:
            return contact, resident
    raise NotFound


def contact_of(session: Session, resident: Resident, contact_id: UUID) -> Contact:
    """Return a contact of this resident's own circle, or `NotFound`."""
    contact = session.get(Contact, contact_id)
    if contact is None or contact.resident_id != resident.id or contact.state == "ended":
        raise NotFound
    return contact


def contact_to_end(session: Session, asked_by: Caller, contact_id: UUID) -> tuple[Contact, Resident]:
    """Return the grant that this caller may end: anyone's of their own circle, or their own."""
    contact = session.get(Contact, contact_id)
    if asked_by.viewer is None:
        as_resident(asked_by)
    owner = asked_by.viewer or asked_by.resident
    if contact is None or contact.state == "ended" or owner is None:
        raise NotFound
    if owner.id not in {contact.viewer_id, contact.resident_id}:
        raise NotFound
    return contact, session.get_one(Resident, contact.resident_id)


def walk_of(session: Session, resident: Resident, walk_id: UUID) -> Walk:
    """Return a walk of this resident's own, or `NotFound`."""
    walk = session.get(Walk, walk_id)
    if walk is None or walk.resident_id != resident.id:
        raise NotFound
    return walk


def teken_of(session: Session, resident: Resident, teken_id: UUID) -> Teken:
    """Return a teken of this resident's own (waves received too, but for those not shown), or `NotFound`."""
    teken = session.get(Teken, teken_id)
    if teken is None or teken.resident_id != resident.id:
        raise NotFound
    if teken.kind == "wave" and teken.told_at is None:
        raise NotFound
    return teken


def shown_or_held(session: Session, resident: Resident, teken_id: UUID) -> tuple[Teken, Walk | None]:
    """Return a sign of this resident's own with its walk, also while the walk is held, or `NotFound`."""
    walk = session.exec(select(Walk).where(Walk.teken_id == teken_id, Walk.resident_id == resident.id)).first()
    teken = session.get(Teken, teken_id)
    if teken is None and walk is not None and walk.state == "held":
        teken = Teken.of_walk(walk, resident.time_zone, walk.release_at)
    if teken is None or teken.resident_id != resident.id or teken.kind == "wave":
        raise NotFound
    return teken, walk


def grant_that_shows(session: Session, viewer: Viewer, teken_id: UUID) -> tuple[Contact, Resident]:
    """Return the grant under which this viewer was told this sign, or `NotFound`."""
    teken = session.get(Teken, teken_id)
    if teken is None or teken.told_at is None or teken.kind == "wave":
        raise NotFound
    contact, resident = active_grant(session, viewer, teken.resident_id)
    if contact.began_at is None or teken.told_at < contact.began_at:
        raise NotFound
    return contact, resident


def question_of(session: Session, asked_by: Caller, silence_id: UUID) -> Question:
    """Return the newest question that this resident or contact was asked in a silence, or `NotFound`."""
    grants = active_grants_of(session, asked_by.viewer) if asked_by.viewer else []
    mine = select(Question).where(Question.silence_id == silence_id, col(Question.member_id).is_(None))
    if asked_by.viewer:
        may = [
            contact.id
            for contact, _ in grants
            if contact.sees_ladder and not contact.is_quiet and contact.is_sixteen is not False
        ]
        mine = mine.where(col(Question.contact_id).in_(may))
    else:
        mine = mine.where(Question.resident_id == as_resident(asked_by).id, col(Question.contact_id).is_(None))
    question = session.exec(mine.order_by(col(Question.asked_at).desc())).first()
    if question is None:
        raise NotFound
    return question


def device_of(session: Session, resident: Resident, device_id: UUID) -> Device:
    """Return a device of this resident's own, or `NotFound`."""
    device = session.get(Device, device_id)
    if device is None or device.resident_id != resident.id or device.revoked_at is not None:
        raise NotFound
    return device


def device_to_end(session: Session, asked_by: Caller, device_id: UUID, now: datetime) -> Device:
    """Return the device that this caller may end: any of the resident's own, or a new one itself only."""
    is_itself = asked_by.device is not None and asked_by.device.id == device_id
    resident = as_resident(asked_by) if is_itself else as_settled(asked_by, now)
    return device_of(session, resident, device_id)


def display_of(session: Session, viewer: Viewer, display_id: UUID) -> Display:
    """Return a window of this viewer's own, or `NotFound`."""
    display = session.get(Display, display_id)
    if display is None or display.viewer_id != viewer.id:
        raise NotFound
    return display


def pause_of(session: Session, resident: Resident, pause_id: UUID) -> Pause:
    """Return a pause of this resident's own that has not ended, or `NotFound`."""
    pause = session.get(Pause, pause_id)
    if pause is None or pause.resident_id != resident.id or pause.ended_at is not None:
        raise NotFound
    return pause


def proposal_of(session: Session, resident: Resident, proposal_id: UUID) -> Proposal:
    """Return what somebody proposed to this resident, or `NotFound`; what is not to be asked again is not there."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is None or proposal.resident_id != resident.id or proposal.is_muted:
        raise NotFound
    return proposal


def subscription_of(session: Session, asked_by: Caller, subscription_id: UUID) -> Subscription:
    """Return a subscription of the caller's own, or `NotFound`."""
    found = session.get(Subscription, subscription_id)
    owner = asked_by.viewer or asked_by.resident or asked_by.member
    if found is None or owner is None or owner.id not in {found.viewer_id, found.resident_id, found.member_id}:
        raise NotFound
    return found


def as_resident(asked_by: Caller) -> Resident:
    """Return the resident behind a full token; an upload token or a contact's is refused."""
    if asked_by.kind != "resident" or asked_by.resident is None:
        raise NotAllowed
    return asked_by.resident


def as_settled(asked_by: Caller, now: datetime) -> Resident:
    """Return the resident behind a device that may change who sees what (`trust.md` 1).

    A new one beside others may not for 24 hours, unless an older one said yes.
    """
    resident = as_resident(asked_by)
    if asked_by.device is None or not is_settled(asked_by.device, now):
        raise NotAllowed("new-device")
    return resident


def is_settled(device: Device, now: datetime) -> bool:
    """Tell whether a device is trusted, or old enough for the others to have said no."""
    return device.trusted_at is not None or device.created_at + NEW_FOR <= now


def as_bringer(asked_by: Caller) -> Resident:
    """Return the resident for whom walks and check-ins are brought in, also by an upload token."""
    if asked_by.resident is None:
        raise NotAllowed
    return asked_by.resident


def as_onlooker(asked_by: Caller) -> Viewer:
    """Return the viewer who looks, by themselves or from their window."""
    if asked_by.onlooker is None:
        raise NotAllowed
    return asked_by.onlooker


def as_viewer(asked_by: Caller) -> Viewer:
    """Return the viewer behind a contact's token."""
    if asked_by.viewer is None:
        raise NotAllowed
    return asked_by.viewer


def as_member(asked_by: Caller) -> Member:
    """Return who works at an organisation, whatever they do there."""
    if asked_by.member is None:
        raise NotAllowed
    return asked_by.member


def as_caseworker(asked_by: Caller) -> Member:
    """Return a caseworker, a deputy or a team lead; who keeps the organisation's books sees no names."""
    member = as_member(asked_by)
    if member.role == access_work.ADMIN:
        raise NotAllowed
    return member


def as_admin(asked_by: Caller) -> Member:
    """Return who keeps an organisation's books."""
    member = as_member(asked_by)
    if member.role != access_work.ADMIN:
        raise NotAllowed
    return member
