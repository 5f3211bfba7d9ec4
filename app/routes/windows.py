"""A contact's windows over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from app import access
from app.flows import windows
from app.models.bodies import Empty, Page
from app.models.people import Display
from app.models.windows import DisplayMadeOut, DisplayOut
from app.routes.deps import CurrentViewer, KeysDep, ReadDep, WriteDep
from app.routes.once import OnceDep
from app.routes.problems import responses

router = APIRouter(prefix="/v1/displays", tags=["getting in"])


def display_out(display: Display) -> DisplayOut:
    """Return a window as its owner sees it."""
    return DisplayOut(id=display.id, created_at=display.created_at)


@router.post("", status_code=201, response_model=DisplayMadeOut, responses=responses(401, 403, 409))
def pair(viewer: CurrentViewer, once: OnceDep, session: WriteDep, keys: KeysDep, _: Empty | None = None) -> Response:
    """Make a token for a window: it shows drawing and words, and may do nothing else."""

    def make() -> tuple[DisplayMadeOut, int]:
        display, token = windows.pair(session, keys, viewer, once.now)
        return DisplayMadeOut(display=display_out(display), token=token), 201

    return once.answer(session, make, is_secret=True)


@router.get("", responses=responses(401, 403))
def show(viewer: CurrentViewer, session: ReadDep) -> Page[DisplayOut]:
    """List the windows that still work."""
    return Page(items=[display_out(display) for display in windows.windows_of(session, viewer)])


@router.delete("/{display_id}", status_code=204, responses=responses(401, 403, 404))
def revoke(display_id: UUID, viewer: CurrentViewer, session: WriteDep) -> None:
    """End a window; its token is refused at the next request."""
    windows.revoke(session, access.display_of(session, viewer, display_id))
