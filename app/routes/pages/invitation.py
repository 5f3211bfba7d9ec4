"""An invitation, in the resident's name: what you will and will not see, and a yes or a not now."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Response
from sqlmodel import Session

from app.auth import Keys
from app.flows import circle
from app.models.bodies import AcceptIn
from app.phatic.wording import say
from app.routes.deps import KeysDep, LanguageDep, NowDep, OwnToken, ReadDep, SettingsDep, WriteDep
from app.routes.limits import GuessingDep, StartsDep
from app.routes.pages.doors import OwnPages, go, rescue, seat, understood
from app.routes.pages.render import page
from app.routes.residents import Code
from app.routes.shapes import newcomer_of
from app.settings import Settings

router = APIRouter(include_in_schema=False)
SIXTEEN = {"true": True, "false": False}


def invitation_page(
    session: Session, keys: Keys, code: str, settings: Settings, language: str, now: datetime
) -> Response:
    """Return the page of an invitation, or raise what its code deserves; reading it uses nothing up."""
    _, contact, resident = circle.find_invitation(session, keys, code, now)
    return page(
        language,
        "invitation.html",
        rescue=rescue(settings, language),
        code=code,
        resident_name=resident.name,
        detail=contact.detail,
        role=contact.role,
        circle_is_known=resident.circle_is_known,
    )


@router.get("/u/{code}", dependencies=[GuessingDep])
def show(
    code: Code, session: ReadDep, keys: KeysDep, settings: SettingsDep, language: LanguageDep, now: NowDep
) -> Response:
    """Show an invitation; no name in the title or for a link's preview, and looking uses nothing up."""
    return invitation_page(session, keys, code, settings, language, now)


@router.post("/u/{code}/ja", dependencies=[OwnPages, StartsDep, GuessingDep])
def accept(
    code: Code,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
    language: LanguageDep,
    own: OwnToken,
    now: NowDep,
    time_zone: Annotated[str, Form()] = "",
    sixteen_or_older: Annotated[str, Form()] = "",
) -> Response:
    """Accept; who comes later than a quarter of an hour waits until the resident has looked."""
    said = {"language": language, "sixteen_or_older": SIXTEEN.get(sixteen_or_older)}
    body = understood(AcceptIn, **said, time_zone=time_zone) or AcceptIn.model_validate(said)
    contact, resident, token = circle.accept(session, keys, code, newcomer_of(body), viewer=own.viewer, now=now)
    answer = go("/kring") if contact.state == circle.ACTIVE else _waiting_page(language, resident.name)
    return seat(answer, settings, "contact", token or own.token)


@router.post("/u/{code}/nee", dependencies=[OwnPages, StartsDep, GuessingDep])
def decline(code: Code, session: WriteDep, keys: KeysDep, language: LanguageDep, now: NowDep) -> Response:
    """Say "not now"; nobody is told."""
    circle.decline(session, keys, code, now)
    lines = [say(language, "u.declined.what")]
    return page(language, "told.html", title=say(language, "u.declined"), lines=lines, way_out=None)


def _waiting_page(language: str, name: str) -> Response:
    return page(
        language,
        "told.html",
        title=say(language, "u.waiting"),
        lines=[say(language, "u.waiting.what", name=name)],
        way_out="/kring",
        way_out_words="u.to_circle",
    )
