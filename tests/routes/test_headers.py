"""Every answer carries what keeps a browser safe and a page private, whoever asks and whatever comes of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from app.main import STATIC
from tests.house import make_app, make_client
from tests.people import Person, make_resident

KEPT_SAFE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}
LIVE = "/v1/teken/stream"  # never ends; tests/test_stream.py reads it


@pytest.fixture
def app(tmp_path, sqlite_url, clock) -> Iterator[FastAPI]:
    app = make_app(tmp_path, sqlite_url, clock=clock, public_url="https://teken.example")
    yield app
    app.state.house.close()


def assert_safe(answer, *, is_static: bool = False) -> None:
    where = f"{answer.request.method} {answer.request.url.path} {answer.status_code}"
    headers = answer.headers
    assert {name: headers.get(name) for name in KEPT_SAFE} == KEPT_SAFE, where
    policy = dict(one.split(" ", 1) for one in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'", where
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'", where
    assert "unsafe" not in headers["content-security-policy"], where
    assert headers["strict-transport-security"].startswith("max-age=31536000"), where
    assert headers["api-version"], where
    assert "server" not in headers, where
    for name in (*KEPT_SAFE, "content-security-policy", "cache-control"):
        assert len(headers.get_list(name)) == 1, f"{where}: {name} twice"
    if not is_static:
        assert (headers["cache-control"], headers["x-robots-tag"]) == ("no-store", "noindex"), where


def routes_of(app: FastAPI) -> list[tuple[str, str]]:
    """Return every method and path, pages and the document too, as the app itself lists them."""
    found, waiting = [], list(app.routes)
    while waiting:
        route = waiting.pop()
        if isinstance(route, APIRoute):
            found += [(method, route.path) for method in sorted(route.methods)]
        waiting += getattr(getattr(route, "original_router", None), "routes", [])
    return found


@pytest.mark.parametrize("who", ["nobody", "resident", "browser"])
def test_every_route_answers_with_them(app: FastAPI, who: str):
    client = make_client(app)
    anna = make_resident(client)
    found = routes_of(app)
    assert len(found) > 80, "pages and API; if this falls, the list of routes is read wrongly"
    headers = {"Accept": "text/html"} if who == "browser" else anna.auth if who == "resident" else {}
    seen = set()
    for method, path in found:
        if path == LIVE:
            continue
        here = re.sub(r"\{[^}]+\}", str(uuid4()), path)
        body = {} if method in {"GET", "DELETE"} else {"json": {}}
        answer = client.request(method, here, headers=headers, **body)
        assert_safe(answer)
        seen.add(answer.status_code)
    assert len(seen) >= 4, f"only {seen}"


def test_refusals_of_every_kind_carry_them(app: FastAPI):
    client = make_client(app)
    anna: Person = make_resident(client)
    answers = {
        404: client.get("/nowhere"),
        405: client.put("/v1/me"),
        413: client.post("/v1/check-ins", content=bytes(70_000), headers=anna.auth),
        415: client.post("/v1/walks", content=b"no walk at all", headers=anna.auth),
        422: client.post("/v1/residents", content=b"{"),
    }
    same_site = {"Cookie": f"__Host-teken_resident={anna.token}", "Sec-Fetch-Site": "same-origin"}
    answers[303] = client.post("/ik/teken", headers=same_site)
    assert {status: answer.status_code for status, answer in answers.items()} == {one: one for one in answers}
    for answer in answers.values():
        assert_safe(answer)


def test_an_error_of_ours_carries_them_too(app: FastAPI, monkeypatch):
    def broken(*_args: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("app.flows.checkin.share_tap", broken)
    client = TestClient(app, raise_server_exceptions=False)
    anna = make_resident(client)
    answer = anna.post("/v1/check-ins", json={})
    assert answer.status_code == 500
    assert_safe(answer)


def test_static_files_carry_them_and_are_kept_by_the_browser(app: FastAPI):
    client = make_client(app)
    files = [path.relative_to(STATIC) for path in STATIC.rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        answer = client.get(f"/static/{Path(path).as_posix()}")
        assert answer.status_code == 200
        assert_safe(answer, is_static=True)
        assert answer.headers["cache-control"] == "public, max-age=3600"
    assert_safe(client.get("/static/../main.py"), is_static=True)
