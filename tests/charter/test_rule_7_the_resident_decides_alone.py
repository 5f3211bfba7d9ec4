"""Charter 7: nothing has effect before the resident's word; withdrawing is as easy as giving, at the next request."""

from datetime import timedelta
from itertools import pairwise

import pytest

from app.flows import watch
from app.phatic.teken import DETAILS
from tests.people import make_contact, make_upload
from tests.reached import agree, make_reachable
from tests.silences import home_of


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


def test_rule_7_the_resident_decides_alone_what_is_agreed_about_silence(app, anna, bas, clock):
    """Whoever else tries it changes nothing: no agreement, no pause, no answer in their place."""
    make_reachable(app, anna, "Cas")
    upload = make_upload(anna)
    before = anna.get("/v1/agreement").json()
    until = (clock.now() + timedelta(days=3)).isoformat()
    for who in (bas, upload):
        assert who.client.put("/v1/agreement", headers=who.auth, json={"kind": "calm"}).status_code == 403
        assert who.post("/v1/pauses", json={"until": until}).status_code == 403
        assert who.delete("/v1/representative").status_code == 403
    assert anna.get("/v1/agreement").json() == before
    assert anna.get("/v1/pauses").json()["items"] == []


def test_rule_7_the_resident_decides_alone_a_proposal_is_nothing_until_their_own_yes(app, anna, bas):
    make_reachable(app, anna, "Cas")
    before = anna.get("/v1/agreement").json()
    assert bas.post("/v1/agreement/proposals", json={"resident_id": anna.id, "kind": "calm"}).status_code == 201
    [one] = anna.get("/v1/agreement/proposals").json()["items"]
    for who in (bas, make_upload(anna)):
        assert who.post(f"/v1/agreement/proposals/{one['id']}/confirm").status_code == 403
    assert anna.get("/v1/agreement").json() == before
    assert anna.post(f"/v1/agreement/proposals/{one['id']}/confirm").status_code == 200
    assert anna.get("/v1/agreement").json()["kind"] == "calm"


def test_rule_7_the_resident_decides_alone_less_is_as_easy_as_more_and_works_at_once(app, anna):
    home = home_of(app.state.house, anna, Bas=make_reachable(app, anna))
    agree(anna, helped_by="Riet van de wijk")
    home.clock.move(hours=48)
    with home.house.db.write() as session:
        assert watch.look(session, home.resident.id, home.now, keys=home.house.keys) == "nudge"
    assert agree(anna, "greetings")["kind"] == "greetings"
    assert home.silence().state == "closed"
    home.clock.move(hours=4)
    with home.house.db.write() as session:
        assert watch.look(session, home.resident.id, home.now, keys=home.house.keys) == "not-due"
    newest, older = anna.get("/v1/agreement/consents").json()["items"]
    assert (newest["kind"], older["kind"]) == ("greetings", "calm")
    assert older["until_at"] == newest["from_at"]
    assert older["helped_by"] == "Riet van de wijk"
    assert {"words", "version", "language"} <= older.keys()
    assert "Bel 112" in older["words"]
