"""What somebody may be called: one line that can be seen, and that leaves the sentence around it alone."""

import pytest

BROKEN = ["Anna\r\nBcc: x@example", "An\u2028na", "\u202eannA", "Anna\u2066", "\u200b", "\u2060 \ufeff", " ", "A" * 81]
GOOD = ["Anna-Maria d'Été", "อรุณ", "مريم", "מרים\u200f", "\U0001f469\u200d\U0001f9b3 Oma", "Zoë 2"]


@pytest.mark.parametrize("name", BROKEN)
def test_a_name_that_breaks_the_sentence_around_it_is_refused(client, anna, name):
    assert client.post("/v1/residents", json={"name": name}).status_code == 422
    assert anna.post("/v1/invitations", json={"name": name}).status_code == 422
    assert anna.patch("/v1/me", json={"name": name}).status_code == 422


@pytest.mark.parametrize("name", GOOD)
def test_a_name_of_any_script_is_kept_as_it_is(client, name):
    assert client.post("/v1/residents", json={"name": name}).json()["resident"]["name"] == name


def test_own_words_leave_the_sentence_around_them_alone(anna):
    assert anna.post("/v1/check-ins", json={"words": "koffie \u202etoch"}).status_code == 422
