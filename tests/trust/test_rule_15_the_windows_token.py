"""Trust 15: the window has a token of its own: drawing and words only, it may do nothing, and it can be ended."""

import pytest
from starlette.testclient import TestClient

from tests.people import Person, make_contact

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def cor(anna: Person, clock) -> Person:
    cor = make_contact(anna, "Cor", detail="route")
    clock.move(minutes=1)
    return cor


def pair(contact: Person) -> tuple[Person, str]:
    made = contact.post("/v1/displays")
    assert made.status_code == 201, made.text
    return Person(contact.client, "", made.json()["token"]), made.json()["display"]["id"]


def test_rule_15_a_window_shows_drawing_and_words_only(anna: Person, cor: Person, clock):
    window, _ = pair(cor)
    assert window.token.startswith("tvl_d_")
    anna.walk(clock.now())
    [whole], [shown] = cor.feed(), window.feed()
    assert {"area", "route"} <= set(whole)
    assert set(shown) == {"id", "resident", "kind", "words", "when_words", "drawing_svg"}
    assert shown["drawing_svg"] == whole["drawing_svg"], "never the same walk in both forms"


def test_rule_15_a_window_of_somebody_with_words_only_shows_words(anna: Person, clock):
    window, _ = pair(make_contact(anna, "Cor", detail="sign"))
    clock.move(minutes=1)
    anna.walk(clock.now())
    assert "drawing_svg" not in window.feed()[0]


def test_rule_15_a_window_may_do_nothing(anna: Person, cor: Person):
    window, display_id = pair(cor)
    assert window.get("/kring?venster").status_code == 200
    refused = [
        window.get("/v1/me"),
        window.delete("/v1/me"),
        window.get("/v1/circle"),
        window.post("/v1/waves", json={"resident_id": anna.id}),
        window.post("/v1/displays"),
        window.delete(f"/v1/displays/{display_id}"),
        window.delete(f"/v1/contacts/{cor.id}"),
        window.post("/v1/subscriptions", json={"channel": "email", "address": "wie@post.example"}),
        window.post("/kring/zwaai", data={"resident_id": anna.id}),
        window.get("/kring/berichten"),
        window.get("/kring/vensters"),
    ]
    assert [answer.status_code for answer in refused] == [403] * len(refused)


def test_rule_15_its_owner_ends_it_at_the_next_request(cor: Person):
    window, display_id = pair(cor)
    assert [item["id"] for item in cor.get("/v1/displays").json()["items"]] == [display_id]
    assert cor.delete(f"/v1/displays/{display_id}").status_code == 204
    assert window.get("/v1/teken").status_code == 401
    assert cor.get("/v1/displays").json()["items"] == []


def test_rule_15_it_ends_with_the_last_grant(anna: Person, cor: Person):
    window, _ = pair(cor)
    anna.delete(f"/v1/contacts/{cor.id}")
    assert window.get("/v1/teken").status_code == 401


def test_rule_15_nobody_ends_the_window_of_somebody_else(anna: Person, cor: Person):
    _, display_id = pair(cor)
    other = make_contact(anna, "Iris")
    assert other.delete(f"/v1/displays/{display_id}").status_code == 404


def test_rule_15_a_window_is_made_on_the_contacts_page_and_opened_on_the_tablet(cor: Person, client: TestClient):
    made = client.post("/kring/vensters", headers=cor.auth | OURS).text
    link = "/venster/" + made.split("/venster/")[1].split("<")[0].strip()
    assert 'method="post"' in client.get(link).text
    assert not client.cookies, "looking changes nothing"
    opened = client.post(link, headers=OURS, follow_redirects=False)
    assert (opened.status_code, opened.headers["location"]) == (303, "/kring?venster")
    assert "teken_display" in opened.headers["set-cookie"]
    page = client.get("/kring?venster")
    assert page.status_code == 200
    assert "stream?as=display" in page.text
    assert 'href="/kring"' not in page.text
    assert client.get("/kring", follow_redirects=False).headers["location"] == "/kring?venster"
    client.cookies.clear()
    assert client.get("/venster/tvl_d_niets").status_code == 404
    assert client.get(f"/venster/{cor.token}").status_code == 404


def test_rule_15_at_night_and_after_a_day_one_and_the_same_resting_picture(anna: Person, cor: Person, clock):
    window, _ = pair(cor)
    resting = window.get("/kring?venster").text
    anna.tap()
    assert window.get("/kring?venster").text != resting
    clock.move(hours=30)
    assert window.get("/kring?venster").text == resting
