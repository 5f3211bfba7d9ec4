"""Links into the demo, which open again and again; there is no such route outside demo mode."""

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Response
from sqlmodel import Session

from app import access
from app.auth import WORK
from app.errors import NotAuthenticated, NotFound
from app.house import House
from app.routes.deps import HouseDep, NowDep, WriteDep
from app.routes.pages.doors import go, seat

PAGES: Final = {"resident": "/ik", "contact": "/kring", "member": "/werk"}


def doors(sit_down: Callable[[Session, House], None]) -> APIRouter:
    """Return the demo's route; `sit_down` begins its caseworker's session anew, which is forgotten after two days."""
    router = APIRouter(prefix="/demo", include_in_schema=False)

    @router.get("/{token}")
    def come_in(token: str, session: WriteDep, house: HouseDep, now: NowDep) -> Response:
        """Let this browser be who the link is for; a link that was copied wrongly leads nowhere."""
        if token.startswith(WORK):
            sit_down(session, house)
        try:
            kind = access.caller(session, house.keys, token, now).kind
        except NotAuthenticated:
            raise NotFound from None
        if kind not in PAGES:
            raise NotFound
        return seat(go(PAGES[kind]), house.settings, "work" if kind == "member" else kind, token)

    return router
