"""One log line per request, and what `/metrics` counts: route templates only, never a path with an id or a query."""

from collections import defaultdict
from time import perf_counter

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNKNOWN, STATIC = "-", "/static"
CUT_OFF = 499  # who hung up got no answer
log = structlog.get_logger("teken.access")


class Meter:
    """Counts answers and seconds by method, route template and status: a small, closed set of labels."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str, int], int] = defaultdict(int)
        self._seconds: dict[tuple[str, str, int], float] = defaultdict(float)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._answers[method, route, status] += 1
        self._seconds[method, route, status] += seconds

    def lines(self) -> list[str]:
        """Return the counters in the text format of Prometheus (0.0.4)."""
        told = []
        for name, values in (("requests_total", self._answers), ("request_seconds_total", self._seconds)):
            told.append(f"# TYPE teken_{name} counter")
            for (method, route, status), value in sorted(values.items()):
                told.append(f'teken_{name}{{method="{method}",route="{route}",status="{status}"}} {value:.6g}')
        return told


class AccessLog:
    """Notes each request after its answer; the server's own access log, with whole paths, is off."""

    def __init__(self, app: ASGIApp, meter: Meter) -> None:
        self._app = app
        self._meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and note what came of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = perf_counter(), CUT_OFF

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        finally:
            seconds = perf_counter() - began
            # A method is a word that the caller chose: an unknown one is not repeated.
            method = scope["method"] if scope["method"] in METHODS else UNKNOWN
            route = template_of(scope)
            self._meter.note(method, route, status, seconds)
            log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000))


def template_of(scope: Scope) -> str:
    """Return the template that matched; "-" when none did, for then the path is a stranger's own text."""
    if scope["path"].startswith(f"{STATIC}/"):
        return STATIC
    return getattr(scope.get("route"), "path", UNKNOWN)
