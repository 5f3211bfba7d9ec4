from datetime import timedelta

import pytest

from tests.house import NOON, HandClock
from tests.people import Person, make_contact

BASE = {"id", "resident", "kind", "words", "when_words"}
KEYS = {
    "sign": BASE,
    "drawing": BASE | {"drawing_svg"},
    "area": BASE | {"drawing_svg", "area"},
    "route": BASE | {"drawing_svg", "area", "route"},
}


@pytest.mark.parametrize("detail", KEYS)
def test_a_contact_gets_exactly_the_keys_that_were_granted(anna: Person, detail: str):
    cor = make_contact(anna, "Cor", detail=detail)
    anna.walk(NOON - timedelta(minutes=5))
    [teken] = cor.feed()
    assert set(teken) == KEYS[detail]
    assert set(teken["resident"]) == {"id", "name"}


def test_a_list_says_where_it_goes_on_and_a_contacts_is_whole(anna: Person, bas: Person, clock: HandClock):
    ids = []
    for _ in range(5):
        ids.append(anna.tap()["id"])
        clock.move(days=1)
    read, cursor = [], ""
    while cursor is not None:
        page = anna.get("/v1/teken", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        read += [teken["id"] for teken in page["items"]]
        cursor = page["next"]
    assert read == ids[::-1]
    assert bas.get("/v1/teken").json()["next"] is None


@pytest.mark.parametrize("cursor", ["x", "AAAA", "ë", "a" * 200])
def test_a_cursor_that_is_not_ours_is_refused(anna: Person, cursor: str):
    for path in ("/v1/teken", "/v1/walks"):
        assert anna.get(path, params={"cursor": cursor}).json()["code"] == "invalid-request"


@pytest.mark.parametrize("limit", [0, 101, "x"])
def test_a_limit_outside_its_bounds_is_refused(anna: Person, limit):
    assert anna.get("/v1/teken", params={"limit": limit}).status_code == 422


def test_a_sign_taken_back_is_gone_everywhere(anna: Person, bas: Person):
    teken = anna.tap()
    assert anna.delete(f"/v1/teken/{teken['id']}").status_code == 204
    assert (anna.feed(), bas.feed()) == ([], [])
    assert anna.delete(f"/v1/teken/{teken['id']}").status_code == 404


def test_a_walks_sign_taken_back_takes_the_walk_along(anna: Person, bas: Person):
    walk = anna.walk(NOON - timedelta(hours=1))
    assert anna.delete(f"/v1/teken/{walk['previews']['sign']['id']}").status_code == 204
    assert bas.feed() == []
    assert anna.get(f"/v1/walks/{walk['id']}").json()["walk"]["state"] == "withdrawn"


@pytest.mark.parametrize("missing", ["teken", "contact"])
def test_there_is_no_preview_of_or_for_what_is_not_yours(anna: Person, bas: Person, dora: Person, missing: str):
    eef = make_contact(dora, "Eef")
    teken = (dora if missing == "teken" else anna).tap()
    contact = eef if missing == "contact" else bas
    answer = anna.get(f"/v1/teken/{teken['id']}/preview", params={"contact_id": contact.id})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_nothing_absent_is_null(anna: Person, bas: Person):
    anna.walk(NOON - timedelta(hours=1))
    for person in (anna, bas):
        assert "null" not in person.get("/v1/teken").text.replace('"next":null', "")
