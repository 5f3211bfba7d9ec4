"""The organisation's page: basis, answers, hours, roster with tomorrow's gaps, who works here, figures."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from app import access_work
from app.flows import figures, organisations
from app.models.work import Member, Organisation
from app.models.work_bodies import MemberIn, OrganisationPatch
from app.routes.deps import CurrentAdmin, KeysDep, NowDep, ReadDep, SettingsDep, WriteDep
from app.routes.organisations import roster_out
from app.routes.pages.doors import OwnPages, Said, go, understood
from app.routes.pages.render import page
from app.routes.pages.roster_day import days_of
from app.routes.work_shapes import member_invited_out, member_out, organisation_out

router = APIRouter(prefix="/organisatie", include_in_schema=False)
GROUNDS: Final = ("consent", "legal_obligation", "vital_interests", "public_task")
EXCEPTIONS: Final = ("explicit_consent", "social_protection", "health_and_social_care", "vital_interests")
DAYS: Final = range(7)


class BasisForm(BaseModel):
    """The legal basis as a form sends it; what it may be is decided as for the API."""

    ground: str = ""
    law: str = ""
    article: str = ""
    exception: str = ""
    officer: str = ""
    date: str = ""
    review: str = ""


class AnswersForm(BaseModel):
    """The answers; a box that is not ticked does not come along."""

    decides_on_benefits: bool = False
    decides_on_enforcement: bool = False
    refusing_costs_nothing: bool = False
    somebody_answers_in_working_hours: bool = False
    names_the_number_to_call: bool = False


class Chosen(BaseModel):
    """One box of the roster."""

    weekday: int = Field(ge=0, le=6)
    member_id: UUID


class HoursForm(BaseModel):
    """From and until of each weekday, Monday first."""

    begins: list[str] = []
    ends: list[str] = []

    def pairs(self) -> list[tuple[str, str]]:
        """Return from and until by weekday."""
        return list(zip(self.begins[:7], self.ends[:7], strict=False))


@router.get("")
def show(admin: CurrentAdmin, session: ReadDep, now: NowDep, said: Said) -> Response:
    """Show the organisation to who keeps its books; no resident's name is on it."""
    return whole_page(session, admin, now, said="work.said.saved" if said == "saved" else None)


def whole_page(
    session: Session, admin: Member, now: datetime, *, said: str | None = None, wrong: str | None = None
) -> Response:
    """Return the whole page."""
    organisation = session.get_one(Organisation, admin.organisation_id)
    return page(
        admin.language,
        "organisation.html",
        422 if wrong else 200,
        organisation=organisation_out(organisation, now),
        members=[member_out(one) for one in organisations.members_of(session, organisation.id)],
        gaps=roster_out(session, organisation, now).gaps,
        on_duty={(duty.weekday, duty.member_id) for duty in organisations.roster_of(session, organisation, now.date())},
        days_apart=days_of(session, organisation, admin.language, now),
        figures=figures.of(session, organisation, now),
        grounds=GROUNDS,
        exceptions=EXCEPTIONS,
        questions=tuple(organisations.NEEDED),
        days=DAYS,
        said=said,
        wrong=wrong,
    )


@router.post("/grondslag", dependencies=[OwnPages])
def set_basis(admin: CurrentAdmin, session: WriteDep, now: NowDep, given: Annotated[BasisForm, Form()]) -> Response:
    """Keep the legal basis."""
    return _keep(session, admin, now, basis=given.model_dump())


@router.post("/vragen", dependencies=[OwnPages])
def set_answers(admin: CurrentAdmin, session: WriteDep, now: NowDep, given: Annotated[AnswersForm, Form()]) -> Response:
    """Keep the answers to the questions; what is not ticked is no."""
    return _keep(session, admin, now, intake=given.model_dump())


@router.post("/uren", dependencies=[OwnPages])
def set_hours(admin: CurrentAdmin, session: WriteDep, now: NowDep, given: Annotated[HoursForm, Form()]) -> Response:
    """Keep the working hours; a day without a begin is closed."""
    week = {str(day): [begins, ends] for day, (begins, ends) in enumerate(given.pairs()) if begins or ends}
    return _keep(session, admin, now, hours=week)


def _keep(session: Session, admin: Member, now: datetime, **given: Any) -> Response:  # noqa: ANN401  # a form's values
    body = understood(OrganisationPatch, **given)
    if body is None:
        return whole_page(session, admin, now, wrong="organisation.wrong")
    organisation = session.get_one(Organisation, admin.organisation_id)
    organisations.change(session, organisation, body.model_dump(mode="json", exclude_unset=True), now)
    return go("/organisatie?gezegd=saved")


@router.post("/rooster", dependencies=[OwnPages])
def set_roster(
    admin: CurrentAdmin, session: WriteDep, now: NowDep, duty: Annotated[list[str], Form(default_factory=list)]
) -> Response:
    """Keep who is there on which weekday, for its whole working time; single days stay as they are."""
    organisation = session.get_one(Organisation, admin.organisation_id)
    chosen = [understood(Chosen, weekday=one[:1], member_id=one[2:]) for one in duty]
    if None in chosen:
        return whole_page(session, admin, now, wrong="organisation.wrong")
    whole_days = {
        (one.weekday, access_work.colleague_of(session, organisation, one.member_id).id) for one in chosen if one
    }
    organisations.set_weekdays(session, organisation, sorted(whole_days))
    return go("/organisatie?gezegd=saved")


@router.post("/mensen", dependencies=[OwnPages])
def invite(
    admin: CurrentAdmin,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
    now: NowDep,
    name: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "caseworker",
) -> Response:
    """Let somebody in, and show their link this once."""
    body = understood(MemberIn, name=name, role=role)
    if body is None:
        return whole_page(session, admin, now, wrong="organisation.member.wrong")
    organisation = session.get_one(Organisation, admin.organisation_id)
    wanted = body.model_dump()
    invited = organisations.invite(session, keys, organisation, wanted, language=admin.language, now=now)
    return page(admin.language, "organisation_invited.html", made=member_invited_out(invited, settings))


@router.post("/mensen/{member_id}/link", dependencies=[OwnPages])
def renew(
    member_id: UUID, admin: CurrentAdmin, session: WriteDep, keys: KeysDep, settings: SettingsDep, now: NowDep
) -> Response:
    """Make a new link for a lost authenticator app, and show it this once."""
    organisation = session.get_one(Organisation, admin.organisation_id)
    colleague = access_work.colleague_of(session, organisation, member_id)
    made = member_invited_out(organisations.renew(session, keys, colleague, now, by=admin), settings)
    return page(admin.language, "organisation_invited.html", made=made)


@router.post("/mensen/{member_id}/weg", dependencies=[OwnPages])
def let_go(member_id: UUID, admin: CurrentAdmin, session: WriteDep, now: NowDep) -> Response:
    """End somebody's work here; their cases go to a colleague at once."""
    organisation = session.get_one(Organisation, admin.organisation_id)
    organisations.let_go(session, access_work.colleague_of(session, organisation, member_id), now)
    return go("/organisatie?gezegd=saved")
