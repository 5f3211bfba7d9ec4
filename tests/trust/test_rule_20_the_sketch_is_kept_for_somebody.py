"""Trust 20: a Sketch stays only while somebody may see a place; withdrawing deletes it; no column holds a line."""

from uuid import UUID

import pytest
from sqlmodel import select

from app.flows.walk import fingerprint_of
from app.models.base import Table
from app.models.people import Resident
from app.models.walks import DiscRow, Walk
from app.phatic import formats, track
from app.phatic.limits import Limits
from app.vault import Sealed
from tests.people import make_contact, make_resident
from tests.walks import walk_gpx

# Every column that could hold a structure, and what it holds. A new one is a decision of its own.
STRUCTURES = {
    ("resident", "planes"): "secret lattices: an origin, a turn",
    ("disc", "disc"): "a drawn centre and two radii",
    ("walk", "sketch"): "cells of the lattice",
    ("log_line", "names"): "whom a line of the log is about",
    ("resident", "log_head"): "the last link of the log's chain",
    ("agreement", "rhythm"): "counts of days and hours",
    ("pause", "shown_to"): "ids of contacts",
    ("proposal", "wish"): "an agreement that somebody would like",
    ("organisation", "basis"): "ground, law, officer",
    ("organisation", "intake"): "answered questions",
    ("organisation", "hours"): "opening hours",
    ("organisation", "retention"): "numbers of days",
}
TEXTS = {"name", "hand", "words", "helped_by", "address", "secret", "body", "plan", "text", "checked_by", "totp_secret"}


def sketches(app) -> list[bool]:
    with app.state.house.db.read() as session:
        return [walk.sketch is not None for walk in session.exec(select(Walk).order_by(Walk.arrived_at))]


@pytest.mark.parametrize(("detail", "is_kept"), [("sign", False), ("drawing", False), ("area", True), ("route", True)])
def test_rule_20_a_sketch_is_kept_only_if_a_contact_may_see_a_place(app, anna, clock, detail, is_kept):
    bas = make_contact(anna, detail=detail)
    clock.move(minutes=1)
    anna.walk(clock.now())
    assert sketches(app) == [is_kept]
    anna.patch(f"/v1/contacts/{bas.id}", json={"detail": "drawing"})
    assert sketches(app) == [False]


def test_rule_20_or_if_the_resident_keeps_it_for_themselves(app, anna, clock):
    anna.patch("/v1/me", json={"keeps_sketches": True})
    anna.walk(clock.now())
    assert sketches(app) == [True]
    anna.patch("/v1/me", json={"keeps_sketches": False})
    assert sketches(app) == [False]


@pytest.mark.parametrize("way", ["withdraw", "end the last grant", "the contact leaves"])
def test_rule_20_it_goes_in_the_same_transaction(app, anna, clock, way):
    bas = make_contact(anna, detail="route")
    clock.move(minutes=1)
    walk = anna.walk(clock.now())
    assert sketches(app) == [True]
    if way == "withdraw":
        anna.delete(f"/v1/walks/{walk['id']}")
    else:
        (anna if way == "end the last grant" else bas).delete(f"/v1/contacts/{bas.id}")
    assert sketches(app) == [False]
    with app.state.house.db.read() as session:
        assert session.exec(select(DiscRow)).all(), "the discs stay"


def test_rule_20_the_fingerprint_recognises_and_tells_nothing(app, anna, clock):
    one, same = anna.walk(clock.now(), seed=1), anna.walk(clock.now(), seed=1)
    assert one["id"] == same["id"]
    dora = make_resident(anna.client, "Dora")
    dora.walk(clock.now(), seed=1)
    with app.state.house.db.read() as session:
        fingerprints = [walk.fingerprint for walk in session.exec(select(Walk))]
        residents = [session.get_one(Resident, UUID(who.id)) for who in (anna, dora)]
    assert len(set(fingerprints)) == 2, "the same track of two people does not look the same"
    read = track.clean(formats.read(walk_gpx(points=60), Limits()))
    keyed = {fingerprint_of(resident, read) for resident in residents}
    assert len(keyed) == 2
    assert all(len(one) == 64 for one in keyed)


def test_rule_20_no_column_could_hold_a_line_of_points():
    for table in Table.metadata.sorted_tables:
        for column in table.columns:
            kind = type(column.type).__name__
            assert kind not in {"JSON", "ARRAY", "LargeBinary", "PickleType", "Geometry"}, (table.name, column.name)
            if isinstance(column.type, Sealed):
                assert (table.name, column.name) in STRUCTURES or column.name in TEXTS, (table.name, column.name)


def test_rule_20_what_the_structures_hold_is_no_line_of_the_walk(app, anna, clock):
    make_contact(anna, detail="route")
    clock.move(minutes=1)
    anna.walk(clock.now())
    with app.state.house.db.read() as session:
        [walk] = session.exec(select(Walk)).all()
        discs = [row.disc for row in session.exec(select(DiscRow))]
    assert walk.sketch
    cells = [cell for run in walk.sketch["runs"] for cell in run]
    assert len(cells) < 60, "cells of 250 m, not 500 points"
    assert all(isinstance(number, int) for cell in cells for number in cell)
    assert all(len(repr(disc)) < 300 for disc in discs)
