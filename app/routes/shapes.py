"""Rows become answers: links, QR codes and the objects of the contract."""

from datetime import datetime
from io import BytesIO
from typing import Any

import segno

from app import auth
from app.flows import circle, feed
from app.flows import walk as walks
from app.flows.circle import Invited, Newcomer
from app.models.bodies import (
    AcceptIn,
    ConsentOut,
    ContactIn,
    ContactOut,
    DeviceOut,
    GrantOut,
    InvitationIn,
    InvitationOut,
    InvitedOut,
    MembershipOut,
    PairingOut,
    PreviewsOut,
    ResidentOut,
    WalkOut,
    wanted,
)
from app.models.circle import Consent, Contact
from app.models.people import Device, Pairing, Resident
from app.models.walks import Teken, Walk
from app.phatic.teken import ResidentName
from app.settings import Settings


def qr_svg(url: str) -> str:
    """Return a QR code as SVG with presentation attributes only, medium error correction."""
    out = BytesIO()
    segno.make(url, error="m", micro=False).save(
        out, kind="svg", scale=4, border=2, xmldecl=False, svgclass=None, lineclass=None, omitsize=True
    )
    return out.getvalue().decode()


def resident_out(resident: Resident) -> ResidentOut:
    """Return a resident as they see themselves."""
    return ResidentOut(id=resident.id, name=resident.name, language=resident.language, time_zone=resident.time_zone)


def pairing_out(pairing: Pairing, code: str, link: str, settings: Settings) -> PairingOut:
    """Return the ways in for a new device."""
    url = f"{settings.public_url.rstrip('/')}/p/{link}"
    return PairingOut(code=code, url=url, qr_svg=qr_svg(url), expires_at=pairing.made_at + auth.CODE_LIVES)


def device_out(device: Device, used: Device | None) -> DeviceOut:
    """Return a device; `used` is the one that asks."""
    return DeviceOut(
        id=device.id,
        name=device.name,
        kind="upload" if device.kind == "upload" else "phone",
        created_at=device.created_at,
        is_this=used is not None and used.id == device.id,
        is_new=device.kind == "phone" and device.trusted_at is None,
        counts=device.counts,
    )


def invited_out(invited: Invited, settings: Settings) -> InvitedOut:
    """Return the ways in for a contact."""
    url = f"{settings.public_url.rstrip('/')}/u/{invited.link}"
    contact = invited.contact
    shown = InvitationOut.model_validate(
        {
            "id": invited.invitation.id,
            "contact_id": contact.id,
            "name": contact.name,
            "role": contact.role,
            "detail": contact.detail,
            "expires_at": invited.invitation.made_at + auth.LINK_LIVES,
        }
    )
    return InvitedOut(invitation=shown, code=invited.code, url=url, qr_svg=qr_svg(url))


def grant_out(contact: Contact, resident: Resident) -> GrantOut:
    """Return a grant as its contact sees it."""
    return GrantOut.model_validate(
        {
            "id": contact.id,
            "resident": ResidentName(id=resident.id, name=resident.name),
            "role": contact.role,
            "detail": circle.shown_detail(contact),
            "state": contact.state,
        }
    )


def contact_out(contact: Contact) -> ContactOut:
    """Return a contact as the resident sees them."""
    return ContactOut.model_validate(
        {
            "id": contact.id,
            "name": contact.name,
            "role": contact.role,
            "detail": contact.detail,
            "order": contact.position,
            "state": contact.state,
            "quiet": contact.is_quiet,
            "sees_ladder": contact.sees_ladder,
            "takes_waves": contact.takes_waves,
        }
    )


def walk_out(walk: Walk, resident: Resident, now: datetime) -> WalkOut:
    """Return a walk with its four previews; nothing is left to show of a withdrawn one."""
    shown = None
    if walk.state != walks.WITHDRAWN:
        teken = Teken.of_walk(walk, resident.time_zone, now)
        shown = PreviewsOut.model_validate(feed.previews(resident, teken, walk, now))
    return WalkOut.model_validate(
        {
            "id": walk.id,
            "state": walk.state,
            "release_at": walk.release_at,
            "occurred_at": walk.ended_at,
            "mark": walk.mark,
            "previews": shown,
        }
    )


def membership_out(contact: Contact, resident: Resident, others: list[str] | None) -> MembershipOut:
    """Return one circle as a contact sees it: the resident and themselves, and by name who knows each other."""
    return MembershipOut.model_validate(
        {
            "resident": ResidentName(id=resident.id, name=resident.name),
            "me": {"id": contact.id, "detail": circle.shown_detail(contact), "role": contact.role},
            "circle": others,
        }
    )


def consent_out(consent: Consent, name: str) -> ConsentOut:
    """Return one line of consent."""
    return ConsentOut.model_validate(consent.model_dump() | {"name": name})


def newcomer_of(body: AcceptIn) -> Newcomer:
    """Return what somebody said of themselves; the name that the resident knows them by stays."""
    return Newcomer(language=body.language, time_zone=body.time_zone, is_sixteen=body.sixteen_or_older)


def wish_of(body: InvitationIn) -> dict[str, Any]:
    """Return whom the resident invites to see what, by the names of the flow."""
    return body.model_dump(exclude={"order"}) | {"position": body.order}


COLUMNS = {"order": "position", "quiet": "is_quiet"}


def columns_of(body: ContactIn) -> dict[str, Any]:
    """Return what the resident changes of a contact, by the names of the columns."""
    return {COLUMNS.get(name, name): value for name, value in wanted(body).items()}
