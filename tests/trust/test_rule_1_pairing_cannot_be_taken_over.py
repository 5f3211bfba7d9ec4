"""Trust 1: only the resident pairs; a new device is shown on the others, and changes nothing for a day."""

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.flows import people
from tests.people import Person, make_contact, make_resident

OURS = {"Sec-Fetch-Site": "same-origin"}


def pair(anna: Person, name: str = "tweede") -> Person:
    code = anna.post("/v1/pairings").json()["code"]
    paired = anna.client.post(f"/v1/pairings/{code}/accept", json={"device_name": name})
    assert paired.status_code == 201, paired.text
    return Person(anna.client, anna.id, paired.json()["token"])


def device_id(of: Person) -> str:
    return next(device["id"] for device in of.get("/v1/devices").json()["items"] if device["is_this"])


def test_rule_1_a_pairing_of_the_operator_dies_once_the_resident_has_a_device(app: FastAPI, client, clock):
    house = app.state.house
    with house.db.write() as session:
        added, _ = people.add_resident(
            session, house.keys, name="Anna", language="nl", time_zone="Europe/Amsterdam", now=clock.now()
        )
        _, first, _ = people.make_pairing(session, house.keys, added, clock.now(), is_own=False)
        _, code, link = people.make_pairing(session, house.keys, added, clock.now(), is_own=False)
    phone = client.post(f"/v1/pairings/{first}/accept").json()["token"]
    for late in (code, link):
        refused = client.post(f"/v1/pairings/{late}/accept")
        assert (refused.status_code, refused.json()["code"]) == (403, "not-yours-to-pair")
    anna = Person(client, str(added.id), phone)
    assert anna.delete(f"/v1/devices/{device_id(anna)}").status_code == 204
    again = client.post(f"/v1/pairings/{link}/accept")
    assert again.status_code in {403, 409}, "a lost phone does not open it again"


def test_rule_1_the_first_device_is_trusted_and_the_next_is_shown_on_it(anna: Person):
    pair(anna)
    new = {device["is_this"]: device["is_new"] for device in anna.get("/v1/devices").json()["items"]}
    assert new == {True: False, False: True}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/invitations", {"name": "Cor"}),
        ("PATCH", "/v1/contacts/{contact_id}", {"detail": "route"}),
        ("DELETE", "/v1/contacts/{contact_id}", None),
        ("POST", "/v1/contacts/{contact_id}/confirm", {}),
        ("POST", "/v1/contacts/{contact_id}/renewals", {}),
        ("POST", "/v1/pairings", {}),
        ("POST", "/v1/devices", {"name": "horloge", "kind": "upload"}),
        ("DELETE", "/v1/devices/{device_id}", None),
        ("POST", "/v1/devices/{device_id}/trust", {}),
        ("POST", "/v1/paper-keys", {}),
        ("PATCH", "/v1/me", {"circle_is_known": True}),
    ],
)
def test_rule_1_a_new_device_changes_neither_grants_nor_devices_for_a_day(anna, clock, method, path, body):
    bas = make_contact(anna)
    first = device_id(anna)
    new = pair(anna)
    how = {} if body is None else {"json": body}
    where = path.format(contact_id=bas.id, device_id=first)
    refused = anna.client.request(method, where, headers=new.auth, **how)
    assert (refused.status_code, refused.json()["code"]) == (403, "new-device")
    assert refused.json()["title"].startswith("Dit apparaat is nieuw.")
    clock.move(hours=24)
    assert anna.client.request(method, where, headers=new.auth, **how).status_code < 300


def test_rule_1_a_new_device_gives_signs_at_once_and_may_end_itself(anna: Person):
    new = pair(anna)
    new.tap()
    assert new.delete(f"/v1/devices/{device_id(new)}").status_code == 204
    assert new.get("/v1/me").status_code == 401


def test_rule_1_an_older_device_says_yes(anna: Person):
    new = pair(anna)
    trusted = anna.post(f"/v1/devices/{device_id(new)}/trust")
    assert (trusted.status_code, trusted.json()["is_new"]) == (200, False)
    assert new.post("/v1/invitations", json={"name": "Cor"}).status_code == 201


def test_rule_1_nobody_trusts_the_device_of_somebody_else(anna: Person, client: TestClient):
    new = pair(anna)
    dora = make_resident(client, "Dora")
    assert dora.post(f"/v1/devices/{device_id(new)}/trust").status_code == 404


def test_rule_1_an_older_device_says_no_and_it_ends(anna: Person):
    new = pair(anna)
    answer = anna.client.post(f"/ik/apparaten/{device_id(new)}/weg", headers=anna.auth | OURS, follow_redirects=False)
    assert answer.status_code == 303
    assert new.get("/v1/me").status_code == 401


def test_rule_1_both_answers_are_one_tap_on_the_pages_of_the_older_device_only(anna: Person):
    new = pair(anna)
    ways = [f"/ik/apparaten/{device_id(new)}/{word}" for word in ("ja", "weg")]
    for path in ("/ik", "/ik/apparaten"):
        page = anna.get(path).text
        assert all(f'method="post" action="{way}"' in page for way in ways)
        assert "Dit ken ik niet" in page
        assert "Dit ken ik niet" not in new.get(path).text
    anna.client.post(ways[0], headers=anna.auth | OURS)
    assert "Dit ken ik niet" not in anna.get("/ik").text
    assert new.post("/v1/pairings").status_code == 201


def test_rule_1_a_new_device_is_a_line_in_the_log(anna: Person):
    new = pair(anna, "tablet")
    anna.post(f"/v1/devices/{device_id(new)}/trust")
    said = anna.get("/v1/me/log")
    assert any("tablet" in str(line) for line in said.json()["items"])
