"""Charter 7: nothing has effect before the resident's word; withdrawing is as easy as giving, at the next request."""

from datetime import timedelta
from itertools import pairwise

import pytest

from app.phatic.teken import DETAILS
from tests.people import make_contact, make_upload


def test_rule_7_the_resident_decides_alone_nobody_else_changes_a_grant(anna, bas, eef, dora):
    upload = make_upload(anna)
    path = f"/v1/contacts/{bas.id}"
    for who in (bas, eef, dora, upload):
        assert who.patch(path, json={"detail": "route"}).status_code in {403, 404}
        assert who.post(f"{path}/confirm").status_code in {403, 404}
        assert who.post(f"{path}/renewals").status_code in {403, 404}
    assert bas.post("/v1/invitations", json={"name": "Cas"}).status_code == 403
    [contact] = anna.get("/v1/circle").json()["items"]
    assert (contact["detail"], contact["state"]) == ("drawing", "active")


def test_rule_7_the_resident_decides_alone_a_late_yes_waits_for_theirs(anna, clock):
    invited = anna.post("/v1/invitations", json={"name": "Cas"}).json()
    link = invited["url"].rpartition("/")[2]
    clock.move(hours=1)
    accepted = anna.client.post(f"/v1/invitations/{link}/accept").json()
    cas = type(anna)(anna.client, accepted["contact"]["id"], accepted["token"])
    assert accepted["contact"]["state"] == "waiting"
    anna.tap()
    assert cas.feed() == []
    assert anna.get("/v1/consents").json()["items"] == []
    assert anna.post(f"/v1/contacts/{cas.id}/confirm").status_code == 200
    clock.move(days=1)
    anna.tap()
    assert len(cas.feed()) == 1


@pytest.mark.parametrize("way", ["end the grant", "withdraw the sign", "lower the detail"])
def test_rule_7_the_resident_decides_alone_withdrawing_works_at_the_next_request(anna, clock, way):
    bas = make_contact(anna, detail="route")
    clock.move(minutes=1)
    anna.walk(clock.now())
    [teken] = bas.feed()
    assert "route" in teken
    if way == "end the grant":
        assert anna.delete(f"/v1/contacts/{bas.id}").status_code == 204
        assert bas.get("/v1/teken").status_code == 401
    elif way == "withdraw the sign":
        assert anna.delete(f"/v1/teken/{teken['id']}").status_code == 204
        assert bas.feed() == []
    else:
        assert anna.patch(f"/v1/contacts/{bas.id}", json={"detail": "sign"}).status_code == 200
        assert set(bas.feed()[0]) == {"id", "resident", "kind", "words", "when_words"}


def test_rule_7_the_resident_decides_alone_consents_keep_the_words_that_were_shown(anna, bas, clock):
    clock.move(hours=1)
    for detail in DETAILS:
        anna.patch(f"/v1/contacts/{bas.id}", json={"detail": detail})
        clock.move(hours=1)
    anna.delete(f"/v1/contacts/{bas.id}")
    consents = anna.get("/v1/consents").json()["items"]
    assert [one["detail"] for one in consents] == ["route", "area", "drawing", "sign", "drawing"]
    for newer, older in pairwise(consents):
        assert older["until_at"] == newer["from_at"]
    for one in consents:
        assert one["words"].startswith("Bas ziet")
        assert one["version"]
        assert one["language"] == "nl"
        assert one["until_at"] <= clock.now().isoformat().replace("+00:00", "Z")


def test_rule_7_the_resident_decides_alone_a_contact_may_go_without_a_word(anna, bas, clock):
    assert bas.delete(f"/v1/contacts/{bas.id}").status_code == 204
    assert bas.get("/v1/teken").status_code == 401
    assert anna.get("/v1/circle").json()["items"] == []
    assert clock.now() - clock.at == timedelta(0)
