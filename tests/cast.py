"""Everybody who can call the service, with something of Anna's that each of them could ask for."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from starlette.testclient import TestClient

from app.flows import answers, asking, silences
from app.models.circle import Contact
from app.models.people import Resident
from tests.house import NOON
from tests.people import Person, make_contact, make_resident, make_upload
from tests.walks import walk_gpx
from tests.work import make_work, new_invitation

AT_WORK = ("caseworker", "lead", "admin", "elsewhere", "elsewhere_admin")
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
    "PUT /v1/residents/{resident_id}/representative": {
        "name": "Riet Bos",
        "kind": "mentor",
        "until": (NOON + timedelta(days=90)).isoformat(),
    },
    "POST /v1/sessions": {"email": "niemand@team.example", "totp": "000000"},
    "POST /v1/caseload": {"name": "Mevrouw A."},
    "POST /v1/cases/{case_id}/acknowledgements": {"reason": "Ik bel", "follow_up_at": "2027-03-10T15:00:00Z"},
    "POST /v1/cases/{case_id}/closings": {"outcome": "well"},
    "POST /v1/organisations": {"name": "Elders"},
    "PATCH /v1/organisations/{organisation_id}": {"retention": {"teken_days": 90}},
    "POST /v1/organisations/{organisation_id}/members": {"name": "Ida", "role": "caseworker"},
    "PATCH /v1/organisations/{organisation_id}/members/{member_id}": {"name": "Ida"},
    "PUT /v1/organisations/{organisation_id}/roster": {"items": []},
}


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
            "device_id": next(device["id"] for device in devices if not device["is_this"]),
            "contact_id": self.bas.id,
            "subscription_id": self.subscribe(self.anna),
            "display_id": self.bas.post("/v1/displays").json()["display"]["id"],
        }
        self.calls = 0
        self.window = Person(client, "", self.bas.post("/v1/displays").json()["token"])
        self.waiting = Person(client, "", self.let_wait())
        self.work, of_work = make_work(client, self.anna)
        self.things |= {"resident_id": self.anna.id} | of_work
        self.ended = {"revoked": self.revoke(), "erased": self.erase()}
        self.answer = "claim"

    def let_wait(self) -> str:
        """Somebody who opened an invitation of Anna's so late that she has to look first."""
        link = self.anna.post("/v1/invitations", json={"name": "Late"}).json()["url"].rsplit("/", 1)[1]
        self.client.app.state.house.clock.move(minutes=16)  # ty: ignore[missing-attribute]  # it is ours
        late = self.client.post(f"/v1/invitations/{link}/accept").json()
        assert late["contact"]["state"] == "waiting"
        return late["token"]

    def tokens(self, who: str) -> list[str | None]:
        people = {"upload": self.upload, "contact": self.bas, "resident": self.anna}
        people |= {kind: self.work[kind] for kind in AT_WORK}
        people |= {"stranger": self.eef, "other": self.dora, "display": self.window, "waiting": self.waiting}
        if who == "nobody":
            return [None]
        return self.ended.get(who) or [people[who].token]

    def subscribe(self, who: Person) -> str:
        made = who.post("/v1/subscriptions", json={"channel": "email", "address": "anna@post.example"})
        return made.json()["subscription"]["id"]

    def revoke(self) -> list[str | None]:
        """A phone that Anna ended, and a contact whom she let go."""
        code = self.anna.post("/v1/pairings").json()["code"]
        phone = self.client.post(f"/v1/pairings/{code}/accept").json()["token"]
        pair = Person(self.client, self.anna.id, phone)
        [device] = [device for device in pair.get("/v1/devices").json()["items"] if device["is_this"]]
        gone = make_contact(self.anna, "Iris")
        assert self.anna.delete(f"/v1/devices/{device['id']}").status_code == 204
        assert self.anna.delete(f"/v1/contacts/{gone.id}").status_code == 204
        return [phone, gone.token]

    def erase(self) -> list[str | None]:
        """A resident who erased herself, her contact, and a contact of Anna's who did."""
        hanna = make_resident(self.client, "Hanna")
        jet, kees = make_contact(hanna, "Jet"), make_contact(self.anna, "Kees")
        window = kees.post("/v1/displays").json()["token"]
        for gone in (hanna, kees):
            assert gone.delete("/v1/me").status_code == 204
        return [hanna.token, jet.token, kees.token, window]

    def silence(self) -> str:
        """A silence of Anna's in which she and Bas were asked."""
        house = self.client.app.state.house  # ty: ignore[missing-attribute]  # it is ours
        now = house.clock.now()
        with house.db.write() as session:
            anna = session.get_one(Resident, UUID(self.anna.id))
            silence = silences.begin(session, anna, "calm", due_at=now, heard_at=None, now=now)
            asking.ask(session, house.keys, silence, asking.resident_as_person(anna), rung="resident", now=now)
            bas = session.get_one(Contact, UUID(self.bas.id))
            answers.ask_contact(session, house.keys, silence, bas, rung="first", now=now)
            return str(silence.id)

    def things_for(self, endpoint: str, who: str) -> Mapping[str, str]:
        """Anna's things; what is used up by a call is made anew."""
        made = dict(self.things)
        if "caseworker-codes" in endpoint:
            made["code"] = self.anna.post("/v1/caseworker-codes").json()["code"]
        elif "{code}" in endpoint:
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
        if "{episode_id}" in endpoint:
            made["episode_id"] = self.silence()
            self.answer = "call_me" if who in {"resident", "other"} else "claim"
        if who == "resident":
            made["contact_id"] = make_contact(self.anna, "Cor").id
        return made

    def call(self, endpoint: str, token: str | None, things: Mapping[str, str], anna_id: str) -> Any:
        method, path = endpoint.split()
        how: dict[str, Any] = {"json": BODIES[endpoint]} if endpoint in BODIES else {}
        if endpoint == "POST /v1/sessions/enrolments":
            how = {"json": {"invitation": new_invitation(self.client, things["organisation_id"])}}
        if endpoint == "POST /v1/cases/{case_id}/handovers":
            how = {"json": {"to": things["lead_id"], "from": "2027-03-11"}}
        if endpoint == "POST /v1/agreement/proposals":
            how = {"json": {"resident_id": anna_id, "kind": "calm"}}
        if endpoint == "POST /v1/waves":
            how = {"json": {"resident_id": anna_id}}
        if endpoint.endswith("/answers"):
            how = {"json": {"answer": self.answer}}
        self.calls += 1
        if endpoint == "POST /v1/subscriptions":
            how = {"json": {"channel": "email", "address": f"{self.calls}@post.example"}}
        if endpoint == "POST /v1/walks":
            how = {"content": walk_gpx(begins=NOON - timedelta(hours=4), points=200, every_s=15.0, seed=self.calls)}
        if endpoint.endswith("/preview"):
            how = {"params": {"contact_id": things["contact_id"]}}
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.client.request(method, path.format(**things), headers=headers, **how)
