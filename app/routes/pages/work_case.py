"""What a caseworker says of a resident besides a silence: a proposal, that a page may rest, who speaks for them."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from app import access_work
from app.errors import Conflict, Unreadable
from app.flows import caseload as caseloads
from app.flows import freezing, proposals, representatives
from app.models.agreement_bodies import FreezeIn, ProposalIn, RepresentativeIn
from app.models.work import Care, Member
from app.phatic.when import at_clock
from app.routes.agreement import proposed_of
from app.routes.deps import CurrentCaseworker, NowDep, WriteDep
from app.routes.pages.doors import OwnPages, go, understood
from app.routes.pages.work import case_page
from app.routes.pauses import recorded_of

router = APIRouter(prefix="/werk/{case_id}", include_in_schema=False)
DAY: Final = TypeAdapter(date)


@router.post("/voorstel", dependencies=[OwnPages])
def propose(
    case_id: UUID,
    member: CurrentCaseworker,
    session: WriteDep,
    now: NowDep,
    kind: Annotated[str, Form()] = "",
    at: Annotated[str, Form()] = "",
) -> Response:
    """Lay an agreement before the resident."""
    care, resident = access_work.case_of(session, member, case_id, now)
    body, wrong = understood(ProposalIn, resident_id=resident.id, kind=kind, at=at or None), "work.propose.wrong"
    try:
        if body:
            proposals.propose(session, resident, member, proposed_of(body), now)
            return go("/werk?gezegd=proposed")
    except Conflict:
        wrong = "work.propose.lately"
    return case_page(session, caseloads.line_of(session, care, now), member, now, wrong)


@router.post("/rust", dependencies=[OwnPages])
def freeze(
    case_id: UUID, member: CurrentCaseworker, session: WriteDep, now: NowDep, reason: Annotated[str, Form()] = ""
) -> Response:
    """Let the account rest after a death or an admission."""
    care, resident = access_work.case_of(session, member, case_id, now)
    body = understood(FreezeIn, reason=reason)
    if body is None:
        return case_page(session, caseloads.line_of(session, care, now), member, now, "work.rest.wrong")
    freezing.freeze(session, resident, member, body.reason, now)
    return go("/werk?gezegd=resting")


@router.post("/wakker", dependencies=[OwnPages])
def thaw(case_id: UUID, member: CurrentCaseworker, session: WriteDep, now: NowDep) -> Response:
    """Take it back."""
    _, resident = access_work.case_of(session, member, case_id, now)
    freezing.thaw(session, resident, member, now)
    return go("/werk?gezegd=awake")


@router.post("/vertegenwoordiger", dependencies=[OwnPages])
def record(
    case_id: UUID,
    member: CurrentCaseworker,
    session: WriteDep,
    now: NowDep,
    name: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
) -> Response:
    """Record who speaks for the resident, up to and with a day of theirs."""
    care, resident = access_work.case_of(session, member, case_id, now)
    body = understood(RepresentativeIn, name=name, kind=kind, until=_end_of(until, resident.time_zone))
    if wrong := _recorded(session, care, member, body, now):
        return case_page(session, caseloads.line_of(session, care, now), member, now, wrong)
    return go("/werk?gezegd=recorded")


def _recorded(session: Session, care: Care, member: Member, body: RepresentativeIn | None, now: datetime) -> str | None:
    """Record it, or say what is wrong."""
    try:
        if body:
            representatives.record_for(session, care, member, recorded_of(body), now)
            return None
    except Conflict:
        return "work.record.stopped"
    except Unreadable:
        pass  # too long, or a day that has passed: said as any other wrong form
    return "work.record.wrong"


def _end_of(day: str, time_zone: str) -> datetime | None:
    """Return the end of a form's day; None for what is none."""
    try:
        return at_clock(DAY.validate_python(day) + timedelta(days=1), time(), time_zone)
    except (ValidationError, OverflowError):
        return None
