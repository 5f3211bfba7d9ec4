"""The resident's devices: bind a new phone, make a key for an app, and close what was lost."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response

from app import access
from app.access import Caller
from app.flows import people, sources
from app.models.bodies import DeviceIn
from app.models.people import Device
from app.phatic.wording import say
from app.routes.deps import (
    CurrentResident,
    KeysDep,
    NowDep,
    ReadDep,
    SettingsDep,
    SettledResident,
    WriteDep,
    caller_of,
)
from app.routes.pages.doors import OwnPages, Said, go, understood
from app.routes.pages.own_circle import place_of
from app.routes.pages.render import page
from app.routes.pages.welcome import paper_key_page
from app.routes.shapes import device_out, pairing_out

router = APIRouter(prefix="/ik/apparaten", include_in_schema=False)
SAID: Final = {"revoked": "devices.revoked", "trusted": "devices.trusted"}
WithDevice = Annotated[Caller, Depends(caller_of("resident"))]


@router.get("")
def show(resident: CurrentResident, caller: WithDevice, session: ReadDep, now: NowDep, said: Said) -> Response:
    """List the devices that still work, and ask about a new one."""
    found = [device_out(device, caller.device) for device in people.devices_of(session, resident)]
    for device in found:
        device.name = device.name or say(resident.language, f"devices.unnamed.{device.kind}")
    may_answer = caller.device is not None and access.is_settled(caller.device, now)
    same = sources.seems_a_machine(session, resident, now)
    shown: dict[str, Any] = {"devices": found, "may_answer": may_answer, "is_clockwork": same}
    return page(resident.language, "devices.html", said=SAID.get(said or ""), **shown)


@router.post("/{device_id}/telt", dependencies=[OwnPages])
def let_count(
    device_id: UUID, resident: SettledResident, session: WriteDep, now: NowDep, counts: Annotated[bool, Form()]
) -> Response:
    """Let what an app brings count as a sign of life, or no longer."""
    sources.let_count(session, access.device_of(session, resident, device_id), now, counts=counts)
    return go("/ik/apparaten")


@router.post("/telefoon", dependencies=[OwnPages])
def pair(resident: SettledResident, session: WriteDep, keys: KeysDep, settings: SettingsDep, now: NowDep) -> Response:
    """Make a way in for a new phone, and show it this once."""
    made = pairing_out(*people.make_pairing(session, keys, resident, now, is_own=True), settings)
    return page(resident.language, "device_made.html", made=made, place=place_of(settings), token=None)


@router.post("/app", dependencies=[OwnPages])
def add_app(
    resident: SettledResident,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
    now: NowDep,
    name: Annotated[str, Form()] = "",
) -> Response:
    """Make a key for an app that may only bring walks and check-ins, and show it this once."""
    body = understood(DeviceIn, name=name, kind="upload") or DeviceIn(name="", kind="upload")
    device, token = people.add_device(session, keys, resident, name=body.name, kind=body.kind, now=now)
    shown = _name_of(device, resident.language)
    return page(resident.language, "device_made.html", token=token, name=shown, address=settings.public_url.rstrip("/"))


def _name_of(device: Device, language: str) -> str:
    return device.name or say(language, f"devices.unnamed.{device.kind}")


@router.post("/papier", dependencies=[OwnPages])
def make_paper_key(resident: SettledResident, session: WriteDep, keys: KeysDep, now: NowDep) -> Response:
    """Make a new paper key and show it this once; the old one dies."""
    return paper_key_page(resident.language, people.new_paper_key(session, keys, resident, now))


@router.post("/{device_id}/ja", dependencies=[OwnPages])
def trust(device_id: UUID, resident: SettledResident, session: WriteDep, now: NowDep) -> Response:
    """Say "Ja, dat ben ik" of a new device."""
    people.trust(session, access.device_of(session, resident, device_id), now)
    return go("/ik/apparaten?gezegd=trusted")


@router.get("/{device_id}/weg")
def ask_to_revoke(device_id: UUID, resident: CurrentResident, caller: WithDevice, session: ReadDep) -> Response:
    """Ask once more before a device is closed."""
    device = access.device_of(session, resident, device_id)
    is_this = caller.device is not None and caller.device.id == device.id
    return page(
        resident.language,
        "remove.html",
        large=True,
        away="/ik/apparaten",
        heading=say(resident.language, "remove.device", name=_name_of(device, resident.language)),
        what=say(resident.language, "remove.device.this" if is_this else "remove.device.what"),
        button=say(resident.language, "remove.device.button"),
        action=f"/ik/apparaten/{device_id}/weg",
    )


@router.post("/{device_id}/weg", dependencies=[OwnPages])
def revoke(device_id: UUID, caller: WithDevice, session: WriteDep, now: NowDep) -> Response:
    """Close a device; its token is refused at the next request. Also "Dit ken ik niet"."""
    people.revoke(session, access.device_to_end(session, caller, device_id, now), now)
    return go("/ik/apparaten?gezegd=revoked")
