"""The way in: welcome, sign-up, a code, and a device that is bound."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from app import auth
from app.errors import NotFound
from app.flows import people
from app.models.bodies import PairIn, SignUpIn
from app.phatic.when import part_of
from app.routes.deps import KeysDep, LanguageDep, NowDep, ReadDep, SettingsDep, WriteDep
from app.routes.limits import GuessingDep, StartsDep
from app.routes.pages.doors import OwnPages, at_home_as, go, rescue, seat, understood
from app.routes.pages.invitation import invitation_page
from app.routes.pages.render import page
from app.routes.residents import Code, open_sign_up

router = APIRouter(include_in_schema=False)
PAPER_LETTERS = 25
OUR_ZONE = "Europe/Amsterdam"  # whose light falls on the welcome page: we do not know the reader's


@router.get("/")
def welcome(request: Request, settings: SettingsDep, language: LanguageDep, now: NowDep) -> Response:
    """Say what this is, in five sentences and one drawing."""
    return page(
        language,
        "welcome.html",
        rescue=rescue(settings, language),
        part=part_of(now, OUR_ZONE),
        signup_is_open=settings.sign_up_is_open,
        at_home_as=at_home_as(request, settings),
    )


@router.get("/begin", dependencies=[Depends(open_sign_up)])
def begin(settings: SettingsDep, language: LanguageDep) -> Response:
    """Ask for a name, and for nothing else."""
    return page(language, "begin.html", wrong=None, name="", rescue=rescue(settings, language))


@router.post("/begin", dependencies=[OwnPages, Depends(open_sign_up), StartsDep])
def sign_up(
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
    language: LanguageDep,
    now: NowDep,
    name: Annotated[str, Form()] = "",
    time_zone: Annotated[str, Form()] = OUR_ZONE,
) -> Response:
    """Start as a resident, and show the paper key this once."""
    body = understood(SignUpIn, name=name, time_zone=time_zone) or understood(SignUpIn, name=name)
    if body is None:
        words = rescue(settings, language)
        return page(language, "begin.html", 422, wrong="begin.name.wrong", name="", rescue=words)
    started = people.sign_up(session, keys, name=body.name, language=language, time_zone=body.time_zone, now=now)
    return seat(paper_key_page(language, started.paper_key), settings, "resident", started.token)


def paper_key_page(language: str, paper_key: str) -> Response:
    """Show a paper key, this once."""
    return page(language, "paper_key.html", paper_key=paper_key.removeprefix(auth.PAPER).split("-"))


@router.get("/code")
def ask_code(language: LanguageDep) -> Response:
    """Ask for a spoken code, or the key on paper."""
    return page(language, "code.html", wrong=None)


@router.post("/code", dependencies=[OwnPages])
def read_code(
    settings: SettingsDep, language: LanguageDep, code: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Go to what a code opens. A paper key goes on in the page itself: it must not stay in an address."""
    if paper_key := paper_key_of(code):
        return page(language, "pair.html", code=paper_key, rescue=rescue(settings, language))
    if not auth.is_code(code):
        return page(language, "code.html", 422, wrong="code.wrong")
    return go(f"/c/{auth.plain_code(code)}")


def paper_key_of(text: str) -> str | None:
    """Return a key that was copied from paper as it was made, however it was typed; None for anything else."""
    letters = "".join(filter(str.isalnum, text.upper()))
    if len(letters) == PAPER_LETTERS + 1:
        letters = letters.removeprefix(auth.PAPER[0].upper())
    if len(letters) != PAPER_LETTERS:
        return None
    return auth.PAPER + "-".join(letters[i : i + 5] for i in range(0, PAPER_LETTERS, 5))


@router.get("/c/{code}", dependencies=[GuessingDep])
def open_code(
    code: Code, session: ReadDep, keys: KeysDep, settings: SettingsDep, language: LanguageDep, now: NowDep
) -> Response:
    """Show what a spoken code opens; looking uses nothing up."""
    try:
        return invitation_page(session, keys, code, settings, language, now)
    except NotFound:
        people.find_pairing(session, keys, code, now)
        return page(language, "pair.html", code=code, rescue=rescue(settings, language))


@router.get("/p/{code}", dependencies=[GuessingDep])
def ask_to_pair(
    code: Code, session: ReadDep, keys: KeysDep, settings: SettingsDep, language: LanguageDep, now: NowDep
) -> Response:
    """Ask whether this device is to be bound; no name is shown, and looking uses nothing up."""
    people.find_pairing(session, keys, code, now)
    return page(language, "pair.html", code=code, rescue=rescue(settings, language))


@router.post("/p/{code}", dependencies=[OwnPages, StartsDep, GuessingDep])
def pair(
    code: Code,
    session: WriteDep,
    keys: KeysDep,
    settings: SettingsDep,
    now: NowDep,
    device_name: Annotated[str, Form()] = "",
) -> Response:
    """Bind this device."""
    body = understood(PairIn, device_name=device_name) or PairIn()
    _, token = people.accept_pairing(session, keys, code, device_name=body.device_name, now=now)
    return seat(go("/ik?gezegd=paired"), settings, "resident", token)
