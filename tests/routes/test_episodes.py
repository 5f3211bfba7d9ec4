"""Silences over HTTP: who is told reads words, and answers; nobody else finds anything."""

from uuid import uuid4

import pytest

from tests.people import make_contact
from tests.silences import Home, falls_silent, home_of


@pytest.fixture
def cor(anna):
    return make_contact(anna, "Cor")


@pytest.fixture
def home(app, anna, bas, cor) -> Home:
    return home_of(app.state.house, anna, Bas=bas, Cor=cor)


def items(person) -> list[dict]:
    answer = person.get("/v1/episodes")
    assert answer.status_code == 200, answer.text
    assert answer.json()["next"] is None if "next" in answer.json() else True
    return answer.json()["items"]


def give(person, home, answer: str, **more):
    return person.post(f"/v1/episodes/{home.silence().id}/answers", json={"answer": answer, **more})


class TestWhoIsTold:
    def test_the_resident_alone_at_first(self, home, anna, bas, cor):
        falls_silent(home, 2)
        [episode] = items(anna)
        assert episode == {
            "id": str(home.silence().id),
            "resident": {"id": anna.id, "name": "Anna"},
            "state": "asked",
            "since_words": "sinds woensdag",
            "asked_words": "We vroegen het alleen aan jou.",
            "answers": ["fine", "rest", "away", "call_me"],
        }
        assert items(bas) == items(cor) == []

    def test_then_the_contact_who_is_asked(self, home, anna, bas, cor, eef):
        falls_silent(home)
        [episode] = items(bas)
        assert (episode["state"], episode["answers"]) == ("circle_asked", ["claim", "spoke", "not_now"])
        assert items(cor) == items(eef) == []
        assert items(anna)[0]["asked_words"] == "Gevraagd om je te bellen: Bas."

    @pytest.mark.parametrize("change", [{"quiet": True}, {"sees_ladder": False}])
    def test_not_who_was_taken_out_of_it(self, home, anna, bas, change):
        falls_silent(home)
        assert anna.patch(f"/v1/contacts/{bas.id}", json=change).status_code == 200
        assert items(bas) == []
        assert give(bas, home, "claim").status_code == 404

    def test_a_closed_one_can_be_read_for_three_days_by_those_who_were_asked(self, home, anna, bas, cor):
        falls_silent(home)
        home.tap()
        assert items(anna) == items(cor) == []
        [episode] = items(bas)
        assert (episode["state"], episode["answers"]) == ("closed", [])
        home.house.clock.move(days=3)
        assert items(bas) == []

    def test_a_window_and_an_upload_token_are_told_nothing(self, home, bas, client):
        falls_silent(home)
        token = bas.post("/v1/displays").json()["token"]
        answer = client.get("/v1/episodes", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 403


class TestAnswers:
    def test_a_claim_is_shown_by_name_to_the_resident_and_to_others_only_where_all_know_all(self, home, anna, bas, cor):
        falls_silent(home, 4)
        answer = give(bas, home, "claim")
        assert answer.status_code == 200
        assert answer.json()["episode"]["claimed_by"] == "Bas"
        assert items(anna)[0]["claimed_by"] == "Bas"
        assert items(cor)[0]["claimed_by"] == "iemand uit de kring"
        anna.patch("/v1/me", json={"circle_is_known": True})
        assert items(cor)[0]["claimed_by"] == "Bas"

    def test_somebody_else_cannot_claim_what_is_claimed(self, home, bas, cor):
        falls_silent(home, 4)
        give(bas, home, "claim")
        answer = give(cor, home, "claim")
        assert (answer.status_code, answer.json()["code"]) == (409, "already-done")

    @pytest.mark.parametrize("word", ["fine", "rest"])
    def test_the_resident_closes_it(self, home, anna, word):
        falls_silent(home)
        assert give(anna, home, word).json()["episode"]["state"] == "closed"
        answer = give(anna, home, word)
        assert (answer.status_code, answer.json()["code"]) == (409, "episode-closed")
        assert answer.json()["title"] == "Deze vraag is al voorbij."

    def test_away_needs_an_end(self, home, anna):
        falls_silent(home)
        assert give(anna, home, "away").status_code == 422
        assert items(anna)[0]["state"] == "circle_asked"
        assert give(anna, home, "away", until="2027-03-20T09:00:00+01:00").json()["episode"]["state"] == "closed"

    def test_nobody_answers_for_another(self, home, anna, bas, cor, dora, eef):
        falls_silent(home)
        assert give(bas, home, "fine").status_code == 422
        assert give(anna, home, "claim").status_code == 422
        for person in (cor, dora, eef):
            assert give(person, home, "claim").status_code == 404
        absent = anna.post(f"/v1/episodes/{uuid4()}/answers", json={"answer": "fine"})
        assert absent.content == give(dora, home, "fine").content

    def test_the_same_request_twice_is_one_answer(self, home, bas):
        falls_silent(home)
        path, body = f"/v1/episodes/{home.silence().id}/answers", {"answer": "claim"}
        first, second = (bas.post(path, json=body, headers={"Idempotency-Key": "k"}) for _ in range(2))
        assert first.content == second.content


class TestTwoTapsOnCallMe:
    def test_right_after_each_other_ask_one_person_and_later_the_next(self, home, anna):
        falls_silent(home, 1)
        give(anna, home, "call_me")
        give(anna, home, "call_me")
        assert home.asked()[1:] == ["Fri 09:00 Bas"]
        home.house.clock.move(minutes=10)
        give(anna, home, "call_me")
        assert home.asked()[1:] == ["Fri 09:00 Bas", "Fri 09:10 Cor"]


def test_an_answer_is_not_repeated_to_who_was_let_go(app, anna, bas, dora):
    home = falls_silent(home_of(app.state.house, anna, Bas=bas))
    code = dora.post("/v1/invitations", json={"name": "Bas"}).json()["code"]
    assert bas.post(f"/v1/invitations/{code}/accept", json={}).status_code == 201
    path, key = f"/v1/episodes/{home.silence().id}/answers", {"Idempotency-Key": "one"}
    first = bas.post(path, json={"answer": "claim"}, headers=key)
    assert bas.post(path, json={"answer": "claim"}, headers=key).content == first.content
    anna.delete(f"/v1/contacts/{bas.id}")
    assert bas.post(path, json={"answer": "claim"}, headers=key).status_code == 404
