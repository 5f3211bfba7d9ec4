"""Trust 34: a representative has a kind, somebody who checked it, and an end within half a year; the own stop works."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.errors import Unreadable
from app.flows import representatives
from app.flows.representatives import Wanted
from app.models.people import Resident


def record(app, anna, clock, **by):
    house = app.state.house
    with house.db.write() as session:
        resident = session.get_one(Resident, UUID(anna.id))
        wanted = Wanted("Riet Bos", "mentor", "De Kring", clock.now() + timedelta(**by))
        representatives.set_for(session, resident, wanted, clock.now())


def test_rule_34_it_is_shown_with_its_kind_its_check_and_its_end(app, anna, clock):
    assert anna.get("/v1/representative").json() == {}
    record(app, anna, clock, days=90)
    shown = anna.get("/v1/representative").json()["representative"]
    assert (shown["name"], shown["kind"], shown["checked_by"]) == ("Riet Bos", "mentor", "De Kring")
    clock.move(days=90)
    assert anna.get("/v1/representative").json() == {}


def test_rule_34_the_residents_own_stop_always_works(app, anna, clock):
    record(app, anna, clock, days=90)
    assert anna.delete("/v1/representative").status_code == 204
    assert anna.get("/v1/representative").json() == {}
    assert "Wie voor je sprak, doet dat niet meer." in anna.get("/v1/me/log").text


@pytest.mark.parametrize("days", [0, -1, 184])
def test_rule_34_half_a_year_is_the_longest(app, anna, clock, days):
    with pytest.raises(Unreadable):
        record(app, anna, clock, days=days)
    assert anna.get("/v1/representative").json() == {}
