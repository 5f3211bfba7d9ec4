"""The server's front door: whoever never finishes asking, or asks with too much around it, is shown out."""

import asyncio
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.routes.headers import Raw
from app.routes.problems import plain_problem

HEAD_S = 20.0  # from the first byte to the last of what stands before a body
HEAD_BYTES = 32 * 1024  # a browser's own headers with our cookies are about 2 kB
AROUND = len(b": \r\n")


class Door(HttpToolsProtocol):
    """uvicorn's own protocol, which waits for ever for the end of a request's head and keeps all of it.

    An answer that is not the application's carries `always`, as every other does.
    """

    def __init__(self, *, always: Raw, **named: Any) -> None:  # noqa: ANN401  # as the server makes it
        super().__init__(**named)
        self._always = always
        self._head: asyncio.TimerHandle | None = None
        self._bytes = 0
        self._is_in_head = True
        self._is_done = False

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Give a new connection its time to ask."""
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the clock."""
        self._has_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; what is no end of a head counts towards the limit, whatever it is."""
        if self._is_done or self.transport.is_closing():
            return  # it was shown out, and goes on talking
        self._bytes += len(data)
        super().data_received(data)
        if self._is_in_head and self._bytes > HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        # Also what trickles in between two requests: empty lines, or the rest of a body that was answered already.
        if self._head is None and (self.cycle is None or self.cycle.response_complete):
            self._wait_for_head()

    def on_message_begin(self) -> None:
        """A request begins: its time runs from its first byte."""
        super().on_message_begin()
        self._is_in_head = True
        if self._head is None:
            self._wait_for_head()

    def on_headers_complete(self) -> None:
        """Measure the head, which may have come in one piece, and hand the request on."""
        self._has_head()
        sizes = (len(name) + len(value) + AROUND for name, value in self.headers)
        if len(self.url) + sum(sizes) > HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return
        super().on_headers_complete()
        self._is_in_head, self._bytes = False, 0

    def on_body(self, body: bytes) -> None:
        """Take what belongs to a request that was handed on."""
        if self.cycle is not None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request that was handed on; what comes next is a head again."""
        self._bytes = 0
        if self.cycle is not None:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Let the server's own, shorter patience between two requests begin."""
        self._has_head()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP; the parser's own words about it are not repeated."""
        del msg
        self._refuse(HTTPStatus.BAD_REQUEST)

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: whoever asks for another protocol is answered in this one (RFC 9110, 7.8)."""

    def _wait_for_head(self) -> None:
        self._head = self.loop.call_later(HEAD_S, self._refuse, HTTPStatus.REQUEST_TIMEOUT)

    def _has_head(self) -> None:
        if self._head:
            self._head.cancel()
            self._head = None

    def _refuse(self, status: HTTPStatus) -> None:
        """Say no and hang up. A whole request before it is answered first; where nobody waits, only hang up."""
        self._has_head()
        if self.transport.is_closing():
            return
        is_under_way = self.cycle is not None and not self.cycle.response_complete
        if is_under_way and not self.cycle.more_body:
            self.cycle.keep_alive, self._is_done = False, True
            return
        waits = not self.cycle.response_started if is_under_way else self._is_in_head and self._bytes > 0
        if waits:
            self.transport.write(self._answer(status))
        self.transport.close()

    def _answer(self, status: HTTPStatus) -> bytes:
        body = plain_problem(status)
        own = [(b"content-type", b"application/problem+json"), (b"content-length", b"%d" % len(body))]
        lines = [b"%b: %b\r\n" % header for header in [*own, *self._always, (b"connection", b"close")]]
        return b"HTTP/1.1 %d %b\r\n%b\r\n%b" % (status, status.phrase.encode(), b"".join(lines), body)
