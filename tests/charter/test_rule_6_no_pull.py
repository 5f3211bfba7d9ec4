"""Charter 6: no endpoint makes a phone report and none tells "now"; a walk goes out after its end and a hold."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from app.main import openapi_bytes
from app.worker import Worker
from tests.house import make_app, make_client
from tests.people import make_contact, make_resident

NOW = re.compile(
    r"(^|[_/-])(now|where|where-?abouts?|position|positions|locate|location|locations|current|latest|live|track|lat|lon|"
    r"latitude|longitude|presence|online|last_seen|speed|distance|duration|battery|request|poll|refresh|ask)([_/-]|$)"
)
METHODS = {"get", "post", "put", "patch", "delete"}
HALF_AN_HOUR = timedelta(minutes=30)


def document(app) -> dict[str, Any]:
    return json.loads(openapi_bytes(app))


# A caseworker's question to be let in, which the resident answers: it asks for no place and reaches no phone.
REQUEST_FOR_CARE = {"request", "request_id"}


def reached(document: dict[str, Any], schema: Any, seen: set[str]) -> set[str]:
    """Return the names of all fields that an answer of this schema can have, at every depth."""
    if isinstance(schema, list):
        return set().union(*(reached(document, one, seen) for one in schema))
    if not isinstance(schema, dict):
        return set()
    names = set(schema.get("properties", {}))
    ref = schema.get("$ref", "")
    if ref and ref not in seen:
        seen.add(ref)
        names |= reached(document, document["components"]["schemas"][ref.rpartition("/")[2]], seen)
    return names.union(*(reached(document, part, seen) for part in schema.values()))


def test_rule_6_no_pull_no_path_and_no_answer_tells_now(app):
    found = document(app)
    assert [path for path in found["paths"] if NOW.search(path)] == []
    for path, operations in found["paths"].items():
        for method in METHODS & set(operations):
            names = reached(found, operations[method]["responses"], set())
            assert {name for name in names if NOW.search(name)} <= REQUEST_FOR_CARE, (method, path)


def test_rule_6_no_pull_nothing_that_a_contact_can_send_reaches_a_phone(app):
    found = document(app)
    assert "webhooks" not in found
    for path, operations in found["paths"].items():
        for method in METHODS & set(operations):
            assert "callbacks" not in operations[method], path
            asked = [one["name"] for one in operations[method].get("parameters", [])]
            assert {name for name in asked if NOW.search(name)} <= REQUEST_FOR_CARE, (method, path)
            if path != "/v1/check-ins":  # a phone may say its battery; nobody can ask for it
                body = reached(found, operations[method].get("requestBody", {}), set())
                assert {name for name in body if NOW.search(name)} == set(), (method, path)


def test_rule_6_no_pull_a_contact_gets_today_and_else_the_last_sign_only(anna, bas, clock):
    for _ in range(3):
        anna.walk(clock.move(days=1))
    last = anna.tap()
    assert len(bas.feed()) == 2
    clock.move(days=3)
    shown = bas.feed()
    assert len(shown) == 1
    assert bas.get("/v1/teken", params={"cursor": "x", "limit": 100}).json() == {"items": shown, "next": None}
    assert last["id"] in {teken["id"] for teken in anna.feed()}
    assert bas.get("/v1/walks").status_code == 403


@pytest.fixture
def holding(tmp_path, database_url, clock):
    app = make_app(tmp_path, database_url, clock=clock, hold_minutes=30)
    yield app
    app.state.house.close()


def moment(text: str, clock) -> timedelta:
    return type(clock.now()).fromisoformat(text) - clock.now()


def test_rule_6_no_pull_a_walk_is_held_and_can_be_taken_back(holding, clock):
    anna = make_resident(make_client(holding))
    bas = make_contact(anna, detail="route")
    kept, taken = anna.walk(clock.now(), seed=1), anna.walk(clock.now(), seed=2)
    for walk in (kept, taken):
        assert walk["state"] == "held"
        assert HALF_AN_HOUR <= moment(walk["release_at"], clock) <= 2 * HALF_AN_HOUR
    worker = Worker(holding.state.house)
    clock.move(minutes=29)
    worker.run_once()
    assert bas.feed() == []
    assert anna.delete(f"/v1/walks/{taken['id']}").status_code == 204
    clock.move(minutes=32)
    worker.run_once()
    assert [teken["id"] for teken in bas.feed()] == [kept["previews"]["route"]["id"]]


def test_rule_6_no_pull_the_hold_counts_from_the_end_and_is_random(holding, clock):
    anna = make_resident(make_client(holding))
    late = [anna.walk(clock.now() - timedelta(hours=3), seed=seed) for seed in range(8)]
    waits = {moment(walk["release_at"], clock) for walk in late}
    assert len(waits) == 8
    assert min(waits) >= HALF_AN_HOUR, "a late upload is held from its arrival"
    ahead = anna.walk(clock.now() + timedelta(hours=2), seed=9)
    assert ahead["mark"] == "cut-to-arrival"
    assert moment(ahead["release_at"], clock) >= HALF_AN_HOUR


def test_rule_6_no_pull_now_already_is_for_the_resident_alone(holding, clock):
    anna = make_resident(make_client(holding))
    bas = make_contact(anna)
    walk = anna.walk(clock.now())
    assert bas.post(f"/v1/walks/{walk['id']}/release").status_code == 403
    assert bas.feed() == []
    assert anna.post(f"/v1/walks/{walk['id']}/release").json()["walk"]["state"] == "released"
    assert len(bas.feed()) == 1
