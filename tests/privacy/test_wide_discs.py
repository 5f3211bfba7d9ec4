""" "Ruim": wide discs, once and for good. What they hide leaves kept pictures at the next request."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from sqlmodel import col, select

from app.flows import backup, feed, memory, people, record, replaying
from app.flows import walk as walks
from app.house import House
from app.models.circle import Contact
from app.models.people import Resident
from app.models.record import LogLine
from app.models.walks import Walk
from app.phatic import formats, places, track
from app.phatic import plane as planes
from app.phatic.limits import Limits
from app.phatic.sketch import Sketch, collapsed, draw
from tests.circles import Circle, make_circle
from tests.pages.test_forms import do, see
from tests.people import Person
from tests.phatic.walking import vertices
from tests.walks import walk_gpx

SEED = 4
# Some near home, where a disc more or less decides, and one that goes far.
POINTS = {"loop": (180, 220, 900), "eight": (220, 240, 260, 280, 300, 320)}


@pytest.fixture
def circle(house: House) -> Circle:
    """A resident whose contact at `route` got nine walks today."""
    circle, chance = make_circle(house, detail="route"), Random(SEED)
    now = house.clock.now()
    for shape, lengths in POINTS.items():
        for number, points in enumerate(lengths):
            share(house, circle, chance, now, shape=shape, points=points, seed=number)
    return circle


def share(house: House, circle: Circle, chance: Random, now: datetime, **how: Any) -> Walk:
    begins = now - timedelta(seconds=how["points"] * 7 + 60)
    read = track.clean(formats.read(walk_gpx(every_s=7.0, begins=begins, **how), Limits()))
    with house.db.write() as session:
        resident = session.get_one(Resident, circle.resident.id)
        return walks.share_walk(session, resident, read, now, chance, hold=timedelta())[0]


def told(house: House, circle: Circle) -> dict[str, dict[str, Any]]:
    """What the contact gets, by id."""
    with house.db.read() as session:
        grant = session.get_one(Contact, circle.contact.id), session.get_one(Resident, circle.resident.id)
        signs = feed.for_viewer(session, circle.viewer, [grant], house.clock.now())
    return {str(sign.id): sign.model_dump(mode="json", exclude_none=True) for sign in signs}


def widen(house: House, circle: Circle) -> None:
    with house.db.write() as session:
        resident = session.get_one(Resident, circle.resident.id)
        people.change_self(session, resident, {"is_wide": True}, house.clock.now())


def discs(house: House, circle: Circle) -> list[places.Disc]:
    with house.db.read() as session:
        return list(memory.discs_of(session, session.get_one(Resident, circle.resident.id)))


def nearest_m(shape: dict[str, Any], disc: places.Disc) -> float:
    lon, lat = vertices(shape).T
    return float(min(planes.distance_m(disc.lat, disc.lon, *place) for place in zip(lat, lon, strict=True)))


def test_what_wide_discs_hide_goes_from_what_a_contact_sees_at_the_next_request(house: House, circle: Circle):
    before, kept = told(house, circle), discs(house, circle)
    near = [sign for sign in before.values() if "route" in sign and min_m(sign, kept) < 515]
    assert near, "else this test proves nothing"
    widen(house, circle)
    after = told(house, circle)
    assert set(after) == set(before), "no sign goes, only places"
    for sign in after.values():
        if "route" in sign:
            assert min_m(sign, kept) >= 515
    for sign in near:
        assert after[sign["id"]].get("area") != sign["area"]
    far = [sign for sign in before.values() if sign not in near]
    assert far
    assert all(after[sign["id"]] == sign for sign in far), "what is far enough stays to the last byte"


def min_m(sign: dict[str, Any], kept: list[places.Disc]) -> float:
    return min(nearest_m(sign[shape], disc) for shape in ("area", "route") for disc in kept)


def draw_beside_a_disc(house: House, circle: Circle) -> None:
    """One kept picture becomes as it was drawn before there were curls: two cells between 415 and 515 m of a disc."""
    with house.db.write() as session:
        resident = session.get_one(Resident, circle.resident.id)
        (plane, *_), known = memory.secrets_of(resident).planes, memory.discs_of(session, resident)
        middle = planes.project(plane.lat, plane.lon, known[0].lat, known[0].lon)
        spots = middle + 465 * np.array([(np.cos(turn), np.sin(turn)) for turn in np.arange(0, 6.28, 0.05)])
        cells = np.unique(planes.cells_at(plane, spots), axis=0)
        away = np.hypot(*(planes.centres(plane, cells) - middle).T)
        run = collapsed(cells[(away > 420) & (away < 510)][:2])
        walk = session.exec(select(Walk).where(col(Walk.sketch).is_not(None))).all()[0]
        walk.sketch = present(draw(plane, [run], known)).to_json()


def present(sketch: Sketch | None) -> Sketch:
    assert sketch
    return sketch


def test_a_picture_that_is_hidden_whole_becomes_words(house: House, circle: Circle):
    draw_beside_a_disc(house, circle)
    before = told(house, circle)
    widen(house, circle)
    gone = [sign for key, sign in told(house, circle).items() if "route" in before[key] and "route" not in sign]
    assert gone, "else this test proves nothing"
    assert {sign["words"] for sign in gone} == {"een ommetje dicht bij huis"}
    assert all("area" not in sign for sign in gone)


def test_discs_keep_their_centres_and_new_ones_are_drawn_wide(house: House, circle: Circle):
    before = discs(house, circle)
    widen(house, circle)
    assert discs(house, circle) == before
    share(house, circle, Random(9), house.clock.now(), shape="line", points=900, seed=3, lat=52.2, lon=5.3)
    new = [disc for disc in discs(house, circle) if disc not in before]
    assert new
    assert {(disc.rho_m, disc.radius_m) for disc in new} == {(400.0, 500.0)}


def test_a_walk_after_it_is_drawn_outside_the_wide_discs(house: House, circle: Circle):
    widen(house, circle)
    for points in (300, 380, 460):
        share(house, circle, Random(9), house.clock.now(), shape="loop", points=points, seed=points)
    shown = [sign for sign in told(house, circle).values() if "route" in sign]
    assert all(min_m(sign, discs(house, circle)) >= 515 for sign in shown)


def test_it_is_one_line_in_the_log_and_a_second_time_changes_nothing(house: House, circle: Circle):
    widen(house, circle)
    once = told(house, circle)
    widen(house, circle)
    assert told(house, circle) == once
    with house.db.read() as session:
        lines = session.exec(select(LogLine.kind).where(LogLine.resident_id == circle.resident.id)).all()
        assert lines.count("discs-widened") == 1
        assert record.verify(session, circle.resident.id)


def test_a_restored_backup_does_not_bring_smaller_discs_back(house: House, circle: Circle, tmp_path):
    with house.db.read() as session:
        backup.write(session, tmp_path / "backup.zip", house.clock.now())
    widen(house, circle)
    wide = told(house, circle)
    with house.db.write() as session:
        backup.restore(session, tmp_path / "backup.zip", force=True)
    assert told(house, circle) != wide
    with house.db.write() as session:
        assert replaying.replay(session, house.db.ledger, house.clock.now()) == 1
    assert told(house, circle) == wide


class TestAtTheDoor:
    def test_there_is_no_way_back(self, anna: Person):
        assert anna.get("/v1/me").json()["is_wide"] is False
        assert anna.patch("/v1/me", json={"is_wide": True}).json()["is_wide"] is True
        refused = anna.patch("/v1/me", json={"is_wide": False})
        assert refused.status_code == 422
        assert anna.patch("/v1/me", json={"is_wide": None}).json()["is_wide"] is True

    def test_a_contact_has_no_discs_and_a_new_phone_may_not_yet(self, anna: Person, bas: Person):
        assert bas.patch("/v1/me", json={"is_wide": True}).status_code == 403
        code = anna.post("/v1/pairings").json()["code"]
        token = anna.client.post(f"/v1/pairings/{code}/accept", json={}).json()["token"]
        assert Person(anna.client, anna.id, token).patch("/v1/me", json={"is_wide": True}).status_code == 403
        assert anna.get("/v1/me").json()["is_wide"] is False

    def test_nothing_a_contact_gets_says_that_it_was_chosen(self, anna: Person, bas: Person):
        before = [bas.get(path).content for path in ("/v1/me", "/v1/teken", "/v1/contacts")]
        anna.patch("/v1/me", json={"is_wide": True})
        assert [bas.get(path).content for path in ("/v1/me", "/v1/teken", "/v1/contacts")] == before

    def test_the_page_says_what_it_means_before_it_is_chosen(self, anna: Person):
        assert "/ik/gegevens/ruim" in see(anna, "/ik/gegevens")
        first = see(anna, "/ik/gegevens/ruim")
        assert first.index("Dit blijft zo") < first.index("Ja, verberg meer")
        assert anna.get("/v1/me").json()["is_wide"] is False, "reading changes nothing"
        do(anna, "/ik/gegevens/ruim")
        assert "Ruim staat aan" in see(anna, "/ik/gegevens")
        assert "Ja, verberg meer" not in see(anna, "/ik/gegevens/ruim")
        assert "Je koos voor meer verbergen rond je plekken." in see(anna, "/ik/logboek")
