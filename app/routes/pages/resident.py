"""The resident's own page: one button, what the circle saw last, and what each of them sees."""

from datetime import datetime
from types import SimpleNamespace
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from app import access
from app.access import Caller
from app.auth import Keys
from app.flows import agreements, cards, checkin, circle, episodes, feed, freezing, people, proposals, undo, walk
from app.flows.checkin import Tap
from app.models.bodies import DeviceOut
from app.models.people import Resident
from app.models.walks import Walk
from app.phatic.teken import TekenOut
from app.phatic.when import part_of
from app.phatic.wording import say
from app.routes.deps import CurrentResident, KeysDep, NowDep, ReadDep, SettingsDep, WriteDep, caller_of
from app.routes.limits import CheckInsDep
from app.routes.pages.clock import clock_words
from app.routes.pages.doors import OwnPages, Said, go, rescue, stay
from app.routes.pages.render import page
from app.routes.shapes import device_out

router = APIRouter(prefix="/ik", include_in_schema=False)
SAID: Final = {"paired": "ik.paired", "undone": "ik.undone", "too-late": "ik.too_late", "gone": "sees.gone"}
RECENT: Final = 20


@router.get("")
def show(
    request: Request,
    resident: CurrentResident,
    caller: Annotated[Caller, Depends(caller_of("resident"))],
    session: ReadDep,
    keys: KeysDep,
    settings: SettingsDep,
    now: NowDep,
    said: Said,
) -> Response:
    """Show the one button, or for a minute after a tap: what was given."""
    values = _given(session, resident, now) | _lately(session, keys, resident, now) | _circle(session, resident)
    answer = page(
        resident.language,
        "resident.html",
        rescue=rescue(settings, resident.language),
        part=part_of(now, resident.time_zone),
        said=SAID.get(said or ""),
        new_devices=_new_devices(session, resident, caller, now),
        episodes=episodes.of_resident(session, resident, now),
        **(values | _agreed(session, resident, now)),
    )
    return stay(answer, request, settings, "resident")


def _new_devices(session: Session, resident: Resident, caller: Caller, now: datetime) -> list[DeviceOut]:
    """Return the new devices that this one may say yes or no to."""
    if caller.device is None or not access.is_settled(caller.device, now):
        return []
    found = [device_out(device, caller.device) for device in people.devices_of(session, resident)]
    return [device for device in found if device.is_new and not device.is_this]


def _given(session: Session, resident: Resident, now: datetime) -> dict[str, Any]:
    taps = undo.fresh_taps(session, resident, now)
    if not taps:
        return {"given": None}
    left = undo.TIME_TO_UNDO - (now - taps[0].made_at)
    shown = feed.own_view(resident, taps[0], None, now=now)
    return {"given": SimpleNamespace(teken=shown, undo_for_s=int(left.total_seconds()) + 1)}


def _lately(session: Session, keys: Keys, resident: Resident, now: datetime) -> dict[str, Any]:
    """Return the last sign as the circle saw it, who waved since, and walks that are still held."""
    signs, _ = feed.own(session, keys, resident, cursor=None, limit=RECENT, now=now)
    last = next((sign for sign in signs if sign.kind != "wave"), None)
    since = signs[: signs.index(last)] if last else signs
    walks, _ = walk.walks_of(session, keys, resident, cursor=None, limit=RECENT)
    held = [_held(resident, one) for one in walks if one.state == walk.HELD]
    return {"last": last, "waves": [_waved(wave) for wave in since], "held": held}


def _waved(wave: TekenOut) -> str:
    return f"{wave.words[:1].upper()}{wave.words[1:]}."


def _held(resident: Resident, one: Walk) -> SimpleNamespace:
    return SimpleNamespace(id=one.id, at=clock_words(resident.language, one.release_at, resident.time_zone))


def _circle(session: Session, resident: Resident) -> dict[str, Any]:
    people = circle.circle_of(session, resident)
    waiting = [contact for contact in people if contact.state == circle.WAITING]
    is_dormant = resident.dormant_asked_at is not None
    return {"waiting": waiting, "circle_is_empty": not people, "is_dormant": is_dormant}


def _agreed(session: Session, resident: Resident, now: datetime) -> dict[str, Any]:
    """Return who proposes something, who let this page rest, and what has changed or is offered about silence."""
    agreement = agreements.of(session, resident)
    waiting = [name for proposal, name in proposals.waiting_for(session, resident) if proposal.answer is None]
    resting = freezing.who_let_it_rest(session, resident, now)
    and_words = (
        [say(resident.language, "freeze.own.and", first=resting[0], second=resting[1])] if resting[1:] else resting
    )
    return {
        "proposers": [name for name in waiting if name],
        "resting": and_words[0] if and_words else None,
        "is_calmer": agreements.is_calmer_offered(agreement, now),
        "lasts_longer": agreements.may_last_longer(session, resident, agreement, now),
    }


@router.post("/teken", dependencies=[OwnPages, CheckInsDep])
def tap(resident: CurrentResident, session: WriteDep, now: NowDep) -> Response:
    """Share one tap."""
    checkin.share_tap(session, resident, Tap(), now)
    return go("/ik")


@router.post("/rust", dependencies=[OwnPages, CheckInsDep])
def rest(resident: CurrentResident, session: WriteDep, now: NowDep) -> Response:
    """Share "goed, vandaag even niet"."""
    checkin.share_tap(session, resident, Tap(is_rest=True), now)
    return go("/ik")


@router.post("/toch-niet", dependencies=[OwnPages])
def undo_tap(resident: CurrentResident, session: WriteDep, now: NowDep) -> Response:
    """Take a mistaken tap back, for a minute."""
    return go("/ik?gezegd=undone" if undo.undo_taps(session, resident, now) else "/ik?gezegd=too-late")


@router.post("/teken/{teken_id}/weg", dependencies=[OwnPages])
def take_back(teken_id: UUID, resident: CurrentResident, session: WriteDep, now: NowDep) -> Response:
    """Take any sign back from every page, at any time."""
    walk.take_back(session, access.teken_of(session, resident, teken_id), now)
    return go("/ik?gezegd=gone")


@router.get("/wat-ziet")
def what_they_see(
    resident: CurrentResident,
    session: ReadDep,
    keys: KeysDep,
    now: NowDep,
    who: Annotated[UUID | None, Query(alias="wie")] = None,
) -> Response:
    """Show exactly what one contact's page shows now."""
    people = [contact for contact in circle.circle_of(session, resident) if contact.state == circle.ACTIVE]
    chosen = next((contact for contact in people if contact.id == who), people[0] if people else None)
    mine, _ = feed.own(session, keys, resident, cursor=None, limit=RECENT, now=now)
    return page(
        resident.language,
        "preview.html",
        people=people,
        chosen=chosen,
        resident_name=resident.name,
        shown=cards.shown_to(session, chosen, resident, now) if chosen else [],
        mine=[sign for sign in mine if sign.kind != "wave"][:7],
    )
