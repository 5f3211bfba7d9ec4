"""Every error is a problem (RFC 9457), in the caller's language, and holds nothing of the request."""

import json
import re

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from app.phatic.wording import TEXTS
from app.routes.problems import CODE_OF_STATUS, STATUS
from tests.house import make_app
from tests.people import Person

MARK = "zeldzaamwoord"
# What is sent, and what comes back; every request holds the mark somewhere.
WRONG = {
    "no token": ("GET", "/v1/me", {"headers": {"Authorization": MARK}}, 401, "no-token"),
    "a token that we do not know": (
        "GET",
        "/v1/me",
        {"headers": {"Authorization": f"Bearer tvl_r_{MARK}"}},
        401,
        "no-token",
    ),
    "a path that is not there": ("GET", f"/v1/{MARK}", {}, 404, "not-found"),
    "a page that is not there": ("GET", f"/{MARK}", {"headers": {"Accept": "application/json"}}, 404, "not-found"),
    "another method": ("PUT", f"/v1/me?x={MARK}", {}, 405, "method-not-allowed"),
    "a body that is no JSON": ("POST", "/v1/residents", {"content": "{" + MARK}, 422, "invalid-request"),
    "a body that is no text": ("POST", "/v1/residents", {"content": b"\xff" + MARK.encode()}, 422, "invalid-request"),
    "a body with too long a number": ("POST", "/v1/residents", {"content": "9" * 5000}, 422, "invalid-request"),
    "a field that we do not know": (
        "POST",
        "/v1/residents",
        {"json": {"name": "x", MARK: MARK}},
        422,
        "invalid-request",
    ),
    "a value of the wrong kind": ("POST", "/v1/residents", {"json": {"name": {MARK: 1}}}, 422, "invalid-request"),
    "a body over the limit": ("POST", "/v1/residents", {"content": MARK * 6000}, 413, "too-large"),
    "an unknown code": ("POST", f"/v1/pairings/{MARK}/accept", {}, 404, "not-found"),
}
DUTCH, ENGLISH = (TEXTS[language]["problem.no-token"] for language in ("nl", "en"))


@pytest.mark.parametrize(("method", "path", "how", "status", "code"), WRONG.values(), ids=WRONG.keys())
def test_a_problem_has_four_members_and_echoes_nothing(client: TestClient, method, path, how, status, code):
    answer = client.request(method, path, **how)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert set(problem) == {"status", "title", "detail", "code"}
    assert (problem["status"], problem["code"]) == (status, code)
    assert MARK not in answer.text
    assert MARK not in str(answer.headers)


@pytest.mark.parametrize(
    ("wanted", "title"),
    [("", DUTCH), ("nl-BE", DUTCH), ("de, en;q=0.8, nl;q=0.5", ENGLISH), ("en-US,en;q=0.9", ENGLISH), ("xx", DUTCH)],
)
def test_the_title_is_in_the_callers_language(client: TestClient, wanted: str, title: str):
    assert client.get("/v1/me", headers={"Accept-Language": wanted}).json()["title"] == title


def test_what_nobody_foresaw_is_a_problem_too_and_says_no_more(app: FastAPI, anna: Person):
    def broken() -> None:
        raise RuntimeError(MARK)

    app.state.house.clock.now = broken
    client = TestClient(app, raise_server_exceptions=False)
    answer = client.post("/v1/check-ins", headers=anna.auth)
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["code"] == "error"
    assert MARK not in answer.text


def test_every_answer_says_the_version_and_is_kept_by_nobody(client: TestClient):
    for path in ("/v1/me", "/v1/openapi.json", "/livez", "/v1/nothing"):
        headers = client.get(path).headers
        assert re.fullmatch(r"\d+\.\d+\.\d+", headers["api-version"])
        assert (headers["cache-control"], headers["x-robots-tag"]) == ("no-store", "noindex")
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"


def test_a_writer_that_is_not_free_is_busy_for_two_seconds(tmp_path, sqlite_url: str):
    app = make_app(tmp_path, sqlite_url)
    client = TestClient(app)
    with app.state.house.db.write() as session:
        session.exec(select(1))
        answer = client.post("/v1/residents", json={"name": "Anna"})
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "busy", "2")
    app.state.house.close()


def test_every_code_has_its_sentence_in_both_languages():
    codes = {kind.default_code for kind in STATUS} | set(CODE_OF_STATUS.values())
    codes |= {"key-reused", "in-progress", "already-done", "withdrawn", "too-old", "future-track", "sign-up-closed"}
    missing = [
        f"{language}: {code}" for language in TEXTS for code in codes if f"problem.{code}" not in TEXTS[language]
    ]
    assert missing == []


def test_the_document_promises_problems_and_nothing_else(client: TestClient):
    document = client.get("/v1/openapi.json").json()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if status >= "4":
                    assert list(answer["content"]) == ["application/problem+json"], (path, status)
    assert "HTTPValidationError" not in json.dumps(document)
