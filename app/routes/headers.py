"""The headers that every answer carries."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

API_VERSION = "1.0.0"
CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": CSP,
}


PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
Raw = list[tuple[bytes, bytes]]


class Headers:
    """Adds the version of the API, and what keeps pages private: no referrer, no cache, no index."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self._app = app
        self._static, self._others = always({}, is_https=is_https), always(PRIVATE, is_https=is_https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add to its answer the headers that it does not set itself."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        ours = self._static if scope["path"].startswith("/static/") else self._others

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: Raw = list(message.get("headers", ()))
                there = {name for name, _ in headers}
                message["headers"] = headers + [header for header in ours if header[0] not in there]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def always(more: dict[str, str], *, is_https: bool) -> Raw:
    """Return what stands on every answer, as the server sends it: made once."""
    headers = ALWAYS | {"API-Version": API_VERSION} | more
    if is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
