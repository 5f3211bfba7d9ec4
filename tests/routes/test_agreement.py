"""What is agreed about silence over HTTP: chosen by the resident, refused while nobody could keep it."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from app.models.silence import Agreement, AgreementConsent
from tests.people import make_contact
from tests.reached import agree, make_reachable
from tests.work import make_office, take_into_care

GREETINGS = {
    "kind": "greetings",
    "rhythm": "fixed",
    "works": True,
    "longest_wait_words": "Is het stil, dan hoort niemand dat.",
    "offers_calmer": False,
}


def put(who, **body):
    return who.client.put("/v1/agreement", headers=who.auth, json=body)


def row_of(app, anna) -> Agreement:
    with app.state.house.db.read() as session:
        return session.exec(select(Agreement).where(Agreement.resident_id == UUID(anna.id))).one()


def test_everybody_begins_with_greetings_only(anna):
    assert anna.get("/v1/agreement").json() == GREETINGS


def test_calm_needs_one_whom_we_can_reach(app, anna):
    refused = put(anna, kind="calm")
    assert (refused.status_code, refused.json()["code"]) == (409, "circle-needed")
    assert refused.json()["title"] == "Hiervoor moet eerst iemand in je kring ja hebben gezegd."
    make_contact(anna, "Cas")
    assert "adres bevestigen" in put(anna, kind="calm").json()["title"]
    assert anna.get("/v1/agreement").json() == GREETINGS
    make_reachable(app, anna)
    agreed = agree(anna)
    assert (agreed["kind"], agreed["rhythm"], agreed["level"], agreed["works"]) == ("calm", "fixed", 0.5, True)
    assert agreed == anna.get("/v1/agreement").json()


def test_daily_needs_two(app, anna):
    make_reachable(app, anna)
    refused = put(anna, kind="daily")
    assert (refused.status_code, refused.json()["code"]) == (409, "circle-needed")
    assert "twee mensen" in refused.json()["title"]
    make_reachable(app, anna, "Cas")
    agreed = agree(anna, "daily", at="09:30", weekdays=[4, 0, 0])
    assert (agreed["kind"], agreed["at"], agreed["weekdays"]) == ("daily", "09:30", [0, 4])
    assert "level" not in agreed


@pytest.mark.parametrize("how", [{"accept": {"sixteen_or_older": False}}, {}])
def test_who_is_young_or_kept_quiet_is_nobody_we_may_ask(app, anna, how):
    bas = make_reachable(app, anna, **how)
    if not how:
        anna.patch(f"/v1/contacts/{bas.id}", json={"quiet": True})
    refused = put(anna, kind="calm")
    assert (refused.status_code, refused.json()["code"]) == (409, "circle-needed")
    assert "eerst iemand in je kring ja" in refused.json()["title"]


def test_daily_says_eleven_where_no_time_was_chosen(app, anna):
    make_reachable(app, anna)
    make_reachable(app, anna, "Cas")
    agreed = agree(anna, "daily")
    assert (agreed["at"], agreed["weekdays"]) == ("11:00", [0, 1, 2, 3, 4, 5, 6])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "alarm"},
        {"kind": "daily", "at": "25:00"},
        {"kind": "daily", "weekdays": []},
        {"kind": "daily", "weekdays": [7]},
        {"kind": "calm", "level": 0.3},
        {"kind": "calm", "rhythm": "fast"},
        {"kind": "calm", "extra": 1},
    ],
)
def test_what_is_no_agreement_is_refused(anna, body):
    answer = put(anna, **body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")


def test_the_clock_starts_when_it_is_agreed_and_moves_with_each_sign(app, anna, clock):
    make_reachable(app, anna)
    agree(anna)
    assert row_of(app, anna).next_due_at == clock.now() + timedelta(hours=48)
    clock.move(hours=5)
    anna.tap()
    assert row_of(app, anna).next_due_at == clock.now() + timedelta(hours=48)


def test_the_plan_is_kept_for_who_will_need_it(app, anna):
    make_reachable(app, anna)
    assert agree(anna, plan="De sleutel ligt bij Riet.")["plan"] == "De sleutel ligt bij Riet."
    assert "plan" not in agree(anna, plan="")


def test_a_new_device_beside_others_may_not_choose(anna):
    code = anna.post("/v1/pairings").json()["code"]
    token = anna.client.post(f"/v1/pairings/{code}/accept").json()["token"]
    phone = type(anna)(anna.client, anna.id, token)
    answer = put(phone, kind="greetings")
    assert (answer.status_code, answer.json()["code"]) == (403, "new-device")


def test_the_log_says_what_was_agreed(app, anna):
    make_reachable(app, anna)
    agree(anna)
    assert "Je sprak iets af voor als het stil wordt: rustig." in anna.get("/v1/me/log").text


def test_one_contact_and_a_caseworker_are_enough_for_every_day_and_their_hours_count(app, client, anna):
    take_into_care(make_office(client).fenna, anna)
    make_reachable(app, anna)
    agreed = agree(anna, "daily")
    assert agreed["kind"] == "daily"
    assert agreed["longest_wait_words"].startswith("Wordt het vrijdag")
    assert "Fenna maandagochtend" in agreed["longest_wait_words"]
    [consent] = anna.get("/v1/agreement/consents").json()["items"]
    assert "Lukt dat niet, dan vragen we het je sociaal werker." in consent["words"]
    agree(anna, "greetings")
    with app.state.house.db.read() as session:
        care = session.exec(select(AgreementConsent).where(AgreementConsent.kind == "care")).one()
    assert care.until_at is None


@pytest.mark.parametrize("plan", ["a\x00b", "a\x1b[2Jb", "a\u202eb", "a\rb"])
def test_a_plan_has_lines_and_nothing_that_hides(anna, plan):
    assert anna.put("/v1/agreement", json={"kind": "greetings", "plan": plan}).status_code == 422
    for good in ("Bel Bas.\nDan Cor.", "Bel Bas.\r\nDan Cor."):
        assert anna.put("/v1/agreement", json={"kind": "greetings", "plan": good}).json()["plan"] == good
