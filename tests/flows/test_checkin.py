from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from app.models.people import Resident
from app.models.walks import Teken
from tests.house import NOON, HandClock
from tests.people import Person, make_contact


def at(hour: int, minute: int = 0, *, day: int = 11) -> datetime:
    """A moment of March 2027 on Amsterdam's clock, which is an hour ahead."""
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


def seen(person: Person) -> bytes:
    return person.get("/v1/teken").content


def test_a_late_tap_keeps_its_own_time(anna: Person, bas: Person, session: Session):
    yesterday = NOON - timedelta(days=1, hours=8)
    teken = anna.tap(occurred_at=yesterday.isoformat())
    assert teken["when_words"] == "gisterochtend"
    [row] = session.exec(select(Teken)).all()
    assert (row.happened_at, row.mark) == (yesterday, None)
    assert bas.feed()[0]["when_words"] == "gisterochtend"


@pytest.mark.parametrize(("ahead", "mark"), [(timedelta(0), None), (timedelta(seconds=1), "cut-to-arrival")])
def test_a_future_tap_is_cut_to_its_arrival_and_marked(anna: Person, session: Session, ahead: timedelta, mark):
    anna.tap(occurred_at=(NOON + ahead).isoformat())
    [row] = session.exec(select(Teken)).all()
    assert (row.happened_at, row.mark) == (NOON, mark)


def test_a_week_ago_is_just_not_too_old(anna: Person):
    assert anna.tap(occurred_at=(NOON - timedelta(days=7)).isoformat())["when_words"] == "eerder"


def test_a_late_tap_moves_the_last_moment_heard_never_back(anna: Person, session: Session):
    anna.tap()
    anna.tap(occurred_at=(NOON - timedelta(days=1)).isoformat())
    assert session.exec(select(Resident.last_heard_at)).one() == NOON


def test_rule_9_a_further_tap_in_the_same_part_of_day_changes_no_byte(anna: Person, bas: Person, clock: HandClock):
    clock.at = at(12, 5)
    anna.tap()
    before = seen(bas)
    for minutes in (1, 60, 290):
        clock.at = at(12, 5) + timedelta(minutes=minutes)
        anna.tap(words="en nog een keer")
        assert seen(bas) == before
    assert len(anna.feed()) == 4


def test_rule_9_a_tap_in_a_later_part_of_day_takes_the_earlier_ones_place(anna: Person, bas: Person, clock: HandClock):
    for hour, words in ((9, "vanochtend"), (13, "vanmiddag"), (19, "vanavond")):
        clock.at = at(hour)
        teken = anna.tap()
        assert [(shown["id"], shown["when_words"]) for shown in bas.feed()] == [(teken["id"], words)]


def test_rule_9_a_tap_from_an_earlier_part_that_comes_late_changes_nothing(anna: Person, bas: Person, clock: HandClock):
    clock.at = at(13)
    anna.tap()
    before = seen(bas)
    anna.tap(occurred_at=at(9).isoformat())
    assert seen(bas) == before


def test_rule_9_who_joined_between_two_taps_sees_the_second(anna: Person, bas: Person, clock: HandClock):
    clock.at = at(13)
    anna.tap()
    before = seen(bas)
    clock.at = at(14)
    cor = make_contact(anna, "Cor")
    assert cor.feed() == []
    clock.at = at(15)
    second = anna.tap()
    clock.at = at(16)
    anna.tap()
    assert [shown["id"] for shown in cor.feed()] == [second["id"]]
    assert seen(bas) == before


@pytest.mark.parametrize("made", [at(23, 0), at(23, 59), at(0, 0, day=12), at(5, 59, day=12)])
def test_rule_9_a_sign_made_at_night_is_told_in_the_morning(
    anna: Person, bas: Person, clock: HandClock, keep_time: Callable[[], bool], made: datetime
):
    clock.at = made
    mine = anna.tap()
    assert [teken["id"] for teken in anna.feed()] == [mine["id"]]
    for moment, is_told in ((made, False), (at(7, 29, day=12), False), (at(7, 30, day=12), True)):
        clock.at = moment
        keep_time()
        assert [teken["id"] for teken in bas.feed()] == [mine["id"]] * is_told
    assert "nacht" not in seen(bas).decode()
    assert bas.feed()[0]["when_words"] == ("gisteravond" if made < at(0, 0, day=12) else "vanochtend")


@pytest.mark.parametrize("made", [at(22, 59), at(6, 0)])
def test_rule_9_a_sign_at_the_border_of_the_night_is_told_at_once(
    anna: Person, bas: Person, clock: HandClock, made: datetime
):
    clock.at = made
    assert [teken["id"] for teken in bas.feed()] == []
    assert anna.tap()["id"] == bas.feed()[0]["id"]


def test_rule_9_two_taps_of_one_night_are_one_sign(
    anna: Person, bas: Person, clock: HandClock, keep_time: Callable[[], bool]
):
    ids = []
    for minute in (0, 30):
        clock.at = at(2, minute)
        ids.append(anna.tap()["id"])
    clock.at = at(7, 30)
    keep_time()
    assert [teken["id"] for teken in bas.feed()] == ids[:1]
    assert not keep_time()


def test_rule_9_a_sign_of_the_night_does_not_show_beside_one_of_the_early_morning(
    anna: Person, bas: Person, clock: HandClock, keep_time: Callable[[], bool]
):
    """Both are told as "this morning": a change at half past seven would say that there was one at night."""
    clock.at = at(2)
    anna.tap()
    clock.at = at(6, 30)
    early = anna.tap()
    before = seen(bas)
    clock.at = at(7, 30)
    keep_time()
    assert [teken["id"] for teken in bas.feed()] == [early["id"]]
    assert seen(bas) == before


def test_a_tap_taken_back_leaves_room_for_the_next(anna: Person, bas: Person, clock: HandClock):
    clock.at = at(13)
    anna.delete(f"/v1/teken/{anna.tap()['id']}")
    clock.at = at(14)
    assert anna.tap()["id"] == bas.feed()[0]["id"]
