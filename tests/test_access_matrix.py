"""Who gets which answer where: one table against the app's own list of endpoints."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.main import openapi_bytes
from tests.house import NOON
from tests.people import Person, make_contact, make_resident, make_upload
from tests.walks import walk_gpx

WHO = ("nobody", "revoked", "upload", "resident", "contact", "stranger", "other")
# Every id is of Anna's things. The resident is Anna, the contact Bas; the stranger is the contact of another
# resident, the other resident is that one. What is free of ids, everybody may do with their own things.
TABLE = {
    "GET /livez": (200, 200, 200, 200, 200, 200, 200),
    "GET /readyz": (200, 200, 200, 200, 200, 200, 200),
    "GET /metrics": (404, 404, 404, 404, 404, 404, 404),
    "POST /v1/residents": (201, 201, 201, 201, 201, 201, 201),
    "POST /v1/pairings": (401, 401, 403, 201, 403, 403, 201),
    "POST /v1/pairings/{code}/accept": (201, 201, 201, 201, 201, 201, 201),
    "GET /v1/devices": (401, 401, 403, 200, 403, 403, 200),
    "POST /v1/devices": (401, 401, 403, 201, 403, 403, 201),
    "DELETE /v1/devices/{device_id}": (401, 401, 403, 204, 403, 403, 404),
    "POST /v1/devices/{device_id}/trust": (401, 401, 403, 200, 403, 403, 404),
    "PATCH /v1/devices/{device_id}": (401, 401, 403, 200, 403, 403, 404),
    "POST /v1/paper-keys": (401, 401, 403, 201, 403, 403, 201),
    "GET /v1/me": (401, 401, 403, 200, 200, 200, 200),
    "GET /v1/me/log": (401, 401, 403, 200, 403, 403, 200),
    "GET /v1/me/export": (401, 401, 403, 200, 200, 200, 200),
    "PATCH /v1/me": (401, 401, 403, 200, 200, 200, 200),
    "DELETE /v1/me": (401, 401, 403, 204, 204, 204, 204),
    "POST /v1/invitations": (401, 401, 403, 201, 403, 403, 201),
    # Bas is in Anna's circle already.
    "POST /v1/invitations/{code}/accept": (201, 201, 201, 201, 409, 201, 201),
    "POST /v1/invitations/{code}/decline": (204, 204, 204, 204, 204, 204, 204),
    "GET /v1/circle": (401, 401, 403, 200, 200, 200, 200),
    "POST /v1/contacts/{contact_id}/confirm": (401, 401, 403, 200, 403, 403, 404),
    "POST /v1/contacts/{contact_id}/renewals": (401, 401, 403, 201, 403, 403, 404),
    "PATCH /v1/contacts/{contact_id}": (401, 401, 403, 200, 403, 403, 404),
    "DELETE /v1/contacts/{contact_id}": (401, 401, 403, 204, 204, 404, 404),
    "GET /v1/consents": (401, 401, 403, 200, 403, 403, 200),
    "GET /v1/agreement": (401, 401, 403, 200, 403, 403, 200),
    "PUT /v1/agreement": (401, 401, 403, 200, 403, 403, 200),
    "GET /v1/agreement/consents": (401, 401, 403, 200, 403, 403, 200),
    "POST /v1/agreement/proposals": (401, 401, 403, 403, 201, 404, 403),
    "GET /v1/agreement/proposals": (401, 401, 403, 200, 200, 200, 200),
    "POST /v1/agreement/proposals/{proposal_id}/confirm": (401, 401, 403, 200, 403, 403, 404),
    "POST /v1/agreement/proposals/{proposal_id}/decline": (401, 401, 403, 200, 403, 403, 404),
    "POST /v1/pauses": (401, 401, 403, 201, 403, 403, 201),
    "GET /v1/pauses": (401, 401, 403, 200, 403, 403, 200),
    "DELETE /v1/pauses": (401, 401, 403, 204, 403, 403, 204),
    "DELETE /v1/pauses/{pause_id}": (401, 401, 403, 204, 403, 403, 404),
    "POST /v1/residents/{resident_id}/freeze": (401, 401, 403, 403, 200, 404, 403),
    # Nobody let Anna rest, so that her own contact is refused.
    "POST /v1/residents/{resident_id}/thaw": (401, 401, 403, 403, 409, 404, 403),
    "GET /v1/representative": (401, 401, 403, 200, 403, 403, 200),
    "DELETE /v1/representative": (401, 401, 403, 204, 403, 403, 204),
    "POST /v1/check-ins": (401, 401, 201, 201, 403, 403, 201),
    "POST /v1/walks": (401, 401, 201, 201, 403, 403, 201),
    "GET /v1/walks": (401, 401, 403, 200, 403, 403, 200),
    "GET /v1/walks/{walk_id}": (401, 401, 403, 200, 403, 403, 404),
    "DELETE /v1/walks/{walk_id}": (401, 401, 403, 204, 403, 403, 404),
    "POST /v1/walks/{walk_id}/release": (401, 401, 403, 200, 403, 403, 404),
    "GET /v1/teken": (401, 401, 403, 200, 200, 200, 200),
    "GET /v1/teken/stream": (401, 401, 403, 200, 200, 200, 200),
    "GET /v1/teken/{teken_id}/preview": (401, 401, 403, 200, 403, 403, 404),
    "DELETE /v1/teken/{teken_id}": (401, 401, 403, 204, 403, 403, 404),
    "POST /v1/teken/{teken_id}/waves": (401, 401, 403, 403, 201, 404, 403),
    "POST /v1/waves": (401, 401, 403, 403, 201, 404, 403),
    "POST /v1/displays": (401, 401, 403, 403, 201, 201, 403),
    "GET /v1/displays": (401, 401, 403, 403, 200, 200, 403),
    "DELETE /v1/displays/{display_id}": (401, 401, 403, 403, 204, 404, 403),
    "POST /v1/subscriptions": (401, 401, 403, 201, 201, 201, 201),
    "GET /v1/subscriptions": (401, 401, 403, 200, 200, 200, 200),
    "DELETE /v1/subscriptions/{subscription_id}": (401, 401, 403, 204, 404, 404, 404),
    "POST /v1/subscriptions/{subscription_id}/verify": (401, 401, 403, 200, 404, 404, 404),
    # Nobody answered the question yet, so that even Anna is refused; others cannot tell that it is there.
    "POST /v1/subscriptions/{subscription_id}/test": (401, 401, 403, 409, 404, 404, 404),
}
OPEN_TO_WINDOWS = {"GET /v1/teken": 200, "GET /v1/teken/stream": 200}
BODIES: dict[str, dict[str, Any]] = {
    "POST /v1/residents": {"name": "Gijs"},
    "POST /v1/devices": {"name": "horloge", "kind": "upload"},
    "PATCH /v1/me": {"language": "en"},
    "POST /v1/invitations": {"name": "Cor"},
    "PATCH /v1/contacts/{contact_id}": {"detail": "area"},
    "POST /v1/check-ins": {},
    "PATCH /v1/devices/{device_id}": {"counts": True},
    "PUT /v1/agreement": {"kind": "greetings"},
    "POST /v1/pauses": {"until": (NOON + timedelta(days=3)).isoformat()},
    "POST /v1/residents/{resident_id}/freeze": {"reason": "died"},
}
CODES = {200: None, 201: None, 204: None, 401: "no-token", 403: "wrong-token", 404: "not-found"}
ALREADY_IN = 409
STATES = {
    "POST /v1/invitations/{code}/accept": "already-done",
    "POST /v1/residents/{resident_id}/thaw": "not-resting",
}
# A refusal of the one whose thing it is: to who waits it is not there at all.
OWN_STATES = {"POST /v1/residents/{resident_id}/thaw"}


class Cast:
    """Everybody of the matrix, and Anna's things by the names that paths give them."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.anna = make_resident(client, "Anna")
        self.bas = make_contact(self.anna, "Bas", detail="route")
        self.dora = make_resident(client, "Dora")
        self.eef = make_contact(self.dora, "Eef")
        self.upload = make_upload(self.anna)
        walk = self.anna.walk(NOON - timedelta(hours=1))
        devices = self.anna.get("/v1/devices").json()["items"]
        self.things = {
            "walk_id": walk["id"],
            "teken_id": walk["previews"]["sign"]["id"],
            "resident_id": self.anna.id,
            "device_id": next(device["id"] for device in devices if not device["is_this"]),
            "contact_id": self.bas.id,
            "subscription_id": self.subscribe(self.anna),
            "display_id": self.bas.post("/v1/displays").json()["display"]["id"],
        }
        self.calls = 0
        self.window = Person(client, "", self.bas.post("/v1/displays").json()["token"])
        self.waiting = Person(client, "", self.let_wait())

    def let_wait(self) -> str:
        """Somebody who opened an invitation of Anna's so late that she has to look first."""
        link = self.anna.post("/v1/invitations", json={"name": "Late"}).json()["url"].rsplit("/", 1)[1]
        self.client.app.state.house.clock.move(minutes=16)  # ty: ignore[missing-attribute]  # it is ours
        late = self.client.post(f"/v1/invitations/{link}/accept").json()
        assert late["contact"]["state"] == "waiting"
        return late["token"]

    def tokens(self, who: str) -> list[str | None]:
        people = {"upload": self.upload, "contact": self.bas, "resident": self.anna}
        people |= {"stranger": self.eef, "other": self.dora, "display": self.window, "waiting": self.waiting}
        if who == "nobody":
            return [None]
        return self.revoked() if who == "revoked" else [people[who].token]

    def subscribe(self, who: Person) -> str:
        made = who.post("/v1/subscriptions", json={"channel": "email", "address": "anna@post.example"})
        return made.json()["subscription"]["id"]

    def revoked(self) -> list[str | None]:
        """A phone that Anna ended, and a contact whom she let go."""
        code = self.anna.post("/v1/pairings").json()["code"]
        phone = self.client.post(f"/v1/pairings/{code}/accept").json()["token"]
        pair = Person(self.client, self.anna.id, phone)
        [device] = [device for device in pair.get("/v1/devices").json()["items"] if device["is_this"]]
        gone = make_contact(self.anna, "Iris")
        assert self.anna.delete(f"/v1/devices/{device['id']}").status_code == 204
        assert self.anna.delete(f"/v1/contacts/{gone.id}").status_code == 204
        return [phone, gone.token]

    def things_for(self, endpoint: str, who: str) -> Mapping[str, str]:
        """Anna's things; what is used up by a call is made anew."""
        made = dict(self.things)
        if "{code}" in endpoint:
            where, body = ("/v1/pairings", {}) if "pairings" in endpoint else ("/v1/invitations", {"name": "Cor"})
            made["code"] = self.anna.post(where, json=body).json()["code"]
        if "{proposal_id}" in endpoint:
            proposer = make_contact(self.anna, "Cor")
            wish = {"resident_id": self.anna.id, "kind": "greetings"}
            assert proposer.post("/v1/agreement/proposals", json=wish).status_code == 201
            made["proposal_id"] = self.anna.get("/v1/agreement/proposals").json()["items"][-1]["id"]
        if "{pause_id}" in endpoint:
            until = (NOON + timedelta(days=3)).isoformat()
            made["pause_id"] = self.anna.post("/v1/pauses", json={"until": until}).json()["pause"]["id"]
        if who == "resident":
            made["contact_id"] = make_contact(self.anna, "Cor").id
        return made

    def call(self, endpoint: str, token: str | None, things: Mapping[str, str], anna_id: str) -> Any:
        method, path = endpoint.split()
        how: dict[str, Any] = {"json": BODIES[endpoint]} if endpoint in BODIES else {}
        if endpoint == "POST /v1/waves":
            how = {"json": {"resident_id": anna_id}}
        if endpoint == "POST /v1/agreement/proposals":
            how = {"json": {"resident_id": anna_id, "kind": "calm"}}
        self.calls += 1
        if endpoint == "POST /v1/subscriptions":
            how = {"json": {"channel": "email", "address": f"{self.calls}@post.example"}}
        if endpoint == "POST /v1/walks":
            how = {"content": walk_gpx(begins=NOON - timedelta(hours=4), points=200, every_s=15.0, seed=self.calls)}
        if endpoint.endswith("/preview"):
            how = {"params": {"contact_id": things["contact_id"]}}
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.client.request(method, path.format(**things), headers=headers, **how)


def row_of(endpoint: str) -> dict[str, int]:
    """Return who gets what; a window may only look, and who waits has as little of Anna's as a stranger."""
    row = dict(zip(WHO, TABLE[endpoint], strict=True))
    shut = row["nobody"] if row["nobody"] != 401 else 403
    row["waiting"] = ALREADY_IN if endpoint in set(STATES) - OWN_STATES else row["stranger"]
    return row | {"display": OPEN_TO_WINDOWS.get(endpoint, shut)}


def endpoints(app: FastAPI) -> set[str]:
    paths = json.loads(openapi_bytes(app))["paths"]
    return {f"{method.upper()} {path}" for path, operations in paths.items() for method in operations}


def test_every_endpoint_has_a_row_and_every_row_an_endpoint(app: FastAPI):
    found = endpoints(app)
    assert found - set(TABLE) == set(), "endpoints that nobody decided about"
    assert set(TABLE) - found == set(), "rows about nothing"


@pytest.mark.parametrize("endpoint", TABLE)
def test_everybody_gets_their_answer(app: FastAPI, client: TestClient, endpoint: str):
    cast = Cast(client)
    # A stream is as long as the service runs; one that is about to stop says "bye" at once.
    app.state.house.is_closing = endpoint == "GET /v1/teken/stream"
    # Those who change something come last.
    order = sorted(row_of(endpoint).items(), key=lambda cell: (cell[1] < 400, cell[0] == "resident"))
    for who, status in order:
        for token in cast.tokens(who):
            things = cast.things_for(endpoint, who)
            answer = cast.call(endpoint, token, things, cast.anna.id)
            assert (who, answer.status_code) == (who, status), answer.text
            if status >= 400:
                assert answer.json()["code"] == CODES.get(status, STATES.get(endpoint, "not-verified"))
                assert answer.headers["content-type"] == "application/problem+json"
            if status == 404:
                absent = {name: str(uuid4()) for name in things}
                same = cast.call(endpoint, token, absent, str(uuid4()))
                assert (same.status_code, same.content) == (404, answer.content)
                assert dict(same.headers) == dict(answer.headers)
