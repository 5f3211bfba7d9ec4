"""Trust 33: where an organisation takes working hours away, residents who agreed read that it can take longer."""

import pytest

from tests.pages.test_forms import see
from tests.people import Person
from tests.reached import agree, make_reachable
from tests.work import make_case

FULL = {str(day): ["09:00", "17:00"] for day in range(5)}
SHORT = FULL | {"4": ["09:00", "12:00"]}
SAID = "werkt op andere uren dan eerst"


@pytest.fixture
def agreed(app, office) -> Person:
    """Anna, in Fenna's care, with an agreement that counts her caseworker's hours."""
    anna, _ = make_case(office)
    make_reachable(app, anna)
    agree(anna, "calm")
    return anna


def lines(anna: Person) -> list[str]:
    return [line["kind"] for line in anna.get("/v1/me/log").json()["items"]]


def work(office, **given) -> None:
    answer = office.admin.again().patch(office.path, json=given)
    assert answer.status_code == 200, answer.text


def test_rule_33_it_is_a_line_and_on_the_next_page(office, agreed, clock):
    before = agreed.get("/v1/agreement").json()["longest_wait_words"]
    assert SAID not in see(agreed, "/ik")
    clock.move(hours=1)
    work(office, hours={"0": ["09:00", "10:00"]})
    assert lines(agreed)[0] == "other-hours"
    assert f"Buurtteam {SAID}." in agreed.get("/v1/me/log").json()["items"][0]["sentence"]
    assert SAID in see(agreed, "/ik")
    after = agreed.get("/v1/agreement").json()["longest_wait_words"]
    assert after != before
    assert after in see(agreed, "/ik/afspraak")


def test_rule_33_who_agrees_anew_has_read_it_and_after_two_weeks_it_is_quiet(office, agreed, clock):
    clock.move(hours=1)
    work(office, hours=SHORT)
    clock.move(days=13)
    assert SAID in see(agreed, "/ik")
    clock.move(days=1)
    assert SAID not in see(agreed, "/ik")
    work(office, hours={"0": ["09:00", "10:00"]})
    clock.move(hours=1)
    agree(agreed, "calm")
    assert SAID not in see(agreed, "/ik")


@pytest.mark.parametrize(
    "given", [{"hours": FULL}, {"hours": FULL | {"5": ["10:00", "12:00"]}}, {"name": "Wijkteam"}, {"holidays": ""}]
)
def test_rule_33_what_takes_no_hour_away_is_no_line(office, agreed, given):
    work(office, **given)
    assert "other-hours" not in lines(agreed)


@pytest.mark.parametrize("given", [{"holidays": "BE"}, {"time_zone": "America/Paramaribo"}])
def test_rule_33_other_free_days_and_another_clock_are_a_line_too(office, agreed, given):
    work(office, **given)
    assert lines(agreed)[0] == "other-hours"


def test_rule_33_who_agreed_to_greetings_only_reads_nothing_of_it(office):
    anna, _ = make_case(office)
    work(office, hours=SHORT)
    assert "other-hours" not in lines(anna)
    assert SAID not in see(anna, "/ik")
