"""Teken over HTTP: the feed, the exact preview, waves, and taking back."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app import access
from app.flows import feed, walk, waves
from app.models.bodies import Empty, Page, SharedOut, WaveIn
from app.phatic.teken import TekenOut
from app.routes.deps import CurrentCaller, CurrentResident, CurrentViewer, KeysDep, NowDep, ReadDep, WriteDep
from app.routes.once import OnceDep, json_answer
from app.routes.problems import responses
from app.routes.sizes import evened

router = APIRouter(prefix="/v1", tags=["teken"])
AGAIN: dict[int | str, dict[str, Any]] = {200: {"model": SharedOut, "description": "The first wave of the day"}}


@router.get("/teken", response_model=Page[TekenOut], responses=responses(401, 403))
def show(
    caller: CurrentCaller,
    session: ReadDep,
    keys: KeysDep,
    now: NowDep,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> Response:
    """Show a resident all their own signs, and a contact those of today and the last one."""
    if viewer := caller.onlooker:
        items = feed.for_viewer(session, viewer, access.active_grants_of(session, viewer), now, most=caller.most)
        return evened(json_answer(Page(items=items)))
    resident = access.as_resident(caller)
    items, more = feed.own(session, keys, resident, cursor=cursor, limit=limit, now=now)
    return json_answer(Page(items=items, next=more))


@router.get("/teken/{teken_id}/preview", response_model=TekenOut, responses=responses(401, 403, 404))
def preview(teken_id: UUID, contact_id: UUID, resident: CurrentResident, session: ReadDep, now: NowDep) -> Response:
    """Show the very bytes that this contact gets, before a walk's release and after."""
    contact = access.contact_of(session, resident, contact_id)
    return json_answer(feed.preview(session, resident, access.shown_or_held(session, resident, teken_id), contact, now))


@router.delete("/teken/{teken_id}", status_code=204, responses=responses(401, 403, 404))
def take_back(teken_id: UUID, resident: CurrentResident, session: WriteDep, now: NowDep) -> None:
    """Take a sign back from every page, stream and feed at once."""
    walk.take_back(session, access.teken_of(session, resident, teken_id), now)


@router.post(
    "/teken/{teken_id}/waves",
    status_code=201,
    response_model=SharedOut,
    responses=responses(401, 403, 404, 409) | AGAIN,
)
def wave_at(
    teken_id: UUID, viewer: CurrentViewer, once: OnceDep, session: WriteDep, _: Empty | None = None
) -> Response:
    """Wave back at a sign; once a day is enough."""

    def make() -> tuple[SharedOut, int]:
        contact, resident = access.grant_that_shows(session, viewer, teken_id)
        sign, is_first = waves.wave(session, resident, contact, once.now)
        shown = feed.wave_view(resident, contact, sign, language=viewer.language, now=once.now)
        return SharedOut(teken=shown), 201 if is_first else 200

    return once.answer(session, make)


@router.post("/waves", status_code=201, response_model=SharedOut, responses=responses(401, 403, 404, 409) | AGAIN)
def wave_to(body: WaveIn, viewer: CurrentViewer, once: OnceDep, session: WriteDep) -> Response:
    """Wave to a resident; once a day is enough."""

    def make() -> tuple[SharedOut, int]:
        contact, resident = access.active_grant(session, viewer, body.resident_id)
        sign, is_first = waves.wave(session, resident, contact, once.now)
        shown = feed.wave_view(resident, contact, sign, language=viewer.language, now=once.now)
        return SharedOut(teken=shown), 201 if is_first else 200

    return once.answer(session, make)
