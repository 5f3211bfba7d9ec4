"""A caseworker's list and cases, over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from app import access, access_work
from app.flows import caseload as caseloads
from app.flows import cases, handovers, returning
from app.models.bodies import Empty, Page, PairingOut
from app.models.case_bodies import AcknowledgementIn, CaseItem, CaseOut, ClosingIn, HandoverIn, HandoverOut, WayBackOut
from app.routes.deps import (
    AtWork,
    CurrentCaseworker,
    HouseDep,
    KeysDep,
    NowDep,
    ReadDep,
    SettingsDep,
    WriteDep,
)
from app.routes.once import OnceDep, json_answer
from app.routes.problems import responses
from app.routes.shapes import pairing_out
from app.routes.work_shapes import case_item, case_out, handover_out, way_back_out

router = APIRouter(prefix="/v1", tags=["caseworkers"])


def look(caller: access.Caller, house: HouseDep, now: NowDep) -> list[caseloads.Line]:
    """Return a caseworker's lines; the day's first look at each stands in that resident's log before it is shown."""
    member = access.as_caseworker(caller)
    with house.db.read() as session:
        lines = caseloads.lines_of(session, member, now)
        untold = caseloads.not_yet_told(session, member, lines, now)
    if untold and caller.work:
        caseloads.write_looks(house.db.write, member, untold, now)
        with house.db.write() as session:
            caseloads.note_look(session, caller.work.id, member, now)
    return lines


@router.get("/caseload", responses=responses(401, 403))
def show_caseload(caller: AtWork, house: HouseDep, now: NowDep) -> Page[CaseItem]:
    """List who waits for this caseworker, the longest first, in state words and nothing else."""
    lines, member = look(caller, house, now), access.as_caseworker(caller)
    with house.db.read() as session:
        return Page(items=[case_item(session, line, member.language, now) for line in lines])


@router.get("/cases/{case_id}", response_model=CaseOut, responses=responses(401, 403, 404))
def open_case(case_id: UUID, member: CurrentCaseworker, session: WriteDep, now: NowDep) -> Response:
    """Open one case; the resident reads that it was opened."""
    care, _ = access_work.case_of(session, member, case_id, now)
    line = cases.open_case(session, care, member, now)
    return json_answer(case_out(session, line, member.language, now))


@router.post(
    "/cases/{case_id}/acknowledgements",
    status_code=201,
    response_model=CaseOut,
    responses=responses(401, 403, 404, 409),
)
def acknowledge(
    case_id: UUID, body: AcknowledgementIn, member: CurrentCaseworker, once: OnceDep, session: WriteDep
) -> Response:
    """Take a case, with a reason that the resident reads too; it runs out after one working day."""

    def make() -> tuple[CaseOut, int]:
        care, _ = access_work.case_of(session, member, case_id, once.now)
        cases.acknowledge(session, care, member, **body.model_dump(), now=once.now)
        return case_out(session, caseloads.line_of(session, care, once.now), member.language, once.now), 201

    access_work.case_in_house(session, member, case_id, once.now)
    return once.answer(session, make)


@router.post(
    "/cases/{case_id}/closings", status_code=201, response_model=CaseOut, responses=responses(401, 403, 404, 409)
)
def close(case_id: UUID, body: ClosingIn, member: CurrentCaseworker, once: OnceDep, session: WriteDep) -> Response:
    """Close a case with how it ended, without any diagnosis."""

    def make() -> tuple[CaseOut, int]:
        care, _ = access_work.case_of(session, member, case_id, once.now)
        cases.close(session, care, member, outcome=body.outcome, text=body.note, now=once.now)
        return case_out(session, caseloads.line_of(session, care, once.now), member.language, once.now), 201

    access_work.case_in_house(session, member, case_id, once.now)
    return once.answer(session, make)


@router.post(
    "/cases/{case_id}/handovers", status_code=201, response_model=HandoverOut, responses=responses(401, 403, 404, 409)
)
def hand_over(case_id: UUID, body: HandoverIn, member: CurrentCaseworker, once: OnceDep, session: WriteDep) -> Response:
    """Offer a case to a colleague, from a day on; nothing moves before they accept."""

    def make() -> tuple[HandoverOut, int]:
        care, _ = access_work.case_of(session, member, case_id, once.now)
        organisation = access_work.organisation_of(session, member, care.organisation_id)
        to = access_work.colleague_of(session, organisation, body.to)
        made = handovers.offer(session, care, to, from_day=body.from_, until_day=body.until, now=once.now)
        return handover_out(session, made), 201

    access_work.case_in_house(session, member, case_id, once.now)
    return once.answer(session, make)


@router.get("/handovers", response_model=Page[HandoverOut], responses=responses(401, 403))
def offered(member: CurrentCaseworker, session: ReadDep) -> Response:
    """List what colleagues offer this caseworker; without the residents' names."""
    return json_answer(Page(items=[handover_out(session, one) for one in handovers.offered_to(session, member)]))


@router.post(
    "/cases/{case_id}/handovers/{handover_id}/accept",
    response_model=HandoverOut,
    responses=responses(401, 403, 404, 409),
)
def accept(
    case_id: UUID,
    handover_id: UUID,
    member: CurrentCaseworker,
    session: WriteDep,
    now: NowDep,
    _: Empty | None = None,
) -> Response:
    """Take a case over; the resident is told, and may refuse."""
    found = access_work.handover_to(session, member, case_id, handover_id)
    return json_answer(handover_out(session, handovers.accept(session, found, now)))


@router.delete("/cases/{case_id}", status_code=204, responses=responses(401, 403, 404, 409))
def let_go(case_id: UUID, member: CurrentCaseworker, session: WriteDep, now: NowDep) -> None:
    """End a care; the resident reads it. Not while a silence is open: nothing is without an owner."""
    care, _ = access_work.case_of(session, member, case_id, now)
    cases.let_go(session, care, now)


@router.post(
    "/cases/{case_id}/ways-back", status_code=201, response_model=WayBackOut, responses=responses(401, 403, 404, 409)
)
def ask_way_back(
    case_id: UUID, member: CurrentCaseworker, once: OnceDep, session: WriteDep, _: Empty | None = None
) -> Response:
    """Ask to let a resident without phone and paper back in; every device of theirs is told."""

    def make() -> tuple[WayBackOut, int]:
        care, _ = access_work.case_of(session, member, case_id, once.now)
        return way_back_out(returning.ask(session, care, member, once.now)), 201

    return once.answer(session, make)


@router.post(
    "/cases/{case_id}/ways-back/{way_back_id}/confirm",
    response_model=WayBackOut,
    responses=responses(401, 403, 404, 409),
)
def confirm_way_back(
    case_id: UUID,
    way_back_id: UUID,
    member: CurrentCaseworker,
    session: WriteDep,
    now: NowDep,
    _: Empty | None = None,
) -> Response:
    """Agree as a second caseworker; it opens a day later."""
    care = access_work.case_in_house(session, member, case_id, now)
    row = access_work.way_back_in(session, care, way_back_id)
    return json_answer(way_back_out(returning.confirm(session, care, row, member, now)))


@router.post(
    "/cases/{case_id}/ways-back/{way_back_id}/pairings",
    status_code=201,
    response_model=PairingOut,
    responses=responses(401, 403, 404, 409),
)
def open_way_back(
    case_id: UUID,
    way_back_id: UUID,
    member: CurrentCaseworker,
    once: OnceDep,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
    _: Empty | None = None,
) -> Response:
    """Make the pairing for the resident's new phone, once its day has come; the older devices end with it."""

    def make() -> tuple[PairingOut, int]:
        care, _ = access_work.case_of(session, member, case_id, once.now)
        row = access_work.way_back_in(session, care, way_back_id)
        return pairing_out(*returning.open_up(session, keys, care, row, once.now), settings), 201

    return once.answer(session, make, is_secret=True)
