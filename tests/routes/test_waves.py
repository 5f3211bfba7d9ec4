from datetime import timedelta

from tests.house import HandClock
from tests.people import Person, make_contact


def test_a_wave_is_seen_by_the_resident_and_by_nobody_else(anna: Person, bas: Person):
    teken = anna.tap()
    answer = bas.post(f"/v1/teken/{teken['id']}/waves")
    assert answer.status_code == 201
    wave = answer.json()["teken"]
    assert set(wave) == {"id", "resident", "kind", "words", "when_words"}
    assert wave["words"] == "zwaaide terug"
    assert {sign["kind"]: sign["words"] for sign in anna.feed()}["wave"] == "Bas zwaaide terug"
    assert [sign["kind"] for sign in bas.feed()] == ["checkin"]


def test_the_next_wave_of_the_day_is_the_first_one_again(anna: Person, bas: Person, clock: HandClock):
    teken = anna.tap()
    first = bas.post(f"/v1/teken/{teken['id']}/waves", json={})
    second = bas.post("/v1/waves", json={"resident_id": anna.id})
    assert (first.status_code, second.status_code, second.content) == (201, 200, first.content)
    clock.at += timedelta(days=1)
    third = bas.post("/v1/waves", json={"resident_id": anna.id})
    assert third.status_code == 201
    assert third.json()["teken"]["id"] != first.json()["teken"]["id"]


def test_waves_that_the_resident_does_not_take_are_silent(anna: Person, bas: Person):
    anna.patch(f"/v1/contacts/{bas.id}", json={"takes_waves": False})
    answer = bas.post("/v1/waves", json={"resident_id": anna.id})
    assert answer.status_code == 201
    assert anna.feed() == []


def test_nobody_waves_at_a_wave_or_at_a_sign_they_cannot_see(anna: Person, bas: Person, eef: Person):
    teken = anna.tap()
    wave = bas.post(f"/v1/teken/{teken['id']}/waves").json()["teken"]
    assert bas.post(f"/v1/teken/{wave['id']}/waves").status_code == 404
    assert eef.post(f"/v1/teken/{teken['id']}/waves").status_code == 404
    assert eef.post("/v1/waves", json={"resident_id": anna.id}).status_code == 404


def test_a_sign_from_before_the_grant_cannot_be_waved_at(anna: Person, clock: HandClock):
    teken = anna.tap()
    clock.move(minutes=1)
    cor = make_contact(anna, "Cor")
    assert cor.post(f"/v1/teken/{teken['id']}/waves").status_code == 404
