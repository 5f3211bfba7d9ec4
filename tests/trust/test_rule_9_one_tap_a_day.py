"""Trust 9: one check-in a day; a further tap in the same part of day changes no byte; nights wait for the morning."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from app.models.outbox import OutboxItem
from app.worker import Worker
from tests.office import hook_to, mail_to, seen_by


def test_rule_9_a_further_tap_in_the_same_part_of_the_day_changes_nothing(app, anna, bas, clock, post):
    house = app.state.house
    mail_to(house, bas)
    hook_to(house, bas, post)
    place = seen_by(house, bas.token, None).place
    anna.tap()
    seen = seen_by(house, bas.token, place)
    post.worker(house).run_once()
    before = (bas.get("/v1/teken").content, len(post.mails), len(post.posts))
    clock.move(hours=2)
    anna.tap(words="nog eens")
    post.worker(house).run_once()
    assert (bas.get("/v1/teken").content, len(post.mails), len(post.posts)) == before
    assert len(seen.events) == 1
    assert seen_by(house, bas.token, seen.place).events == []
    assert len(anna.feed()) == 2, "the resident has both"


def test_rule_9_a_tap_in_a_later_part_takes_the_place_of_the_earlier(anna, bas, clock):
    first = anna.tap()
    clock.move(hours=5)
    later = anna.tap()
    [shown] = bas.feed()
    assert (shown["id"], shown["when_words"]) == (later["id"], "vanavond")
    assert shown["id"] != first["id"]


@pytest.mark.parametrize(
    "made", [datetime(2027, 3, 10, 22, 0, tzinfo=UTC), datetime(2027, 3, 11, 2, 0, tzinfo=UTC)], ids=["23:00", "03:00"]
)
def test_rule_9_a_sign_of_the_night_is_told_in_the_morning_without_night(app, anna, bas, clock, made):
    clock.at = made
    anna.tap()
    worker = Worker(app.state.house)
    worker.run_once()
    assert bas.feed() == []
    clock.at = datetime(2027, 3, 11, 6, 29, tzinfo=UTC)
    worker.run_once()
    assert bas.feed() == []
    clock.at = datetime(2027, 3, 11, 6, 30, tzinfo=UTC)  # 07:30 in Amsterdam
    worker.run_once()
    [shown] = bas.feed()
    assert shown["when_words"] in {"vanochtend", "gisteravond"}
    assert "nacht" not in shown["when_words"]


def test_rule_9_a_walk_of_the_night_waits_too(app, anna, bas, clock):
    clock.at = datetime(2027, 3, 11, 3, 0, tzinfo=UTC)
    anna.walk(clock.now())
    assert bas.feed() == []
    clock.move(hours=4)
    Worker(app.state.house).run_once()
    assert [teken["when_words"] for teken in bas.feed()] == ["vanochtend"]


def test_rule_9_the_mail_is_of_the_first_teken_of_the_day_only(app, anna, bas, clock, post):
    house = app.state.house
    mail_to(house, bas)
    for hours in (0, 3, 2):
        clock.move(hours=hours)
        anna.tap()
        anna.walk(clock.now() - timedelta(minutes=5), seed=hours)
        post.worker(house).run_once()
    assert len(post.mails) == 1
    with house.db.read() as session:
        assert len(session.exec(select(OutboxItem)).all()) == 1
