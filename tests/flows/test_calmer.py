"""Ladder 12: after more than three silences of nothing in a month something calmer is offered; no is fine too."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.flows import retention, watch
from tests.circles import make_subscription
from tests.people import Person
from tests.reached import agree, make_reachable
from tests.silences import Home, home_of

WORDS = "Vaak vroegen we deze maand of het goed gaat, en het ging goed. Wil je het rustiger?"
HTML = {"Accept": "text/html"}


@pytest.fixture
def home(app, anna: Person) -> Home:
    make_reachable(app, anna)
    home = home_of(app.state.house, anna)
    make_subscription(home.house, home.resident, where="anna@post.example")
    agree(anna)
    return home


def is_nothing(home: Home, anna: Person, times: int) -> None:
    """Let it stay quiet for two days, so many times; she is asked, and taps."""
    for _ in range(times):
        home.clock.move(hours=48)
        with home.house.db.write() as session:
            assert watch.look(session, home.resident.id, home.now, keys=home.house.keys) == "nudge"
        anna.tap()
        assert (home.silence().state, home.silence().outcome) == ("closed", "sign")


def a_day_later(home: Home, days: int = 1) -> int:
    """Let the daily job run on each of some days; return how often something calmer was offered by message."""
    for _ in range(days):
        home.clock.move(days=1)
        with home.house.db.write() as session:
            assert retention.tidy(session, UUID(str(home.resident.id)), home.now) == "tidied"
    return len([item for item in home.items(purpose="notice") if item.note == "calmer-offer"])


def is_offered(anna: Person) -> bool:
    offered = anna.get("/v1/agreement").json()["offers_calmer"]
    pages = [anna.get(path, headers=HTML).text for path in ("/ik", "/ik/afspraak")]
    assert [WORDS in page for page in pages] == [offered, offered]
    return offered


def test_rule_12_after_three_nothing_is_offered_and_after_four_it_is_once(home, anna):
    is_nothing(home, anna, 3)
    assert (a_day_later(home), is_offered(anna)) == (0, False)
    anna.tap()
    is_nothing(home, anna, 1)
    assert (a_day_later(home), is_offered(anna)) == (1, True)
    assert (a_day_later(home, 10), is_offered(anna)) == (1, True)


def test_rule_12_who_does_not_want_it_goes_on_as_before(home, anna):
    is_nothing(home, anna, 4)
    a_day_later(home)
    before = anna.get("/v1/agreement").json()
    log = anna.get("/v1/me/log").json()
    assert agree(anna)["offers_calmer"] is False, "the same agreement, chosen again"
    assert is_offered(anna) is False
    assert anna.get("/v1/agreement").json() | {"offers_calmer": True} == before
    assert [line["kind"] for line in anna.get("/v1/me/log").json()["items"]][1:] == [
        line["kind"] for line in log["items"]
    ], "nothing is written of a no, only what was agreed"


def test_rule_12_who_says_nothing_is_asked_again_only_for_a_new_month_of_it(home, anna):
    is_nothing(home, anna, 4)
    assert a_day_later(home, 31) == 1
    assert is_offered(anna) is False
    assert anna.get("/v1/agreement").json()["kind"] == "calm"
    anna.tap()
    is_nothing(home, anna, 4)
    assert (a_day_later(home), is_offered(anna)) == (2, True)


def test_rule_12_who_chooses_something_calmer_is_asked_nothing_more(home, anna):
    is_nothing(home, anna, 4)
    a_day_later(home)
    assert agree(anna, "greetings")["offers_calmer"] is False
    assert (a_day_later(home, 31), is_offered(anna)) == (1, False)


def test_rule_12_what_ended_otherwise_was_no_false_alarm(home, anna):
    for _ in range(5):
        home.clock.move(hours=48)
        with home.house.db.write() as session:
            assert watch.look(session, home.resident.id, home.now, keys=home.house.keys) == "nudge"
        until = (home.now + timedelta(hours=3)).isoformat()
        episode = anna.get("/v1/episodes").json()["items"][0]
        answered = anna.post(f"/v1/episodes/{episode['id']}/answers", json={"answer": "away", "until": until})
        assert answered.status_code == 200, answered.text
        assert home.silence().outcome == "away"
        anna.delete("/v1/pauses")
    assert (a_day_later(home), is_offered(anna)) == (0, False)
