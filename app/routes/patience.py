"""How long a body may take to arrive: a sender who stops, or drips, gets an answer and gives back their place."""

from contextlib import suppress
from time import monotonic

from anyio import fail_after
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.routes.problems import answer

SILENCE_S = 20.0  # a phone in a lift
GRACE_S = 20.0
PACE = 4 * 1024  # bytes a second, on average after the grace: the slowest telephone network
TOO_SLOW = 408
DISCONNECT: Message = {"type": "http.disconnect"}


class Patience:
    """Ends the wait for a body with 408; nothing of it is kept, for nothing begins before a body is whole."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; a body that does not come ends as if its sender had left, and the answer says why."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wait = _Wait(receive, send)
        with suppress(ClientDisconnect):  # nobody is left to be told
            await self._app(scope, wait.receive, wait.send)
        if wait.is_over and not wait.has_answer:
            refusal = answer(Request(scope), TOO_SLOW, "too-slow", {"Connection": "close"})
            await refusal(scope, receive, send)


class _Wait:
    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._began, self._bytes, self._is_whole = monotonic(), 0, False
        self.is_over = self.has_answer = False

    async def receive(self) -> Message:
        """Return the next piece, or that the sender is gone once it took too long."""
        if self._is_whole:
            return await self._receive()
        now = monotonic()
        ends = min(now + SILENCE_S, self._began + GRACE_S + self._bytes / PACE)
        try:
            with fail_after(max(0.0, ends - now)):
                message = await self._receive()
        except TimeoutError:
            self.is_over = True
            return DISCONNECT
        self._bytes += len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Send an answer that began in time; what the app makes of a sender who left is replaced."""
        if self.is_over and not self.has_answer:
            return
        self.has_answer = True
        await self._send(message)
