"""What somebody may ask about themselves: the log in plain words, and everything to take along."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from app import access
from app.access import Caller
from app.errors import NotAllowed
from app.flows import export, record
from app.models.bodies import LogLineOut, Page
from app.models.people import Resident, Viewer
from app.models.work import Member
from app.routes.deps import CurrentCaller, CurrentResident, HouseDep, KeysDep, NowDep, ReadDep
from app.routes.limits import UPLOADS, limited
from app.routes.problems import responses

router = APIRouter(prefix="/v1/me", tags=["getting in"])
Person = Resident | Viewer | Member
ZIP = "application/zip"
ExportsDep = Depends(limited("exports", UPLOADS))
FILE: dict[int | str, dict[str, Any]] = {200: {"content": {ZIP: {}}, "description": "Everything, as a ZIP"}}


@router.get("/log", responses=responses(401, 403))
def read_log(
    resident: CurrentResident,
    session: ReadDep,
    keys: KeysDep,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> Page[LogLineOut]:
    """Tell "wie wist wat": who did what, on which day and in which part of it, newest first."""
    told, more = record.lines_of(session, keys, resident, cursor=cursor, limit=limit)
    return Page(items=[LogLineOut.model_validate(line, from_attributes=True) for line in told], next=more)


def note_export(request: Request, caller: CurrentCaller, house: HouseDep, now: NowDep) -> Person:
    """Write the line about an export before it is made, in a transaction of its own: packing takes a while."""
    if "authorization" not in request.headers:
        raise NotAllowed  # a GET changes nothing by cookie (`trust.md` 6); the page has a form
    return noted(caller, house, now)


def noted(caller: Caller, house: HouseDep, now: NowDep) -> Person:
    """Write the line about an export, for a resident; returns whose it is."""
    who = caller.viewer or caller.member or access.as_resident(caller)
    if isinstance(who, Resident):
        with house.db.write() as session:
            export.note(session, who, now)
    return who


def as_file(content: bytes) -> Response:
    """Return a ZIP as something to keep."""
    return Response(
        content, media_type=ZIP, headers={"Content-Disposition": 'attachment; filename="teken-van-leven.zip"'}
    )


@router.get("/export", response_class=Response, responses=FILE | responses(401, 403, 429), dependencies=[ExportsDep])
def take_along(who: Annotated[Person, Depends(note_export)], session: ReadDep, now: NowDep) -> Response:
    """Give everything about the caller as a ZIP that a person can read: `index.html` first."""
    return as_file(export.archive(session, who, now))
