"""The windows of a contact: make one, open it on the tablet, close it again."""

from types import SimpleNamespace
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Response

from app import access
from app.errors import NotAuthenticated, NotFound
from app.flows import windows
from app.phatic.when import local_day
from app.phatic.wording import day_words
from app.routes.deps import CurrentViewer, KeysDep, LanguageDep, NowDep, ReadDep, SettingsDep, WriteDep
from app.routes.limits import GuessingDep
from app.routes.pages.doors import OwnPages, Said, go, seat
from app.routes.pages.render import page
from app.routes.shapes import qr_svg

router = APIRouter(include_in_schema=False)
SAID: Final = {"closed": "windows.closed"}
Token = Annotated[str, Path(max_length=64)]


@router.get("/kring/vensters")
def show(viewer: CurrentViewer, session: ReadDep, said: Said) -> Response:
    """List the windows that still work."""
    found = [
        SimpleNamespace(id=display.id, day=day_words(viewer.language, local_day(display.created_at, viewer.time_zone)))
        for display in windows.windows_of(session, viewer)
    ]
    return page(viewer.language, "windows.html", windows=found, made=None, said=SAID.get(said or ""))


@router.post("/kring/vensters", dependencies=[OwnPages])
def pair(viewer: CurrentViewer, session: WriteDep, keys: KeysDep, settings: SettingsDep, now: NowDep) -> Response:
    """Make a window, and show its link this once."""
    _, token = windows.pair(session, keys, viewer, now)
    url = f"{settings.public_url.rstrip('/')}/venster/{token}"
    made = SimpleNamespace(url=url, qr_svg=qr_svg(url))
    return page(viewer.language, "windows.html", windows=[], made=made, said=None)


@router.post("/kring/vensters/{display_id}/weg", dependencies=[OwnPages])
def revoke(display_id: UUID, viewer: CurrentViewer, session: WriteDep) -> Response:
    """Close a window; it shows nothing any more."""
    windows.revoke(session, access.display_of(session, viewer, display_id))
    return go("/kring/vensters?gezegd=closed")


@router.get("/venster/{token}", dependencies=[GuessingDep])
def ask(token: Token, session: ReadDep, keys: KeysDep, language: LanguageDep) -> Response:
    """Ask whether this screen is to be a window; looking changes nothing."""
    _check(session, keys, token)
    return page(language, "window_here.html", token=token)


@router.post("/venster/{token}", dependencies=[OwnPages, GuessingDep])
def open_window(token: Token, session: ReadDep, keys: KeysDep, settings: SettingsDep) -> Response:
    """Let this browser be the window."""
    _check(session, keys, token)
    return seat(go("/kring?venster"), settings, "display", token)


def _check(session: ReadDep, keys: KeysDep, token: str) -> None:
    try:
        kind = access.caller(session, keys, token).kind
    except NotAuthenticated:
        raise NotFound from None
    if kind != "display":
        raise NotFound
