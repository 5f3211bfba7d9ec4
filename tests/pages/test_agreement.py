"""Agreements, "Even niet", proposals and rest, as forms without a script; on both databases."""

from datetime import timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI

from app.flows import representatives
from app.flows.representatives import Wanted
from app.models.people import Resident
from tests.house import HandClock
from tests.pages.test_forms import cookie, do, see
from tests.people import Person, make_upload
from tests.reached import agree, make_reachable


def test_the_consequence_is_read_before_the_yes(app: FastAPI, anna: Person):
    make_reachable(app, anna)
    wanted = {"kind": "calm", "rhythm": "fixed", "plan": "Sleutel bij Riet"}
    sure = anna.client.post("/ik/afspraak/bekijk", data=wanted, headers=cookie(anna)).text
    assert "Wordt het" in sure
    assert "dan hoort Bas het op zijn laatst" in sure
    assert "Bel 112" in sure
    assert anna.get("/v1/agreement").json()["kind"] == "greetings"
    agreed = anna.client.post("/ik/afspraak", data=wanted, headers=cookie(anna))
    assert agreed.headers["location"] == "/ik/afspraak?gezegd=saved"
    agreed = anna.get("/v1/agreement").json()
    assert (agreed["kind"], agreed["plan"]) == ("calm", "Sleutel bij Riet")
    assert agreed["longest_wait_words"] in sure


def test_the_days_the_time_and_the_plan_are_read_before_the_yes(app: FastAPI, anna: Person):
    make_reachable(app, anna)
    make_reachable(app, anna, "Cas")
    wanted = {"kind": "daily", "at": "10:30", "days": [0, 3], "plan": "Sleutel bij Riet"}
    sure = anna.client.post("/ik/afspraak/bekijk", data=wanted, headers=cookie(anna)).text
    assert "Is er om 10:30 nog geen teken" in sure
    assert "Alleen op: <strong>maandag, donderdag</strong>" in sure
    assert "Sleutel bij Riet" in sure
    every_day = anna.client.post("/ik/afspraak/bekijk", data=wanted | {"days": list(range(7))}, headers=cookie(anna))
    assert "Alleen op" not in every_day.text


@pytest.mark.parametrize(("fields", "words"), [({"kind": "calm"}, "ja hebben gezegd"), ({"kind": "daily"}, "één dag")])
def test_what_cannot_be_says_why(anna: Person, fields: dict[str, str], words: str):
    answer = anna.client.post("/ik/afspraak/bekijk", data=fields, headers=cookie(anna))
    assert answer.status_code == 422
    assert words in answer.text


def test_a_pause_of_whole_days(anna: Person, bas: Person, clock: HandClock):
    day = (clock.now() + timedelta(days=4)).date().isoformat()
    assert do(anna, "/ik/even-niet", until=day, words="Bij mijn zus", shown_to=bas.id) == "/ik/even-niet"
    assert "Even niet tot en met zondag 14 maart 2027" in see(anna, "/ik/even-niet")
    card = see(bas, "/kring", "contact")
    assert "Anna: even niet, tot en met maandag 15 maart 2027." not in card
    assert "Anna: even niet, tot en met zondag 14 maart 2027." in card
    assert "Bij mijn zus" in card
    [one] = anna.get("/v1/pauses").json()["items"]
    assert do(anna, f"/ik/even-niet/{one['id']}/klaar") == "/ik/even-niet?gezegd=ended"
    assert "Bij mijn zus" not in see(bas, "/kring", "contact")


@pytest.mark.parametrize("until", ["", "gisteren", "2027-03-01", "2027-06-01"])
def test_a_pause_that_cannot_be_says_what_to_do(anna: Person, until: str):
    answer = anna.client.post("/ik/even-niet", data={"until": until}, headers=cookie(anna))
    assert answer.status_code == 422
    assert "niet meer dan zes weken" in answer.text


def test_a_contact_proposes_and_the_resident_decides(app: FastAPI, anna: Person):
    bas = make_reachable(app, anna)
    assert do(bas, f"/kring/{bas.id}/voorstel", "contact", wish="route") == f"/kring/{bas.id}/over?gezegd=made"
    assert "Dat is er nog niet" in see(bas, f"/kring/{bas.id}/over", "contact")
    assert "Bas stelt je iets voor." in see(anna, "/ik")
    [one] = anna.get("/v1/agreement/proposals").json()["items"]
    assert do(anna, f"/ik/voorstellen/{one['id']}/ja") == "/ik/voorstellen?gezegd=yes"
    assert "Je zei ja. Dit begint donderdag 11 maart 2027." in see(anna, "/ik/voorstellen")
    assert do(anna, f"/ik/voorstellen/{one['id']}/nee") == "/ik/voorstellen?gezegd=undone"
    assert "Dat is er nog niet" in see(bas, f"/kring/{bas.id}/over", "contact")


def test_two_of_the_circle_let_a_page_rest_and_the_resident_reads_who(app: FastAPI, anna: Person):
    bas, cas = make_reachable(app, anna), make_reachable(app, anna, "Cas")
    agree(anna)
    said = [do(who, f"/kring/{who.id}/rust", "contact", reason="died").rpartition("=")[2] for who in (bas, cas)]
    assert said == ["asked", "resting"]
    assert "Volgens Bas en Cas was je er even niet" in see(anna, "/ik")
    assert do(bas, f"/kring/{bas.id}/wakker", "contact").endswith("awake")


def test_the_resident_reads_who_speaks_for_them_and_stops_it_with_one_button(app: FastAPI, anna: Person):
    """Trust 34: kind, who checked it, and until which day."""
    assert "Niemand spreekt voor jou. Jij beslist zelf." in see(anna, "/ik/afspraak")
    house = app.state.house
    with house.db.write() as session:
        resident = session.get_one(Resident, UUID(anna.id))
        wanted = Wanted("Riet Bos", "mentor", "De Kring", house.clock.now() + timedelta(days=90))
        representatives.set_for(session, resident, wanted, house.clock.now())
    page = see(anna, "/ik/afspraak")
    assert "Riet Bos is je mentor, tot dinsdag 8 juni 2027. Dat keek De Kring na." in page
    assert "Dit klopt niet, of ik wil dit niet" in page
    assert do(anna, "/ik/vertegenwoordiger/stop") == "/ik/afspraak?gezegd=stopped"
    page = see(anna, "/ik/afspraak?gezegd=stopped")
    assert "Riet Bos" not in page
    assert "Niemand spreekt voor jou. Jij beslist zelf." in page
    assert "Dat is gestopt." in page


def test_the_resident_says_which_app_counts(anna: Person):
    make_upload(anna)
    assert "Telt niet mee als teken van leven" in see(anna, "/ik/apparaten")
    device = next(one for one in anna.get("/v1/devices").json()["items"] if one["kind"] == "upload")
    do(anna, f"/ik/apparaten/{device['id']}/telt", counts="true")
    assert "Telt mee als teken van leven" in see(anna, "/ik/apparaten")


def test_somebody_elses_page_is_not_there(app: FastAPI, anna: Person, eef: Person):
    bas = make_reachable(app, anna)
    answer = anna.client.get(f"/kring/{bas.id}/over", headers=cookie(eef, "contact"))
    assert answer.status_code == 404
