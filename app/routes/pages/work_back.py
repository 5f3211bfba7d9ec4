"""The way back of a resident without phone and paper: one asks, a second agrees, a day later it is opened."""

from datetime import datetime
from types import SimpleNamespace
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response
from sqlmodel import Session

from app import access_work
from app.flows import organisations, returning
from app.models.work import Care, Member, Organisation, WayBack
from app.phatic.wording import day_words
from app.routes.deps import CurrentCaseworker, KeysDep, NowDep, ReadDep, SettingsDep, WriteDep
from app.routes.pages.doors import OwnPages, go
from app.routes.pages.own_circle import place_of
from app.routes.pages.render import page
from app.routes.shapes import pairing_out

router = APIRouter(prefix="/werk/{case_id}/terug", include_in_schema=False)


@router.post("", dependencies=[OwnPages])
def ask(case_id: UUID, member: CurrentCaseworker, session: WriteDep, now: NowDep) -> Response:
    """Ask for a second caseworker; every device of the resident is told."""
    care, _ = access_work.case_of(session, member, case_id, now)
    returning.ask(session, care, member, now)
    return go("/werk?gezegd=back")


@router.get("/{way_back_id}")
def ask_second(case_id: UUID, way_back_id: UUID, member: CurrentCaseworker, session: ReadDep, now: NowDep) -> Response:
    """Say to the second what a yes means, and what to ask first; no resident's name is shown."""
    care = access_work.case_in_house(session, member, case_id, now)
    row = access_work.way_back_in(session, care, way_back_id)
    returning.need_second(row, member, now)
    return page(member.language, "work_second.html", one=asked_words(session, row, member))


@router.post("/{way_back_id}/ja", dependencies=[OwnPages])
def confirm(case_id: UUID, way_back_id: UUID, member: CurrentCaseworker, session: WriteDep, now: NowDep) -> Response:
    """Agree as the second; it opens a day later."""
    care = access_work.case_in_house(session, member, case_id, now)
    returning.confirm(session, care, access_work.way_back_in(session, care, way_back_id), member, now)
    return go("/werk?gezegd=second")


@router.post("/{way_back_id}/open", dependencies=[OwnPages])
def open_up(
    case_id: UUID,
    way_back_id: UUID,
    member: CurrentCaseworker,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
    now: NowDep,
) -> Response:
    """Show the way in for the resident's new phone, this once."""
    care, resident = access_work.case_of(session, member, case_id, now)
    row = access_work.way_back_in(session, care, way_back_id)
    made = pairing_out(*returning.open_up(session, keys, care, row, now), settings)
    return page(member.language, "work_back_open.html", name=resident.name, made=made, place=place_of(settings))


def asked_words(session: Session, row: WayBack, member: Member) -> SimpleNamespace:
    """Return who of the colleagues asks, and on which day; the resident's name is not in it."""
    asker = session.get(Member, row.asked_by)
    day = day_words(member.language, row.asked_at.astimezone(zone_of(session, member.organisation_id)).date())
    return SimpleNamespace(id=row.id, case_id=row.care_id, name=asker.name if asker else "", day=day)


def way_back_words(session: Session, care: Care, member: Member, now: datetime) -> SimpleNamespace | None:
    """Return how far the way back of a case is, and when it opens, by the organisation's clock; None: nothing asked."""
    row = returning.newest(session, care, now)
    if row is None:
        return None
    words = asked_words(session, row, member)
    opens = (row.opens_at or now).astimezone(zone_of(session, care.organisation_id))
    team = organisations.members_of(session, care.organisation_id, "caseworker", "deputy", "lead")
    words.state = returning.state_of(row)
    if words.state == "confirmed":
        words.state = "opens" if row.opens_at and row.opens_at <= now else "waits"
    words.opens_day, words.opens_clock = day_words(member.language, opens.date()), f"{opens:%H:%M}"
    words.may_second = words.state == "asked" and row.asked_by not in {None, member.id}
    words.is_alone = not any(one.id != row.asked_by and one.joined_at for one in team)
    return words


def zone_of(session: Session, organisation_id: UUID) -> ZoneInfo:
    """Return the clock by which an organisation makes its appointments."""
    return ZoneInfo(session.get_one(Organisation, organisation_id).time_zone)
