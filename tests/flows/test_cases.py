"""A silence at its organisation, with a clock that is moved: whose turn it is, and never nobody's."""

from datetime import UTC, datetime, timedelta
from typing import get_args
from uuid import UUID

import pytest
from sqlmodel import select

from app.flows import cases, holding, silences
from app.models.case_bodies import Outcome
from app.models.outbox import OutboxItem
from app.models.silence import Agreement, Question, Silence
from app.models.work import Care, Member, Organisation
from app.phatic.wording import say
from tests.circles import make_subscription
from tests.people import make_resident
from tests.work import add_member, make_case, make_office, make_silence

# A Thursday, ten in the morning in Amsterdam.
TEN = datetime(2027, 3, 11, 9, 0, tzinfo=UTC)


@pytest.fixture
def case(client, office, clock):
    anna, case = make_case(office)
    clock.at = TEN + timedelta(days=1)
    return make_silence(client, anna.id, "circle_asked"), case


def look(client, silence) -> datetime:
    house = client.app.state.house
    with house.db.write() as session:
        return cases.escalate(session, session.get_one(Silence, silence.id), house.clock.now())


def asked(client, silence) -> list[tuple[str, str]]:
    with client.app.state.house.db.read() as session:
        rows = session.exec(select(Question, Member).join(Member).where(Question.silence_id == silence.id))
        return sorted((f"{question.asked_at:%d %H:%M}", member.name) for question, member in rows)


def state_of(client, silence) -> str:
    with client.app.state.house.db.read() as session:
        return session.get_one(Silence, silence.id).state


def test_the_owner_then_the_deputy_then_the_lead_and_over_the_weekend_nobody(client, case, clock):
    silence, _ = case
    moments = [look(client, silence)]
    for _ in range(3):
        clock.at = moments[-1]
        moments.append(look(client, silence))
    assert asked(client, silence) == [
        ("12 09:00", "Fenna"),
        ("12 11:00", "Gerda"),
        ("12 13:00", "Loes"),
        ("15 13:00", "Fenna"),
    ]
    assert [f"{moment:%d %H:%M}" for moment in moments] == ["12 11:00", "12 13:00", "15 13:00", "15 15:00"]
    assert state_of(client, silence) == "caseworker_waiting"


def test_looking_twice_asks_nobody_twice(client, case):
    silence, _ = case
    assert look(client, silence) == look(client, silence)
    assert asked(client, silence) == [("12 09:00", "Fenna")]


def test_after_a_long_stop_of_the_service_each_gets_their_own_two_hours(client, case, clock):
    silence, _ = case
    look(client, silence)
    clock.move(days=5)
    assert look(client, silence) == clock.now() + timedelta(hours=2)
    assert [who for _, who in asked(client, silence)] == ["Fenna", "Gerda"]


def test_an_acknowledgement_holds_and_runs_out_after_one_working_day(client, office, case, clock):
    silence, case_id = case
    look(client, silence)
    later = clock.now() + timedelta(hours=3)
    fenna = office.fenna.again()
    taken = {"reason": "Ik ga langs", "follow_up_at": later.isoformat()}
    assert fenna.post(f"/v1/cases/{case_id}/acknowledgements", json=taken).status_code == 201
    runs_out = look(client, silence)
    assert f"{runs_out:%a %H:%M}" == "Mon 09:00"
    assert state_of(client, silence) == "acknowledged"
    clock.at = runs_out
    look(client, silence)
    assert state_of(client, silence) == "caseworker_waiting"
    assert [who for _, who in asked(client, silence)] == ["Fenna", "Fenna"]


def test_who_is_on_duty_is_asked_in_the_owners_place(client, office, case):
    office.admin = office.admin.again()
    hans = add_member(office, "Hans")
    lines = [{"member_id": hans.id, "weekday": 4, "begins": "09:00", "ends": "17:00"}]
    assert office.admin.put(f"{office.path}/roster", json={"items": lines}).status_code == 200
    silence, case_id = case
    look(client, silence)
    assert [who for _, who in asked(client, silence)] == ["Hans"]
    assert office.team["Hans"].again().get(f"/v1/cases/{case_id}").status_code == 200


def test_a_verified_address_gets_the_question_and_no_link_that_acts(client, office, case):
    house, (silence, _) = client.app.state.house, case
    with house.db.read() as session:
        member = session.get_one(Member, UUID(office.fenna.id))
    make_subscription(house, member, "email", "fenna@team.example")
    look(client, silence)
    with house.db.read() as session:
        [item] = session.exec(select(OutboxItem).where(OutboxItem.purpose == "question")).all()
        question = session.get_one(Question, item.question_id)
        assert (question.member_id, item.due_at) == (member.id, house.clock.now())
        assert len(question.link_hash) == 64


@pytest.mark.parametrize(("gone", "heirs"), [(["Fenna"], "Gerda"), (["Fenna", "Gerda"], "Loes")])
def test_no_case_is_ever_without_an_owner(client, office, case, gone, heirs):
    silence, case_id = case
    admin = office.admin.again()
    for name in gone:
        assert admin.delete(f"{office.path}/members/{office.team[name].id}").status_code == 204
    with client.app.state.house.db.read() as session:
        assert session.get_one(Member, session.get_one(Care, UUID(case_id)).member_id).name == heirs
    look(client, silence)
    assert [who for _, who in asked(client, silence)] == [heirs]


@pytest.mark.usefixtures("case")
def test_the_last_one_cannot_leave_and_leave_a_case_behind(office):
    admin = office.admin.again()
    for name, status in (("Fenna", 204), ("Gerda", 204), ("Loes", 409)):
        answer = admin.delete(f"{office.path}/members/{office.team[name].id}")
        assert answer.status_code == status
    assert answer.json()["code"] == "owner-needed"
    assert admin.delete(f"{office.path}/members/{admin.id}").status_code == 409
    assert admin.patch(f"{office.path}/members/{office.loes.id}", json={"role": "admin"}).status_code == 409


def make_many(client, office, number: int) -> list[UUID]:
    """Put residents straight into the caseworker's care, with an agreement."""
    house = client.app.state.house
    residents = [UUID(make_resident(client, f"R{one}").id) for one in range(number)]
    now = house.clock.now()
    with house.db.write() as session:
        for resident_id in residents:
            of_org = {"organisation_id": UUID(office.id), "member_id": UUID(office.fenna.id)}
            care = Care(resident_id=resident_id, **of_org, state="active", asked_at=now)
            care.from_at = now - timedelta(days=1)
            session.get_one(Agreement, resident_id).kind = "daily"
            session.add(care)
    return residents


def is_held(client, office) -> bool:
    house = client.app.state.house
    with house.db.write() as session:
        return holding.organisation_is_held(session, session.get_one(Organisation, UUID(office.id)), house.clock.now())


def fall_silent(client, resident_id: UUID, ago: timedelta = timedelta(minutes=30)) -> Silence:
    at = client.app.state.house.clock.now() - ago
    return make_silence(client, str(resident_id), "asked", due_at=at, opened_at=at)


def notices(client) -> list[str | None]:
    with client.app.state.house.db.read() as session:
        return [item.note for item in session.exec(select(OutboxItem).where(OutboxItem.purpose == "notice"))]


def test_five_of_twenty_at_once_are_held_and_the_caseworkers_are_told_once(client, office, clock):
    house, residents = client.app.state.house, make_many(client, office, 20)
    with house.db.read() as session:
        member = session.get_one(Member, UUID(office.fenna.id))
    make_subscription(house, member, "email", "fenna@team.example")
    for resident_id in residents[:4]:
        fall_silent(client, resident_id)
    assert is_held(client, office) is False
    silence = fall_silent(client, residents[4])
    assert [is_held(client, office) for _ in range(3)] == [True] * 3
    assert notices(client) == ["mass-silence"]
    clock.move(hours=5)  # the window stays where the hold began
    assert is_held(client, office) is True
    with house.db.write() as session:
        session.get_one(Silence, silence.id).closed_at = clock.now()
    assert is_held(client, office) is False
    assert notices(client) == ["mass-silence"]


@pytest.mark.parametrize(("of", "silent", "held"), [(25, 5, False), (24, 5, True), (6, 4, False)])
def test_more_than_a_fifth_and_at_least_five(client, office, of, silent, held):
    residents = make_many(client, office, of)
    for resident_id in residents[:silent]:
        fall_silent(client, resident_id)
    assert is_held(client, office) is held


def test_silences_of_longer_ago_or_elsewhere_hold_nothing(client, office):
    other = make_office(client, "Elders", team={"Fenna": "caseworker"})
    for resident_id in make_many(client, other, 6):
        fall_silent(client, resident_id)
    for resident_id in make_many(client, office, 6):
        fall_silent(client, resident_id, timedelta(hours=3))
    assert (is_held(client, office), is_held(client, other)) == (False, True)


def test_a_hold_is_over_after_twelve_hours(client, office, clock):
    for resident_id in make_many(client, office, 6):
        fall_silent(client, resident_id)
    assert is_held(client, office) is True
    clock.move(hours=12)
    assert is_held(client, office) is False


@pytest.mark.parametrize("outcome", [*silences.BY_THE_RESIDENT, *get_args(Outcome)])
def test_every_way_to_end_has_words_for_the_figures_and_for_the_log(outcome):
    assert say("nl", f"work.outcome.{outcome}") != say("en", f"work.outcome.{outcome}")
    assert say("nl", f"log.outcome.{outcome}") != say("en", f"log.outcome.{outcome}")
