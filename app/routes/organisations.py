"""Organisations over HTTP: made by the operator, kept by their admins."""

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import Session

from app import access_work
from app.errors import NotAllowed, NotAuthenticated
from app.flows import figures, organisations
from app.models.bodies import Empty, Page, wanted
from app.models.work import Member, Organisation
from app.models.work_bodies import (
    FigureOut,
    GapOut,
    MemberIn,
    MemberInvitedOut,
    MemberOut,
    MemberPatch,
    OrganisationIn,
    OrganisationMadeOut,
    OrganisationOut,
    OrganisationPatch,
    RosterIn,
    RosterOut,
)
from app.phatic.when import local_day
from app.routes.deps import (
    CurrentAdmin,
    CurrentMember,
    KeysDep,
    LanguageDep,
    NowDep,
    ReadDep,
    SettingsDep,
    WriteDep,
)
from app.routes.once import OnceDep, json_answer
from app.routes.problems import responses
from app.routes.work_shapes import duty_out, member_invited_out, member_out, organisation_out

router = APIRouter(prefix="/v1/organisations", tags=["organisations"])
FIRST_ADMIN = {"name": "Beheerder", "role": "admin"}
ONE = "/{organisation_id}"


async def get_operator(request: Request, settings: SettingsDep) -> None:
    """Let the operator's own programs in, by the token of the settings; without that setting nobody."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given:
        raise NotAuthenticated
    known = settings.operator_token.get_secret_value() if settings.operator_token else ""
    if not known or not hmac.compare_digest(given.strip().encode(), known.encode()):
        raise NotAllowed


@router.post(
    "",
    status_code=201,
    response_model=OrganisationMadeOut,
    responses=responses(401, 403, 409),
    dependencies=[Depends(get_operator)],
)
def add(
    body: OrganisationIn,
    once: OnceDep,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
    language: LanguageDep,
) -> Response:
    """Make an organisation, with the way in for its first admin; it can enrol nobody before its basis is known."""

    def make() -> tuple[OrganisationMadeOut, int]:
        made = organisations.add(session, **body.model_dump(), holidays=settings.holidays, now=once.now)
        admin = organisations.invite(session, keys, made, FIRST_ADMIN, language=language, now=once.now)
        shown = organisation_out(made, once.now)
        return OrganisationMadeOut(organisation=shown, admin=member_invited_out(admin, settings)), 201

    return once.answer(session, make, is_secret=True)


@router.get(ONE, response_model=OrganisationOut, responses=responses(401, 403, 404))
def show(organisation_id: UUID, member: CurrentMember, session: ReadDep, now: NowDep) -> Response:
    """Show an organisation to who works there."""
    return json_answer(organisation_out(access_work.organisation_of(session, member, organisation_id), now))


@router.patch(ONE, response_model=OrganisationOut, responses=responses(401, 403, 404))
def change(
    organisation_id: UUID, body: OrganisationPatch, admin: CurrentAdmin, session: WriteDep, now: NowDep
) -> Response:
    """Change basis, answers, hours or retention; retention may only shorten."""
    organisation = access_work.organisation_of(session, admin, organisation_id)
    given = body.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    return json_answer(organisation_out(organisations.change(session, organisation, given, now), now))


@router.get(f"{ONE}/members", responses=responses(401, 403, 404))
def members(organisation_id: UUID, member: CurrentMember, session: ReadDep) -> Page[MemberOut]:
    """List who works here, for colleagues."""
    organisation = access_work.organisation_of(session, member, organisation_id)
    return Page(items=[member_out(one) for one in organisations.members_of(session, organisation.id)])


@router.post(
    f"{ONE}/members", status_code=201, response_model=MemberInvitedOut, responses=responses(401, 403, 404, 409)
)
def invite(
    organisation_id: UUID,
    body: MemberIn,
    admin: CurrentAdmin,
    once: OnceDep,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
) -> Response:
    """Let somebody in to work here: a link that is told once, and opens for seven days."""

    def make() -> tuple[MemberInvitedOut, int]:
        organisation = access_work.organisation_of(session, admin, organisation_id)
        invited = organisations.invite(
            session, keys, organisation, body.model_dump(), language=admin.language, now=once.now
        )
        return member_invited_out(invited, settings), 201

    return once.answer(session, make, is_secret=True)


@router.patch(f"{ONE}/members/{{member_id}}", responses=responses(401, 403, 404, 409))
def change_member(
    organisation_id: UUID, member_id: UUID, body: MemberPatch, admin: CurrentAdmin, session: WriteDep, now: NowDep
) -> MemberOut:
    """Change a name or a role; who becomes an admin first gives their cases to a colleague."""
    colleague = _colleague(session, admin, organisation_id, member_id)
    return member_out(organisations.change_member(session, colleague, wanted(body), now))


@router.delete(f"{ONE}/members/{{member_id}}", status_code=204, responses=responses(401, 403, 404, 409))
def let_go(organisation_id: UUID, member_id: UUID, admin: CurrentAdmin, session: WriteDep, now: NowDep) -> None:
    """End somebody's work here; their cases go to a colleague at once, and the residents are told."""
    organisations.let_go(session, _colleague(session, admin, organisation_id, member_id), now)


@router.post(
    f"{ONE}/members/{{member_id}}/renewals",
    status_code=201,
    response_model=MemberInvitedOut,
    responses=responses(401, 403, 404, 409),
)
def renew(
    organisation_id: UUID,
    member_id: UUID,
    admin: CurrentAdmin,
    once: OnceDep,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
    _: Empty | None = None,
) -> Response:
    """Make a new link for a lost authenticator app; the old app and every session end at once.

    Who had come in before is told, and comes in with it a day later.
    """

    def make() -> tuple[MemberInvitedOut, int]:
        colleague = _colleague(session, admin, organisation_id, member_id)
        return member_invited_out(organisations.renew(session, keys, colleague, once.now, by=admin), settings), 201

    return once.answer(session, make, is_secret=True)


@router.get(f"{ONE}/roster", response_model=RosterOut, responses=responses(401, 403, 404))
def roster(organisation_id: UUID, member: CurrentMember, session: ReadDep, now: NowDep) -> Response:
    """Show the roster, and today what it leaves open tomorrow."""
    return json_answer(roster_out(session, access_work.organisation_of(session, member, organisation_id), now))


@router.put(f"{ONE}/roster", response_model=RosterOut, responses=responses(401, 403, 404))
def set_roster(organisation_id: UUID, body: RosterIn, admin: CurrentAdmin, session: WriteDep, now: NowDep) -> Response:
    """Put a whole roster in the place of the old one."""
    organisation = access_work.organisation_of(session, admin, organisation_id)
    for line in body.items:
        access_work.colleague_of(session, organisation, line.member_id)
    organisations.set_roster(session, organisation, [line.model_dump() for line in body.items])
    return json_answer(roster_out(session, organisation, now))


@router.get(f"{ONE}/totals", responses=responses(401, 403, 404))
def totals(organisation_id: UUID, admin: CurrentAdmin, session: ReadDep, now: NowDep) -> Page[FigureOut]:
    """Show how many, by group; groups under five are not told."""
    organisation = access_work.organisation_of(session, admin, organisation_id)
    told = figures.of(session, organisation, now)
    return Page(items=[FigureOut(what=what, number=number) for what, number in told.items()])


def roster_out(session: Session, organisation: Organisation, now: datetime) -> RosterOut:
    """Return the roster with tomorrow's gaps."""
    today = local_day(now, organisation.time_zone)
    tomorrow = today + timedelta(days=1)
    open_times = organisations.gaps_of(session, organisation, tomorrow)
    return RosterOut(
        items=[duty_out(duty) for duty in organisations.roster_of(session, organisation, today)],
        gaps=[GapOut(day=tomorrow, begins=f"{begins:%H:%M}", ends=f"{ends:%H:%M}") for begins, ends in open_times],
    )


def _colleague(session: Session, admin: Member, organisation_id: UUID, member_id: UUID) -> Member:
    organisation = access_work.organisation_of(session, admin, organisation_id)
    return access_work.colleague_of(session, organisation, member_id)
