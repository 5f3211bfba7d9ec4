"""The framework's test client on one event loop for all requests: it makes one for each, with threads of its own."""

import asyncio
from concurrent.futures import Future
from functools import cache
from threading import Thread
from typing import Any
from urllib.parse import unquote

import httpx2
from fastapi import FastAPI
from starlette.testclient import TestClient

Message = dict[str, Any]


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return this process's loop. It runs inside of one task, because threads that serve it end with their task."""
    running: Future[asyncio.AbstractEventLoop] = Future()

    async def stay() -> None:
        running.set_result(asyncio.get_running_loop())
        await asyncio.Event().wait()

    Thread(target=asyncio.run, args=(stay(),), daemon=True).start()
    return running.result()


class _InProcess(httpx2.BaseTransport):
    """Hands a request to the app, and its whole answer back; what the app raises is raised here."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        return asyncio.run_coroutine_threadsafe(self._ask(request, request.read()), _loop()).result()

    async def _ask(self, request: httpx2.Request, body: bytes) -> httpx2.Response:
        left: list[Message] = [{"type": "http.request", "body": body}]
        answered = asyncio.Event()
        sent: list[Message] = []

        async def receive() -> Message:
            if left:
                return left.pop()
            await answered.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                answered.set()

        await self._app(_scope(request), receive, send)
        begins, *rest = sent
        content = httpx2.ByteStream(b"".join(message.get("body", b"") for message in rest))
        return httpx2.Response(begins["status"], headers=begins.get("headers", []), stream=content)


def _scope(request: httpx2.Request) -> dict[str, Any]:
    url = request.url
    return {
        "type": "http",
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": unquote(url.path),
        "raw_path": url.raw_path.split(b"?", 1)[0],
        "query_string": url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("testclient", 50000),
        "server": (url.host, url.port or (443 if url.scheme == "https" else 80)),
        "extensions": {},
        "state": {},
    }


class QuickClient(TestClient):
    """Speaks to the app as the framework's client does, without starting what runs beside it."""

    def __init__(self, app: FastAPI, **how: Any) -> None:
        super().__init__(app, **how)
        self._transport = _InProcess(app)
