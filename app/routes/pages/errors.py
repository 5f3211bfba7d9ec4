"""What a person reads when something does not work: what it is, and what to do."""

from typing import Final

from fastapi import Request, Response

from app.phatic.wording import choose_language, say
from app.routes.deps import house_of
from app.routes.pages.render import page

# The upload says on its own page what is wrong with a file.
UPLOAD: Final = "/ik/wandelingen"
WORK: Final = ("/werk", "/organisatie")
KNOWN: Final = {401, 403, 404, 409, 410, 429, 500, 503}
API: Final = ("/v1/", "/static/", "/livez", "/readyz", "/metrics")


def wants_page(request: Request) -> bool:
    """Tell whether a person's browser asks, rather than an app."""
    return not request.url.path.startswith(API) and "text/html" in request.headers.get("accept", "")


def error_page(request: Request, status: int, code: str, headers: dict[str, str] | None = None) -> Response:
    """Return the page for a problem; nothing of the request is in it."""
    language = choose_language(request.headers.get("accept-language", ""))
    if request.url.path == UPLOAD and status in {413, 415, 422}:
        is_held = house_of(request).settings.hold_minutes > 0
        answer = page(language, "walk_new.html", status, wrong=say(language, f"problem.{code}"), is_held=is_held)
    else:
        answer = _plain(language, status, code, request.url.path)
    answer.headers.update(headers or {})
    return answer


def _plain(language: str, status: int, code: str, path: str) -> Response:
    if status == 401 and path.startswith(WORK):  # noqa: PLR2004  # a session that ended by itself
        words = {"title": say(language, "work.ended"), "what_to_do": say(language, "work.ended.do")}
        return page(language, "error.html", status, **words, way_out="/werk/binnen", way_out_words="error.to_work")
    title = say(language, f"error.{status}" if status in KNOWN else "error.title")
    is_explained = status in KNOWN and status != 409  # noqa: PLR2004  # a conflict's own words say more
    what_to_do = say(language, f"error.{status}.do" if is_explained else f"problem.{code}")
    way_out, words = _way_out(status, path)
    return page(
        language, "error.html", status, title=title, what_to_do=what_to_do, way_out=way_out, way_out_words=words
    )


def _way_out(status: int, path: str) -> tuple[str, str]:
    if status == 401 or path.startswith(("/c/", "/p/", "/code")):  # noqa: PLR2004  # unknown device
        return "/code", "error.to_code"
    if path.startswith("/ik"):
        return "/ik", "error.to_mine"
    if path.startswith("/kring"):
        return "/kring", "error.to_circle"
    return "/", "error.to_start"
