"""What the pages share: who reads, where to go on, cookies, and requests that come from our own pages only."""

from typing import Annotated, TypeVar

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ValidationError

from app.phatic.wording import say
from app.routes.deps import COOKIES, MARK, SettingsDep, cookie_name, refuse_other_sites
from app.settings import Settings

# The longest that browsers keep one; each visit to an own page renews it.
COOKIE_LIVES_S = 400 * 24 * 3600

Body = TypeVar("Body", bound=BaseModel)


async def refuse_elsewhere(request: Request) -> None:
    """Take a form from our own pages only, also where no cookie comes with it yet."""
    refuse_other_sites(request)


OwnPages = Depends(refuse_elsewhere)


def go(path: str) -> RedirectResponse:
    """Send the browser on after a form, so that going back or reloading repeats nothing."""
    return RedirectResponse(path, 303)


def seat(answer: Response, settings: Settings, kind: str, token: str) -> Response:
    """Let this browser keep a token where no script can read it; `kind` is one of `COOKIES`, or `MARK`."""
    answer.set_cookie(
        cookie_name(settings, kind),
        token,
        COOKIE_LIVES_S,
        path="/",
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )
    return answer


async def mark_in(request: Request, settings: SettingsDep) -> str:
    """Return the mark of a browser in which a caseworker came in before; it opens nothing."""
    return request.cookies.get(cookie_name(settings, MARK), "")


BrowserMark = Annotated[str, Depends(mark_in)]


def rescue(settings: Settings, language: str) -> str:
    """Return where to call for help, for this is no emergency service (charter 10): in the operator's words or ours."""
    return settings.emergency_text.strip() or say(language, "no_rescue")


def stay(answer: Response, request: Request, settings: Settings, kind: str) -> Response:
    """Renew a cookie that came along; an app that came with a token of its own gets none."""
    token = request.cookies.get(cookie_name(settings, kind))
    return seat(answer, settings, kind, token) if token else answer


def at_home_as(request: Request, settings: Settings) -> list[str]:
    """Return as whom this browser may be known; whether the token is still good shows at the next page."""
    return [kind for kind in COOKIES if cookie_name(settings, kind) in request.cookies]


def understood(model: type[Body], **values: object) -> Body | None:
    """Return a form's values as the JSON endpoints would take them; None when they would be refused."""
    try:
        return model.model_validate(values)
    except ValidationError:
        return None


async def get_said(request: Request) -> str | None:
    """Return which of the page's own sentences to show after a form: a word of the address, never free text."""
    return request.query_params.get("gezegd")


Said = Annotated[str | None, Depends(get_said)]
