"""What the bench attacks is what the service, with a real database, gives to a contact."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import numpy as np

from app.demo.town import oeverdam
from app.flows import feed
from app.flows import walk as walks
from app.house import House
from app.models.circle import Contact
from app.models.people import Resident
from bench.privacy.releasing import Account, read, release_walk
from bench.privacy.residents import FIRST_DAY, inhabitants, walks_of
from tests.circles import Circle, make_circle
from tests.house import HandClock

WALKS = 16
SEED = 5


def told_to_contact(house: House, circle: Circle, now: datetime) -> tuple[Any, Any]:
    """The area and the line of the newest sign, from the contact's own feed."""
    with house.db.read() as session:
        grant = session.get_one(Contact, circle.contact.id), session.get_one(Resident, circle.resident.id)
        (told,) = feed.for_viewer(session, circle.viewer, [grant], now)
    plain = told.model_dump(mode="json", exclude_none=True)
    return plain.get("area"), plain.get("route")


def test_the_bench_attacks_what_a_contact_at_route_receives(house: House):
    clock = house.clock
    assert isinstance(clock, HandClock)
    clock.at = FIRST_DAY - timedelta(days=1)
    circle, account, chance = make_circle(house, detail="route"), Account(Random(SEED)), Random(SEED)
    rng, pictures = np.random.default_rng(SEED), 0
    who = next(inhabitants(oeverdam(SEED), 1, rng, rests=False))
    for _, body in walks_of(who, WALKS, rng):
        track = read(body)
        assert track.ended_at
        now = clock.at = track.ended_at + timedelta(minutes=5)
        with house.db.write() as session:
            resident = session.get_one(Resident, circle.resident.id)
            walks.share_walk(session, resident, track, now, chance, hold=timedelta())
        sketch = release_walk(account, track).sketch
        area, route = told_to_contact(house, circle, now)
        if sketch is None:
            assert (area, route) == (None, None)
            continue
        assert (area, route) == (sketch.area, sketch.route)
        pictures += 1
    assert pictures > WALKS / 2
