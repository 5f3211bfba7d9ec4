"""A pause ("Even niet") over HTTP: begin and end, its words for few, and the clock anew."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import select

from app.flows import pauses, retention
from app.models.circle import Contact
from app.models.people import Resident
from app.models.silence import Agreement, Pause
from tests.people import make_contact
from tests.reached import agree, make_reachable


def pause(anna, clock, *, days: float, **body):
    until = (clock.now() + timedelta(days=days)).isoformat()
    return anna.post("/v1/pauses", json={"until": until} | body)


def due_at(app, anna):
    with app.state.house.db.read() as session:
        return session.exec(select(Agreement).where(Agreement.resident_id == UUID(anna.id))).one().next_due_at


def test_while_it_lasts_the_clock_stands_and_a_sign_does_not_end_it(app, anna, clock):
    make_reachable(app, anna)
    agree(anna)
    made = pause(anna, clock, days=10)
    assert made.status_code == 201, made.text
    ends_at = clock.now() + timedelta(days=10)
    assert due_at(app, anna) == ends_at
    clock.move(days=1)
    anna.tap()
    assert due_at(app, anna) == ends_at
    assert [one["id"] for one in anna.get("/v1/pauses").json()["items"]] == [made.json()["pause"]["id"]]


def test_at_its_end_the_clock_starts_anew_once(app, anna, clock):
    make_reachable(app, anna)
    agree(anna)
    pause(anna, clock, days=10)
    ends_at = clock.move(days=10)
    house = app.state.house
    with house.db.write() as session:
        resident = session.get_one(Resident, UUID(anna.id))
        assert pauses.end_due(session, resident, clock.now())
        assert not pauses.end_due(session, resident, clock.now())
    assert due_at(app, anna) == ends_at + timedelta(hours=48)
    assert anna.get("/v1/pauses").json()["items"] == []


def test_i_am_back_ends_it_at_once(app, anna, clock):
    make_reachable(app, anna)
    agree(anna)
    made = pause(anna, clock, days=10).json()["pause"]["id"]
    clock.move(days=2)
    assert anna.delete(f"/v1/pauses/{made}").status_code == 204
    assert anna.delete(f"/v1/pauses/{made}").status_code == 404
    assert due_at(app, anna) == clock.now() + timedelta(hours=48)
    pause(anna, clock, days=10)
    assert anna.delete("/v1/pauses").status_code == 204
    assert anna.get("/v1/pauses").json()["items"] == []


def test_six_weeks_is_the_longest(anna, clock):
    assert pause(anna, clock, days=42).status_code == 201
    refused = pause(anna, clock, days=43)
    assert (refused.status_code, refused.json()["code"]) == (422, "too-long")
    assert pause(anna, clock, days=-1).status_code == 422


def test_rule_17_words_and_end_are_for_ticked_contacts_only(app, anna, bas, clock):
    cas = make_contact(anna, "Cas")
    pause(anna, clock, days=5, words="Bij mijn zus", shown_to=[bas.id])
    with app.state.house.db.read() as session:
        found = [pauses.shown_to(session, session.get_one(Contact, UUID(who.id)), clock.now()) for who in (bas, cas)]
    assert [one and one.words for one in found] == ["Bij mijn zus", None]
    for who in (bas, cas):
        answers = "".join(who.get(path).text for path in ("/v1/teken", "/v1/circle", "/v1/me"))
        assert "Bij mijn zus" not in answers


def test_rule_21_its_words_go_thirty_days_after_its_end(app, anna, bas, clock):
    made = pause(anna, clock, days=5, words="Bij mijn zus", shown_to=[bas.id]).json()["pause"]["id"]
    house = app.state.house

    def words_after(**by):
        clock.move(**by)
        with house.db.write() as session:
            retention.tidy(session, UUID(anna.id), clock.now())
        with house.db.read() as session:
            row = session.get_one(Pause, UUID(made))
            return row.words, row.shown_to

    assert words_after(days=6) == ("Bij mijn zus", [bas.id])
    assert words_after(days=28) == ("Bij mijn zus", [bas.id])
    assert words_after(days=2) == (None, [])
