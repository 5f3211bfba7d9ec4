"""Sharing a walk: choose a file, see what each person will get and when, and say "nu al" or "toch niet"."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import Session

from app import access
from app.flows import circle, feed, walk
from app.models.people import Resident
from app.models.walks import Walk
from app.phatic.track import Track
from app.routes.deps import CurrentResident, HouseDep, NowDep, ReadDep, RngDep, SettingsDep, WriteDep, get_resident
from app.routes.limits import UploadsDep
from app.routes.pages.clock import clock_words
from app.routes.pages.doors import OwnPages, go
from app.routes.pages.render import page
from app.routes.upload import read_file
from app.routes.walks import LARGEST_BODY

router = APIRouter(prefix="/ik/wandelingen", include_in_schema=False)


async def read_chosen(request: Request, settings: SettingsDep) -> bytes:
    """Read the chosen file into memory, and nowhere else."""
    return await read_file(request, settings.max_upload_bytes)


def read_walk(house: HouseDep, data: Annotated[bytes, Depends(read_chosen)]) -> Track:
    """Read and clean the walk, in another process when it is large."""
    return house.reader.read(data)


# Resolved after who asks and before the transaction: the one writer is never held while reading or parsing.
ChosenTrack = Annotated[Track, Depends(read_walk)]


@router.get("/nieuw")
def choose(resident: CurrentResident, settings: SettingsDep) -> Response:
    """Ask for the file of a walk."""
    return page(resident.language, "walk_new.html", wrong=None, is_held=settings.hold_minutes > 0)


@router.post("", dependencies=[OwnPages, Depends(get_resident), UploadsDep], max_body_size=LARGEST_BODY)
def upload(
    resident: CurrentResident, track: ChosenTrack, session: WriteDep, now: NowDep, rng: RngDep, settings: SettingsDep
) -> Response:
    """Share a walk; it is blurred at once and held, and the next page shows what will go out."""
    hold = timedelta(minutes=settings.hold_minutes)
    shared, _ = walk.share_walk(session, resident, track, now, rng, hold=hold)
    return go(f"/ik/wandelingen/{shared.id}")


@router.get("/{walk_id}")
def show(walk_id: UUID, resident: CurrentResident, session: ReadDep, now: NowDep) -> Response:
    """Show what each contact gets of a walk, and the moment it goes out."""
    one = access.walk_of(session, resident, walk_id)
    at = clock_words(resident.language, one.release_at, resident.time_zone)
    return page(
        resident.language,
        "walk.html",
        walk=SimpleNamespace(id=one.id, state=one.state, at=at),
        previews=_previews(session, resident, one, now),
    )


def _previews(session: Session, resident: Resident, one: Walk, now: datetime) -> list[SimpleNamespace]:
    """Return who will get it, or has it, with the very object that they get."""
    if one.state == walk.WITHDRAWN:
        return []
    row = access.shown_or_held(session, resident, one.teken_id)
    told_at = row[0].told_at
    return [
        SimpleNamespace(id=contact.id, name=contact.name, teken=feed.preview(session, resident, row, contact, now))
        for contact in circle.circle_of(session, resident)
        if contact.state == circle.ACTIVE and contact.began_at and (told_at is None or contact.began_at <= told_at)
    ]


@router.post("/{walk_id}/nu", dependencies=[OwnPages])
def release(walk_id: UUID, resident: CurrentResident, session: WriteDep, now: NowDep) -> Response:
    """Let it go out now."""
    walk.release_walk(session, resident, access.walk_of(session, resident, walk_id), now)
    return go(f"/ik/wandelingen/{walk_id}")


@router.post("/{walk_id}/toch-niet", dependencies=[OwnPages])
def withdraw(walk_id: UUID, resident: CurrentResident, session: WriteDep, now: NowDep) -> Response:
    """Take it back, before or after its release."""
    walk.withdraw_walk(session, access.walk_of(session, resident, walk_id), now)
    return go(f"/ik/wandelingen/{walk_id}")
