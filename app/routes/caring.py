"""What a caseworker asks of a resident, and what the resident answers, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from app import access_work, auth
from app.errors import NotFound
from app.flows import caring, handovers, returning, reviews
from app.models.bodies import Empty, Page
from app.models.case_bodies import (
    AskedOut,
    BegunOut,
    CareCodeOut,
    HandoverOut,
    NewcomerIn,
    NoIn,
    RequestOut,
    ReviewOut,
    WayBackOut,
)
from app.phatic.teken import ResidentName
from app.routes.deps import (
    CurrentCaseworker,
    CurrentResident,
    KeysDep,
    NowDep,
    ReadDep,
    SettingsDep,
    SettledResident,
    WriteDep,
)
from app.routes.limits import GuessingDep, StartsDep
from app.routes.once import OnceDep, json_answer
from app.routes.problems import responses
from app.routes.shapes import pairing_out
from app.routes.work_shapes import asked_out, handover_out, review_out, way_back_out

router = APIRouter(prefix="/v1", tags=["caseworkers"])
REQUESTS = "/residents/{resident_id}/caseworker-requests"
Code = Annotated[str, Path(max_length=64, description="Eight letters that a resident reads aloud.")]


@router.post(REQUESTS, status_code=201, response_model=RequestOut, responses=responses(401, 403, 404, 409))
def ask(
    resident_id: UUID, member: CurrentCaseworker, once: OnceDep, session: WriteDep, _: Empty | None = None
) -> Response:
    """Ask a resident for their yes; nothing is shown before, and no answer is told."""
    return once.answer(session, lambda: (RequestOut(id=caring.ask(session, member, resident_id, once.now).id), 201))


@router.post("/caseworker-codes", status_code=201, response_model=CareCodeOut, responses=responses(401, 403, 409))
def make_code(
    resident: SettledResident, once: OnceDep, session: WriteDep, keys: KeysDep, _: Empty | None = None
) -> Response:
    """Make eight letters to read aloud to a caseworker; all they open is the question."""

    def make() -> tuple[CareCodeOut, int]:
        row, code = caring.new_code(session, keys, resident, once.now)
        return CareCodeOut(code=code, expires_at=row.made_at + auth.CODE_LIVES), 201

    return once.answer(session, make, is_secret=True)


@router.post(
    "/caseworker-codes/{code}/accept",
    status_code=201,
    response_model=RequestOut,
    responses=responses(401, 403, 404, 409, 410, 429),
    dependencies=[StartsDep, GuessingDep],
)
def ask_by_code(
    code: Code, member: CurrentCaseworker, once: OnceDep, session: WriteDep, keys: KeysDep, _: Empty | None = None
) -> Response:
    """Ask the resident who read these letters aloud."""
    return once.answer(
        session, lambda: (RequestOut(id=caring.ask_by_code(session, keys, member, code, once.now).id), 201)
    )


@router.post("/caseload", status_code=201, response_model=BegunOut, responses=responses(401, 403, 409))
def begin_for(
    body: NewcomerIn,
    member: CurrentCaseworker,
    once: OnceDep,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
) -> Response:
    """Let a new resident begin, with a caseworker beside them; they answer the question on their own device."""

    def make() -> tuple[BegunOut, int]:
        language = body.language or member.language
        begun = caring.begin_for(
            session, keys, member, name=body.name, language=language, time_zone=body.time_zone, now=once.now
        )
        pairing = pairing_out(begun.pairing, begun.code, begun.link, settings)
        name = ResidentName(id=begun.resident.id, name=begun.resident.name)
        return BegunOut(resident=name, request=RequestOut(id=begun.care.id), pairing=pairing), 201

    return once.answer(session, make, is_secret=True)


@router.get(REQUESTS, response_model=Page[AskedOut], responses=responses(401, 403, 404))
def asked(resident_id: UUID, resident: CurrentResident, session: ReadDep) -> Response:
    """List what caseworkers asked, and who looks along, with what a yes means."""
    if resident.id != resident_id:
        raise NotFound
    return json_answer(Page(items=[asked_out(session, care, resident) for care in caring.asked_of(session, resident)]))


@router.post(f"{REQUESTS}/{{request_id}}/confirm", response_model=AskedOut, responses=responses(401, 403, 404, 409))
def confirm(
    resident_id: UUID,
    request_id: UUID,
    resident: SettledResident,
    session: WriteDep,
    now: NowDep,
    _: Empty | None = None,
) -> Response:
    """Say yes; it counts a day later, and until then "Toch niet" leaves nothing seen."""
    care = access_work.request_of(session, resident, resident_id, request_id)
    return json_answer(asked_out(session, caring.confirm(session, resident, care, now), resident))


@router.post(f"{REQUESTS}/{{request_id}}/decline", status_code=204, responses=responses(401, 403, 404, 409))
def decline(
    resident_id: UUID,
    request_id: UUID,
    resident: SettledResident,
    session: WriteDep,
    now: NowDep,
    body: NoIn | None = None,
) -> None:
    """Say no; nobody is told."""
    care = access_work.request_of(session, resident, resident_id, request_id)
    caring.decline(session, care, now, never=body.never if body else False)


@router.delete(f"{REQUESTS}/{{request_id}}", status_code=204, responses=responses(401, 403, 404, 409))
def stop(resident_id: UUID, request_id: UUID, resident: SettledResident, session: WriteDep, now: NowDep) -> None:
    """Take a yes back, on any day; it works at the next request."""
    care = access_work.request_of(session, resident, resident_id, request_id)
    caring.end(session, care, now, by="resident")


@router.get("/residents/{resident_id}/handovers", response_model=Page[HandoverOut], responses=responses(401, 403, 404))
def moves(resident_id: UUID, resident: CurrentResident, session: ReadDep) -> Response:
    """List who takes over from whom, as far as the resident was told."""
    if resident.id != resident_id:
        raise NotFound
    return json_answer(Page(items=[handover_out(session, one) for one in handovers.told_to(session, resident)]))


@router.post(
    "/residents/{resident_id}/handovers/{handover_id}/refuse",
    response_model=HandoverOut,
    responses=responses(401, 403, 404, 409),
)
def refuse(
    resident_id: UUID,
    handover_id: UUID,
    resident: SettledResident,
    session: WriteDep,
    now: NowDep,
    _: Empty | None = None,
) -> Response:
    """Say no to another caseworker; the one before stays."""
    found = access_work.handover_about(session, resident, resident_id, handover_id)
    return json_answer(handover_out(session, handovers.refuse(session, found, now)))


@router.get("/residents/{resident_id}/ways-back", response_model=Page[WayBackOut], responses=responses(401, 403, 404))
def ways_back(resident_id: UUID, resident: CurrentResident, session: ReadDep) -> Response:
    """List what was asked to let somebody in as this resident, and can still be refused."""
    if resident.id != resident_id:
        raise NotFound
    return json_answer(Page(items=[way_back_out(row) for row in returning.about(session, resident)]))


@router.post(
    "/residents/{resident_id}/ways-back/{way_back_id}/refuse",
    response_model=WayBackOut,
    responses=responses(401, 403, 404),
)
def refuse_way_back(
    resident_id: UUID,
    way_back_id: UUID,
    resident: CurrentResident,
    session: WriteDep,
    now: NowDep,
    _: Empty | None = None,
) -> Response:
    """Say "that is not me", from any device that still works."""
    row = access_work.way_back_about(session, resident, resident_id, way_back_id)
    return json_answer(way_back_out(returning.refuse(session, row, now)))


@router.get("/reviews", responses=responses(401, 403))
def show_review(resident: CurrentResident, session: ReadDep) -> Page[ReviewOut]:
    """Show the question "klopt dit nog?", if it waits."""
    review = reviews.open_one(session, resident)
    return Page(items=[review_out(session, resident, review)] if review else [])


@router.post("/reviews/{review_id}/confirm", status_code=204, responses=responses(401, 403, 404, 409))
def confirm_review(
    review_id: UUID, resident: SettledResident, session: WriteDep, now: NowDep, _: Empty | None = None
) -> None:
    """Say that it is still right."""
    reviews.confirm(session, resident, access_work.review_of(session, resident, review_id), now)
