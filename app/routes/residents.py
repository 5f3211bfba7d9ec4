"""Getting in and staying yourself: sign-up, pairing, devices, own settings."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response

from app import access
from app.errors import NotAllowed
from app.flows import caring, leaving, people, sources
from app.models.agreement_bodies import DeviceChangeIn
from app.models.bodies import (
    DeviceIn,
    DeviceOut,
    Empty,
    MeIn,
    MeOut,
    Page,
    PairedOut,
    PairIn,
    PairingOut,
    SignUpIn,
    StartedOut,
    wanted,
)
from app.models.case_bodies import PairingForIn
from app.models.people import Resident, Viewer
from app.models.windows import DeviceMadeOut, PaperKeyOut
from app.models.work import Member
from app.routes.deps import (
    CurrentCaller,
    CurrentResident,
    KeysDep,
    LanguageDep,
    NowDep,
    ReadDep,
    SettingsDep,
    SettledResident,
    WriteDep,
    caller_of,
)
from app.routes.limits import GuessingDep, StartsDep
from app.routes.once import OnceDep, json_answer
from app.routes.problems import responses
from app.routes.shapes import device_out, pairing_out, resident_out

router = APIRouter(prefix="/v1", tags=["getting in"])
WithDevice = Annotated[access.Caller, Depends(caller_of("resident"))]
SETTLED = frozenset({"circle_is_known", "sign_days", "is_wide"})  # what a new device may not change
Code = Annotated[str, Path(max_length=64, description="A spoken code, a link's secret or a paper key.")]


async def open_sign_up(settings: SettingsDep) -> None:
    """Refuse sign-up where only the operator or an organisation lets people in."""
    if not settings.sign_up_is_open:
        raise NotAllowed("sign-up-closed")


@router.post(
    "/residents",
    status_code=201,
    response_model=StartedOut,
    responses=responses(403, 409, 429),
    dependencies=[Depends(open_sign_up), StartsDep],
)
def sign_up(body: SignUpIn, once: OnceDep, session: WriteDep, keys: KeysDep, language: LanguageDep) -> Response:
    """Start as a resident: one device, a paper key, an empty circle."""

    def make() -> tuple[StartedOut, int]:
        started = people.sign_up(
            session, keys, name=body.name, language=body.language or language, time_zone=body.time_zone, now=once.now
        )
        resident = resident_out(started.resident)
        return StartedOut(resident=resident, token=started.token, paper_key=started.paper_key), 201

    return once.answer(session, make, is_secret=True)


@router.post("/pairings", status_code=201, response_model=PairingOut, responses=responses(401, 403, 404, 409))
def make_pairing(
    caller: Annotated[access.Caller, Depends(caller_of("resident", "work"))],
    once: OnceDep,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
    body: PairingForIn | None = None,
) -> Response:
    """Make a code and a link for one more device of the resident's own.

    A caseworker names for whom: only somebody whom they asked, and who has no device and no data yet.
    """

    def make() -> tuple[PairingOut, int]:
        if caller.member:
            member, whom = access.as_caseworker(caller), body.resident_id if body else None
            return pairing_out(*caring.pairing_for(session, keys, member, whom, once.now), settings), 201
        resident = access.as_settled(caller, once.now)
        return pairing_out(*people.make_pairing(session, keys, resident, once.now, is_own=True), settings), 201

    return once.answer(session, make, is_secret=True)


@router.post(
    "/pairings/{code}/accept",
    status_code=201,
    response_model=PairedOut,
    responses=responses(403, 404, 409, 410, 429),
    dependencies=[StartsDep, GuessingDep],
)
def accept_pairing(code: Code, once: OnceDep, session: WriteDep, keys: KeysDep, body: PairIn | None = None) -> Response:
    """Bind this device by a code, a link or the paper key."""

    def make() -> tuple[PairedOut, int]:
        name = body.device_name if body else ""
        resident, token = people.accept_pairing(session, keys, code, device_name=name, now=once.now)
        return PairedOut(resident=resident_out(resident), token=token), 201

    return once.answer(session, make, is_secret=True)


@router.get("/devices", responses=responses(401, 403))
def devices(resident: CurrentResident, session: ReadDep, caller: WithDevice) -> Page[DeviceOut]:
    """List the devices that still work."""
    return Page(items=[device_out(device, caller.device) for device in people.devices_of(session, resident)])


@router.post("/devices", status_code=201, response_model=DeviceMadeOut, responses=responses(401, 403, 409))
def add_device(body: DeviceIn, resident: SettledResident, once: OnceDep, session: WriteDep, keys: KeysDep) -> Response:
    """Make a token for an app that may only bring walks and check-ins."""

    def make() -> tuple[DeviceMadeOut, int]:
        device, token = people.add_device(session, keys, resident, name=body.name, kind=body.kind, now=once.now)
        return DeviceMadeOut(device=device_out(device, None), token=token), 201

    return once.answer(session, make, is_secret=True)


@router.delete("/devices/{device_id}", status_code=204, responses=responses(401, 403, 404))
def revoke_device(device_id: UUID, caller: WithDevice, session: WriteDep, now: NowDep) -> None:
    """End a device; its token is refused at the next request. A new device may end itself only."""
    people.revoke(session, access.device_to_end(session, caller, device_id, now), now)


@router.patch("/devices/{device_id}", responses=responses(401, 403, 404))
def change_device(
    device_id: UUID, body: DeviceChangeIn, caller: WithDevice, session: WriteDep, now: NowDep
) -> DeviceOut:
    """Say whether what a device brings in counts as a sign of life."""
    device = access.device_of(session, access.as_settled(caller, now), device_id)
    return device_out(sources.let_count(session, device, now, counts=body.counts), caller.device)


@router.post("/devices/{device_id}/trust", responses=responses(401, 403, 404))
def trust_device(
    device_id: UUID, caller: WithDevice, session: WriteDep, now: NowDep, _: Empty | None = None
) -> DeviceOut:
    """Say "Ja, dat ben ik": from now on a new device may do all that this one may."""
    device = access.device_of(session, access.as_settled(caller, now), device_id)
    return device_out(people.trust(session, device, now), caller.device)


@router.post("/paper-keys", status_code=201, response_model=PaperKeyOut, responses=responses(401, 403, 409))
def make_paper_key(
    resident: SettledResident, once: OnceDep, session: WriteDep, keys: KeysDep, _: Empty | None = None
) -> Response:
    """Make a new paper key, told once; the old one opens nothing any more."""
    return once.answer(
        session,
        lambda: (PaperKeyOut(paper_key=people.new_paper_key(session, keys, resident, once.now)), 201),
        is_secret=True,
    )


@router.get("/me", response_model=MeOut, responses=responses(401, 403))
def me(caller: CurrentCaller) -> Response:
    """Tell who the caller is."""
    return json_answer(_me(caller.viewer or caller.member or access.as_resident(caller)))


@router.patch("/me", response_model=MeOut, responses=responses(401, 403))
def change_me(body: MeIn, caller: CurrentCaller, session: WriteDep, now: NowDep) -> Response:
    """Change own settings; they count from the next request on."""
    who = caller.viewer or caller.member or access.as_resident(caller)
    if caller.resident is not None and not SETTLED.isdisjoint(wanted(body)):
        access.as_settled(caller, now)
    return json_answer(_me(people.change_self(session, who, wanted(body), now)))


@router.delete("/me", status_code=204, responses=responses(401, 403, 409))
def erase_me(caller: CurrentCaller, session: WriteDep, now: NowDep) -> None:
    """Erase oneself: for a resident everything, discs too; for a contact every grant; a member's cases go on."""
    leaving.erase(session, caller.viewer or caller.member or access.as_settled(caller, now), now)


def _me(who: Resident | Viewer | Member) -> MeOut:
    if isinstance(who, Member):
        return MeOut(kind="member", id=who.id, name=who.name, language=who.language)
    if isinstance(who, Viewer):
        return MeOut(kind="contact", id=who.id, language=who.language, time_zone=who.time_zone)
    return MeOut(
        kind="resident",
        id=who.id,
        name=who.name,
        language=who.language,
        time_zone=who.time_zone,
        keeps_sketches=who.keeps_sketches,
        circle_is_known=who.circle_is_known,
        sign_days=who.sign_days,
        is_wide=who.is_wide,
    )
