""" "Alles over mij", "Wie wist wat" and "Over jouw gegevens", as forms and words without a script."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from fastapi import FastAPI
from sqlmodel import delete

from app.models.record import LogLine
from tests.pages.test_forms import cookie, do, see
from tests.people import Person, make_contact

WARNING = (
    "Begin je later opnieuw met dezelfde mensen, dan kan iemand die oude plaatjes bewaarde meer over je huis raden."
)


def test_the_resident_finds_both_from_their_own_page(anna: Person):
    text = see(anna, "/ik")
    assert "Wie wist wat" in text
    assert "Alles over mij" in text


def test_the_log_is_told_by_day_and_says_that_it_is_whole(anna: Person, bas: Person):
    bas.get("/v1/teken")
    text = see(anna, "/ik/logboek")
    assert "Bas kwam in je kring, en ziet woorden en een tekening." in text
    assert "Niemand heeft in dit logboek iets veranderd of weggehaald." in text


def test_a_log_that_was_changed_says_so(app: FastAPI, anna: Person):
    with app.state.house.db.write() as session:
        session.exec(delete(LogLine))
        session.commit()
    assert "in dit logboek is iets veranderd" in see(anna, "/ik/logboek")


@pytest.mark.parametrize(("kind", "path"), [("resident", "/ik"), ("contact", "/kring")])
def test_everything_is_taken_along_by_a_form(anna: Person, bas: Person, kind: str, path: str):
    who = anna if kind == "resident" else bas
    answer = anna.client.post(f"{path}/gegevens/meenemen", headers=cookie(who, kind))
    assert answer.status_code == 200
    with ZipFile(BytesIO(answer.content)) as archive:
        assert "teken-van-leven/index.html" in archive.namelist()
    assert ("Je nam al je gegevens mee." in see(anna, "/ik/logboek")) == (kind == "resident")


def test_signs_stay_as_long_as_the_resident_says(anna: Person):
    do(anna, "/ik/gegevens/bewaren", days="7")
    assert "Je tekens blijven 7 dagen." in see(anna, "/ik/gegevens")


def test_rule_22_erasing_warns_first_and_asks_for_a_word(anna: Person, bas: Person):
    assert WARNING in see(anna, "/ik/gegevens")
    refused = anna.client.post("/ik/gegevens/wissen", data={"word": "nee"}, headers=cookie(anna))
    assert refused.status_code == 422
    assert "Er is niets gewist." in refused.text
    answer = anna.client.post("/ik/gegevens/wissen", data={"word": " Wissen "}, headers=cookie(anna))
    assert "Alles is gewist" in answer.text
    assert 'teken_resident=""' in answer.headers["set-cookie"]
    assert [person.get("/v1/me").status_code for person in (anna, bas)] == [401, 401]


def test_rule_22_a_contact_erases_themselves_the_same_way(anna: Person, bas: Person):
    make_contact(anna, "Cor")
    assert "Alles over mij" in see(bas, "/kring/gegevens", "contact")
    answer = anna.client.post("/kring/gegevens/wissen", data={"word": "wissen"}, headers=cookie(bas, "contact"))
    assert answer.status_code == 200
    assert bas.get("/v1/me").status_code == 401
    assert [one["name"] for one in anna.get("/v1/circle").json()["items"]] == ["Cor"]
