"""Trust 28: "Bel me" asks the first contact at once, says whom, and every message to the resident names 112."""

import pytest

from tests.circles import make_subscription
from tests.silences import Home, falls_silent, home_of, link_of

HELP = "Dit is geen hulpdienst. Nu hulp nodig? Bel 112."
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def home(app, anna, bas) -> Home:
    home = home_of(app.state.house, anna, Bas=bas)
    make_subscription(app.state.house, home.resident, where="anna@post.example")
    return falls_silent(home, 1)


def test_rule_28_it_asks_at_once_in_the_night_and_the_page_says_whom_and_when(home, client, post, app):
    home.at("2027-03-12 23:30")
    token = link_of(home, None)
    answer = client.post(f"/a/{token}", data={"answer": "call_me"}, headers=OWN)
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    assert "Bas kan je vraag nu lezen." in page
    assert HELP in page
    post.worker(app.state.house).deliver()
    to_bas = [mail for mail, to in zip(post.mails, post.envelopes, strict=True) if to == ["bas@post.example"]]
    assert any("Anna vraagt zelf of je even belt." in mail.get_body(("plain",)).get_content() for mail in to_bas)


def test_rule_28_with_nobody_to_ask_the_page_says_so(home, client, anna, bas):
    anna.patch(f"/v1/contacts/{bas.id}", json={"sees_ladder": False})
    token = link_of(home, None)
    client.post(f"/a/{token}", data={"answer": "call_me"}, headers=OWN)
    page = client.get(f"/a/{token}?gezegd=call_me").text
    assert "We kunnen nu niemand bereiken" in page
    assert "Bel zelf iemand die je vertrouwt." in page
    assert "We vragen het meteen" not in page
    assert HELP in page
    assert home.silence().state == "asked"


def test_rule_28_each_message_to_the_resident_has_that_line(home, post, app):
    worker = post.worker(app.state.house)
    worker.deliver()
    home.looks("2027-03-12 11:00")
    worker.deliver()
    mine = [mail for mail, to in zip(post.mails, post.envelopes, strict=True) if to == ["anna@post.example"]]
    assert len(mine) == 2
    for mail in mine:
        assert HELP in mail.get_body(("plain",)).get_content()
        assert HELP in mail.get_body(("html",)).get_content()


def test_rule_28_the_card_on_the_own_page_has_it_too(home, anna):
    assert home.silence().state == "asked"
    page = anna.get("/ik").text
    assert "Bel me" in page
    assert HELP in page


@pytest.mark.parametrize(
    ("until", "status"), [("2027-03-20", 303), ("", 422), ("2027-03-11", 422), ("2027-06-01", 422)]
)
def test_rule_28_away_until_takes_a_day_and_says_what_is_wrong(home, client, until, status):
    token = link_of(home, None)
    answer = client.post(f"/a/{token}", data={"answer": "away"} | ({"until": until} if until else {}), headers=OWN)
    assert answer.status_code == status
    assert home.silence().outcome == ("away" if status == 303 else None)
