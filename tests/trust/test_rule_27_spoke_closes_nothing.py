"""Trust 27: "I spoke to them" closes nothing; a one-tap link belongs to one person, and ends."""

import pytest

from app.flows import asking
from tests.people import make_contact
from tests.silences import Home, falls_silent, home_of, link_of

OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def home(app, anna, bas) -> Home:
    return falls_silent(home_of(app.state.house, anna, Bas=bas, Cor=make_contact(anna, "Cor")))


def tap(client, token: str, answer: str, **more):
    return client.post(f"/a/{token}", data={"answer": answer, **more}, headers=OWN)


def test_rule_27_spoke_stops_asking_others_and_the_resident_reads_who_says_so(home, anna, client):
    answer = tap(client, link_of(home, "Bas"), "spoke")
    assert answer.status_code == 303
    assert home.silence().state == "circle_asked"
    page = anna.get("/ik").text
    assert "Bas zegt jou gesproken te hebben." in page
    assert "Klopt niet, bel me" in page
    assert home.looks("2027-03-13 12:59") == "wait"
    assert home.looks("2027-03-13 13:00") == "tell-circle"
    assert home.asked()[-1] == "Sat 13:00 Cor"


def test_rule_27_not_so_asks_somebody_else_at_once(home, anna, client):
    tap(client, link_of(home, "Bas"), "spoke")
    anna.post("/ik/vraag", data={"answer": "call_me"}, headers=OWN)
    assert home.asked()[-1] == "Fri 13:00 Cor"


def test_rule_27_opening_a_link_changes_nothing_and_needs_no_cookie(home, client):
    token = link_of(home, "Bas")
    before = home.asked(), home.silence()
    for _ in range(3):
        page = client.get(f"/a/{token}")
        assert page.status_code == 200
        assert "Bel je Anna even?" in page.text
        assert "Dit is geen hulpdienst. Nu hulp nodig? Bel 112." in page.text
    assert (home.asked(), home.silence()) == before
    assert "set-cookie" not in page.headers


def test_rule_27_a_link_acts_from_our_own_page_only(home, client):
    token = link_of(home, "Bas")
    assert client.post(f"/a/{token}", data={"answer": "claim"}).status_code == 403
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(f"/a/{token}", data={"answer": "claim"}, headers=elsewhere).status_code == 403
    assert home.silence().claimed_by is None


def test_rule_27_a_link_ends_with_its_silence_and_says_so_gently(home, client):
    token = link_of(home, "Bas")
    home.tap()
    page = client.get(f"/a/{token}")
    assert page.status_code == 410
    assert "Deze vraag is voorbij" in page.text
    assert "<form" not in page.text
    assert tap(client, token, "claim").status_code == 410


def test_rule_27_a_link_belongs_to_one_person(home, anna, bas, client):
    token = link_of(home, "Bas")
    assert tap(client, token, "fine").status_code == 422
    assert home.silence().state == "circle_asked"
    anna.delete(f"/v1/contacts/{bas.id}")
    assert client.get(f"/a/{token}").status_code == 410
    assert tap(client, token, "claim").status_code == 410
    assert home.silence().claimed_by is None


def test_rule_27_what_is_no_link_is_not_found(home, client):
    token = link_of(home, "Bas")
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), "a_", "x"):
        assert client.get(f"/a/{wrong}").status_code == 404


def test_rule_27_the_token_is_in_no_row(home, app):
    token = link_of(home, "Bas")
    with app.state.house.db.reader.connect() as connection:
        rows = connection.exec_driver_sql("SELECT link_hash FROM question").all()
    assert rows
    assert token not in str(rows)
    assert asking.link_token(app.state.house.keys, home.silence().id) not in str(rows)


def test_rule_27_a_renewed_way_in_ends_the_links_that_lie_in_the_old_mailbox(home, anna, bas, client):
    token = link_of(home, "Bas")
    code = anna.post(f"/v1/contacts/{bas.id}/renewals").json()["code"]
    assert client.get(f"/a/{token}").status_code == 200
    assert client.post(f"/v1/invitations/{code}/accept", json={}).status_code == 201
    assert client.get(f"/a/{token}").status_code == 404
    assert tap(client, token, "spoke").status_code == 404
    assert home.silence().spoke_at is None


def test_rule_28_whom_the_resident_called_is_not_to_be_read_when_it_is_over(home, client):
    token = link_of(home, None)
    tap(client, token, "call_me")
    assert "Bas kan je vraag nu lezen." in client.get(f"/a/{token}?gezegd=call_me").text
    home.tap()
    page = client.get(f"/a/{token}?gezegd=call_me")
    assert "Bas" not in page.text
    assert "Deze vraag is voorbij" in page.text


@pytest.mark.parametrize("until", ["9999-12-31", "0001-01-01"])
def test_rule_27_a_day_at_the_end_of_the_calendar_is_refused_and_no_error(home, anna, client, until):
    assert tap(client, link_of(home, None), "away", until=until).status_code == 422
    assert anna.post("/ik/vraag", data={"answer": "away", "until": until}, headers=OWN).status_code == 422
    pause = {"until": "2027-03-20", "begins": until}
    for form in (pause, {"until": until}):
        assert anna.post("/ik/even-niet", data=form, headers=OWN).status_code == 422
    assert home.silence().state == "circle_asked"
