"""Links into the demo, which open again and again; there is no such route outside demo mode."""

from fastapi import APIRouter, Response

from app import access
from app.errors import NotAuthenticated, NotFound
from app.routes.deps import KeysDep, ReadDep, SettingsDep
from app.routes.pages.doors import go, seat

PAGES = {"resident": "/ik", "contact": "/kring"}
router = APIRouter(prefix="/demo", include_in_schema=False)


@router.get("/{token}")
def come_in(token: str, session: ReadDep, keys: KeysDep, settings: SettingsDep) -> Response:
    """Let this browser be who the link is for; a link that was copied wrongly leads nowhere."""
    try:
        kind = access.caller(session, keys, token).kind
    except NotAuthenticated:
        raise NotFound from None
    if kind not in PAGES:
        raise NotFound
    return seat(go(PAGES[kind]), settings, kind, token)
