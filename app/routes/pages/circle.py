"""A contact's circle: a card for each resident, a wave, and the window on the sill."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from sqlmodel import Session

from app import access
from app.access import Caller
from app.flows import cards, circle, episodes, waves
from app.flows.cards import Card
from app.flows.episodes import Episode
from app.models.people import Viewer
from app.phatic import glow
from app.phatic.when import local_day, part_of
from app.phatic.wording import day_words, say
from app.routes.deps import CurrentViewer, NowDep, ReadDep, SettingsDep, WriteDep, caller_of
from app.routes.pages.doors import OwnPages, go, rescue, stay
from app.routes.pages.render import page
from app.routes.sizes import evened
from app.settings import Settings

AsContact = Annotated[Caller, Depends(caller_of("contact"))]
AsLooker = Annotated[Caller, Depends(caller_of("contact", "display"))]
# A pause until midnight ends on the day before.
JUST: Final = timedelta(seconds=1)
router = APIRouter(prefix="/kring", include_in_schema=False)


@router.get("")
def show(
    request: Request,
    caller: AsLooker,
    session: ReadDep,
    settings: SettingsDep,
    now: NowDep,
    window: Annotated[str | None, Query(alias="venster")] = None,
) -> Response:
    """Show the cards, or with `?venster` the same for an old tablet on the windowsill."""
    viewer = access.as_onlooker(caller)
    if caller.window_of and window is None:
        return go("/kring?venster")
    found = cards.cards_of(session, viewer, access.grants_of(session, viewer), now)
    if window is not None:
        is_night = glow.sleeps(now, viewer.time_zone)
        panes = [_pane(card, is_night=is_night) for card in found]
        answer = page(viewer.language, "window.html", panes=panes, sleeps=is_night, kind=caller.kind)
    else:
        answer = _cards_page(session, viewer, found, settings, now)
    return stay(evened(answer), request, settings, caller.kind)


def _cards_page(session: Session, viewer: Viewer, found: list[Card], settings: Settings, now: datetime) -> Response:
    """Show the cards, and above their signs what this viewer was asked about a silence."""
    told: dict[UUID, list[Episode]] = {}
    for episode in episodes.of_viewer(session, viewer, access.active_grants_of(session, viewer), now):
        told.setdefault(episode.resident.id, []).append(episode)
    return page(
        viewer.language,
        "cards.html",
        cards=[_shown(viewer.language, card, told.get(card.resident.id, [])) for card in found],
        part=part_of(now, viewer.time_zone),
        is_asked=bool(told),
        rescue=rescue(settings, viewer.language),
    )


def _shown(language: str, card: Card, told: list[Episode]) -> SimpleNamespace:
    return SimpleNamespace(
        episodes=told[:1],  # the newest says it
        id=card.resident.id,
        name=card.resident.name,
        shown=card.shown,
        waiting=card.contact.state == circle.WAITING,
        has_waved=card.has_waved,
        others=", ".join(card.others),
        contact_id=card.contact.id,
        rests=card.rests,
        pause=_pause(language, card),
    )


def _pause(language: str, card: Card) -> list[str]:
    """Return until when a resident is away, and their words, for who may read them; on this page and nowhere else."""
    if card.pause is None:
        return []
    name = card.resident.name
    day = day_words(language, local_day(card.pause.until_at - JUST, card.resident.time_zone))
    said = [say(language, "pause.card", name=name, day=day)]
    return [*said, say(language, "pause.card.words", name=name, words=card.pause.words)] if card.pause.words else said


def _pane(card: Card, *, is_night: bool) -> SimpleNamespace:
    """Return what the window shows: drawing and words only; at night and after a day the one resting picture."""
    lit = 0 if is_night or not card.shown else card.glow
    newest = card.shown[0] if lit else None
    return SimpleNamespace(
        id=card.resident.id,
        name=card.resident.name,
        glow=lit,
        kind=newest.kind if newest else None,
        drawing_svg=newest.drawing_svg if newest else None,
        when_words=newest.when_words if newest else "",
    )


@router.post("/zwaai", dependencies=[OwnPages])
def wave(viewer: CurrentViewer, session: WriteDep, now: NowDep, resident_id: Annotated[UUID, Form()]) -> Response:
    """Wave to a resident; once a day is enough."""
    contact, resident = access.active_grant(session, viewer, resident_id)
    waves.wave(session, resident, contact, now)
    return go("/kring")


@router.get("/{contact_id}/weg")
def ask_to_leave(contact_id: UUID, viewer: CurrentViewer, caller: AsContact, session: ReadDep) -> Response:
    """Ask once more before somebody leaves a circle."""
    name = access.contact_to_end(session, caller, contact_id)[1].name
    return page(
        viewer.language,
        "remove.html",
        large=False,
        away="/kring/berichten",
        heading=say(viewer.language, "leave.heading", name=name),
        what=say(viewer.language, "leave.sure", name=name),
        button=say(viewer.language, "leave.button"),
        action=f"/kring/{contact_id}/weg",
    )


@router.post("/{contact_id}/weg", dependencies=[OwnPages])
def leave(contact_id: UUID, viewer: CurrentViewer, caller: AsContact, session: WriteDep, now: NowDep) -> Response:
    """Leave a circle; nobody is told."""
    contact, resident = access.contact_to_end(session, caller, contact_id)
    circle.end(session, resident, contact, now, has_left=True)
    lines = [say(viewer.language, "leave.done.what")]
    return page(viewer.language, "told.html", title=say(viewer.language, "leave.done"), lines=lines, way_out=None)
