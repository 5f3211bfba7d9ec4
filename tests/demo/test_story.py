"""Days pass in the demo: one silence is taken up by a neighbour, one comes to the caseworker."""

from datetime import UTC, datetime, timedelta

import pytest

from app.clock import DemoClock
from app.demo import seed, story
from app.demo.people import IN_CARE, VILLAGERS
from app.errors import Busy
from app.worker import Worker
from tests.house import NOON, HandClock, make_house


class Ahead(HandClock):
    """A hand that the story moves."""

    @property
    def ahead(self) -> timedelta:
        return self.at - NOON

    @ahead.setter
    def ahead(self, ahead: timedelta) -> None:
        if ahead:
            self.at = NOON + ahead


@pytest.fixture
def told(tmp_path, sqlite_url) -> list[str]:
    house = make_house(tmp_path, sqlite_url)
    house.clock = Ahead()
    seed.fill(house, [one for one in VILLAGERS if one.name in IN_CARE], days=2)
    worker = Worker(house)
    lines = list(story.let_pass(house, 7, worker.run_once))
    house.close()
    return lines


def test_one_silence_is_taken_up_and_ends_well_and_the_other_comes_to_the_caseworker(told):
    of_corrie = [line.split(": ", 1)[1] for line in told if "Corrie" in line]
    assert of_corrie[0] == "asked themselves, and nobody else"
    assert of_corrie[-1] == "all is well; who was asked knows"
    assert "asked Fenna" not in of_corrie
    of_henk = [line for line in told if "Henk" in line]
    assert of_henk[-1].endswith("asked Fenna")


def test_days_pass_while_the_service_beside_it_has_the_pen(tmp_path, sqlite_url):
    house, busy = make_house(tmp_path, sqlite_url), [Busy(), Busy()]
    house.clock = Ahead()

    def work() -> None:
        if busy:
            raise busy.pop()

    assert list(story.let_pass(house, 1, work)) == []
    assert (house.clock.ahead, busy) == (timedelta(days=1), [])
    house.close()


def test_the_demos_clock_is_ahead_in_every_process_of_the_demo(tmp_path):
    DemoClock(tmp_path / "ahead").ahead += timedelta(days=2)
    other = DemoClock(tmp_path / "ahead")
    assert other.now() - datetime.now(UTC) > timedelta(days=1, hours=23)
