"""Walks over HTTP: a file comes in, a blurred walk is held, released or taken back."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from app import access
from app.flows import walk
from app.models.bodies import Empty, Page, WalkAnswer, WalkOut
from app.phatic.track import Track
from app.routes.deps import (
    CurrentBringer,
    CurrentResident,
    HouseDep,
    KeysDep,
    NowDep,
    ReadDep,
    RngDep,
    SettingsDep,
    WriteDep,
    get_bringer,
)
from app.routes.limits import UploadsDep
from app.routes.once import OnceDep
from app.routes.problems import responses
from app.routes.shapes import walk_out
from app.routes.upload import read_file

router = APIRouter(prefix="/v1/walks", tags=["walks"])
LARGEST_BODY = 65 * 1024 * 1024
FILE = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
            },
            "application/gpx+xml": {"schema": {"type": "string", "format": "binary"}},
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


async def read_upload(request: Request, settings: SettingsDep, once: OnceDep) -> bytes:
    """Read the file into memory, and let a repeated request be known by the file's bytes."""
    once.body = await read_file(request, settings.max_upload_bytes)
    return once.body


def read_track(house: HouseDep, data: Annotated[bytes, Depends(read_upload)]) -> Track:
    """Read and clean the walk, in another process when it is large."""
    return house.reader.read(data)


# Resolved after who asks and before the transaction: the one writer is never held while reading or parsing.
UploadedTrack = Annotated[Track, Depends(read_track)]


@router.post(
    "",
    status_code=201,
    response_model=WalkAnswer,
    responses=responses(401, 403, 409, 413, 415, 429)
    | {200: {"model": WalkAnswer, "description": "It was here before"}},
    openapi_extra=FILE,
    max_body_size=LARGEST_BODY,  # the file itself is counted against the setting
    dependencies=[Depends(get_bringer), UploadsDep],
)
def upload(
    resident: CurrentBringer, track: UploadedTrack, once: OnceDep, session: WriteDep, rng: RngDep, settings: SettingsDep
) -> Response:
    """Share a walk; it is blurred at once, held for a while, and the track is not kept."""
    hold = timedelta(minutes=settings.hold_minutes)

    def make() -> tuple[WalkAnswer, int]:
        shared, is_new = walk.share_walk(session, resident, track, once.now, rng, hold=hold)
        return WalkAnswer(walk=walk_out(shared, resident, once.now)), 201 if is_new else 200

    def again(walk_id: UUID) -> WalkAnswer:
        return WalkAnswer(walk=walk_out(access.walk_of(session, resident, walk_id), resident, once.now))

    return once.answer(session, make, about=resident.id, again=again)


@router.get("", response_model_exclude_none=True, responses=responses(401, 403))
def walks(
    resident: CurrentResident,
    session: ReadDep,
    keys: KeysDep,
    now: NowDep,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> Page[WalkOut]:
    """List the resident's own walks, newest first."""
    found, more = walk.walks_of(session, keys, resident, cursor=cursor, limit=limit)
    return Page(items=[walk_out(one, resident, now) for one in found], next=more)


@router.get("/{walk_id}", response_model_exclude_none=True, responses=responses(401, 403, 404))
def show(walk_id: UUID, resident: CurrentResident, session: ReadDep, now: NowDep) -> WalkAnswer:
    """Show one walk with its previews and the moment it goes out."""
    return WalkAnswer(walk=walk_out(access.walk_of(session, resident, walk_id), resident, now))


@router.post("/{walk_id}/release", response_model_exclude_none=True, responses=responses(401, 403, 404, 409))
def release(
    walk_id: UUID, resident: CurrentResident, session: WriteDep, now: NowDep, _: Empty | None = None
) -> WalkAnswer:
    """Let it go out now ("nu al")."""
    released = walk.release_walk(session, resident, access.walk_of(session, resident, walk_id), now)
    return WalkAnswer(walk=walk_out(released, resident, now))


@router.delete("/{walk_id}", status_code=204, responses=responses(401, 403, 404))
def withdraw(walk_id: UUID, resident: CurrentResident, session: WriteDep, now: NowDep) -> None:
    """Take it back, before or after its release."""
    walk.withdraw_walk(session, access.walk_of(session, resident, walk_id), now)
