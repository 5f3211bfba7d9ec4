"""Single days of the roster: somebody is free, and a colleague is there; the week itself stays."""

from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient

from tests.house import HandClock
from tests.pages.conftest import OpenAs, Service
from tests.pages.test_forms import cookie, do, see
from tests.pages.test_work import come_to, holds_everywhere, press, tab_to
from tests.work import Office, make_office

DAY = "2027-03-11"  # the Thursday after the Wednesday of these tests
IN_WORDS = "Donderdag 11 maart 2027"
PAGE = f"/organisatie/dag?dag={DAY}"


def week(office: Office) -> None:
    """Let Fenna be there on Thursdays."""
    line = {"member_id": office.fenna.id, "weekday": 3, "begins": "09:00", "ends": "17:00"}
    assert office.admin.put(f"{office.path}/roster", json={"items": [line]}).status_code == 200


def on(office: Office, day: str = DAY) -> list[tuple[str, str, str]]:
    """Return who is there on a single day, as the API tells it."""
    items = office.admin.get(f"{office.path}/roster").json()["items"]
    return [(one["member_id"], one["begins"], one["ends"]) for one in items if one.get("day") == day]


def send(office: Office, *there: int, day: str = DAY, **given: Any) -> Any:
    team = [office.fenna, office.gerda, office.loes]
    fields = {"member": [one.id for one in team], "begins": ["09:00"] * 3, "ends": ["17:00"] * 3}
    data = {"dag": day, "there": [str(place) for place in there]} | fields | given
    return office.client.post("/organisatie/dag", data=data, headers=cookie(office.admin, "work"))


def test_a_day_is_swapped_and_the_week_stays(office: Office):
    week(office)
    assert send(office, 1).headers["location"] == "/organisatie?gezegd=saved#dagen"
    assert on(office) == [(office.gerda.id, "09:00", "17:00")]
    shown = see(office.admin, "/organisatie", "work")
    assert f"<h3>{IN_WORDS}</h3>" in shown
    assert "<p>Gerda, van 09:00 tot 17:00</p>" in shown
    assert 'aria-label="Fenna, donderdag"' in shown
    assert f'value="3 {office.fenna.id}" checked' in shown
    do(office.admin, "/organisatie/dag/gewoon", "work", dag=DAY)
    assert on(office) == []
    assert IN_WORDS not in see(office.admin, "/organisatie", "work")


def test_a_day_without_somebody_for_all_its_hours_says_which(office: Office):
    send(office, 1, ends=["17:00", "13:00", "17:00"])
    assert "Van 13:00 tot 17:00 is er niemand." in see(office.admin, "/organisatie", "work")


def test_two_lines_of_one_person_are_two_rows(office: Office):
    lines = [
        {"member_id": office.fenna.id, "day": DAY, "begins": begins, "ends": ends}
        for begins, ends in (("09:00", "12:00"), ("13:00", "17:00"))
    ]
    office.admin.put(f"{office.path}/roster", json={"items": lines})
    assert see(office.admin, PAGE, "work").count(f'name="member" value="{office.fenna.id}"') == 2


@pytest.mark.parametrize("wrong", [{"begins": ["18:00"] * 3}, {"ends": [""] * 3}, {"there": []}])
def test_a_wrong_day_changes_nothing_and_keeps_what_was_typed(office: Office, wrong: dict[str, Any]):
    answer = send(office, 0, **wrong)
    assert answer.status_code == 422
    assert "Kies wie er is, en tijden die kloppen." in answer.text
    assert answer.text.count('value="18:00"') == len(wrong.get("begins", []))
    assert on(office) == []


@pytest.mark.parametrize("day", ["", "morgen", "2027-03-09", "2028-03-12", "9999-12-31"])
def test_a_day_that_has_passed_or_never_comes_is_asked_again(office: Office, day: str):
    answer = office.client.get(f"/organisatie/dag?dag={day}", headers=cookie(office.admin, "work"))
    assert answer.status_code == 422
    assert "Kies een dag van vandaag tot een jaar vooruit." in answer.text
    assert send(office, 0, day=day).status_code == 422


@pytest.mark.parametrize("day", ["2027-03-13", "2027-03-29"])
def test_a_weekend_and_a_holiday_need_nobody(office: Office, day: str):
    shown = see(office.admin, f"/organisatie/dag?dag={day}", "work")
    assert "Op deze dag zijn jullie dicht." in shown
    assert 'name="there"' not in shown


def test_only_the_admin_plans_and_only_colleagues(client: TestClient, office: Office):
    other = make_office(client, "Elders", team={"Piet": "caseworker"})
    for stranger in (other.piet.id, str(uuid4())):
        assert send(office, 0, member=[stranger] * 3).status_code == 404
    assert client.get(PAGE, headers=cookie(office.fenna, "work")).status_code == 403
    undone = client.post("/organisatie/dag/gewoon", data={"dag": DAY}, headers=cookie(office.fenna, "work"))
    assert undone.status_code == 403
    send(office, 0)
    do(other.admin, "/organisatie/dag/gewoon", "work", dag=DAY)
    assert len(on(office)) == 1


def test_a_day_that_has_passed_is_shown_no_more(office: Office, clock: HandClock):
    send(office, 0)
    clock.move(days=2)
    assert IN_WORDS not in see(office.admin.again(), "/organisatie", "work")


def test_a_day_is_planned_by_keyboard_alone_and_without_a_script(service: Service, open_as: OpenAs):
    office = make_office(service.client, "Dagen")
    week(office)
    page = come_to(open_as, "/organisatie", office.admin, java_script_enabled=False)
    tab_to(page, "#dag")
    page.locator("#dag").fill(DAY)  # whether day or month is typed first is the browser's own
    press(page, "Enter")
    expect(page.get_by_role("heading", name=IN_WORDS)).to_be_visible()
    expect(page.get_by_label("Fenna", exact=True)).to_be_checked()
    tab_to(page, "input[name=there]")
    press(page, "Space")
    for _ in range(2):
        tab_to(page, "input[name=there]")
    press(page, "Space")
    tab_to(page, "form[action='/organisatie/dag'] button")
    press(page, "Enter")
    expect(page.get_by_role("status")).to_have_text("Dat is bewaard.")
    assert len(on(office)) == 1


def test_axe_finds_nothing_on_a_day(service: Service, open_as: OpenAs):
    office = make_office(service.client, "Assen")
    week(office)
    page = come_to(open_as, "/organisatie", office.admin)
    for path in (PAGE, "/organisatie/dag", "/organisatie/dag?dag=2027-03-13"):
        page.goto(path)
        holds_everywhere(page)
    send(office, 1, ends=["17:00", "13:00", "17:00"])
    for path in (PAGE, "/organisatie"):
        page.goto(path)
        holds_everywhere(page)
