"""Links into the demo, which open again and again; there is no such route outside demo mode."""

from fastapi import APIRouter, Response

from app import access
from app.auth import WORK
from app.errors import NotAuthenticated, NotFound
from app.flows import sessions
from app.routes.deps import HouseDep, NowDep, WriteDep
from app.routes.pages.doors import go, seat

PAGES = {"resident": "/ik", "contact": "/kring", "member": "/werk"}
router = APIRouter(prefix="/demo", include_in_schema=False)


@router.get("/{token}")
def come_in(token: str, session: WriteDep, house: HouseDep, now: NowDep) -> Response:
    """Let this browser be who the link is for; a link that was copied wrongly leads nowhere.

    A caseworker's session ends after a quarter of an hour: their link begins it anew.
    """
    keys = house.keys
    if token.startswith(WORK):
        sessions.begin_anew(session, keys, token, now)
    try:
        kind = access.caller(session, keys, token, now).kind
    except NotAuthenticated:
        raise NotFound from None
    if kind not in PAGES:
        raise NotFound
    return seat(go(PAGES[kind]), house.settings, "work" if kind == "member" else kind, token)
