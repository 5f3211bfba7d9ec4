"""The resident's "Even niet": from when until when, and who may read why."""

from datetime import datetime, time, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Response
from sqlmodel import Session

from app import access
from app.errors import Unreadable
from app.flows import circle, pauses
from app.models.addresses import Day
from app.models.bodies import In, OwnWords
from app.models.people import Resident
from app.models.silence import Pause
from app.phatic.when import at_clock, local_day
from app.phatic.wording import day_words, say
from app.routes.deps import CurrentResident, NowDep, ReadDep, WriteDep
from app.routes.pages.doors import OwnPages, Said, go, understood
from app.routes.pages.render import page

router = APIRouter(prefix="/ik/even-niet", include_in_schema=False)
DAY: Final = timedelta(days=1)
SAID: Final = {"ended": "pause.ended"}


class PauseForm(In):
    """A pause as the form has it: whole days, both included."""

    until: Day
    begins: Day | None = None
    words: OwnWords | None = None
    shown_to: list[UUID]


@router.get("")
def show(resident: CurrentResident, session: ReadDep, now: NowDep, said: Said) -> Response:
    """Show what holds or is to come, and the form for another."""
    return _page(session, resident, now, said=SAID.get(said or ""))


def _page(session: Session, resident: Resident, now: datetime, **given: Any) -> Response:  # noqa: ANN401  # words
    contacts = [one for one in circle.circle_of(session, resident) if one.state == circle.ACTIVE]
    found = [_told(resident, one, now) for one in pauses.of(session, resident, now)]
    today = local_day(now, resident.time_zone)
    values = {"said": None, "wrong": None, "pauses": found, "contacts": contacts, "today": today}
    values |= {"last": today + pauses.LONGEST - DAY}
    return page(resident.language, "pause.html", 422 if given.get("wrong") else 200, **(values | given))


def _told(resident: Resident, one: Pause, now: datetime) -> dict[str, Any]:
    language, zone = resident.language, resident.time_zone
    until = day_words(language, local_day(one.until_at - timedelta(seconds=1), zone))
    if one.from_at <= now:
        return {"id": one.id, "words": say(language, "pause.now", day=until), "own": one.words, "holds": True}
    begins = day_words(language, local_day(one.from_at, zone))
    words = say(language, "pause.later", from_day=begins, day=until)
    return {"id": one.id, "words": words, "own": one.words, "holds": False}


@router.post("", dependencies=[OwnPages])
def add(
    resident: CurrentResident,
    session: WriteDep,
    now: NowDep,
    until: Annotated[str, Form()] = "",
    begins: Annotated[str, Form()] = "",
    words: Annotated[str, Form()] = "",
    shown_to: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Begin a pause of whole days, now or later."""
    form = understood(PauseForm, until=until, begins=begins or None, words=words or None, shown_to=shown_to or [])
    try:
        pauses.add(session, resident, _wanted(form, resident, now), now)
    except Unreadable:
        return _page(session, resident, now, wrong="pause.wrong")
    return go("/ik/even-niet")


def _wanted(form: PauseForm | None, resident: Resident, now: datetime) -> pauses.Wanted:
    if form is None:
        raise Unreadable
    begins_at = at_clock(form.begins, time(), resident.time_zone) if form.begins else now
    until_at = at_clock(form.until + DAY, time(), resident.time_zone)
    return pauses.Wanted(begins_at, until_at, form.words, tuple(form.shown_to))


@router.post("/{pause_id}/klaar", dependencies=[OwnPages])
def end(pause_id: UUID, resident: CurrentResident, session: WriteDep, now: NowDep) -> Response:
    """End a pause: "Ik ben er weer"."""
    pauses.end(session, resident, access.pause_of(session, resident, pause_id), now)
    return go("/ik/even-niet?gezegd=ended")
