"""Listens to Server-Sent Events as a browser does: bytes over a real connection, with `Last-Event-ID`."""

import http.client
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, Queue
from typing import Self
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Heard:
    """One block of the stream: an event, or a comment that keeps the line open."""

    name: str = ""
    data: str = ""
    id: str = ""
    comment: str | None = None
    at: float = field(default=0.0, compare=False)


class Listener:
    """One open stream; a thread reads it, until it ends or is closed."""

    def __init__(self, url: str, token: str, last_event_id: str | None = None) -> None:
        where = urlsplit(url)
        assert where.hostname
        self._connection = http.client.HTTPConnection(where.hostname, where.port, timeout=60)
        headers = {"Authorization": f"Bearer {token}"}
        self._connection.request("GET", "/v1/teken/stream", headers=headers | _since(last_event_id))
        self._socket = self._connection.sock
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        self.last_event_id = last_event_id
        self._queue: Queue[Heard | None] = Queue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._answer.close()
        self._connection.close()

    def next(self, within_s: float = 8.0) -> Heard:
        """Return the next event, passing over comments; fails when none comes in time or the stream is over."""
        ends = time.monotonic() + within_s
        while True:
            heard = self.anything(max(0.001, ends - time.monotonic()))
            assert heard, "the stream ended, or stayed silent"
            if heard.name:
                return heard

    def anything(self, within_s: float = 8.0) -> Heard | None:
        """Return the next event or comment; None when the stream ended or stayed silent."""
        try:
            return self._queue.get(timeout=within_s)
        except Empty:
            return None

    def nothing(self, for_s: float = 2.5) -> None:
        """Fail when an event comes within this time (longer than the server takes to look again)."""
        ends = time.monotonic() + for_s
        while (left := ends - time.monotonic()) > 0:
            heard = self.anything(left)
            assert heard is None or not heard.name, heard

    def opened(self) -> Self:
        """Wait for the first comment: what happens from here on is heard."""
        heard = self.anything()
        assert heard
        assert heard.comment is not None, heard
        return self

    def _read(self) -> None:
        lines: list[str] = []
        with suppress(OSError, ValueError, http.client.HTTPException):
            while line := self._answer.readline():
                text = line.decode().rstrip("\n")
                if text:
                    lines.append(text)
                elif lines:
                    self._take(lines)
                    lines = []
        self._queue.put(None)

    def _take(self, lines: list[str]) -> None:
        fields: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
        self.last_event_id = fields.get("id") or self.last_event_id
        heard = Heard(fields.get("event", ""), fields.get("data", ""), fields.get("id", ""), fields.get(""))
        self._queue.put(Heard(heard.name, heard.data, heard.id, heard.comment, at=time.monotonic()))


def _since(last_event_id: str | None) -> dict[str, str]:
    return {"Last-Event-ID": last_event_id} if last_event_id else {}
