"""What an endpoint can ask for: the sessions, the time, the parts of the house, and who calls."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from random import Random, SystemRandom
from typing import Annotated
from urllib.parse import urlsplit

from anyio import CancelScope, CapacityLimiter, fail_after
from fastapi import Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session

from app import access
from app.access import Caller
from app.auth import Keys
from app.db import WRITER_WAIT_S
from app.errors import Busy, NotAllowed, NotAuthenticated
from app.flows import sessions
from app.house import House
from app.models.people import Resident, Viewer
from app.models.work import Member, WorkSession
from app.phatic.wording import choose_language
from app.settings import Settings

COOKIES = ("resident", "contact", "display", "work")
MARK = "browser"  # says that a caseworker came in here before, and opens nothing
SAFE = {"GET", "HEAD", "OPTIONS"}
RANDOM = SystemRandom()


def house_of(request: Request) -> House:
    """Return the running service's parts."""
    return request.app.state.house


async def get_house(request: Request) -> House:
    """Return the running service's parts."""
    return house_of(request)


HouseDep = Annotated[House, Depends(get_house)]


async def get_now(house: HouseDep) -> datetime:
    """Return this moment, aware UTC."""
    return house.clock.now()


async def get_rng() -> Random:
    """Return the operating system's randomness."""
    return RANDOM


async def get_keys(house: HouseDep) -> Keys:
    """Return what needs the secret key."""
    return house.keys


async def get_settings(house: HouseDep) -> Settings:
    """Return the settings."""
    return house.settings


def get_reading(house: HouseDep) -> Iterator[Session]:
    """Open a session that cannot write."""
    with house.db.read() as session:
        yield session


async def get_writing(request: Request, house: HouseDep) -> AsyncIterator[Session]:
    """Open the request's one transaction.

    Who waits for the one writer waits here, on the loop: waiting in threads would leave none for the one who has it.
    """
    gate: CapacityLimiter = request.app.state.writers
    try:
        with fail_after(WRITER_WAIT_S):
            await gate.acquire()
    except TimeoutError:
        raise Busy from None
    unit = ExitStack()
    try:
        yield unit.enter_context(house.db.write())  # touches no database before its first statement
    except BaseException:
        with CancelScope(shield=True):  # whoever hangs up must not leave the writer behind
            await run_in_threadpool(unit.__exit__, *sys.exc_info())
        raise
    else:
        with CancelScope(shield=True):
            await run_in_threadpool(unit.close)
    finally:
        gate.release()


NowDep = Annotated[datetime, Depends(get_now)]
RngDep = Annotated[Random, Depends(get_rng)]
KeysDep = Annotated[Keys, Depends(get_keys)]
SettingsDep = Annotated[Settings, Depends(get_settings)]
# `scope="function"`: with the default, the code after `yield` (the commit) would run after the answer has left.
ReadDep = Annotated[Session, Depends(get_reading, scope="function")]
WriteDep = Annotated[Session, Depends(get_writing, scope="function")]


def cookie_name(settings: Settings, kind: str) -> str:
    """Return the name of a kind's cookie; `__Host-` where the browser can hold us to it."""
    return ("__Host-" if settings.is_https else "") + f"teken_{kind}"


def token_of(request: Request, settings: Settings, kinds: tuple[str, ...]) -> str:
    """Return the token of a request: Bearer wins, else the cookie of a kind that may call here."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    for kind in kinds:
        token = request.cookies.get(cookie_name(settings, kind), "")
        if token:
            refuse_other_sites(request)
            return token
    raise NotAuthenticated


def refuse_other_sites(request: Request) -> None:
    """Let a cookie act only for our own pages; a GET changes nothing by cookie, so it needs no check."""
    if request.method in SAFE or request.headers.get("sec-fetch-site") == "same-origin":
        return
    origin = urlsplit(request.headers.get("origin", ""))
    if not origin.netloc or origin.netloc != request.headers.get("host"):
        raise NotAllowed("cross-site")


def caller_of(*kinds: str) -> Callable[[Request, House], Caller]:
    """Return a dependency that says who calls, where these kinds of cookie may."""

    def find(request: Request, house: HouseDep) -> Caller:
        token, now = token_of(request, house.settings, kinds), house.clock.now()
        with house.db.read() as session:
            found = access.caller(session, house.keys, token, now)
        if found.work and sessions.needs_touch(found.work, now):
            stay_at_work(house, found.work, now)
        return found

    return find


def stay_at_work(house: House, work: WorkSession, now: datetime) -> None:
    """Note that somebody is still at work; while the writer is busy the next request does."""
    with suppress(Busy), house.db.write() as session:
        sessions.touch(session, work, now)


def find_either(
    request: Request,
    house: HouseDep,
    kind: Annotated[str | None, Query(alias="as", pattern="^(resident|contact|display|work)$")] = None,
) -> Caller:
    """Say who calls where residents and contacts both may; `?as=` chooses between two cookies."""
    return caller_of(*((kind,) if kind else ("resident", "contact", "work")))(request, house)


@dataclass(frozen=True, slots=True)
class Own:
    """The viewer who calls, if one does, with the token they came with."""

    viewer: Viewer | None
    token: str


def find_own_token(request: Request, house: HouseDep) -> Own:
    """Return the contact who calls, if one does: who accepts may be a contact already."""
    try:
        token = token_of(request, house.settings, ("contact",))
        with house.db.read() as session:
            return Own(access.as_viewer(access.caller(session, house.keys, token)), token)
    except (NotAuthenticated, NotAllowed):
        return Own(None, "")


async def get_resident(found: Annotated[Caller, Depends(caller_of("resident"))]) -> Resident:
    """Return the resident who calls."""
    return access.as_resident(found)


async def get_settled(found: Annotated[Caller, Depends(caller_of("resident"))], now: NowDep) -> Resident:
    """Return the resident who calls, on a device that may change who sees what."""
    return access.as_settled(found, now)


async def get_bringer(found: Annotated[Caller, Depends(caller_of("resident"))]) -> Resident:
    """Return the resident for whom something is brought in."""
    return access.as_bringer(found)


@dataclass(frozen=True, slots=True)
class Bringing:
    """For whom something is brought in, and whether it counts as a sign of life by where it comes from."""

    resident: Resident
    counts: bool


async def get_bringing(found: Annotated[Caller, Depends(caller_of("resident"))]) -> Bringing:
    """Return for whom a tap is brought in; another app's counts only if the resident said so (`trust.md` 32)."""
    resident = access.as_bringer(found)
    return Bringing(resident, counts=found.device is None or found.device.counts)


async def get_viewer(found: Annotated[Caller, Depends(caller_of("contact"))]) -> Viewer:
    """Return the contact who calls."""
    return access.as_viewer(found)


async def get_member(found: Annotated[Caller, Depends(caller_of("work"))]) -> Member:
    """Return the member of an organisation who calls."""
    return access.as_member(found)


async def get_caseworker(found: Annotated[Caller, Depends(caller_of("work"))]) -> Member:
    """Return the caseworker who calls, a deputy or a team lead too."""
    return access.as_caseworker(found)


async def get_admin(found: Annotated[Caller, Depends(caller_of("work"))]) -> Member:
    """Return the admin of an organisation who calls."""
    return access.as_admin(found)


CurrentMember = Annotated[Member, Depends(get_member)]
CurrentCaseworker = Annotated[Member, Depends(get_caseworker)]
CurrentAdmin = Annotated[Member, Depends(get_admin)]
AtWork = Annotated[Caller, Depends(caller_of("work"))]
CurrentResident = Annotated[Resident, Depends(get_resident)]
SettledResident = Annotated[Resident, Depends(get_settled)]
CurrentBringer = Annotated[Resident, Depends(get_bringer)]
BroughtIn = Annotated[Bringing, Depends(get_bringing)]
CurrentViewer = Annotated[Viewer, Depends(get_viewer)]
Beside = Annotated[Caller, Depends(caller_of("contact", "work"))]
CurrentCaller = Annotated[Caller, Depends(find_either)]
OwnToken = Annotated[Own, Depends(find_own_token)]


async def get_language(request: Request) -> str:
    """Return the language the caller prefers, for those whose own setting we do not know."""
    return choose_language(request.headers.get("accept-language", ""))


LanguageDep = Annotated[str, Depends(get_language)]
