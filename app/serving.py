"""Serves the application: the listening socket, the server's settings, and an end that does not wait for ever."""

import resource
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

import uvicorn

from app.door import Door
from app.house import House
from app.routes.headers import PRIVATE, always

STREAMS_END_S = 5


class Server(uvicorn.Server):
    """Ends live streams before it waits for open answers, so that stopping takes a moment and not for ever."""

    def __init__(self, config: uvicorn.Config, house: House) -> None:
        super().__init__(config)
        self._house = house

    async def shutdown(self, sockets: list | None = None) -> None:
        """Tell long answers to end, then shut down as always."""
        self._house.is_closing = True
        await super().shutdown(sockets)


def run(app: Callable[..., Any], house: House, listener: socket.socket) -> None:
    """Serve until told to stop. Pages are live by Server-Sent Events, so nothing else is spoken than HTTP."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # each connection is one; the usual 1024 is soon full
    config = uvicorn.Config(
        app,
        http=partial(Door, always=always(PRIVATE, is_https=house.settings.is_https)),  # ty: ignore[invalid-argument-type]  # makes one, as a class does
        ws="none",
        access_log=False,
        server_header=False,
        log_config=None,
        timeout_graceful_shutdown=STREAMS_END_S,
    )
    Server(config, house).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; OSError when the port is taken."""
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


def spoken(host: str) -> str:
    """Return a host as a link on this machine names it."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # to print
    return f"[{host}]" if ":" in host else host
