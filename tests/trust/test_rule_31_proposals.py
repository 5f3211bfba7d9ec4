"""Trust 31: one open proposal a person, the next after 30 days; a yes begins slowly, and a no looks like nothing."""

import pytest

from app.flows import proposals
from tests.people import make_contact
from tests.reached import agree, make_reachable
from tests.silences import home_of


def propose(who, anna, **wish):
    return who.post("/v1/agreement/proposals", json={"resident_id": anna.id} | wish)


def open_ones(anna):
    return anna.get("/v1/agreement/proposals").json()["items"]


def let_begin(app, clock) -> list[str]:
    house = app.state.house
    with house.db.write() as session:
        return [proposals.apply(session, one, clock.now()) for one in proposals.due(session, clock.now(), 10)]


def detail_of(anna, contact):
    return next(one["detail"] for one in anna.get("/v1/circle").json()["items"] if one["id"] == contact.id)


def test_rule_31_nothing_changes_before_the_residents_yes(app, anna):
    bas = make_reachable(app, anna)
    said = propose(bas, anna, kind="calm")
    assert said.status_code == 201, said.text
    assert said.json() == {"resident_id": anna.id, "kind": "calm", "words": "nog niet"}
    assert anna.get("/v1/agreement").json()["kind"] == "greetings"
    [one] = open_ones(anna)
    assert (one["by"], one["kind"], one["state"]) == ("Bas", "calm", "open")
    assert anna.post(f"/v1/agreement/proposals/{one['id']}/confirm").status_code == 200
    assert anna.get("/v1/agreement").json()["kind"] == "calm"
    assert bas.get("/v1/agreement/proposals").json()["items"] == []


@pytest.mark.parametrize("wish", [{"detail": "area"}, {"detail": "route"}, {"kind": "daily", "at": "10:00"}])
def test_rule_31_what_shows_or_asks_more_begins_a_day_after_the_yes(app, anna, clock, wish):
    bas, _ = make_reachable(app, anna), make_reachable(app, anna, "Cas")
    propose(bas, anna, **wish)
    [one] = open_ones(anna)
    said = anna.post(f"/v1/agreement/proposals/{one['id']}/confirm").json()
    assert said["state"] == "soon"
    before = (detail_of(anna, bas), anna.get("/v1/agreement").json()["kind"])
    assert before == ("drawing", "greetings")
    clock.move(hours=23, minutes=59)
    assert let_begin(app, clock) == []
    assert bas.get("/v1/agreement/proposals").json()["items"][0]["words"] == "nog niet"
    clock.move(minutes=1)
    assert let_begin(app, clock) == ["applied"]
    assert let_begin(app, clock) == []
    assert (detail_of(anna, bas), anna.get("/v1/agreement").json()["kind"]) != before


def test_rule_31_until_then_there_is_a_way_back(app, anna, clock):
    bas = make_reachable(app, anna)
    propose(bas, anna, detail="route")
    [one] = open_ones(anna)
    anna.post(f"/v1/agreement/proposals/{one['id']}/confirm")
    clock.move(hours=12)
    assert anna.post(f"/v1/agreement/proposals/{one['id']}/decline").json()["state"] == "declined"
    clock.move(days=1)
    assert let_begin(app, clock) == []
    assert detail_of(anna, bas) == "drawing"


@pytest.mark.parametrize("answer", [None, {}, {"never_again": True}])
def test_rule_31_a_no_and_no_answer_look_the_same_to_who_proposed(app, anna, clock, answer):
    bas = make_reachable(app, anna)
    propose(bas, anna, detail="route")
    [one] = open_ones(anna)
    if answer is not None:
        assert anna.post(f"/v1/agreement/proposals/{one['id']}/decline", json=answer).status_code == 200
    assert [item["words"] for item in bas.get("/v1/agreement/proposals").json()["items"]] == ["nog niet"]
    again = propose(bas, anna, detail="route")
    assert (again.status_code, again.json()["code"]) == (409, "asked-lately")
    clock.move(days=30)
    assert propose(bas, anna, detail="route").status_code == 201
    assert len(open_ones(anna)) == (0 if answer == {"never_again": True} else 1)
    assert "nog niet" in bas.get("/v1/agreement/proposals").text


def test_rule_31_the_log_never_says_who_was_told_no(app, anna):
    bas = make_reachable(app, anna)
    propose(bas, anna, detail="route")
    anna.post(f"/v1/agreement/proposals/{open_ones(anna)[0]['id']}/decline")
    kinds = [line["kind"] for line in anna.get("/v1/me/log").json()["items"]]
    assert "proposed" in kinds
    assert not [kind for kind in kinds if "declin" in kind]


def test_rule_31_a_circle_too_small_is_refused_at_the_yes(anna, bas):
    propose(bas, anna, kind="calm")
    answer = anna.post(f"/v1/agreement/proposals/{open_ones(anna)[0]['id']}/confirm")
    assert (answer.status_code, answer.json()["code"]) == (409, "circle-needed")
    assert anna.get("/v1/agreement").json()["kind"] == "greetings"


def test_rule_31_nobody_proposes_for_others_or_asks_for_less(anna, bas, eef):
    assert propose(eef, anna, kind="calm").status_code == 404
    assert propose(bas, anna, detail="sign").json()["code"] == "not-higher"
    assert propose(bas, anna, kind="calm", detail="route").status_code == 422
    young = make_contact(anna, "Cas", accept={"sixteen_or_older": False})
    propose(young, anna, detail="route")
    anna.post(f"/v1/agreement/proposals/{open_ones(anna)[0]['id']}/confirm")
    assert detail_of(anna, young) == "drawing"
    assert agree(anna, "greetings")["kind"] == "greetings"


def test_rule_31_a_yes_of_yesterday_does_not_end_a_silence_of_today(app, anna, clock):
    home = home_of(app.state.house, anna, Bas=make_contact(anna, "Bas"), Cor=make_contact(anna, "Cor"))
    home.at("2027-03-10 09:00").agree("calm")
    home.tap()
    home.at("2027-03-11 14:00")
    with home.house.db.write() as session:
        wanted = proposals.Wanted(kind="daily", at="10:00")
        made = proposals.propose(session, home.resident, home.contacts["Bas"], wanted, home.now)
    anna.post(f"/v1/agreement/proposals/{made.id}/confirm")
    assert [home.looks(f"2027-03-12 {moment}") for moment in ("09:00", "11:00", "13:00")][-1] == "tell-circle"
    home.at("2027-03-12 14:00")
    assert let_begin(app, clock) == ["put-off"]
    assert home.silence().state == "circle_asked"
    assert anna.get("/v1/agreement").json()["kind"] == "calm"
    home.tap()
    clock.move(hours=1)
    assert let_begin(app, clock) == ["applied"]
    assert anna.get("/v1/agreement").json()["kind"] == "daily"
