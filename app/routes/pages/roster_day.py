"""Single days of the roster: somebody is free, ill or swapped, and the week itself stays as it is."""

from datetime import date, datetime, timedelta
from itertools import groupby
from types import SimpleNamespace
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Query, Response
from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlmodel import Session

from app import access_work
from app.flows import organisations
from app.flows.working import hours_of
from app.models.work import Member, Organisation
from app.models.work_bodies import RosterIn
from app.phatic import roster
from app.phatic.when import local_day
from app.phatic.wording import day_words
from app.routes.deps import CurrentAdmin, NowDep, ReadDep, WriteDep
from app.routes.pages.doors import OwnPages, go, understood
from app.routes.pages.render import page

router = APIRouter(prefix="/organisatie/dag", include_in_schema=False)
DAY: Final = TypeAdapter(date)
AHEAD: Final = timedelta(days=366)
SAVED: Final = "/organisatie?gezegd=saved#dagen"


class DayForm(BaseModel):
    """Who is there on one day, line by line; of those that are not ticked only the place in the list is missing."""

    dag: str = ""
    member: list[UUID] = []
    begins: list[str] = []
    ends: list[str] = []
    there: list[int] = []

    def lines(self) -> list[tuple[UUID, str, str, bool]]:
        """Return who, from when, until when, and whether they are there."""
        rows = zip(self.member, self.begins, self.ends, strict=False)
        return [(*row, place in self.there) for place, row in enumerate(rows)]


@router.get("")
def show(admin: CurrentAdmin, session: ReadDep, now: NowDep, dag: Annotated[str, Query()] = "") -> Response:
    """Show who is there on one day."""
    organisation = session.get_one(Organisation, admin.organisation_id)
    day = _day_of(dag, organisation, now)
    if day is None:
        return _page(admin, 422, wrong="organisation.days.wrong")
    return _day_page(session, admin, organisation, day, _planned(session, organisation, day))


@router.post("", dependencies=[OwnPages])
def keep(admin: CurrentAdmin, session: WriteDep, now: NowDep, given: Annotated[DayForm, Form()]) -> Response:
    """Keep who is there on this one day."""
    organisation = session.get_one(Organisation, admin.organisation_id)
    day = _day_of(given.dag, organisation, now)
    if day is None:
        return _page(admin, 422, wrong="organisation.days.wrong")
    for member_id in given.member:
        access_work.colleague_of(session, organisation, member_id)
    there = [{"member_id": who, "day": day, "begins": at, "ends": to} for who, at, to, is_on in given.lines() if is_on]
    body = understood(RosterIn, items=there)
    if body is None or not there:
        return _day_page(session, admin, organisation, day, given.lines(), wrong="organisation.day.wrong")
    organisations.set_day(session, organisation, day, [line.model_dump() for line in body.items])
    return go(SAVED)


@router.post("/gewoon", dependencies=[OwnPages])
def restore(admin: CurrentAdmin, session: WriteDep, dag: Annotated[date, Form()]) -> Response:
    """Let a day be as its weekday again."""
    organisations.set_day(session, session.get_one(Organisation, admin.organisation_id), dag, [])
    return go(SAVED)


def days_of(session: Session, organisation: Organisation, language: str, now: datetime) -> list[SimpleNamespace]:
    """Return the days from today on that differ: in words, who is there, and for which time nobody is."""
    today = local_day(now, organisation.time_zone)
    ahead = [duty for duty in organisations.roster_of(session, organisation, today) if duty.day and duty.day >= today]
    names = {one.id: one.name for one in organisations.members_of(session, organisation.id)}
    return [
        SimpleNamespace(
            day=day,
            words=day_words(language, day),
            there=[(names.get(duty.member_id, ""), duty.begins, duty.ends) for duty in duties],
            gaps=organisations.gaps_of(session, organisation, day),
        )
        for day, duties in groupby(ahead, lambda duty: duty.day)
        if day
    ]


def _day_of(text: str, organisation: Organisation, now: datetime) -> date | None:
    """Return a form's day, from today to a year ahead; None for any other."""
    today = local_day(now, organisation.time_zone)
    try:
        day = DAY.validate_python(text)
    except ValidationError:
        return None
    return day if today <= day <= today + AHEAD else None


def _planned(session: Session, organisation: Organisation, day: date) -> list[tuple[UUID, str, str, bool]]:
    """Return the lines of a day as they are, and everybody else without a tick, for the whole working time."""
    lines = roster.of_day(organisations.lines_of(session, organisation), day)
    whole = organisation.hours.get(str(day.weekday()), ("", ""))
    rows: list[tuple[UUID, str, str, bool]] = []
    for one in organisations.members_of(session, organisation.id, "caseworker", "deputy", "lead"):
        own = [(one.id, f"{line.begins:%H:%M}", f"{line.ends:%H:%M}", True) for line in lines if line.who == one.id]
        rows += own or [(one.id, whole[0], whole[1], False)]
    return rows


def _day_page(
    session: Session,
    admin: Member,
    organisation: Organisation,
    day: date,
    lines: list[tuple[UUID, str, str, bool]],
    *,
    wrong: str | None = None,
) -> Response:
    names = {one.id: one.name for one in organisations.members_of(session, organisation.id)}
    return _page(
        admin,
        422 if wrong else 200,
        wrong=wrong,
        day=day,
        words=day_words(admin.language, day),
        rows=[(who, names[who], begins, ends, is_there) for who, begins, ends, is_there in lines],
        is_closed=hours_of(organisation).span(day) is None,
        differs=any(line.day == day for line in organisations.lines_of(session, organisation)),
    )


def _page(admin: Member, status: int, **values: object) -> Response:
    return page(admin.language, "organisation_day.html", status, **({"day": None} | values))
