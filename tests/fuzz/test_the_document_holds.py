"""Whatever anybody sends, with whatever token: no answer that the OpenAPI document does not know, and never a 5xx."""

import json
from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.cast import AT_WORK, Cast
from tests.fuzz.effort import IS_LONG, effort
from tests.house import HandClock, make_app, make_client
from tests.kept import Restore, keep

WHO: tuple[str, ...] = (
    "nobody",
    "revoked",
    "erased",
    "upload",
    "display",
    "waiting",
    "contact",
    "stranger",
    "other",
    "resident",
)
WHO += AT_WORK if IS_LONG else ("caseworker", "admin")
# Who is like another in what they may ask (only not in what they get) asks only where there is time.
ASKING = [who for who in WHO if IS_LONG or who not in {"revoked", "erased", "stranger", "other"}]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CODES = ("pairings", "invitations", "caseworker-codes")  # what a code in a path can be of
STREAM = "GET /v1/teken/stream"
BASE = "http://testserver"
# No JSON, no text, more digits or levels than a parser takes, half a sign, and one that databases refuse.
BROKEN = {
    "unfinished": b'{"name": ',
    "not utf-8": b"\xff\xfe\x00",
    "a number of 5000 digits": b'{"order": ' + b"9" * 5000 + b"}",
    "20000 levels": b"[" * 20_000,
    "half a sign": b'{"name": "\\ud800"}',
    "a sign of nothing": b'{"name": "\\u0000", "words": "\\u0000", "device_name": "\\u0000"}',
    "not finite": b'{"order": NaN, "battery": Infinity}',
    "a list": b"[]",
    "null": b"null",
    "more than is taken": b'{"name": "' + b"a" * 70_000 + b'"}',
    "a key twice": b'{"name": "a", "name": {}}',
}


@dataclass
class Stage:
    """A service with everybody in it, the way back to its beginning, and whom each kind of token belongs to."""

    cast: Cast
    restore: Restore
    tokens: dict[str, str | None]
    things: dict[str, dict[str, str]]

    def send(self, who: str, case: Any) -> Any:
        """Send what was made up, with somebody's token."""
        call = requests.Request(**case.as_transport_kwargs(base_url=BASE)).prepare()
        headers = {name: value for name, value in call.headers.items() if name.lower() != "authorization"}
        return self.ask(who, call.method or "", call.url or "", headers=headers, content=call.body)

    def ask(self, who: str, method: str, url: str, *, headers: dict[str, Any], **how: Any) -> Any:
        """Ask as somebody; what they changed is undone before the next one asks."""
        token = self.tokens[who]
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        answer = self.cast.client.request(method, url, headers=headers | bearer, **how)
        if method != "GET" and answer.is_success:
            self.restore()
        return answer


@pytest.fixture(scope="module")
def stages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[Callable[..., Stage]]:
    """Return the stage on a database, built when it is first asked for."""
    folder = tmp_path_factory.mktemp("fuzz")

    @cache
    def on(database: str) -> Stage:
        return build(folder / database, request.getfixturevalue(f"{database}_url_of_module"), opened)

    with ExitStack() as opened:
        yield on


def build(folder: Path, database_url: str, opened: ExitStack) -> Stage:
    app = make_app(folder, database_url, clock=HandClock())
    opened.callback(app.state.house.close)
    cast = Cast(make_client(app))
    tokens = {who: cast.tokens(who)[0] for who in WHO}
    made = {}
    for used_up in ("{proposal_id}", "{pause_id}", "{episode_id}"):
        made |= cast.things_for(used_up, "nobody")
    things = {kind: made | {"code": cast.things_for(f"{kind}/{{code}}", "nobody")["code"]} for kind in CODES}
    return Stage(cast, keep(database_url), tokens, things)


@pytest.fixture
def stage(request: pytest.FixtureRequest, stages: Callable[..., Stage]) -> Stage:
    return stages(request.param)


@cache
def document() -> Any:
    config = SchemathesisConfig()
    config.projects.default.generation.update(with_security_parameters=False)
    written = Path(__file__).parents[2] / "openapi" / "openapi.json"
    return schemathesis.openapi.from_dict(json.loads(written.read_bytes()), config=config)


def endpoints() -> list[str]:
    """Return all but the stream, which ends with the service only."""
    paths = document().raw_schema["paths"]
    found = [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]
    return sorted(found, key=lambda endpoint: endpoint == STREAM)[:-1]


def operation_of(endpoint: str) -> Any:
    method, path = endpoint.split()
    return document()[path][method.lower()]


def things_of(stage: Stage, endpoint: str) -> dict[str, str]:
    return stage.things[next((kind for kind in CODES if kind in endpoint), CODES[0])]


def case_of(stage: Stage, endpoint: str) -> Any:
    """Return what the document says of a plain request: about Anna's things."""
    operation, things = operation_of(endpoint), things_of(stage, endpoint)
    return operation.Case(path_parameters={one.name: things[one.name] for one in operation.path_parameters})


def made_up(endpoint: str, things: dict[str, str]) -> st.SearchStrategy[Any]:
    """Return requests that the document allows and ones that it does not, about Anna's things and about nothing."""
    operation = operation_of(endpoint)
    names = [parameter.name for parameter in operation.path_parameters]
    there: dict[str, Any] = {"path_parameters": {name: things[name] for name in names}} if names else {}
    if endpoint.endswith("/preview"):
        there["query"] = {"contact_id": things["contact_id"]}
    ways = [operation.as_strategy(generation_mode=GenerationMode.POSITIVE, **there)]
    if operation.query or operation.body or operation.headers or operation.path_parameters:
        ways.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
        ways.append(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    return st.one_of(ways)


def with_bodies() -> list[str]:
    return [endpoint for endpoint in endpoints() if operation_of(endpoint).body and endpoint != "POST /v1/walks"]


def on_both(found: list[str]) -> pytest.MarkDecorator:
    """Ask each endpoint on both databases; where time is short every second one on each."""
    step = 1 if IS_LONG else 2
    on = {"sqlite": found[::step], "postgresql": found[step - 1 :: step]}
    cases = [(database, endpoint) for database, endpoints in on.items() for endpoint in endpoints]
    return pytest.mark.parametrize(("stage", "endpoint"), cases, indirect=["stage"])


@on_both(endpoints())
def test_whatever_is_sent_the_answer_is_in_the_document(stage: Stage, endpoint: str):
    @effort(2)
    @given(case=made_up(endpoint, things_of(stage, endpoint)))
    def everybody_asks(case: Any) -> None:
        for who in ASKING:
            answer = stage.send(who, case)
            case.validate_response(answer, checks=CHECKS)

    everybody_asks()


@on_both(endpoints())
def test_what_is_meant_well_is_in_the_document(stage: Stage, endpoint: str):
    """The answers of the access matrix, which made-up files and codes never reach."""
    case = case_of(stage, endpoint)
    for who in WHO:
        answer = stage.cast.call(endpoint, stage.tokens[who], things_of(stage, endpoint), stage.cast.anna.id)
        case.validate_response(answer, checks=CHECKS)
        if endpoint.startswith("GET") or not answer.is_success:
            continue
        stage.cast.calls -= 1  # the same again, the same address and the same file too
        again = stage.cast.call(endpoint, stage.tokens[who], things_of(stage, endpoint), stage.cast.anna.id)
        case.validate_response(again, checks=CHECKS)
        stage.restore()


@on_both(with_bodies())
def test_broken_bodies_are_refused_as_the_document_says(stage: Stage, endpoint: str):
    case = case_of(stage, endpoint)
    method, path = endpoint.split()
    for who in ASKING if IS_LONG else ("resident",):  # a body is parsed before anybody asks whose it is
        for what, body in BROKEN.items():
            url = BASE + path.format(**things_of(stage, endpoint))
            answer = stage.ask(who, method, url, headers={"Content-Type": "application/json"}, content=body)
            assert answer.status_code < 500, (what, answer.text)
            case.validate_response(answer, checks=CHECKS)
