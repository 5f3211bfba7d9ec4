"""Caseworkers come in and go home, over HTTP."""

from collections.abc import Callable, Iterator
from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import Session

from app.errors import Expired, NotAllowed, NotFound, TooMany
from app.flows import guessing, sessions
from app.flows.sessions import Coming, WrongCode
from app.house import House
from app.models.work_bodies import EnrolmentIn, EnrolmentOut, SessionIn, SessionOut
from app.routes.deps import AtWork, HouseDep, KeysDep, NowDep, WriteDep
from app.routes.limits import StartsDep, address_of
from app.routes.once import OnceDep
from app.routes.problems import responses
from app.routes.work_shapes import enrolment_out, session_out

router = APIRouter(prefix="/v1/sessions", tags=["caseworkers"])


def guarded(
    waits: Callable[[Session, str, datetime], bool],
) -> Callable[[Request, HouseDep, NowDep], Iterator[None]]:
    """Return a dependency that counts wrong codes of each address, and refuses one that `waits`."""

    def guard(request: Request, house: HouseDep, now: NowDep) -> Iterator[None]:
        address, is_limited = house.keys.hash_address(address_of(request)), house.settings.rate_limits == "on"
        with house.db.read() as session:
            if is_limited and waits(session, address, now):
                raise TooMany(int(guessing.WINDOW.total_seconds()))
        try:
            yield
        except (WrongCode, NotFound, Expired):
            if is_limited:
                with house.db.write() as session:  # of its own: the request's transaction is rolled back
                    guessing.note_failure(session, address, now)
            raise

    return guard


# Who comes to work is counted by person too. All of them must not wait because others guess elsewhere.
CodesDep = Depends(guarded(guessing.has_failed_often), scope="function")
SpokenDep = Depends(guarded(guessing.is_too_much), scope="function")


def count_try(house: House, coming: Coming, now: datetime) -> Coming:
    """Count a code of one person, before the request's own transaction looks at it."""
    with house.db.write() as session:
        sessions.count_try(session, house.keys, coming, now)
    return coming


@router.post(
    "/enrolments",
    status_code=201,
    response_model=EnrolmentOut,
    responses=responses(404, 409, 410, 429),
    dependencies=[StartsDep, CodesDep],
)
def enrol(body: EnrolmentIn, once: OnceDep, session: WriteDep, keys: KeysDep) -> Response:
    """Give the secret for an authenticator app, once for an invitation; as text, address and QR code."""
    return once.answer(
        session,
        lambda: (enrolment_out(session, sessions.enrol(session, keys, body.invitation, once.now)), 201),
        is_secret=True,
    )


@router.post(
    "",
    status_code=201,
    response_model=SessionOut,
    responses=responses(401, 404, 409, 410, 429),
    dependencies=[StartsDep, CodesDep],
)
def begin(body: SessionIn, once: OnceDep, session: WriteDep, house: HouseDep, keys: KeysDep) -> Response:
    """Begin a session by an invitation or a mail address, and the code that an authenticator app shows now."""
    coming = count_try(house, Coming(code=body.totp, invitation=body.invitation, email=body.email), once.now)

    def make() -> tuple[SessionOut, int]:
        member, work, token = sessions.begin(session, keys, coming, once.now)
        return session_out(member, work, token), 201

    return once.answer(session, make, is_secret=True)


@router.delete("", status_code=204, responses=responses(401, 403))
def end(caller: AtWork, session: WriteDep) -> None:
    """Go home: this token opens nothing any more."""
    if caller.work is None:
        raise NotAllowed
    sessions.end(session, caller.work)
