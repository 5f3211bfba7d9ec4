from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select

from app.flows import memory
from app.house import House
from app.models.people import Resident
from app.models.walks import DiscRow, Teken, Walk
from app.phatic.blur import Release
from app.phatic.glyph import Glyph
from app.phatic.places import Disc
from tests.house import NOON, HandClock, make_app
from tests.people import Person, make_contact
from tests.walks import walk_gpx

HOUR = timedelta(hours=1)
A_GLYPH = Glyph.parse("loop-short-calm-round")


class TestHeld:
    """With a hold, as it is in real life."""

    @pytest.fixture
    def app(self, tmp_path, database_url: str, clock: HandClock) -> Generator[FastAPI]:
        app = make_app(tmp_path, database_url, clock=clock, hold_minutes=30)
        yield app
        app.state.house.close()

    @pytest.mark.parametrize("ended", [NOON, NOON - timedelta(days=2), NOON + timedelta(hours=3)])
    def test_it_is_held_from_its_arrival_for_the_hold_and_a_random_while(self, anna: Person, ended: datetime):
        walk = anna.walk(ended, points=200, every_s=15.0)
        held = datetime.fromisoformat(walk["release_at"]) - NOON
        assert walk["state"] == "held"
        assert timedelta(minutes=30) <= held < timedelta(minutes=60)

    def test_while_held_only_the_resident_knows(self, anna: Person, bas: Person):
        walk = anna.walk(NOON - HOUR)
        assert (bas.feed(), anna.feed()) == ([], [])
        assert [item["id"] for item in anna.get("/v1/walks").json()["items"]] == [walk["id"]]

    def test_the_silence_clock_counts_its_end_at_once(self, anna: Person, session: Session):
        anna.walk(NOON - HOUR)
        assert session.exec(select(Resident.last_heard_at)).one() == NOON - HOUR

    def test_after_the_hold_the_circle_is_told(
        self, anna: Person, bas: Person, clock: HandClock, keep_time: Callable[[], bool]
    ):
        walk = anna.walk(NOON - HOUR)
        clock.at = datetime.fromisoformat(walk["release_at"]) - timedelta(seconds=1)
        keep_time()
        assert bas.feed() == []
        clock.move(seconds=1)
        assert keep_time()
        assert bas.feed() == [walk["previews"]["drawing"]]
        assert not keep_time()

    def test_the_resident_may_let_it_go_now(
        self, anna: Person, bas: Person, clock: HandClock, keep_time: Callable[[], bool]
    ):
        walk = anna.walk(NOON - HOUR)
        answers = [anna.post(f"/v1/walks/{walk['id']}/release") for _ in range(2)]
        assert [(answer.status_code, answer.json()["walk"]["state"]) for answer in answers] == [(200, "released")] * 2
        assert bas.feed() == [walk["previews"]["drawing"]]
        clock.move(hours=2)
        assert not keep_time()
        assert len(bas.feed()) == 1

    def test_taken_back_before_its_release_it_never_goes_out(
        self, anna: Person, bas: Person, clock: HandClock, keep_time: Callable[[], bool], session: Session
    ):
        walk = anna.walk(NOON - HOUR)
        assert anna.delete(f"/v1/walks/{walk['id']}").status_code == 204
        clock.move(hours=2)
        keep_time()
        assert bas.feed() == []
        row = session.exec(select(Walk)).one()
        assert (row.sketch, row.glyph, row.sketch_glyph, row.fingerprint) == (None, None, None, None)

    def test_a_walk_of_the_evening_is_told_the_next_morning_when_its_hold_ends_at_night(
        self, anna: Person, bas: Person, clock: HandClock, keep_time: Callable[[], bool]
    ):
        clock.at = NOON + timedelta(hours=10, minutes=20)  # 00:20 in Amsterdam
        anna.walk(clock.at - timedelta(minutes=30))
        clock.move(hours=1)
        keep_time()
        assert bas.feed() == []
        clock.at = NOON + timedelta(hours=17, minutes=30)
        keep_time()
        assert [teken["when_words"] for teken in bas.feed()] == ["gisteravond"]


def test_without_a_hold_it_is_released_in_the_answer(anna: Person, bas: Person):
    walk = anna.walk(NOON - HOUR)
    assert walk["state"] == "released"
    assert bas.feed() == [walk["previews"]["drawing"]]


def test_taken_back_it_is_gone_and_its_sketch_with_it_but_the_discs_stay(anna: Person, bas: Person, session: Session):
    anna.patch(f"/v1/contacts/{bas.id}", json={"detail": "route"})
    walk = anna.walk(NOON - HOUR)
    discs = len(session.exec(select(DiscRow.id)).all())
    assert anna.delete(f"/v1/walks/{walk['id']}").status_code == 204
    session.rollback()
    assert bas.feed() == []
    assert session.exec(select(Walk.sketch)).one() is None
    assert session.exec(select(Teken)).all() == []
    assert len(session.exec(select(DiscRow.id)).all()) == discs > 0


def test_discs_come_back_in_the_order_in_which_they_were_founded(anna: Person, house: House):
    """Around the oldest of those that overlap a walk near home is shown, whatever order a database likes."""
    with house.db.write() as session:
        resident = session.get_one(Resident, UUID(anna.id))
        session.add_all(DiscRow(resident_id=resident.id, number=n, disc=a_disc(n).to_json()) for n in (3, 1, 0, 2))
        session.flush()
        memory.remember(session, resident, Release(None, A_GLYPH, None, (a_disc(4), a_disc(5)), ()))
        session.flush()
        assert [disc.rho_m for disc in memory.discs_of(session, resident)] == [0, 1, 2, 3, 4, 5]


def a_disc(number: int) -> Disc:
    return Disc(0, 52.0, 5.0, number, 400.0)


def test_the_same_track_is_the_same_walk_until_it_was_taken_back(anna: Person, bas: Person):
    first, again = anna.walk(NOON - HOUR), anna.walk(NOON - HOUR)
    assert again["id"] == first["id"]
    anna.delete(f"/v1/walks/{first['id']}")
    anew = anna.walk(NOON - HOUR)
    assert anew["id"] != first["id"]
    assert [teken["id"] for teken in bas.feed()] == [anew["previews"]["drawing"]["id"]]


@pytest.mark.parametrize(("ahead_h", "status"), [(23.9, 201), (24.1, 422)])
def test_a_walk_ahead_is_cut_up_to_a_day_and_refused_beyond(
    anna: Person, session: Session, ahead_h: float, status: int
):
    ends = NOON + timedelta(hours=ahead_h)
    answer = anna.post("/v1/walks", content=walk_gpx(begins=ends - HOUR, points=241, every_s=15.0))
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["code"] == "future-track"
        assert session.exec(select(Walk)).all() == []
    else:
        row = session.exec(select(Walk)).one()
        assert (row.ended_at, row.mark) == (NOON, "cut-to-arrival")
        assert answer.json()["walk"]["mark"] == "cut-to-arrival"


def test_a_walk_without_times_is_of_now_and_marked(anna: Person):
    answer = anna.post("/v1/walks", content=walk_gpx(points=500, every_s=7.0, times=False))
    assert answer.json()["walk"]["mark"] == "untimed"
    assert answer.json()["walk"]["previews"]["sign"]["when_words"] == "vanmiddag"


def test_a_late_upload_keeps_its_own_time(anna: Person, bas: Person):
    anna.walk(NOON - timedelta(days=3))
    assert bas.feed()[0]["when_words"] == "zondagmiddag"


class TestSketch:
    """Kept after the release only while somebody may see a place (trust 20)."""

    @pytest.mark.parametrize(
        ("detail", "is_kept"), [("sign", False), ("drawing", False), ("area", True), ("route", True)]
    )
    def test_it_is_kept_for_who_may_see_a_place(self, anna: Person, session: Session, detail: str, is_kept: bool):
        make_contact(anna, "Cor", detail=detail)
        anna.walk(NOON - HOUR)
        assert (session.exec(select(Walk.sketch)).one() is not None) == is_kept

    @pytest.mark.parametrize("how", ["lowered", "removed", "left"])
    def test_it_goes_with_the_last_who_could_see_it(self, anna: Person, session: Session, how: str):
        cor = make_contact(anna, "Cor", detail="route")
        anna.walk(NOON - HOUR)
        path = f"/v1/contacts/{cor.id}"
        if how == "lowered":
            anna.patch(path, json={"detail": "drawing"})
        else:
            (anna if how == "removed" else cor).delete(path)
        assert session.exec(select(Walk.sketch)).one() is None

    def test_the_resident_may_keep_it_for_themselves_and_let_go(self, anna: Person, session: Session):
        anna.patch("/v1/me", json={"keeps_sketches": True})
        anna.walk(NOON - HOUR)
        assert session.exec(select(Walk.sketch)).one() is not None
        anna.patch("/v1/me", json={"keeps_sketches": False})
        session.rollback()
        assert session.exec(select(Walk.sketch)).one() is None
