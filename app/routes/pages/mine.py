"""What a resident finds about themselves: the log, consents, everything to take along, and to stop."""

from itertools import groupby
from types import SimpleNamespace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Query, Response
from sqlmodel import Session

from app.access import Caller
from app.flows import circle, export, leaving, people, record
from app.models.people import Resident
from app.phatic.when import local_day
from app.phatic.wording import day_words, say
from app.routes.deps import (
    CurrentResident,
    HouseDep,
    KeysDep,
    NowDep,
    ReadDep,
    SettingsDep,
    SettledResident,
    WriteDep,
    caller_of,
    cookie_name,
)
from app.routes.mine import ExportsDep, as_file, noted
from app.routes.pages.doors import OwnPages, Said, go
from app.routes.pages.render import page
from app.settings import Settings

router = APIRouter(prefix="/ik", include_in_schema=False)
LINES: Final = 100
SAID: Final = {"kept": "mine.kept.saved", "wide": "mine.wide.on"}
KEPT: Final = {7: "mine.kept.week", 400: "mine.kept.year"}
AsResident = Annotated[Caller, Depends(caller_of("resident"))]


@router.get("/logboek")
def read_log(
    resident: CurrentResident,
    session: ReadDep,
    keys: KeysDep,
    cursor: Annotated[str | None, Query(alias="verder", max_length=200)] = None,
) -> Response:
    """Tell in plain words who knew what, by day, and whether the log is whole."""
    told, more = record.lines_of(session, keys, resident, cursor=cursor, limit=LINES)
    days = [(day_words(resident.language, day), list(lines)) for day, lines in groupby(told, lambda line: line.day)]
    is_whole = record.verify(session, resident.id)
    return page(resident.language, "log.html", days=days, more=more, is_whole=is_whole)


@router.get("/gegevens")
def show(resident: CurrentResident, session: ReadDep, said: Said) -> Response:
    """Show everything that is kept, and how to take it along or stop."""
    return _mine(session, resident, said=SAID.get(said or ""))


def _mine(session: Session, resident: Resident, **given: Any) -> Response:  # noqa: ANN401  # said, wrong
    wrong = given.get("wrong")
    values = {
        "said": None,
        "wrong": None,
        "large": True,
        "away": "/ik",
        "action": "/ik/gegevens",
        "warnings": ["mine.stop.what", "mine.stop.warning", "mine.stop.asked"],
        "consents": [_agreed(resident, consent, name) for consent, name in circle.consents_of(session, resident)],
        "sign_days": resident.sign_days,
        "kept": KEPT,
        "is_wide": resident.is_wide,
    }
    return page(resident.language, "mine.html", 422 if wrong else 200, **(values | given))


def _agreed(resident: Resident, consent: Any, name: str) -> SimpleNamespace:  # noqa: ANN401  # a Consent
    days = [local_day(at, resident.time_zone) for at in (consent.from_at, consent.until_at) if at]
    words = [day_words(resident.language, day) for day in days]
    if consent.until_at:
        when = say(resident.language, "mine.until", from_day=words[0], day=words[1])
    else:
        when = say(resident.language, "mine.from", day=words[0])
    return SimpleNamespace(words=consent.words, name=name, when=when, is_over=consent.until_at is not None)


@router.post("/gegevens/meenemen", dependencies=[OwnPages, ExportsDep])
def take_along(resident: CurrentResident, caller: AsResident, house: HouseDep, now: NowDep) -> Response:
    """Give everything as one file, and write that in the log."""
    noted(caller, house, now)
    with house.db.read() as session:
        return as_file(export.archive(session, resident, now))


@router.post("/gegevens/bewaren", dependencies=[OwnPages])
def keep_signs(
    resident: SettledResident, session: WriteDep, now: NowDep, days: Annotated[int, Form()] = 400
) -> Response:
    """Choose how long signs stay: seven days or four hundred."""
    if days in KEPT and days != resident.sign_days:
        people.change_self(session, resident, {"sign_days": days}, now)
    return go("/ik/gegevens?gezegd=kept")


@router.get("/gegevens/ruim")
def ask_wide(resident: CurrentResident) -> Response:
    """Say what hiding more means, before it is chosen."""
    return page(resident.language, "wide.html", is_wide=resident.is_wide)


@router.post("/gegevens/ruim", dependencies=[OwnPages])
def go_wide(resident: SettledResident, session: WriteDep, now: NowDep) -> Response:
    """Hide more around every place, from now on and for good."""
    people.change_self(session, resident, {"is_wide": True}, now)
    return go("/ik/gegevens?gezegd=wide")


@router.post("/gegevens/wissen", dependencies=[OwnPages])
def stop(
    resident: SettledResident,
    session: WriteDep,
    settings: SettingsDep,
    now: NowDep,
    word: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Erase everything, once the word was typed."""
    if not is_meant(word):
        return _mine(session, resident, wrong="mine.stop.wrong")
    leaving.erase(session, resident, now)
    return gone(resident.language, settings, "resident")


def is_meant(word: str) -> bool:
    """Tell whether somebody typed the word that erases, in either language."""
    return word.strip().casefold() in {say(language, "mine.stop.word") for language in ("nl", "en")}


def gone(language: str, settings: Settings, kind: str) -> Response:
    """Say that everything is erased, and let the browser forget the token."""
    lines = [say(language, "mine.gone.what")]
    answer = page(language, "told.html", title=say(language, "mine.gone"), lines=lines, way_out=None)
    answer.delete_cookie(cookie_name(settings, kind), path="/", secure=settings.is_https, httponly=True, samesite="lax")
    return answer
