"""A resident with something of everything that has to do with silence, for what is taken along, kept or erased."""

from datetime import timedelta
from uuid import UUID

from fastapi import FastAPI

from app.flows import representatives, watch
from app.flows.representatives import Wanted
from app.models.people import Resident
from tests.people import Person
from tests.reached import agree, make_reachable
from tests.silences import home_of


def live_through_quiet(app: FastAPI, anna: Person) -> Person:
    """Agree, pause, refuse a proposal, be asked about, be let rest by one, and be spoken for; returns Bas."""
    house = app.state.house
    bas, cas = make_reachable(app, anna, "Bas"), make_reachable(app, anna, "Cas")
    agree(anna, plan="Sleutel bij Riet", helped_by="Riet")
    until = (house.clock.now() + timedelta(days=2)).isoformat()
    assert (
        anna.post("/v1/pauses", json={"until": until, "words": "Bij mijn zus", "shown_to": [bas.id]}).status_code == 201
    )
    house.clock.move(days=1)
    assert anna.delete("/v1/pauses").status_code == 204
    assert bas.post("/v1/agreement/proposals", json={"resident_id": anna.id, "detail": "route"}).status_code == 201
    [one] = anna.get("/v1/agreement/proposals").json()["items"]
    assert anna.post(f"/v1/agreement/proposals/{one['id']}/decline").status_code == 200
    with house.db.write() as session:
        resident = session.get_one(Resident, UUID(anna.id))
        wanted = Wanted("Joop Smit", "mentor", "De Kring", house.clock.now() + timedelta(days=90))
        representatives.set_for(session, resident, wanted, house.clock.now())
    home = home_of(house, anna, Bas=bas)
    for hours in (48, 2, 2):
        house.clock.move(hours=hours)
        with house.db.write() as session:
            watch.look(session, home.resident.id, house.clock.now(), keys=house.keys)
    home.answers("Bas", "not_now")
    assert cas.post(f"/v1/residents/{anna.id}/freeze", json={"reason": "admitted"}).status_code == 200
    anna.tap()
    return bas
