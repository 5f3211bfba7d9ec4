from datetime import timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.auth import LETTERS
from tests.house import HandClock, make_app, make_client
from tests.people import Person, make_resident

AGES = [
    ("code", timedelta(minutes=14), 201, None),
    ("code", timedelta(minutes=15), 410, "expired"),
    ("link", timedelta(days=6, hours=23), 201, None),
    ("link", timedelta(days=7), 410, "expired"),
]
WRONG = ["ABCDEF" + one + other for one in LETTERS for other in LETTERS]


def accept(client: TestClient, secret: str, **body: str):
    return client.post(f"/v1/pairings/{secret}/accept", json=body)


def secret_of(pairing, kind: str) -> str:
    return pairing["code"] if kind == "code" else pairing["url"].rsplit("/", 1)[1]


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: f"{code[:4]}-{code[4:]}", lambda code: f" {code[:4]} {code[4:]}"]
)
def test_a_code_works_however_it_was_typed(client: TestClient, anna: Person, typed):
    made = anna.post("/v1/pairings")
    assert made.status_code == 201
    answer = accept(client, typed(made.json()["code"]), device_name="telefoon")
    assert answer.status_code == 201
    new = Person(client, anna.id, answer.json()["token"])
    assert answer.json()["resident"]["id"] == anna.id
    assert [device["name"] for device in new.get("/v1/devices").json()["items"] if device["is_this"]] == ["telefoon"]


@pytest.mark.parametrize(("kind", "age", "status", "code"), AGES)
def test_a_code_lives_a_quarter_of_an_hour_and_a_link_a_week(
    client: TestClient, anna: Person, clock: HandClock, kind, age, status, code
):
    pairing = anna.post("/v1/pairings").json()
    clock.at += age
    answer = accept(client, secret_of(pairing, kind))
    assert (answer.status_code, answer.json().get("code")) == (status, code)


@pytest.mark.parametrize(("first", "second"), [("code", "link"), ("link", "code"), ("code", "code")])
def test_a_pairing_works_once(client: TestClient, anna: Person, first: str, second: str):
    pairing = anna.post("/v1/pairings").json()
    assert accept(client, secret_of(pairing, first)).status_code == 201
    answer = accept(client, secret_of(pairing, second))
    assert (answer.status_code, answer.json()["code"]) == (409, "already-done")


@pytest.mark.parametrize("secret", ["ABCD2345", "l_nobodyknowsthis", "p_AAAAA-AAAAA-AAAAA-AAAAA-AAAAA", "0"])
def test_what_opens_nothing_is_not_found(client: TestClient, secret: str):
    answer = accept(client, secret)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_the_paper_key_brings_back_and_ends_the_devices_before_it(client: TestClient):
    started = client.post("/v1/residents", json={"name": "Anna"}).json()
    lost = Person(client, started["resident"]["id"], started["token"])
    answer = accept(client, started["paper_key"].lower())
    assert answer.status_code == 201
    assert lost.get("/v1/me").status_code == 401
    found = Person(client, lost.id, answer.json()["token"])
    assert len(found.get("/v1/devices").json()["items"]) == 1


def test_the_qr_code_is_a_picture_without_a_style(anna: Person):
    made = anna.post("/v1/pairings").json()
    assert set(made) == {"code", "url", "qr_svg", "expires_at"}
    assert made["qr_svg"].startswith("<svg")
    assert "style" not in made["qr_svg"]
    assert made["url"].startswith("http://127.0.0.1:8000/p/l_")


def test_ten_wrong_codes_an_hour_are_enough_but_links_go_on(tmp_path, database_url):
    """Trust 2: the eleventh guess waits, however right it is; a link cannot be guessed and works."""
    clock = HandClock()
    app = make_app(tmp_path, database_url, clock=clock, rate_limits="on")
    client = make_client(app)
    anna = make_resident(client)
    by_code, by_link = anna.post("/v1/pairings").json(), anna.post("/v1/pairings").json()
    guesses = [accept(client, wrong).status_code for wrong in WRONG[:10]]
    assert guesses == [404] * 10
    paused = accept(client, by_code["code"])
    assert (paused.status_code, paused.headers["retry-after"]) == (429, "3600")
    assert client.post(f"/v1/invitations/{by_code['code']}/accept").status_code == 429
    assert accept(client, secret_of(by_link, "link")).status_code == 201
    clock.move(hours=1, seconds=1)
    again = anna.post("/v1/pairings").json()
    assert accept(client, again["code"]).status_code == 201
    app.state.house.close()


def test_a_storm_of_wrong_codes_from_everywhere_pauses_all_codes(tmp_path, database_url):
    app: FastAPI = make_app(tmp_path, database_url, rate_limits="on")
    anna = make_resident(make_client(app))
    right = anna.post("/v1/pairings").json()
    for i in range(10):
        guesser = TestClient(app, client=(f"10.0.0.{i}", 1234))
        assert {accept(guesser, wrong).status_code for wrong in WRONG[10 * i : 10 * i + 10]} == {404}
    fresh = TestClient(app, client=("10.0.1.1", 1234))
    assert accept(fresh, right["code"]).status_code == 429
    assert accept(fresh, secret_of(right, "link")).status_code == 201
    app.state.house.close()
