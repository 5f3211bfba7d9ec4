"""The circle over HTTP: invitations, contacts, consents."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from app import access
from app.flows import circle
from app.models.bodies import (
    AcceptedOut,
    AcceptIn,
    ConsentOut,
    ContactIn,
    ContactOut,
    Empty,
    InvitationIn,
    InvitedOut,
    MembershipOut,
    Page,
)
from app.routes.deps import (
    CurrentCaller,
    CurrentResident,
    KeysDep,
    NowDep,
    OwnToken,
    ReadDep,
    SettingsDep,
    SettledResident,
    WriteDep,
)
from app.routes.limits import GuessingDep, StartsDep
from app.routes.once import OnceDep, json_answer
from app.routes.problems import responses
from app.routes.shapes import (
    columns_of,
    consent_out,
    contact_out,
    grant_out,
    invited_out,
    membership_out,
    newcomer_of,
    wish_of,
)

router = APIRouter(prefix="/v1", tags=["circle"])
Code = Annotated[str, Path(max_length=64, description="A spoken code or a link's secret.")]


@router.post("/invitations", status_code=201, response_model=InvitedOut, responses=responses(401, 403, 409))
def invite(
    body: InvitationIn,
    resident: SettledResident,
    once: OnceDep,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
) -> Response:
    """Invite one person; nothing flows before they accept."""

    def make() -> tuple[InvitedOut, int]:
        invited = circle.invite(session, keys, resident, **wish_of(body), now=once.now)
        return invited_out(invited, settings), 201

    return once.answer(session, make, is_secret=True)


@router.post(
    "/invitations/{code}/accept",
    status_code=201,
    response_model=AcceptedOut,
    responses=responses(404, 409, 410, 429),
    dependencies=[StartsDep, GuessingDep],
)
def accept(
    code: Code, own: OwnToken, once: OnceDep, session: WriteDep, keys: KeysDep, body: AcceptIn | None = None
) -> Response:
    """Accept an invitation; a contact's own token goes on, anybody else gets a new one."""

    def make() -> tuple[AcceptedOut, int]:
        newcomer = newcomer_of(body or AcceptIn())
        contact, resident, token = circle.accept(session, keys, code, newcomer, viewer=own.viewer, now=once.now)
        return AcceptedOut(contact=grant_out(contact, resident), token=token or own.token), 201

    return once.answer(session, make, is_secret=True)


@router.post(
    "/invitations/{code}/decline",
    status_code=204,
    responses=responses(404, 409, 410, 429),
    dependencies=[StartsDep, GuessingDep],
)
def decline(code: Code, session: WriteDep, keys: KeysDep, now: NowDep, _: Empty | None = None) -> None:
    """Say "not now"; nobody is told."""
    circle.decline(session, keys, code, now)


@router.get("/circle", response_model=Page[ContactOut] | Page[MembershipOut], responses=responses(401, 403))
def show(caller: CurrentCaller, session: ReadDep) -> Response:
    """Show a resident their circle, and a contact the circles they are in."""
    if caller.viewer:
        grants = access.active_grants_of(session, caller.viewer)
        known = [(*grant, circle.others_of(session, grant[1], grant[0])) for grant in grants]
        return json_answer(Page(items=[membership_out(*one) for one in known]))
    resident = access.as_resident(caller)
    return json_answer(Page(items=[contact_out(contact) for contact in circle.circle_of(session, resident)]))


@router.post("/contacts/{contact_id}/confirm", responses=responses(401, 403, 404, 409))
def confirm(
    contact_id: UUID, resident: SettledResident, session: WriteDep, now: NowDep, _: Empty | None = None
) -> ContactOut:
    """Let a waiting contact in: "Ja, dat is …"."""
    return contact_out(circle.confirm(session, access.contact_of(session, resident, contact_id), now))


@router.post(
    "/contacts/{contact_id}/renewals",
    status_code=201,
    response_model=InvitedOut,
    responses=responses(401, 403, 404, 409),
)
def renew(
    contact_id: UUID,
    resident: SettledResident,
    once: OnceDep,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
    _: Empty | None = None,
) -> Response:
    """Make a new way in for the same grant; the old token loses it when the new one is used."""

    def make() -> tuple[InvitedOut, int]:
        contact = access.contact_of(session, resident, contact_id)
        return invited_out(circle.renew(session, keys, contact, once.now), settings), 201

    return once.answer(session, make, is_secret=True)


@router.patch("/contacts/{contact_id}", responses=responses(401, 403, 404))
def change(contact_id: UUID, body: ContactIn, resident: SettledResident, session: WriteDep, now: NowDep) -> ContactOut:
    """Change what a contact sees and may be asked; works at the next request."""
    contact = access.contact_of(session, resident, contact_id)
    return contact_out(circle.change(session, resident, contact, columns_of(body), now))


@router.delete("/contacts/{contact_id}", status_code=204, responses=responses(401, 403, 404))
def end(contact_id: UUID, caller: CurrentCaller, session: WriteDep, now: NowDep) -> None:
    """Let a contact go: the resident anybody of their circle, a contact themselves."""
    if caller.viewer is None:
        access.as_settled(caller, now)
    contact, resident = access.contact_to_end(session, caller, contact_id)
    circle.end(session, resident, contact, now, has_left=caller.viewer is not None)


@router.get("/consents", responses=responses(401, 403))
def consents(resident: CurrentResident, session: ReadDep) -> Page[ConsentOut]:
    """List what was ever agreed with whom, in the words that were shown."""
    return Page(items=[consent_out(consent, name) for consent, name in circle.consents_of(session, resident)])
