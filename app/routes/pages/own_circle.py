"""The resident's circle: invite, confirm, choose what somebody sees, let go."""

from typing import Annotated, Final
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Form, Query, Response

from app import access
from app.flows import circle, people
from app.models.bodies import ContactIn, InvitationIn
from app.phatic.wording import say
from app.routes.deps import CurrentResident, KeysDep, NowDep, ReadDep, SettingsDep, SettledResident, WriteDep
from app.routes.pages.doors import OwnPages, Said, go, understood
from app.routes.pages.render import page
from app.routes.shapes import columns_of, invited_out
from app.settings import Settings

router = APIRouter(prefix="/ik/kring", include_in_schema=False)
SAID: Final = {"confirmed", "saved"}


@router.get("")
def show(
    resident: CurrentResident,
    session: ReadDep,
    said: Said,
    who: Annotated[UUID | None, Query(alias="wie")] = None,
) -> Response:
    """Show everybody in the circle, and on their way into it."""
    contacts = circle.circle_of(session, resident)
    meant = next((contact for contact in contacts if contact.id == who), None)
    words = say(resident.language, f"circle.{said}", name=meant.name) if meant and said in SAID else None
    if said == "known":
        words = say(resident.language, "circle.known.saved")
    return page(resident.language, "circle.html", contacts=contacts, said=words, is_known=resident.circle_is_known)


@router.post("/elkaar", dependencies=[OwnPages])
def let_them_know(
    resident: SettledResident, session: WriteDep, now: NowDep, is_known: Annotated[bool, Form()] = False
) -> Response:
    """Let the circle know each other by name, or no longer."""
    people.change_self(session, resident, {"circle_is_known": is_known}, now)
    return go("/ik/kring?gezegd=known")


@router.get("/nieuw")
def ask_whom(resident: SettledResident) -> Response:
    """Ask whom to invite, and what they may see."""
    return page(resident.language, "invite.html", wrong=None, name="", detail="drawing", role="contact")


@router.post("/nieuw", dependencies=[OwnPages])
def invite(
    resident: SettledResident,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
    now: NowDep,
    name: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "contact",
    detail: Annotated[str, Form()] = "drawing",
) -> Response:
    """Make an invitation, and show its link, picture and spoken code this once."""
    body = understood(InvitationIn, name=name, role=role, detail=detail)
    if body is None:
        return page(resident.language, "invite.html", 422, wrong="invite.name.wrong", name="", detail=detail, role=role)
    invited = circle.invite(
        session, keys, resident, name=body.name, role=body.role, detail=body.detail, position=None, now=now
    )
    made = invited_out(invited, settings)
    return page(resident.language, "invited.html", name=body.name, made=made, place=place_of(settings))


def place_of(settings: Settings) -> str:
    """Return the service's address as one reads it aloud."""
    return urlsplit(settings.public_url).netloc


@router.get("/{contact_id}")
def edit(contact_id: UUID, resident: CurrentResident, session: ReadDep) -> Response:
    """Show what one contact sees, to change it."""
    return page(resident.language, "contact.html", contact=access.contact_of(session, resident, contact_id))


@router.post("/{contact_id}", dependencies=[OwnPages])
def change(
    contact_id: UUID,
    resident: SettledResident,
    session: WriteDep,
    now: NowDep,
    role: Annotated[str, Form()] = "contact",
    detail: Annotated[str, Form()] = "drawing",
    quiet: Annotated[bool, Form()] = False,
) -> Response:
    """Change what one contact sees; it works at their next request, without a message."""
    contact = access.contact_of(session, resident, contact_id)
    body = understood(ContactIn, detail=detail, role=role, quiet=quiet) or ContactIn()
    circle.change(session, resident, contact, columns_of(body), now)
    return go(f"/ik/kring?gezegd=saved&wie={contact_id}")


@router.post("/{contact_id}/ja", dependencies=[OwnPages])
def confirm(contact_id: UUID, resident: SettledResident, session: WriteDep, now: NowDep) -> Response:
    """Let a waiting contact in."""
    circle.confirm(session, access.contact_of(session, resident, contact_id), now)
    return go(f"/ik/kring?gezegd=confirmed&wie={contact_id}")


@router.get("/{contact_id}/weg")
def ask_to_remove(contact_id: UUID, resident: SettledResident, session: ReadDep) -> Response:
    """Ask once more before somebody is let go."""
    name = access.contact_of(session, resident, contact_id).name
    return page(
        resident.language,
        "remove.html",
        large=True,
        away="/ik/kring",
        heading=say(resident.language, "remove.contact", name=name),
        what=say(resident.language, "remove.contact.what", name=name),
        button=say(resident.language, "remove.contact.button"),
        action=f"/ik/kring/{contact_id}/weg",
    )


@router.post("/{contact_id}/weg", dependencies=[OwnPages])
def remove(contact_id: UUID, resident: SettledResident, session: WriteDep, now: NowDep) -> Response:
    """Let somebody go; nobody is told."""
    circle.end(session, resident, access.contact_of(session, resident, contact_id), now)
    return go("/ik/kring")
