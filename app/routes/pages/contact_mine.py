"""What a contact finds about themselves: the same as a resident, of what is their own."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from app.flows import export, leaving
from app.routes.deps import CurrentViewer, HouseDep, NowDep, ReadDep, SettingsDep, WriteDep
from app.routes.mine import ExportsDep, as_file
from app.routes.pages.doors import OwnPages
from app.routes.pages.mine import gone, is_meant
from app.routes.pages.render import page

router = APIRouter(prefix="/kring/gegevens", include_in_schema=False)


@router.get("")
def show(viewer: CurrentViewer) -> Response:
    """Show what is kept of a contact, and how to take it along or stop."""
    return _mine(viewer.language)


def _mine(language: str, wrong: str | None = None) -> Response:
    return page(
        language,
        "mine.html",
        422 if wrong else 200,
        said=None,
        wrong=wrong,
        large=False,
        away="/kring",
        action="/kring/gegevens",
        warnings=["mine.stop.contact"],
        consents=None,
        sign_days=None,
    )


@router.post("/meenemen", dependencies=[OwnPages, ExportsDep])
def take_along(viewer: CurrentViewer, house: HouseDep, session: ReadDep) -> Response:
    """Give everything of one's own as one file."""
    return as_file(export.archive(session, viewer, house.clock.now()))


@router.post("/wissen", dependencies=[OwnPages])
def stop(
    viewer: CurrentViewer,
    session: WriteDep,
    settings: SettingsDep,
    now: NowDep,
    word: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Leave every circle and erase oneself, once the word was typed."""
    if not is_meant(word):
        return _mine(viewer.language, "mine.stop.wrong")
    leaving.erase(session, viewer, now)
    return gone(viewer.language, settings, "contact")
