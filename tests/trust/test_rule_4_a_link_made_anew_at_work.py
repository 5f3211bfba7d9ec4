"""Trust 4: a link that an admin makes anew for a colleague waits a day, and those whom it concerns hear of it first."""

from uuid import UUID

import pytest

from app.channels.base import Address, Message
from app.models.work import Member as MemberRow
from app.worker import Worker
from tests.circles import make_subscription
from tests.people import Person
from tests.work import Member, Office, come_in, make_case


class Mailbox:
    def __init__(self) -> None:
        self.taken: list[tuple[str, Message]] = []

    def send(self, address: Address, message: Message) -> None:
        self.taken.append((address.where, message))


def renewed(office: Office, who: Member) -> str:
    """Let Ad make a new link, as somebody would who wants to come in as this colleague; returns its secret."""
    made = office.admin.post(f"{office.path}/members/{who.id}/renewals")
    assert made.status_code == 201, made.text
    return made.json()["url"].rsplit("/", 1)[1]


def enrolled(client, link: str) -> str:
    return client.post("/v1/sessions/enrolments", json={"invitation": link}).json()["secret"]


@pytest.fixture
def in_care(office) -> tuple[Person, str]:
    return make_case(office)


@pytest.mark.usefixtures("in_care")
def test_rule_4_nobody_comes_in_with_it_before_a_day_has_passed(office, client, clock):
    link = renewed(office, office.fenna)
    secret = enrolled(client, link)
    for how in ({"invitation": link}, {"email": office.fenna.email}, {"invitation": link, "email": "ad@x.example"}):
        early = come_in(client, secret, **how)
        assert (early.status_code, early.json()["code"]) == (409, "not-yet")
    clock.move(hours=24)
    assert come_in(client, secret, email=office.fenna.email).status_code == 201


@pytest.mark.usefixtures("in_care")
def test_rule_4_the_old_app_and_the_old_session_are_over_at_once(office, client):
    renewed(office, office.fenna)
    assert office.fenna.get("/v1/caseload").status_code == 401
    assert come_in(client, office.fenna.secret, email=office.fenna.email).status_code == 401


@pytest.mark.usefixtures("in_care")
def test_rule_4_the_colleague_reads_by_mail_who_made_it(app, office):
    house, kept = app.state.house, Mailbox()
    with house.db.read() as session:
        fenna = session.get_one(MemberRow, UUID(office.fenna.id))
    make_subscription(house, fenna, where="fenna@team.example", quiet=(None, None))
    renewed(office, office.fenna)
    Worker(house, {"email": kept, "webhook": kept}).deliver()
    [(where, message)] = kept.taken
    assert where == "fenna@team.example"
    assert message.subject == "Een nieuwe link voor je werk"
    assert "Ad maakte een nieuwe link waarmee je binnenkomt." in message.text
    assert "Ad" not in str(message.data)


def test_rule_4_the_residents_in_their_care_read_it_and_nobody_elses(office, in_care):
    anna, _ = in_care
    cor, _ = make_case(office, "Cor", "Gerda")
    renewed(office, office.fenna)
    said = [line["sentence"] for line in anna.get("/v1/me/log").json()["items"]]
    assert said[0].startswith("Ad van Buurtteam maakte een nieuwe link voor Fenna.")
    assert "member-renewed" not in {line["kind"] for line in cor.get("/v1/me/log").json()["items"]}


def test_rule_4_who_never_came_in_has_nothing_to_take_over_and_need_not_wait(office, client):
    made = office.admin.post(f"{office.path}/members", json={"name": "Hans", "role": "caseworker"}).json()
    link = renewed(office, Member(client, made["member"]["id"], "", "", ""))
    assert come_in(client, enrolled(client, link), invitation=link).status_code == 201


@pytest.mark.usefixtures("in_care")
def test_rule_4_a_second_link_begins_the_day_anew(office, client, clock):
    renewed(office, office.fenna)
    clock.move(hours=23)
    office.admin = office.admin.again()
    link = renewed(office, office.fenna)
    clock.move(hours=2)
    assert come_in(client, enrolled(client, link), invitation=link).status_code == 409
