"""`Idempotency-Key`: the same request twice is one request."""

import threading
import time
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from app.flows import once
from app.models.people import Replay, Resident
from tests.house import NOON, HandClock
from tests.people import Person, make_resident, make_upload
from tests.walks import walk_gpx

KEY = {"Idempotency-Key": "a key of the app's own"}
SECRET = [
    ("/v1/residents", {"name": "Gijs"}),
    ("/v1/pairings", {}),
    ("/v1/devices", {"name": "horloge", "kind": "upload"}),
    ("/v1/invitations", {"name": "Cor"}),
]


def gpx(**how) -> bytes:
    return walk_gpx(begins=NOON - timedelta(hours=2), points=300, every_s=10.0, **how)


def test_a_repeated_tap_is_the_first_one(anna: Person):
    first, second = (anna.post("/v1/check-ins", json={"words": "koffie"}, headers=KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["content-type"] == first.headers["content-type"]
    assert len(anna.feed()) == 1


def test_another_body_under_the_same_key_is_refused(anna: Person):
    anna.post("/v1/check-ins", json={"words": "koffie"}, headers=KEY)
    answer = anna.post("/v1/check-ins", json={"words": "thee"}, headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (422, "key-reused")
    assert len(anna.feed()) == 1


@pytest.mark.parametrize(("path", "body"), SECRET)
def test_an_answer_with_a_secret_is_told_once(app: FastAPI, anna: Person, path: str, body: dict[str, str]):
    first, second = (anna.post(path, json=body, headers=KEY) for _ in range(2))
    assert first.status_code == 201
    assert (second.status_code, second.json()["code"]) == (409, "already-done")
    with app.state.house.db.read() as session:
        assert session.exec(select(Replay.body)).all() == [None]


def test_accepting_twice_under_one_key_tells_its_token_once(client: TestClient, anna: Person):
    code = anna.post("/v1/invitations", json={"name": "Bas"}).json()["code"]
    first, second = (client.post(f"/v1/invitations/{code}/accept", headers=KEY) for _ in range(2))
    assert (first.status_code, second.status_code, second.json()["code"]) == (201, 409, "already-done")


def test_a_key_counts_per_token_and_per_endpoint(anna: Person, dora: Person, bas: Person):
    people = [anna, dora, make_upload(anna)]
    ids = {person.post("/v1/check-ins", headers=KEY).json()["teken"]["id"] for person in people}
    wave = bas.post("/v1/waves", json={"resident_id": anna.id}, headers=KEY)
    assert len(ids) == 3
    assert wave.status_code == 201


def test_a_key_is_good_for_a_day(anna: Person, clock: HandClock):
    first = anna.post("/v1/check-ins", headers=KEY).content
    clock.move(hours=23, minutes=59)
    assert anna.post("/v1/check-ins", headers=KEY).content == first
    clock.move(minutes=2)
    assert anna.post("/v1/check-ins", headers=KEY).content != first


def test_what_was_refused_keeps_no_key(anna: Person):
    assert anna.post("/v1/check-ins", json={"words": "a" * 141}, headers=KEY).status_code == 422
    assert anna.post("/v1/check-ins", json={"words": "a"}, headers=KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_that_is_too_short_or_too_long_is_refused(anna: Person, key: str):
    assert anna.post("/v1/check-ins", headers={"Idempotency-Key": key}).json()["code"] == "invalid-request"


def test_of_a_walk_the_files_bytes_are_compared_not_the_form(anna: Person):
    data = gpx()
    raw = anna.post("/v1/walks", content=data, headers=KEY)
    forms = [anna.post("/v1/walks", files={"file": (name, data)}, headers=KEY) for name in ("a.gpx", "b.gpx")]
    assert raw.status_code == 201
    assert [(form.status_code, form.content) for form in forms] == [(201, raw.content)] * 2
    other = anna.post("/v1/walks", files={"file": ("a.gpx", gpx(seed=2))}, headers=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")


def test_a_second_wave_repeats_its_own_status(anna: Person, bas: Person):
    bas.post("/v1/waves", json={"resident_id": anna.id})
    statuses = [bas.post("/v1/waves", json={"resident_id": anna.id}, headers=KEY).status_code for _ in range(2)]
    assert statuses == [200, 200]


def test_while_the_first_one_runs_the_second_is_told_so(app: FastAPI, anna: Person):
    """The first request waits for the database, which somebody else is writing to."""
    house, answers = app.state.house, []
    first = threading.Thread(target=lambda: answers.append(anna.post("/v1/check-ins", headers=KEY)))
    with house.db.write() as session:
        session.exec(select(Resident).with_for_update()).one()
        first.start()
        begun = time.monotonic()
        while not house._under_way and time.monotonic() - begun < 1:
            time.sleep(0.01)
        second = anna.post("/v1/check-ins", headers=KEY)
    first.join()
    assert (second.status_code, second.json()["code"]) == (409, "in-progress")
    assert answers[0].status_code == 201
    assert len(anna.feed()) == 1


def test_a_proxy_s_own_authorization_makes_no_two_people_one(client):
    names = []
    for name in ("Anna", "Dora"):
        token = make_resident(client, name).token
        client.cookies.set("teken_resident", token)
        proxied = {"Authorization": "Basic c3RhZ2luZzpzdGFnaW5n", "Sec-Fetch-Site": "same-origin"}
        answer = client.post("/v1/check-ins", headers=proxied | {"Idempotency-Key": "tap-1"})
        names.append(answer.json()["teken"]["resident"]["name"])
    assert names == ["Anna", "Dora"]


def test_what_was_taken_back_does_not_come_again_as_a_repeat(anna: Person, clock: HandClock):
    file = walk_gpx(points=500, every_s=7, begins=clock.now() - timedelta(hours=2))
    key = {"Idempotency-Key": "once"}
    first = anna.post("/v1/walks", content=file, headers=key).json()["walk"]
    assert anna.delete(f"/v1/walks/{first['id']}").status_code == 204
    again = anna.post("/v1/walks", content=file, headers=key)
    assert again.status_code == 201
    assert again.json()["walk"]["id"] != first["id"]


def test_of_an_upload_only_the_walks_id_is_kept_after_a_quarter(app: FastAPI, clock: HandClock, anna: Person):
    def kept() -> list[str]:
        with app.state.house.db.write() as session:
            once.forget_previews(session, clock.now())
        with app.state.house.db.read() as session:
            return [body or "" for body in session.exec(select(Replay.body))]

    first = anna.post("/v1/walks", content=gpx(), headers=KEY)
    anna.post("/v1/check-ins", json={}, headers=KEY)
    clock.move(minutes=14)
    assert "route" in "".join(kept())
    assert anna.post("/v1/walks", content=gpx(), headers=KEY).content == first.content
    clock.move(minutes=1)
    for _ in range(2):  # before the hourly job, and after it
        late = anna.post("/v1/walks", content=gpx(), headers=KEY)
        assert late.status_code == 201
        assert late.json()["walk"]["id"] == first.json()["walk"]["id"]
        assert "route" not in late.json()["walk"]["previews"]["route"], "nobody may see a place: no Sketch is kept"
        left = sorted(kept(), key=len)
    assert left[0] == first.json()["walk"]["id"], "no preview, no place"
    assert "drawing_svg" in left[1], "a tap's answer shows no place"
