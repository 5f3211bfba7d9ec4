"""The caseworker's pages: come in, the list in state words, one case, and home again."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Response
from sqlmodel import Session

from app import access, access_work
from app.auth import Keys
from app.flows import caring, cases, handovers, organisations, proposals, representatives, returning, sessions
from app.flows import caseload as caseloads
from app.flows.sessions import Coming
from app.house import House
from app.models.case_bodies import AcknowledgementIn, ClosingIn, HandoverIn, NewcomerIn
from app.models.work import Member
from app.models.work_bodies import SessionIn
from app.phatic.agreed import CALM, DAILY, GREETINGS
from app.phatic.when import local_day
from app.phatic.wording import day_words, say
from app.routes.cases import look
from app.routes.deps import (
    MARK,
    AtWork,
    CurrentCaseworker,
    HouseDep,
    KeysDep,
    LanguageDep,
    NowDep,
    ReadDep,
    SettingsDep,
    WriteDep,
)
from app.routes.limits import StartsDep
from app.routes.pages.doors import BrowserMark, OwnPages, Said, go, seat, understood
from app.routes.pages.own_circle import place_of
from app.routes.pages.render import page
from app.routes.pages.work_back import asked_words, way_back_words, zone_of
from app.routes.sessions import CodesDep, SpokenDep, count_try
from app.routes.shapes import pairing_out
from app.routes.work_shapes import case_out, enrolment_out, handover_out
from app.settings import Settings

router = APIRouter(prefix="/werk", include_in_schema=False)
SAID: Final = {
    "taken",
    "closed",
    "offered",
    "accepted",
    "asked",
    "home",
    "proposed",
    "resting",
    "awake",
    "recorded",
    "back",
    "second",
}
OUTCOMES: Final = ("well", "away", "phone", "helped", "admitted", "moved", "died", "unknown")
KINDS: Final = (GREETINGS, CALM, DAILY)
SOON: Final = timedelta(hours=2)


@router.get("/binnen")
def ask_in(language: LanguageDep, said: Said) -> Response:
    """Ask for a mail address and the code of this moment."""
    return page(language, "work_in.html", wrong=None, email="", said="work.said.home" if said == "home" else None)


@router.post("/binnen", dependencies=[OwnPages, StartsDep, CodesDep])
def come_in(
    session: WriteDep,
    house: HouseDep,
    keys: KeysDep,
    settings: SettingsDep,
    language: LanguageDep,
    now: NowDep,
    mark: BrowserMark,
    email: Annotated[str, Form()] = "",
    totp: Annotated[str, Form()] = "",
) -> Response:
    """Begin a session."""
    body = understood(SessionIn, email=email, totp=totp)
    if body is None:
        return page(language, "work_in.html", 422, wrong="work.in.wrong", email=email, said=None)
    coming = count_try(house, Coming(code=body.totp, email=body.email, mark=mark), now)
    return _let_in(session, keys, settings, coming, now)


@router.get("/binnen/{link}", dependencies=[CodesDep])
def open_link(link: str, session: ReadDep, keys: KeysDep, language: LanguageDep, now: NowDep) -> Response:
    """Say what comes next; no name is shown, and looking uses nothing up."""
    member = sessions.invited(session, keys, link, now)
    enrolled = None if member.totp_secret is None else {}
    return page(language, "work_join.html", link=link, enrolled=enrolled, wrong=None, email="")


@router.post("/binnen/{link}", dependencies=[OwnPages, StartsDep, CodesDep])
def enrol(link: str, session: WriteDep, keys: KeysDep, language: LanguageDep, now: NowDep) -> Response:
    """Show what the authenticator app needs, this once."""
    enrolled = enrolment_out(session, sessions.enrol(session, keys, link, now))
    return page(language, "work_join.html", link=link, enrolled=enrolled, wrong=None, email="")


@router.post("/binnen/{link}/klaar", dependencies=[OwnPages, StartsDep, CodesDep])
def join(
    link: str,
    session: WriteDep,
    house: HouseDep,
    keys: KeysDep,
    settings: SettingsDep,
    language: LanguageDep,
    now: NowDep,
    email: Annotated[str, Form()] = "",
    totp: Annotated[str, Form()] = "",
) -> Response:
    """Come in for the first time, and say by which mail address from now on."""
    body = understood(SessionIn, invitation=link, email=email, totp=totp)
    if body is None or not email:
        return page(language, "work_join.html", 422, link=link, enrolled={}, wrong="work.in.wrong", email=email)
    coming = count_try(house, Coming(code=body.totp, invitation=link, email=body.email), now)
    return _let_in(session, keys, settings, coming, now)


def _let_in(session: Session, keys: Keys, settings: Settings, coming: Coming, now: datetime) -> Response:
    """Go to work; and the next time, wrong codes of others elsewhere do not keep this browser waiting."""
    member, _, token = sessions.begin(session, keys, coming, now)
    answer = seat(go("/werk"), settings, "work", token)
    return seat(answer, settings, MARK, sessions.mark_of(keys, member))


@router.post("/weg", dependencies=[OwnPages])
def go_home(caller: AtWork, session: WriteDep) -> Response:
    """End the session."""
    if caller.work:
        sessions.end(session, caller.work)
    return go("/werk/binnen?gezegd=home")


@router.get("")
def show(caller: AtWork, house: HouseDep, now: NowDep, said: Said) -> Response:
    """Show who waits, the longest first, in state words and nothing else; who keeps the books goes to theirs."""
    member = access.as_member(caller)
    if member.role == access_work.ADMIN:
        return go("/organisatie")
    return list_page(member, look(caller, house, now), house, now, said)


def list_page(member: Member, lines: list[caseloads.Line], house: House, now: datetime, said: str | None) -> Response:
    """Return the page of a list."""
    with house.db.read() as session:
        return page(
            member.language,
            "work.html",
            items=[caseloads.item_of(session, line, member.language, now) for line in lines],
            offered=[handover_out(session, one) for one in handovers.offered_to(session, member)],
            asked=[asked_words(session, one, member) for one in returning.waiting_for(session, member, now)],
            member=member,
            said=f"work.said.{said}" if said in SAID else None,
        )


@router.get("/nieuw")
def ask_whom(member: CurrentCaseworker) -> Response:
    """Ask for the letters that a resident reads aloud, or for the name of who begins."""
    return page(member.language, "work_new.html", wrong=None)


@router.post("/nieuw/code", dependencies=[OwnPages, StartsDep, SpokenDep])
def ask_by_code(
    member: CurrentCaseworker, session: WriteDep, keys: KeysDep, now: NowDep, code: Annotated[str, Form()] = ""
) -> Response:
    """Lay the question before who read these letters aloud."""
    caring.ask_by_code(session, keys, member, code, now)
    return go("/werk?gezegd=asked")


@router.post("/nieuw", dependencies=[OwnPages])
def begin_for(
    member: CurrentCaseworker,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
    now: NowDep,
    name: Annotated[str, Form()] = "",
) -> Response:
    """Let somebody begin, and show the way in for their own phone this once."""
    body = understood(NewcomerIn, name=name)
    if body is None:
        return page(member.language, "work_new.html", 422, wrong="work.new.wrong")
    zone = {"language": member.language, "time_zone": body.time_zone}
    begun = caring.begin_for(session, keys, member, name=body.name, **zone, now=now)
    made = pairing_out(begun.pairing, begun.code, begun.link, settings)
    return page(member.language, "work_begun.html", name=body.name, made=made, place=place_of(settings))


@router.get("/{case_id}")
def open_case(case_id: UUID, member: CurrentCaseworker, session: WriteDep, now: NowDep) -> Response:
    """Open one case; the resident reads that it was opened."""
    care, _ = access_work.case_of(session, member, case_id, now)
    line = cases.open_case(session, care, member, now)
    return case_page(session, line, member, now)


def case_page(
    session: Session, line: caseloads.Line, member: Member, now: datetime, wrong: str | None = None
) -> Response:
    """Return the page of one case, with what can be done now."""
    case, zone = case_out(session, line, member.language, now), zone_of(session, line.care.organisation_id)
    colleagues = organisations.members_of(session, line.care.organisation_id, "caseworker", "deputy", "lead")
    return page(
        member.language,
        "work_case.html",
        422 if wrong else 200,
        case=case,
        history=[(act.sentence, day_words(member.language, act.day)) for act in case.history],
        has_come=case.state in {"caseworker_waiting", "acknowledged"},
        outcomes=OUTCOMES,
        colleagues=[one for one in colleagues if one.id != line.care.member_id],
        soon=(now + SOON).astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        today=str(local_day(now, str(zone))),
        wrong=wrong,
        way_back=way_back_words(session, line.care, member, now),
        **_besides(session, line, member),
    )


def _besides(session: Session, line: caseloads.Line, member: Member) -> dict[str, object]:
    """Return what a caseworker may say of a resident besides a silence, and what they proposed already."""
    proposed = proposals.open_of(session, line.resident, member)
    what = say(member.language, f"work.agreement.{proposed.wish['kind']}") if proposed else None
    return {
        "rests": line.resident.frozen_at is not None,
        "proposed": what,
        "kinds": KINDS,
        "speaks_as": representatives.KINDS,
    }


@router.post("/{case_id}/oppakken", dependencies=[OwnPages])
def take(
    case_id: UUID,
    member: CurrentCaseworker,
    session: WriteDep,
    now: NowDep,
    reason: Annotated[str, Form()] = "",
    follow_up: Annotated[str, Form()] = "",
) -> Response:
    """Take a case; the resident reads the reason too."""
    care, _ = access_work.case_of(session, member, case_id, now)
    at = _moment(follow_up, zone_of(session, care.organisation_id))
    body = understood(AcknowledgementIn, reason=reason, follow_up_at=at)
    if body is None or not cases.may_look_again_at(body.follow_up_at, now):
        return case_page(session, caseloads.line_of(session, care, now), member, now, "work.take.wrong")
    cases.acknowledge(session, care, member, **body.model_dump(), now=now)
    return go("/werk?gezegd=taken")


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """Return a form's local moment; None for what is none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    except ValueError:
        return None


@router.post("/{case_id}/afronden", dependencies=[OwnPages])
def close(
    case_id: UUID,
    member: CurrentCaseworker,
    session: WriteDep,
    now: NowDep,
    outcome: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Close a case with how it ended."""
    care, _ = access_work.case_of(session, member, case_id, now)
    body = understood(ClosingIn, outcome=outcome, note=note.strip() or None)
    if body is None:
        return case_page(session, caseloads.line_of(session, care, now), member, now, "work.close.wrong")
    cases.close(session, care, member, outcome=body.outcome, text=body.note, now=now)
    return go("/werk?gezegd=closed")


@router.post("/{case_id}/overdragen", dependencies=[OwnPages])
def hand_over(
    case_id: UUID,
    member: CurrentCaseworker,
    session: WriteDep,
    now: NowDep,
    to: Annotated[UUID, Form()],
    from_: Annotated[str, Form(alias="from")] = "",
    until: Annotated[str, Form()] = "",
) -> Response:
    """Offer a case to a colleague."""
    care, _ = access_work.case_of(session, member, case_id, now)
    body = understood(HandoverIn, **{"to": to, "from": from_, "until": until or None})
    if body is None:
        return case_page(session, caseloads.line_of(session, care, now), member, now, "work.hand_over.wrong")
    organisation = access_work.organisation_of(session, member, care.organisation_id)
    colleague = access_work.colleague_of(session, organisation, body.to)
    handovers.offer(session, care, colleague, from_day=body.from_, until_day=body.until, now=now)
    return go("/werk?gezegd=offered")


@router.post("/{case_id}/overdragen/{handover_id}/ja", dependencies=[OwnPages])
def accept(case_id: UUID, handover_id: UUID, member: CurrentCaseworker, session: WriteDep, now: NowDep) -> Response:
    """Take a case over."""
    handovers.accept(session, access_work.handover_to(session, member, case_id, handover_id), now)
    return go("/werk?gezegd=accepted")
