"""The work of a small organisation: Fenna the caseworker, Gerda the deputy, Loes the lead, Ad who keeps the books."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session
from starlette.testclient import TestClient

from app import auth
from app.flows import organisations
from app.house import House
from app.models.silence import Agreement, Silence
from app.models.work import Care, Handover, Organisation, Review, WayBack, WorkSession
from app.models.work import Member as MemberRow
from tests.people import Person, make_resident

BASIS = {
    "ground": "consent",
    "law": "Wmo 2015",
    "article": "2.3.2",
    "exception": "explicit_consent",
    "officer": "fg@buurtzorg.example",
    "date": "2027-01-04",
    "review": "2028-01-04",
}
INTAKE = {
    "decides_on_benefits": False,
    "decides_on_enforcement": False,
    "refusing_costs_nothing": True,
    "somebody_answers_in_working_hours": True,
    "names_the_number_to_call": True,
}
TEAM = {"Fenna": "caseworker", "Gerda": "deputy", "Loes": "lead"}


@dataclass(frozen=True)
class Member(Person):
    """Somebody at work, with the secret of their authenticator app; `id` is the member's."""

    secret: str = ""
    email: str = ""

    def again(self) -> "Member":
        """Come in once more, with the next code."""
        answer = come_in(self.client, self.secret, email=self.email)
        assert answer.status_code == 201, answer.text
        return Member(self.client, self.id, answer.json()["token"], self.secret, self.email)


@dataclass
class Office:
    """An organisation with its people."""

    client: TestClient
    id: str
    admin: Member
    team: dict[str, Member] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Member:
        return self.team[name.capitalize()]

    @property
    def path(self) -> str:
        return f"/v1/organisations/{self.id}"


def house_of(client: TestClient) -> House:
    return client.app.state.house  # ty: ignore[missing-attribute]  # it is ours


def code_now(client: TestClient, secret: str) -> str:
    return auth.totp_code(secret, int(house_of(client).clock.now().timestamp()) // 30)


def come_in(client: TestClient, secret: str, **who: str) -> Any:
    """Begin a session with the code of this moment; each is good once, so the clock goes on a step first."""
    house_of(client).clock.move(seconds=30)  # ty: ignore[missing-attribute]  # a HandClock
    return client.post("/v1/sessions", json={"totp": code_now(client, secret)} | who)


def join(client: TestClient, invited: dict[str, Any], email: str) -> Member:
    """Open an invitation's link, scan the secret, and come in."""
    link = invited["url"].rsplit("/", 1)[1]
    enrolled = client.post("/v1/sessions/enrolments", json={"invitation": link})
    assert enrolled.status_code == 201, enrolled.text
    secret = enrolled.json()["secret"]
    answer = come_in(client, secret, invitation=link, email=email)
    assert answer.status_code == 201, answer.text
    return Member(client, invited["member"]["id"], answer.json()["token"], secret, email)


def make_office(client: TestClient, name: str = "Buurtteam", *, has_basis: bool = True, team: Any = TEAM) -> Office:
    """Make an organisation as the operator does, let its people in, and fill in what it needs to ask residents."""
    house, now = house_of(client), house_of(client).clock.now()
    with house.db.write() as session:
        made = organisations.add(session, name=name, time_zone="Europe/Amsterdam", holidays="NL", now=now)
        wanted = {"name": "Ad", "role": "admin"}
        admin = organisations.invite(session, house.keys, made, wanted, language="nl", now=now)
        invited = {"url": f"/werk/binnen/{admin.link}", "member": {"id": str(admin.member.id)}}
    office = Office(client, str(made.id), join(client, invited, f"ad@{made.id}.example"))
    if has_basis:
        assert office.admin.patch(office.path, json={"basis": BASIS, "intake": INTAKE}).status_code == 200
    for who, role in team.items():
        add_member(office, who, role)
    return office


def add_member(office: Office, name: str, role: str = "caseworker") -> Member:
    made = office.admin.post(f"{office.path}/members", json={"name": name, "role": role})
    assert made.status_code == 201, made.text
    office.team[name] = join(office.client, made.json(), f"{name.lower()}@{office.id}.example")
    return office.team[name]


def ask(worker: Person, resident: Person) -> str:
    """Ask a resident for their yes; returns the request's id."""
    answer = worker.post(f"/v1/residents/{resident.id}/caseworker-requests")
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def take_into_care(worker: Member, resident: Person) -> str:
    """Ask, say yes, and let the day pass; returns the id of the case. Sessions have ended meanwhile."""
    asked = ask(worker, resident)
    said = resident.post(f"/v1/residents/{resident.id}/caseworker-requests/{asked}/confirm")
    assert said.status_code == 200, said.text
    house_of(worker.client).clock.move(hours=24)  # ty: ignore[missing-attribute]  # a HandClock
    return asked


def make_silence(client: TestClient, resident_id: str, state: str = "caseworker_waiting", **given: Any) -> Silence:
    """Open a silence in a state, as the watch does; three hours old unless a test says otherwise."""
    house = house_of(client)
    now = house.clock.now()
    begins = now - timedelta(hours=3)
    fields: dict[str, Any] = {"kind": "daily", "due_at": begins, "opened_at": begins} | given
    with house.db.write() as session:
        silence = Silence(resident_id=UUID(str(resident_id)), state=state, **fields)
        session.add(silence)
        agreement = session.get_one(Agreement, UUID(str(resident_id)))
        agreement.kind, agreement.silence_id = "daily", silence.id
        session.add(agreement)
    return silence


def make_case(office: Office, name: str = "Anna", worker: str = "Fenna") -> tuple[Person, str]:
    """A resident in somebody's care; everybody of the office has come in anew."""
    resident = make_resident(office.client, name)
    case = take_into_care(office.team[worker], resident)
    for who, member in list(office.team.items()):
        office.team[who] = member.again()
    office.admin = office.admin.again()
    return resident, case


def make_work(client: TestClient, anna: Person) -> tuple[dict[str, Person], dict[str, str]]:
    """Put two organisations, their people's sessions and a case of Anna straight into the database: it is quick.

    Returns people by kind and ids by the names that paths give them.
    """
    house = house_of(client)
    now, long_ago = house.clock.now(), house.clock.now() - timedelta(days=100)
    people: dict[str, Person] = {}
    ids: dict[str, str] = {}

    def employ(session: Session, organisation: Organisation, kind: str, role: str) -> None:
        row = MemberRow(
            organisation_id=organisation.id, name=kind, role=role, language="nl", invited_at=now, joined_at=now
        )
        session.add(row)
        session.flush()
        token = auth.new_token(auth.WORK)
        session.add(WorkSession(member_id=row.id, token_hash=house.keys.hash(token), began_at=now, used_at=now))
        people[kind], ids[f"{kind}_id"] = Person(client, str(row.id), token), str(row.id)

    with house.db.write() as session:
        for place, kinds in (
            ("organisation", {"caseworker": "caseworker", "lead": "lead", "admin": "admin", "member": "caseworker"}),
            ("other_organisation", {"elsewhere": "caseworker", "elsewhere_admin": "admin"}),
        ):
            made = organisations.add(session, name=place, time_zone="Europe/Amsterdam", holidays="NL", now=now)
            made.basis, made.intake = BASIS, INTAKE
            ids[f"{place}_id"] = str(made.id)
            for kind, role in kinds.items():
                employ(session, made, kind, role)
        of_anna = {"resident_id": UUID(anna.id)}
        owner, organisation = UUID(ids["caseworker_id"]), UUID(ids["organisation_id"])
        care = Care(**of_anna, organisation_id=organisation, member_id=owner, state="active", asked_at=long_ago)
        care.from_at = long_ago
        session.add(care)
        session.flush()
        lead = UUID(ids["lead_id"])
        offered = Handover(
            **of_anna, care_id=care.id, from_member_id=owner, to_member_id=lead, from_day=now.date(), made_at=now
        )
        way_back = WayBack(**of_anna, care_id=care.id, asked_by=owner, asked_at=now)
        review = Review(**of_anna, asked_at=now)
        session.add_all([offered, way_back, review])
        ids |= {"case_id": str(care.id), "request_id": str(care.id), "handover_id": str(offered.id)}
        ids |= {"way_back_id": str(way_back.id), "review_id": str(review.id)}
    make_silence(client, anna.id)
    return people, ids


def new_invitation(client: TestClient, organisation_id: str) -> str:
    """Return the secret of a new member's link."""
    house = house_of(client)
    with house.db.write() as session:
        found = session.get_one(Organisation, UUID(organisation_id))
        wanted = {"name": "Ida", "role": "caseworker"}
        return organisations.invite(session, house.keys, found, wanted, language="nl", now=house.clock.now()).link
