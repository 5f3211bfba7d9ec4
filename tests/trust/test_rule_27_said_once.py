"""Trust 27 and 31: saying it again holds nothing longer and writes to nobody; two answers at once are one after all."""

import pytest

from app.errors import Conflict
from app.flows import answers, episodes
from app.flows.answers import Answer
from tests.circles import make_subscription
from tests.house import make_house
from tests.people import make_contact
from tests.silences import Home, falls_silent, home_of, link_of, make_home

OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def home(app, anna, bas) -> Home:
    home = home_of(app.state.house, anna, Bas=bas, Cor=make_contact(anna, "Cor"))
    make_subscription(home.house, home.resident, where="anna@post.example")
    return falls_silent(home)


def tap(client, token: str, *words: str) -> None:
    for word in words:
        assert client.post(f"/a/{token}", data={"answer": word}, headers=OWN).status_code == 303


def kinds(anna) -> list[str]:
    return [line["kind"] for line in anna.get("/v1/me/log").json()["items"]]


def test_rule_27_saying_spoke_every_hour_holds_the_ladder_for_one_day(home, client):
    token = link_of(home, "Bas")
    for hour in range(14, 24):
        home.at(f"2027-03-12 {hour}:00")
        tap(client, token, "spoke", "not_now", "spoke", "claim", "spoke")
    assert home.looks("2027-03-13 13:59") == "wait"
    assert home.looks("2027-03-13 14:00") == "tell-circle"
    assert home.asked()[-1] == "Sat 14:00 Cor"


def test_rule_27_once_others_were_asked_the_first_cannot_stop_them_again(home, client):
    token = link_of(home, "Bas")
    tap(client, token, "spoke")
    home.looks("2027-03-13 13:00")
    tap(client, token, "spoke")
    assert home.silence().spoke_at < home.now


def test_rule_27_the_resident_is_written_to_once_however_often_it_is_said(home, client, anna):
    tap(client, link_of(home, "Bas"), *["spoke"] * 5)
    assert len(home.items(note="spoke")) == 1
    assert kinds(anna).count("silence-spoke") == 1


def test_rule_31_taking_it_up_again_and_again_is_one_line(home, client, anna):
    tap(client, link_of(home, "Bas"), *["claim", "not_now"] * 5)
    assert kinds(anna).count("silence-claimed") == 1


def answer_late(home: Home, word: str) -> None:
    """Open the page, and answer after the resident did."""
    with home.house.db.write() as session:
        asked = episodes.asked_by_link(session, home.house.keys, link_of(home, "Bas"))
        home.answers(None, "fine")
        answers.give(session, home.house.keys, asked.question, Answer(word), home.now)


def test_rule_27_an_answer_that_was_overtaken_opens_nothing_anew(tmp_path, postgres_url):
    house = make_house(tmp_path, postgres_url)
    home = falls_silent(make_home(house, "Bas"))
    with pytest.raises(Conflict, match="episode-closed"):
        answer_late(home, "claim")
    assert home.looks("2027-03-12 13:01") == "not-due"
    house.close()
