"""An organisation: made by the operator, kept by its admin, known to nobody else."""

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from app import cli
from tests.house import RESPONSIBLE, make_app, make_client
from tests.work import join, make_case, make_office, make_silence

TOKEN = "an operator token for tests, long enough"


def test_the_operators_token_makes_an_organisation_and_its_first_admin(tmp_path, sqlite_url, clock):
    app = make_app(tmp_path, sqlite_url, clock=clock, operator_token=TOKEN, holidays="BE")
    client = make_client(app)
    asked = {"json": {"name": "Buurtteam"}}
    assert client.post("/v1/organisations", **asked).status_code == 401
    wrong = client.post("/v1/organisations", **asked, headers={"Authorization": f"Bearer {TOKEN}x"})
    assert wrong.status_code == 403
    made = client.post("/v1/organisations", **asked, headers={"Authorization": f"Bearer {TOKEN}"})
    assert made.status_code == 201
    organisation = made.json()["organisation"]
    assert (organisation["holidays"], organisation["may_enrol"]) == ("BE", False)
    admin = join(client, made.json()["admin"], "ad@team.example")
    assert admin.get(f"/v1/organisations/{organisation['id']}").json() == organisation
    app.state.house.close()


def test_the_roster_shows_today_what_it_leaves_open_tomorrow(office, clock):
    lines = [{"member_id": office.fenna.id, "weekday": 3, "begins": "09:00", "ends": "13:00"}]
    answer = office.admin.put(f"{office.path}/roster", json={"items": lines})
    assert answer.json() == {
        "items": lines,
        "gaps": [{"day": "2027-03-11", "begins": "13:00", "ends": "17:00"}],
    }
    assert office.fenna.get(f"{office.path}/roster").json() == answer.json()
    clock.move(days=2)  # tomorrow is a Saturday
    assert office.admin.again().get(f"{office.path}/roster").json()["gaps"] == []


def test_a_roster_names_colleagues_only_and_ends_after_it_begins(client, office):
    other = make_office(client, "Elders", team={"Piet": "caseworker"})
    line = {"member_id": office.fenna.id, "weekday": 3, "begins": "09:00", "ends": "13:00"}
    for wrong, status in (
        ({"member_id": other.piet.id}, 404),
        ({"begins": "14:00"}, 422),
        ({"day": "2027-03-11"}, 422),
        ({"weekday": 7}, 422),
    ):
        answer = office.admin.put(f"{office.path}/roster", json={"items": [line | wrong]})
        assert answer.status_code == status


@pytest.mark.parametrize("hours", [{}, {"7": ["09:00", "17:00"]}, {"0": ["17:00", "09:00"]}, {"0": ["9:00", "17:00"]}])
def test_hours_are_clock_times_of_weekdays(office, hours):
    assert office.admin.patch(office.path, json={"hours": hours}).status_code == 422


def test_an_admin_changes_hours_and_name(office):
    wanted = {"hours": {"1": ["10:00", "12:00"]}, "name": "Wijkteam"}
    answer = office.admin.patch(office.path, json=wanted).json()
    assert (answer["hours"], answer["name"]) == ({"1": ["10:00", "12:00"]}, "Wijkteam")


def test_the_last_admin_stays(client, office):
    path = f"{office.path}/members/{office.admin.id}"
    assert office.admin.patch(path, json={"role": "caseworker"}).status_code == 409
    made = office.admin.post(f"{office.path}/members", json={"name": "Bo", "role": "admin"}).json()
    join(client, made, "bo@team.example")
    assert office.admin.patch(path, json={"role": "caseworker"}).json()["role"] == "caseworker"
    assert office.admin.get("/v1/caseload").status_code == 200


def test_colleagues_are_listed_for_colleagues_and_say_whether_they_came(office):
    office.admin.post(f"{office.path}/members", json={"name": "Ida", "role": "lead"})
    items = office.fenna.get(f"{office.path}/members").json()["items"]
    assert [(one["name"], one["role"], one["state"]) for one in items] == [
        ("Ad", "admin", "active"),
        ("Fenna", "caseworker", "active"),
        ("Gerda", "deputy", "active"),
        ("Loes", "lead", "active"),
        ("Ida", "lead", "invited"),
    ]


def test_a_caseworker_takes_along_and_erases_what_is_their_own(office):
    anna, case = make_case(office, "Annemarie")
    office.fenna.post("/v1/subscriptions", json={"channel": "email", "address": "fenna@team.example"})
    lines = [
        {"member_id": one.id, "day": "2027-03-15", "begins": "09:00", "ends": "17:00"} for one in office.team.values()
    ]
    office.admin.put(f"{office.path}/roster", json={"items": lines})
    taken = office.fenna.get("/v1/me/export")
    with ZipFile(BytesIO(taken.content)) as packed:
        roster = json.loads(packed.read("teken-van-leven/roster.json"))
        whole = b"".join(packed.read(name) for name in packed.namelist()).decode()
    assert "Fenna" in whole
    assert "fenna@team.example" in whole
    assert roster == [{"day": "2027-03-15", "begins": "09:00", "ends": "17:00"}]
    assert "Annemarie" not in whole
    assert anna.id not in whole
    office.fenna.get(f"/v1/cases/{case}")
    assert office.fenna.delete("/v1/me").status_code == 204
    assert office.fenna.get("/v1/me").status_code == 401
    said = [line["sentence"] for line in anna.get("/v1/me/log").json()["items"]]
    assert "Iemand van Buurtteam bekeek hoe het met je staat." in said
    assert not any("Fenna" in sentence for sentence in said)
    assert [item["owner"] for item in office.gerda.get("/v1/caseload").json()["items"]] == ["Gerda"]


def test_a_resident_takes_along_what_caseworkers_did(client, office):
    anna, case = make_case(office, "Anna")
    make_silence(client, anna.id)
    office.fenna.post(f"/v1/cases/{case}/closings", json={"outcome": "helped", "note": "Boodschappen gedaan"})
    with ZipFile(BytesIO(anna.get("/v1/me/export").content)) as packed:
        acts = packed.read("teken-van-leven/care_acts.json").decode()
        care = packed.read("teken-van-leven/care.json").decode()
    assert "Boodschappen gedaan" in acts
    assert "Buurtteam" in care


def run(data: Path, *arguments: str, **env: str):
    given = {f"TEKEN_{name.upper()}": value for name, value in RESPONSIBLE.items()} | env
    return CliRunner().invoke(cli.cli, list(arguments), env={"TEKEN_DATA_DIR": str(data)} | given)


def test_the_operator_makes_both_by_command(tmp_path):
    made = run(tmp_path, "organisation", "add", "Buurtteam", "--json")
    assert made.exit_code == 0, made.output
    organisation = json.loads(made.stdout.splitlines()[-1])
    assert "/werk/binnen/l_" in organisation["url"]
    arguments = ("caseworker", "add", "Fenna", "--organisation", organisation["organisation_id"], "--role", "deputy")
    assert "/werk/binnen/l_" in run(tmp_path, *arguments).stdout
    unknown = run(tmp_path, "caseworker", "add", "Fenna", "--organisation", "00000000-0000-4000-8000-000000000000")
    assert unknown.exit_code == 1


def test_no_organisation_where_nobody_answers_for_the_data(tmp_path):
    refused = run(tmp_path, "organisation", "add", "Buurtteam", TEKEN_DPO_CONTACT="")
    assert refused.exit_code == 1
    assert "TEKEN_DPO_CONTACT" in refused.output


def test_a_country_without_a_calendar_is_refused_or_no_case_would_be_asked_about(office):
    for wrong in ("XX", "nl", "NLD"):
        assert office.admin.patch(office.path, json={"holidays": wrong}).status_code == 422
    for right in ("BE", ""):
        assert office.admin.patch(office.path, json={"holidays": right}).json()["holidays"] == right
