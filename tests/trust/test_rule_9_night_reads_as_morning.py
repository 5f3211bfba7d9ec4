"""Trust 9: nothing that follows tells a sign of the night from one of the morning."""

from datetime import UTC, datetime

import pytest

from app.worker import Worker
from tests.office import seen_by

DAY = datetime(2027, 3, 11, tzinfo=UTC)  # an hour behind Amsterdam
NIGHT, DAWN, EARLY, TOLD = (
    DAY.replace(hour=hour, minute=minute) for hour, minute in ((2, 0), (5, 30), (6, 20), (6, 30))
)


@pytest.mark.parametrize("made", [NIGHT, DAWN, EARLY], ids=["03:00", "06:30", "07:20"])
def test_rule_9_the_morning_tap_repeats_the_night_like_one_of_the_morning(app, anna, bas, clock, made):
    worker = Worker(app.state.house)
    clock.at = made
    anna.tap()
    clock.at = TOLD
    worker.run_once()
    before, place = bas.get("/v1/teken").content, seen_by(app.state.house, bas.token, None).place
    clock.move(hours=2)
    anna.tap()
    assert bas.get("/v1/teken").content == before
    assert seen_by(app.state.house, bas.token, place).events == []


def test_rule_9_the_morning_tap_does_not_wait_for_the_night_s(app, anna, bas, clock):
    worker = Worker(app.state.house)
    clock.at = NIGHT
    anna.tap()
    clock.at = DAWN
    tapped = anna.tap()
    assert [sign["id"] for sign in bas.feed()] == [tapped["id"]]
    clock.at = TOLD
    worker.run_once()
    assert [sign["id"] for sign in bas.feed()] == [tapped["id"]], "the night's is the repeated one now"
