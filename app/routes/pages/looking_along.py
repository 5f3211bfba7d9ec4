"""The resident's page about caseworkers: who asks, what a yes means, who takes over, and whether it is still right."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Response
from sqlmodel import Session

from app import access_work
from app.flows import caring, handovers, returning, reviews
from app.models.people import Resident
from app.phatic.when import local_day
from app.phatic.wording import day_words
from app.routes.deps import CurrentResident, KeysDep, NowDep, ReadDep, SettledResident, WriteDep
from app.routes.pages.doors import OwnPages, Said, go
from app.routes.pages.render import page
from app.routes.work_shapes import asked_out, handover_out, way_back_out

router = APIRouter(prefix="/ik/meekijken", include_in_schema=False)
SAID: Final = {"yes", "no", "stopped", "refused", "right"}


@router.get("")
def show(resident: CurrentResident, session: ReadDep, said: Said) -> Response:
    """Show everything a caseworker asked, and who looks along."""
    return whole_page(session, resident, said)


def whole_page(session: Session, resident: Resident, said: str | None) -> Response:
    """Return the whole page."""
    shown = [asked_out(session, care, resident) for care in caring.asked_of(session, resident)]
    days = [
        day_words(resident.language, local_day(one.from_at, resident.time_zone)) if one.from_at else "" for one in shown
    ]
    review = reviews.open_one(session, resident)
    return page(
        resident.language,
        "looking_along.html",
        asked=list(zip(shown, days, strict=True)),
        moves=[handover_out(session, one) for one in handovers.told_to(session, resident)],
        ways_back=[way_back_out(row) for row in returning.about(session, resident)],
        review=review,
        review_words=reviews.words_of(session, resident) if review else [],
        said=f"along.said.{said}" if said in SAID else None,
        code=None,
    )


@router.post("/code", dependencies=[OwnPages])
def make_code(resident: SettledResident, session: WriteDep, keys: KeysDep, now: NowDep) -> Response:
    """Make eight letters to read aloud, and show them this once."""
    _, code = caring.new_code(session, keys, resident, now)
    return page(resident.language, "along_code.html", code=code)


@router.post("/{care_id}/ja", dependencies=[OwnPages])
def say_yes(care_id: UUID, resident: SettledResident, session: WriteDep, now: NowDep) -> Response:
    """Say yes; it counts a day later."""
    caring.confirm(session, resident, access_work.request_of(session, resident, resident.id, care_id), now)
    return go("/ik/meekijken?gezegd=yes")


@router.post("/{care_id}/nee", dependencies=[OwnPages])
def say_no(
    care_id: UUID,
    resident: SettledResident,
    session: WriteDep,
    now: NowDep,
    never: Annotated[bool, Form()] = False,
) -> Response:
    """Say no; nobody is told."""
    caring.decline(session, access_work.request_of(session, resident, resident.id, care_id), now, never=never)
    return go("/ik/meekijken?gezegd=no")


@router.post("/{care_id}/stop", dependencies=[OwnPages])
def stop(care_id: UUID, resident: SettledResident, session: WriteDep, now: NowDep) -> Response:
    """Take a yes back."""
    care = access_work.request_of(session, resident, resident.id, care_id)
    caring.end(session, care, now, by="resident")
    return go("/ik/meekijken?gezegd=stopped")


@router.post("/overdracht/{handover_id}/nee", dependencies=[OwnPages])
def refuse(handover_id: UUID, resident: SettledResident, session: WriteDep, now: NowDep) -> Response:
    """Say no to another caseworker."""
    handovers.refuse(session, access_work.handover_about(session, resident, resident.id, handover_id), now)
    return go("/ik/meekijken?gezegd=refused")


@router.post("/terug/{way_back_id}/nee", dependencies=[OwnPages])
def refuse_way_back(way_back_id: UUID, resident: CurrentResident, session: WriteDep, now: NowDep) -> Response:
    """Say "that is not me", from any device."""
    returning.refuse(session, access_work.way_back_about(session, resident, resident.id, way_back_id), now)
    return go("/ik/meekijken?gezegd=refused")


@router.post("/klopt/{review_id}", dependencies=[OwnPages])
def still_right(review_id: UUID, resident: SettledResident, session: WriteDep, now: NowDep) -> Response:
    """Say that it is still right."""
    reviews.confirm(session, resident, access_work.review_of(session, resident, review_id), now)
    return go("/ik/meekijken?gezegd=right")
