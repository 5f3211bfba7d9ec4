"""The worker releases, tells and delivers, and one bad row stops nothing."""

import time
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlmodel import col, select

from app.channels.base import Address, ChannelError, Message
from app.flows import checkin, overdue, subscriptions
from app.flows import walk as walks
from app.flows.checkin import Tap
from app.flows.subscriptions import Wanted
from app.models.outbox import Attempt, OutboxItem, Subscription
from app.models.people import Replay
from app.models.walks import Teken, Walk
from app.phatic import gpx
from app.phatic.limits import Limits
from app.phatic.track import clean
from app.worker import Worker, ways_of
from tests.circles import make_circle, make_subscription
from tests.house import make_settings
from tests.walks import walk_gpx

HOOK = "https://lamp.example/teken"


class Kept:
    """A way out that keeps what it takes, and fails as it is told."""

    name = "kept"

    def __init__(self) -> None:
        self.taken: list[tuple[Address, Message]] = []
        self.error: Exception | None = None

    def send(self, address: Address, message: Message) -> None:
        if self.error:
            raise self.error
        self.taken.append((address, message))


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def worker(house, kept) -> Worker:
    return Worker(house, {"email": kept, "webhook": kept}, rng=Random(1))


def tap(house, anna) -> Teken:
    with house.db.write() as session:
        return checkin.share_tap(session, anna.resident, Tap(), house.clock.now())


def hold_walk(house, anna) -> Walk:
    """Share an hour's walk that ended just now, and hold it for half an hour."""
    now = house.clock.now()
    data = walk_gpx(begins=now - timedelta(hours=1), points=500, every_s=7.0)
    track = clean(gpx.read(data, Limits()))
    with house.db.write() as session:
        walk, _ = walks.share_walk(session, anna.resident, track, now, Random(7), hold=timedelta(minutes=30))
    return walk


def rows(house, kind) -> list:
    with house.db.read() as session:
        return list(session.exec(select(kind)))


def test_a_tap_reaches_mail_and_webhook(house, worker, kept):
    anna = make_circle(house)
    make_subscription(house, anna.viewer)
    make_subscription(house, anna.viewer, "webhook", HOOK)
    tap(house, anna)
    worker.run_once()
    worker.run_once()
    assert {address.where for address, _ in kept.taken} == {"bas@post.example", HOOK}
    assert len(kept.taken) == 2


def test_a_walk_goes_out_after_its_hold_and_not_before(house, worker, kept):
    anna = make_circle(house)
    make_subscription(house, anna.viewer, "webhook", HOOK)
    walk = hold_walk(house, anna)
    house.clock.at = walk.release_at - timedelta(seconds=1)
    worker.run_once()
    assert rows(house, Teken) == []
    house.clock.move(seconds=1)
    worker.run_once()
    assert [message.data["id"] for _, message in kept.taken] == [str(walk.teken_id)]
    assert [row.state for row in rows(house, Walk)] == ["released"]


def test_a_sign_of_the_night_is_told_in_the_morning(house, worker, kept):
    """trust.md 9."""
    anna = make_circle(house)
    make_subscription(house, anna.viewer, "webhook", HOOK)
    house.clock.move(hours=9, minutes=30)  # 23:30 in Amsterdam
    tap(house, anna)
    house.clock.move(hours=7, minutes=59)
    worker.run_once()
    assert kept.taken == []
    house.clock.move(minutes=1)
    worker.run_once()
    [(_, message)] = kept.taken
    assert message.data["when_words"] == "woensdagavond"


def test_a_walk_that_cannot_be_released_waits_an_hour_and_stops_nobody(house, worker, kept, monkeypatch, caplog):
    bad, good = make_circle(house), make_circle(house)
    make_subscription(house, good.viewer, "webhook", HOOK)
    bad_walk, good_walk = hold_walk(house, bad), hold_walk(house, good)
    house.clock.move(hours=2)
    release = overdue.release

    def fails(session, walk_id, now):
        if walk_id == bad_walk.id:
            raise ValueError("52.09 is in no log")
        return release(session, walk_id, now)

    monkeypatch.setattr(overdue, "release", fails)
    worker.run_once()
    assert [message.data["id"] for _, message in kept.taken] == [str(good_walk.teken_id)]
    with house.db.read() as session:
        assert session.get_one(Walk, bad_walk.id).release_at == house.clock.now() + timedelta(hours=1)
    assert "52.09" not in caplog.text


def test_an_item_that_breaks_us_waits_an_hour_and_stops_nobody(house, worker, kept):
    anna = make_circle(house)
    make_subscription(house, anna.viewer, "webhook", HOOK)
    tap(house, anna)
    kept.error = ZeroDivisionError()
    worker.run_once()
    [item] = rows(house, OutboxItem)
    assert item.due_at == house.clock.now() + timedelta(hours=1)
    assert [attempt.outcome for attempt in rows(house, Attempt)] == ["broken"]
    kept.error = None
    house.clock.move(hours=1)
    worker.run_once()
    assert [message.id for _, message in kept.taken] == [item.id]


def test_a_failed_send_is_tried_again_with_the_same_id(house, worker, kept):
    anna = make_circle(house)
    make_subscription(house, anna.viewer, "webhook", HOOK)
    tap(house, anna)
    kept.error = ChannelError("http-503", retry_after_s=600)
    worker.run_once()
    kept.error = None
    house.clock.move(minutes=9)
    worker.run_once()
    assert kept.taken == []
    house.clock.move(minutes=10)
    worker.run_once()
    assert [message.id for _, message in kept.taken] == [row.id for row in rows(house, OutboxItem)]
    assert [attempt.outcome for attempt in sorted(rows(house, Attempt), key=lambda row: row.started_at)] == [
        "http-503",
        "sent",
    ]


def test_a_webhook_is_on_after_its_challenge_and_not_before(house, worker, kept):
    """trust.md 25: no subscription sends before it is verified."""
    anna = make_circle(house)
    with house.db.write() as session:
        subscriptions.add(session, house.keys, anna.viewer, Wanted("webhook", HOOK), house.clock.now())
    kept.error = ChannelError("not-echoed")
    worker.run_once()
    tap(house, anna)
    kept.error = None
    worker.run_once()
    assert kept.taken == []
    house.clock.move(minutes=2)
    worker.run_once()
    assert [message.data["type"] for _, message in kept.taken] == ["verification"]
    assert rows(house, Subscription)[0].verified_at == house.clock.now()


def test_old_answers_and_unanswered_questions_are_tidied_once_an_hour(house, worker):
    anna = make_circle(house)
    with house.db.write() as session:
        session.add(Replay(key_hash="k", body_hash="b", status=201, body="{}", answered_at=house.clock.now()))
        subscriptions.add(session, house.keys, anna.viewer, Wanted("email", "bas@post.example"), house.clock.now())
    worker.run_once()
    assert len(rows(house, Replay)) == 1
    house.clock.move(days=7)
    worker.run_once()
    assert (rows(house, Replay), rows(house, Subscription)) == ([], [])


def test_health_turns_bad_when_nothing_ran_for_two_minutes(house, worker):
    assert not worker.is_alive
    worker.start()
    try:
        until(lambda: worker.is_alive and worker.last_run_at == house.clock.now())
        worker.keep_time = lambda: False
        house.clock.move(hours=1)
    finally:
        worker.stop()
    assert not worker.is_alive


def test_it_works_in_threads_and_stops(house, worker, kept):
    anna = make_circle(house)
    make_subscription(house, anna.viewer, "webhook", HOOK)
    tap(house, anna)
    worker.start()
    until(lambda: kept.taken)
    began = time.monotonic()
    worker.stop()
    assert time.monotonic() - began < 5
    with house.db.read() as session:
        assert session.exec(select(OutboxItem.state).order_by(col(OutboxItem.id))).all() == ["sent"]


def until(happened, within_s: float = 10.0) -> None:
    ends = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.02)


def test_the_channels_get_what_the_settings_say(house, tmp_path):
    given: dict[str, Any] = {
        "smtp_url": "smtp://127.0.0.1:25",
        "mail_from": "Teken <a@b.example>",
        "allow_private_addresses": True,
    }
    house.settings = make_settings(tmp_path, **given)
    ways = ways_of(house)
    assert (ways.smtp_url, ways.mail_from, ways.allow_private) == tuple(given.values())
