from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from tests.house import HandClock
from tests.people import Person, make_contact


def test_an_invitation_tells_its_secrets_once_and_what_will_be_seen(anna: Person):
    answer = anna.post("/v1/invitations", json={"name": "Bas", "role": "key_holder", "detail": "area", "order": 3})
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"invitation", "code", "url", "qr_svg"}
    assert body["invitation"]["name"] == "Bas"
    [item] = anna.get("/v1/circle").json()["items"]
    assert item == {
        "id": body["invitation"]["contact_id"],
        "name": "Bas",
        "role": "key_holder",
        "detail": "area",
        "order": 3,
        "state": "invited",
        "quiet": False,
        "sees_ladder": True,
        "takes_waves": True,
    }


def test_what_is_not_said_is_a_contact_with_drawings_at_the_end_of_the_order(anna: Person):
    for name in ("Bas", "Cor"):
        anna.post("/v1/invitations", json={"name": name})
    shown = [(item["name"], item["detail"], item["order"]) for item in anna.get("/v1/circle").json()["items"]]
    assert shown == [("Bas", "drawing", 1), ("Cor", "drawing", 2)]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "Bas\nBcc: x"},
        {"name": "Bas", "detail": "everything"},
        {"name": "Bas", "role": "caseworker"},
        {"name": "Bas", "order": 0},
        {"name": "Bas", "until": "2030-01-01"},
    ],
)
def test_an_invitation_that_is_not_right_is_refused(anna: Person, body):
    assert anna.post("/v1/invitations", json=body).json()["code"] == "invalid-request"
    assert anna.get("/v1/circle").json()["items"] == []


def test_a_contact_sees_the_resident_and_themselves_and_nobody_else(anna: Person, bas: Person):
    make_contact(anna, "Cor")
    me = anna.get("/v1/me").json()
    [item] = bas.get("/v1/circle").json()["items"]
    assert item == {
        "resident": {"id": anna.id, "name": me["name"]},
        "me": {"id": bas.id, "detail": "drawing", "role": "contact"},
    }


def test_accepting_tells_the_grant_and_the_token(anna: Person):
    code = anna.post("/v1/invitations", json={"name": "Bas"}).json()["code"]
    answer = anna.client.post(f"/v1/invitations/{code}/accept", json={"sixteen_or_older": True, "language": "en"})
    assert answer.status_code == 201
    assert set(answer.json()) == {"contact", "token"}
    assert answer.json()["contact"]["state"] == "active"
    assert answer.json()["contact"]["resident"] == {"id": anna.id, "name": "Anna"}
    assert Person(anna.client, "", answer.json()["token"]).get("/v1/me").json()["language"] == "en"


def test_a_declined_invitation_is_spent_and_leaves_the_circle(client: TestClient, anna: Person):
    code = anna.post("/v1/invitations", json={"name": "Bas"}).json()["code"]
    assert client.post(f"/v1/invitations/{code}/decline").status_code == 204
    assert anna.get("/v1/circle").json()["items"] == []
    assert client.post(f"/v1/invitations/{code}/accept").status_code in {404, 409}


@pytest.mark.parametrize("act", ["accept", "decline"])
def test_codes_and_links_of_an_invitation_end(client: TestClient, anna: Person, clock: HandClock, act: str):
    invited = anna.post("/v1/invitations", json={"name": "Bas"}).json()
    link = invited["url"].rsplit("/", 1)[1]
    clock.move(minutes=15)
    assert client.post(f"/v1/invitations/{invited['code']}/{act}").status_code == 410
    clock.at += timedelta(days=7)
    late = client.post(f"/v1/invitations/{link}/{act}")
    assert (late.status_code, late.json()["code"]) == (410, "expired")


def test_an_invitation_is_accepted_once(client: TestClient, anna: Person):
    code = anna.post("/v1/invitations", json={"name": "Bas"}).json()["code"]
    first, second = (client.post(f"/v1/invitations/{code}/accept") for _ in range(2))
    assert (first.status_code, second.status_code, second.json()["code"]) == (201, 409, "already-done")


def test_an_unaccepted_contact_cannot_be_confirmed(anna: Person):
    invited = anna.post("/v1/invitations", json={"name": "Bas"}).json()["invitation"]
    assert anna.post(f"/v1/contacts/{invited['contact_id']}/confirm").status_code == 409


def test_a_contact_is_changed_one_wish_at_a_time(anna: Person, bas: Person):
    path = f"/v1/contacts/{bas.id}"
    [before] = anna.get("/v1/circle").json()["items"]
    wishes = [{"detail": "route"}, {"role": "key_holder"}, {"order": 7}, {"quiet": True}, {"sees_ladder": False}]
    wishes += [{"takes_waves": False}]
    for wish in wishes:
        before |= wish
        assert anna.patch(path, json=wish).json() == before
    assert anna.patch(path, json={"name": "Bas B."}).status_code == 422
    assert anna.get("/v1/circle").json()["items"] == [before]


def test_consents_keep_each_grant_with_its_words(anna: Person, bas: Person, clock: HandClock):
    clock.move(hours=1)
    anna.patch(f"/v1/contacts/{bas.id}", json={"detail": "route"})
    clock.move(hours=1)
    anna.delete(f"/v1/contacts/{bas.id}")
    items = anna.get("/v1/consents").json()["items"]
    assert [item["detail"] for item in items] == ["route", "drawing"]
    assert all(item["until_at"] and "Bas" in item["words"] and item["version"] for item in items)
    assert items[1]["until_at"] == items[0]["from_at"]


def test_a_contact_whom_nobody_keeps_is_gone_for_both(anna: Person, bas: Person):
    assert bas.delete(f"/v1/contacts/{bas.id}").status_code == 204
    assert bas.get("/v1/circle").status_code == 401
    assert anna.get("/v1/circle").json()["items"] == []
    assert anna.patch(f"/v1/contacts/{bas.id}", json={"order": 1}).status_code == 404
