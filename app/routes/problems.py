"""The one table from a kind of error to a status, as problem+json (RFC 9457)."""

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import errors
from app.phatic.wording import choose_language, say
from app.routes.pages.errors import error_page, wants_page

STATUS: dict[type[errors.TekenError], int] = {
    errors.NotAuthenticated: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Unsupported: 415,
    errors.Unreadable: 422,
    errors.TooLarge: 413,
    errors.TooMany: 429,
    errors.Busy: 503,
    errors.Expired: 410,
}
CODE_OF_STATUS = {
    404: "not-found",
    405: "method-not-allowed",
    408: "too-slow",
    413: "too-large",
    415: "unsupported-format",
    431: "head-too-large",
}
BUSY_RETRY_S = 2
TOO_LARGE, UNREADABLE = 413, 422
log = structlog.get_logger()


class Problem(BaseModel):
    """An error as an app gets it; `code` is stable, `title` is for people."""

    status: int
    title: str
    detail: str
    code: str


def answer(
    request: Request, status: int, code: str, headers: dict[str, str] | None = None, *, words: str | None = None
) -> Response:
    """Shape a problem in the caller's language, as a page for a browser; nothing of the request is in it."""
    if wants_page(request):
        return error_page(request, status, words or code, headers)
    language = choose_language(request.headers.get("accept-language", ""))
    return Response(_shaped(language, status, code, words), status, headers, media_type="application/problem+json")


def plain_problem(status: int) -> bytes:
    """Return a problem's body where there was no request that could be read, nor a language."""
    return _shaped("nl", status, CODE_OF_STATUS.get(status, "invalid-request")).encode()


def _shaped(language: str, status: int, code: str, words: str | None = None) -> str:
    title = say(language, f"problem.{words or code}")
    return Problem(status=status, title=title, detail=HTTPStatus(status).phrase, code=code).model_dump_json()


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document the problems an endpoint may answer with; 422 and 503 are everywhere, 413 wherever there is a body."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in {*statuses, 422, 503}
    }


def _known(request: Request, error: Exception) -> Response:
    if not isinstance(error, errors.TekenError):
        return _unknown(request, error)
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    headers = {}
    if isinstance(error, errors.TooMany):
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, errors.Busy):
        headers["Retry-After"] = str(BUSY_RETRY_S)
    if isinstance(error, errors.NotAuthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return answer(request, status, error.code, headers, words=error.words)


def _invalid(request: Request, _error: Exception) -> Response:
    return answer(request, 422, "invalid-request")


def _framework(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return _unknown(request, error)
    # The framework tells bytes that are no text from text that is no JSON; for us both are no request.
    status = UNREADABLE if error.status_code == HTTPStatus.BAD_REQUEST else error.status_code
    return answer(request, status, CODE_OF_STATUS.get(status, "invalid-request"), dict(error.headers or {}))


def _left(_request: Request, _error: Exception) -> Response:
    return Response(status_code=400)  # nobody reads it: who sent half a body hung up


def _unknown(request: Request, error: Exception) -> Response:
    # The class only: a message may quote a value from the request.
    log.error("unexpected", kind=type(error).__name__, route=getattr(request.scope.get("route"), "path", ""))
    return answer(request, 500, "error")


class BodyLimit:
    """Turns the framework's plain answer to a body over the limit into a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on but a 413 in plain text."""
        is_replaced = False

        async def send_problem(message: Message) -> None:
            nonlocal is_replaced
            if message["type"] == "http.response.start" and message["status"] == TOO_LARGE:
                is_replaced = Headers(raw=message["headers"]).get("content-type", "").startswith("text/plain")
                if is_replaced:
                    await answer(Request(scope), message["status"], "too-large")(scope, receive, send)
            if not is_replaced:
                await send(message)

        await self._app(scope, receive, send_problem)


def add_to(app: FastAPI) -> None:
    """Let every error of this app leave as a problem."""
    app.add_exception_handler(errors.TekenError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(ClientDisconnect, _left)
    app.add_exception_handler(Exception, _unknown)
