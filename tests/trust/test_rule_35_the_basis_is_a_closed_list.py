"""Trust 35: no enrolment without a legal basis; short notes that the resident reads; no diagnosis, no search."""

import json
import re
from datetime import timedelta
from uuid import UUID

import pytest

from app.main import openapi_bytes
from app.models.silence import Pause
from app.phatic.wording import TEXTS
from tests.people import make_resident
from tests.work import BASIS, INTAKE, ask, make_case, make_office, make_silence

KEYS = {"id", "name", "agreement_words", "state", "since_words", "next_step_words", "owner"}


def tries(office, anna) -> list:
    """Every way in which somebody could be enrolled."""
    code = anna.post("/v1/caseworker-codes").json()["code"]
    return [
        office.fenna.post(f"/v1/residents/{anna.id}/caseworker-requests"),
        office.fenna.post(f"/v1/caseworker-codes/{code}/accept"),
        office.fenna.post("/v1/caseload", json={"name": "Mevrouw A."}),
        office.fenna.post("/v1/pairings", json={"resident_id": anna.id}),
    ]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"basis": BASIS},
        {"intake": INTAKE},
        {"basis": BASIS | {"date": "2026-01-01", "review": "2027-03-09"}, "intake": INTAKE},
        *({"basis": BASIS, "intake": INTAKE | {question: not answer}} for question, answer in INTAKE.items()),
    ],
)
def test_rule_35_nobody_is_enrolled_without_basis_and_the_right_answers(client, anna, given):
    office = make_office(client, has_basis=False, team={"Fenna": "caseworker"})
    if given:
        assert office.admin.patch(office.path, json=given).json()["may_enrol"] is False
    answers = tries(office, anna)
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "basis-needed")] * 4


def test_rule_35_with_both_the_same_ways_open(office, anna):
    assert tries(office, anna)[0].status_code == 201
    assert ask(office.fenna, make_resident(office.client, "Cor"))


@pytest.mark.parametrize("wrong", [{"ground": "legitimate_interest"}, {"ground": "zomaar"}, {"exception": "geen"}])
def test_rule_35_the_basis_is_a_closed_list(office, wrong):
    assert office.admin.patch(office.path, json={"basis": BASIS | wrong}).status_code == 422


@pytest.mark.parametrize("missing", BASIS)
def test_rule_35_and_every_part_of_it_is_asked(office, missing):
    partly = {name: value for name, value in BASIS.items() if name != missing}
    assert office.admin.patch(office.path, json={"basis": partly}).status_code == 422


def test_rule_35_a_basis_that_lapsed_keeps_later_yeses_away_too(office, anna, clock):
    asked = ask(office.fenna, anna)
    office.admin.patch(office.path, json={"basis": BASIS | {"review": "2027-03-11"}})
    clock.move(days=2)
    late = anna.post(f"/v1/residents/{anna.id}/caseworker-requests/{asked}/confirm")
    assert (late.status_code, late.json()["code"]) == (409, "basis-needed")


def test_rule_35_a_caseload_shows_exactly_seven_words_for_each_and_no_place(client, office, clock):
    anna, _ = make_case(office)
    make_silence(client, anna.id)
    anna.walk(clock.now())
    answer = office.fenna.get("/v1/caseload")
    [item] = answer.json()["items"]
    assert set(item) == KEYS
    assert answer.json().keys() == {"items", "next"}
    assert all(isinstance(value, str) for value in item.values())
    schemas = json.loads(openapi_bytes(client.app))["components"]["schemas"]
    assert set(schemas["CaseItem"]["properties"]) == KEYS
    assert re.search(r"area|route|drawing|coordinates|walk|gewandeld|\d{1,2}:\d{2}", answer.text) is None


def test_rule_35_even_niet_has_no_dates_and_no_words(client, office, clock):
    anna, case = make_case(office)
    now = clock.now()
    with client.app.state.house.db.write() as session:
        session.add(
            Pause(
                resident_id=UUID(anna.id),
                from_at=now,
                until_at=now + timedelta(days=11),
                words="Bij mijn zus in Drenthe",
                made_at=now,
            )
        )
    make_silence(client, anna.id)
    [item] = office.fenna.get("/v1/caseload").json()["items"]
    assert (item["state"], item["since_words"]) == ("paused", "nu")
    assert item["next_step_words"] == "Rust. Daarna begint het opnieuw."
    opened = office.fenna.get(f"/v1/cases/{case}")
    assert "Drenthe" not in opened.text
    assert opened.json()["history"] == []


def test_rule_35_nothing_searches_lists_or_exports_over_residents(client):
    """The caseload is one's own list; no call of an organisation takes a filter, and none but it lists residents."""
    paths = json.loads(openapi_bytes(client.app))["paths"]
    work = ("/v1/caseload", "/v1/cases", "/v1/organisations", "/v1/handovers", "/v1/sessions")
    asked = {
        (path, parameter["name"])
        for path, methods in paths.items()
        if path.startswith(work)
        for operation in methods.values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query"
    }
    assert asked == set()
    shown = {
        path
        for path, methods in paths.items()
        if path.startswith(work) and "get" in methods and "Case" in json.dumps(methods["get"]["responses"]["200"])
    }
    assert shown == {"/v1/caseload", "/v1/cases/{case_id}"}


def test_rule_35_whoever_keeps_the_books_sees_no_names_and_no_states(client, office):
    anna, case = make_case(office, "Annemarie")
    make_silence(client, anna.id)
    paths = [office.path, f"{office.path}/members", f"{office.path}/roster", f"{office.path}/totals"]
    answers = [office.admin.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert not any("Annemarie" in answer.text or anna.id in answer.text for answer in answers)
    assert office.admin.get("/v1/caseload").status_code == 403
    assert office.admin.get(f"/v1/cases/{case}").status_code == 403


def test_rule_35_groups_under_five_are_not_told(client, office):
    for number in range(5):
        assert office.admin.get(f"{office.path}/totals").json()["items"] == []
        resident, _ = make_case(office, f"R{number}")
        make_silence(client, resident.id)
    case_ids = [item["id"] for item in office.fenna.get("/v1/caseload").json()["items"]]
    assert office.admin.get(f"{office.path}/totals").json()["items"] == [{"what": "in_care", "number": 5}]
    for case in case_ids:
        office.fenna.post(f"/v1/cases/{case}/closings", json={"outcome": "well"})
    told = {item["what"]: item["number"] for item in office.admin.get(f"{office.path}/totals").json()["items"]}
    assert told == {"in_care": 5, "silences": 5, "outcome.well": 5}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_rule_35_outcomes_hold_no_diagnosis(language):
    outcomes = " ".join(text for key, text in TEXTS[language].items() if ".outcome." in key).lower()
    assert not re.search(r"dement|depress|ziek|ill|verward|confus|suic|psych|alcohol|verslaa", outcomes)


def test_rule_35_retention_may_only_shorten(office):
    for given, status in (
        ({"teken_days": 401}, 422),
        ({"closed_episode_days": 366}, 422),
        ({"teken_days": 30, "closed_episode_days": 90}, 200),
    ):
        assert office.admin.patch(office.path, json={"retention": given}).status_code == status


def test_rule_35_a_yes_that_can_still_be_taken_back_unseen_is_in_no_figure(client, office):
    for name in "ABCDE":
        resident = make_resident(client, name)
        path = f"/v1/residents/{resident.id}/caseworker-requests/{ask(office.fenna, resident)}/confirm"
        assert resident.post(path).status_code == 200
    assert office.admin.get(f"{office.path}/totals").json()["items"] == []
