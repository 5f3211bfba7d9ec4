from datetime import timedelta

from starlette.testclient import TestClient

from tests.house import NOON, HandClock
from tests.people import Person, make_upload
from tests.walks import walk_gpx


def test_devices_are_listed_oldest_first_and_say_which_one_asks(anna: Person, clock: HandClock):
    clock.move(minutes=1)
    make_upload(anna)
    items = anna.get("/v1/devices").json()["items"]
    assert [(item["kind"], item["is_this"]) for item in items] == [("phone", True), ("upload", False)]
    assert set(items[0]) == {"id", "name", "kind", "created_at", "is_this", "is_new", "counts"}


def test_a_revoked_device_is_refused_at_its_next_request(client: TestClient, anna: Person):
    made = anna.post("/v1/devices", json={"name": "horloge", "kind": "upload"}).json()
    watch = Person(client, anna.id, made["token"])
    assert watch.post("/v1/check-ins").status_code == 201
    device = f"/v1/devices/{made['device']['id']}"
    assert anna.delete(device).status_code == 204
    answer = watch.post("/v1/check-ins")
    assert (answer.status_code, answer.json()["code"]) == (401, "no-token")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert anna.delete(device).status_code == 404


def test_an_upload_token_brings_in_and_reads_nothing_back(anna: Person):
    watch = make_upload(anna)
    begins = NOON - timedelta(hours=2)
    brought = watch.post("/v1/walks", content=walk_gpx(begins=begins, points=300, every_s=10.0))
    assert brought.status_code == 201
    walk = f"/v1/walks/{brought.json()['walk']['id']}"
    answers = [watch.get(walk), watch.delete(walk), watch.get("/v1/teken"), watch.get("/v1/me")]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "wrong-token")}


def test_only_upload_devices_are_made_with_a_name(anna: Person):
    assert anna.post("/v1/devices", json={"name": "x", "kind": "phone"}).status_code == 422


def test_a_stranger_cannot_tell_a_device_from_nothing(anna: Person, dora: Person):
    device = anna.get("/v1/devices").json()["items"][0]["id"]
    nothing = dora.delete("/v1/devices/3f0d3a52-9f6e-4c9e-8f0a-0a5f0f6f0f6f")
    theirs = dora.delete(f"/v1/devices/{device}")
    assert (theirs.status_code, theirs.content) == (404, nothing.content)
    assert anna.get("/v1/me").status_code == 200
