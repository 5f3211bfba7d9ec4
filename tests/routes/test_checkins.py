from datetime import timedelta

import pytest

from tests.house import NOON
from tests.people import Person, make_upload

REFUSED = {
    "words of 141 characters": {"words": "a" * 141},
    "words of two lines": {"words": "een\ntwee"},
    "a moment without an offset": {"occurred_at": "2027-03-10T12:00:00"},
    "a moment that is none": {"occurred_at": "yesterday"},
    "more battery than there is": {"battery": 101},
    "a field that we do not know": {"mood": "fine"},
}


@pytest.mark.parametrize("body", [{}, {"content": b"{}"}, {"content": b"", "headers": {"Content-Type": "text/plain"}}])
def test_an_empty_body_is_enough(anna: Person, bas: Person, body):
    answer = anna.post("/v1/check-ins", **body)
    assert answer.status_code == 201
    assert [teken["id"] for teken in bas.feed()] == [answer.json()["teken"]["id"]]


def test_a_tap_is_answered_with_the_teken(anna: Person):
    teken = anna.tap()
    assert set(teken) == {"id", "resident", "kind", "words", "when_words", "drawing_svg"}
    assert (teken["kind"], teken["when_words"]) == ("checkin", "vanmiddag")
    assert teken["resident"] == {"id": anna.id, "name": "Anna"}


def test_own_words_are_told_and_the_battery_is_not(anna: Person, bas: Person):
    teken = anna.tap(words="koffie op het balkon", battery=12.5, vocabulary_id="coffee")
    assert teken["words"] == "koffie op het balkon"
    [shown] = bas.feed()
    assert shown["words"] == "koffie op het balkon"
    assert "12.5" not in str(shown)
    assert "coffee" not in str(shown)


def test_a_rest_is_a_sign_of_its_own_kind(anna: Person, bas: Person):
    assert anna.tap(rest=True)["kind"] == "rest"
    assert [teken["kind"] for teken in bas.feed()] == ["rest"]


def test_an_upload_token_may_tap(anna: Person, bas: Person):
    assert make_upload(anna).tap()["id"] == bas.feed()[0]["id"]


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_a_tap_that_is_not_right_is_refused_and_tells_nobody(anna: Person, bas: Person, body):
    answer = anna.post("/v1/check-ins", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")
    assert bas.feed() == []


def test_a_tap_of_more_than_a_week_ago_is_too_old(anna: Person):
    moment = (NOON - timedelta(days=7, seconds=1)).isoformat()
    answer = anna.post("/v1/check-ins", json={"occurred_at": moment})
    assert (answer.status_code, answer.json()["code"]) == (422, "too-old")
