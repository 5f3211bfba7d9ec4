"""Trust 21: what is old enough is forgotten, by one daily job; a test for each row of the table."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlmodel import col, func, select, update

from app.flows import retention
from app.models.circle import Contact, Invitation
from app.models.outbox import Attempt, OutboxItem
from app.models.people import Pairing, Resident
from app.models.silence import Freeze, Pause, Proposal, Question, Representative, Silence
from app.models.walks import Change, Teken, Walk
from app.worker import Worker
from tests.circles import make_subscription
from tests.house import HandClock
from tests.office import hook_to, mail_to, seen_by
from tests.people import Person, make_contact
from tests.quiet import live_through_quiet

EXACT = ("happened_at", "made_at", "tell_at", "told_at")


def work(app: FastAPI) -> None:
    Worker(app.state.house).run_once()


def count(app: FastAPI, model: type) -> int:
    with app.state.house.db.read() as session:
        return session.exec(select(func.count()).select_from(model)).one()


def row(app: FastAPI, model: type):
    with app.state.house.db.read() as session:
        return session.exec(select(model)).one()


def resident_of(app: FastAPI, person: Person) -> Resident:
    with app.state.house.db.read() as session:
        return session.get_one(Resident, UUID(person.id))


def test_rule_21_teken_and_sketches_go_after_400_days(app, anna, clock):
    make_contact(anna, detail="route")
    clock.move(minutes=1)
    anna.walk(clock.now())
    anna.tap()
    clock.move(days=399)
    work(app)
    assert (count(app, Teken), count(app, Walk)) == (2, 1)
    assert row(app, Walk).sketch
    clock.move(days=1)
    work(app)
    assert (count(app, Teken), count(app, Walk)) == (0, 0)


def test_rule_21_or_after_7_where_the_resident_chose_that(app, anna, dora, clock):
    answer = anna.patch("/v1/me", json={"sign_days": 7})
    assert answer.json()["sign_days"] == 7
    assert anna.patch("/v1/me", json={"sign_days": 100}).status_code == 422
    anna.walk(clock.now())
    dora.tap()
    clock.move(days=6, hours=23)
    work(app)
    assert count(app, Walk) == 1
    clock.move(days=1)
    work(app)
    assert (anna.feed(), len(dora.feed())) == ([], 1)
    assert count(app, Walk) == 0


def test_rule_21_a_walk_in_its_hold_is_not_forgotten(app, anna, clock):
    anna.patch("/v1/me", json={"sign_days": 7})
    anna.walk(clock.now())
    with app.state.house.db.write() as session:
        session.exec(update(Walk).values(state="held", release_at=clock.now() + timedelta(days=30)))
    clock.move(days=9)
    work(app)
    assert count(app, Walk) == 1


def test_rule_21_an_exact_time_is_the_local_part_of_day_after_7_days(app, anna, clock):
    clock.move(minutes=17, seconds=3)
    anna.tap()
    anna.walk(clock.now())
    clock.move(days=6)
    work(app)
    assert row_of(app, "checkin").is_exact
    clock.move(days=2)
    work(app)
    begins = datetime.fromisoformat("2027-03-10T12:00+01:00")
    for kind in ("checkin", "walk"):
        sign = row_of(app, kind)
        assert not sign.is_exact
        # The microseconds keep the resident's own list in its order.
        assert {getattr(sign, name).replace(microsecond=0) for name in EXACT} == {begins}
        assert (str(sign.day), sign.part) == ("2027-03-10", "afternoon")
    walk = row(app, Walk)
    assert {walk.ended_at, walk.arrived_at, walk.release_at} == {begins}
    assert resident_of(app, anna).last_heard_at == begins


def row_of(app: FastAPI, kind: str) -> Teken:
    with app.state.house.db.read() as session:
        return session.exec(select(Teken).where(Teken.kind == kind)).one()


@pytest.mark.parametrize("minutes", [0, 10, 70])
def test_rule_21_forgetting_a_time_changes_no_byte_that_anybody_sees(app, anna, clock, minutes):
    """Bas came before the tap, Cor after it and before the walk; Bas saw more in between; all in one part of day."""
    bas = make_contact(anna, "Bas", detail="drawing")
    clock.move(minutes=minutes)
    anna.tap()
    clock.move(minutes=5)
    cor = make_contact(anna, "Cor", detail="route")
    clock.move(minutes=5)
    anna.patch(f"/v1/contacts/{bas.id}", json={"detail": "route"})
    clock.move(minutes=5)
    anna.walk(clock.now(), every_s=0.5)
    anna.tap(words="nog een keer")
    clock.move(minutes=5)
    late = make_contact(anna, "Late")
    people = (anna, bas, cor, late)
    clock.move(days=8)
    before = [person.get("/v1/teken").content for person in people]
    assert [len(person.feed()) > 0 for person in people] == [True, True, True, False]
    work(app)
    assert count_exact(app) == 0
    assert [person.get("/v1/teken").content for person in people] == before
    taken = {sign["id"] for sign in anna.feed()}
    assert {sign["id"] for sign in anna.get("/v1/teken?limit=1").json()["items"]} <= taken


def count_exact(app: FastAPI) -> int:
    with app.state.house.db.read() as session:
        return sum(len(session.exec(select(model).where(col(model.is_exact))).all()) for model in (Teken, Walk))


def test_rule_21_sent_messages_and_attempts_go_after_30_days(app, anna, bas, clock, post):
    house = app.state.house
    mail_to(house, bas)
    hook_to(house, bas, post)
    anna.tap()
    clock.move(hours=20)
    post.worker(house).run_once()
    assert (count(app, OutboxItem), count(app, Attempt)) == (2, 2)
    clock.move(days=29)
    work(app)
    assert (count(app, OutboxItem), count(app, Attempt)) == (2, 2)
    clock.move(days=2)
    work(app)
    assert (count(app, OutboxItem), count(app, Attempt)) == (0, 0)


def test_rule_21_lines_of_the_stream_go_after_7_days_and_a_page_reads_again(app, anna, bas, clock):
    house = app.state.house
    began = seen_by(house, bas.token, None).place
    anna.tap()
    late = seen_by(house, bas.token, began).place
    clock.move(days=6)
    work(app)
    assert count(app, Change) == 1
    clock.move(days=1)
    work(app)
    assert count(app, Change) == 0
    assert seen_by(house, bas.token, began).is_reset
    assert not seen_by(house, bas.token, late).is_reset


def test_rule_21_used_and_dead_ways_in_go_after_14_days(app, client, anna, bas, clock):
    anna.post("/v1/pairings")
    used = anna.post("/v1/pairings").json()["code"]
    assert client.post(f"/v1/pairings/{used}/accept", json={}).status_code == 201
    anna.post("/v1/invitations", json={"name": "Nooit"})
    anna.post(f"/v1/contacts/{bas.id}/renewals")
    assert (count(app, Pairing), count(app, Invitation)) == (2, 3)
    clock.move(days=13)
    work(app)
    assert (count(app, Pairing), count(app, Invitation)) == (2, 3)
    clock.move(days=1)
    work(app)
    assert (count(app, Pairing), count(app, Invitation)) == (0, 0)
    assert row(app, Contact).viewer_id, "the contact who came stays"


def test_rule_21_a_dormant_account_is_asked_after_12_months_and_erased_after_18(app, client, anna, clock, post):
    house = app.state.house
    make_subscription(house, resident_of(app, anna), "email", "anna@post.example")
    anna.tap()
    clock.move(days=364)
    post.worker(house).run_once()
    assert [mail["Subject"] for mail in post.mails] == ["Een groet van Teken van leven"], "one word after two weeks"
    post.mails.clear()
    clock.move(days=2)
    post.worker(house).run_once()
    clock.move(days=1)
    post.worker(house).run_once()
    [mail] = post.mails
    assert (mail["To"], mail["Subject"]) == ("anna@post.example", "Wil je bij Teken van leven blijven?")
    assert "wissen we over een half jaar alles" in mail.get_content_type() + mail.as_string().replace("=\n", "")
    page = client.get("/ik", headers={"Cookie": f"teken_resident={anna.token}"}).text
    assert "Tik één keer, dan blijft alles zoals het is." in page
    clock.move(days=180)
    work(app)
    assert anna.get("/v1/me").status_code == 200, "18 months are not over"
    clock.move(days=3)
    work(app)
    assert anna.get("/v1/me").status_code == 401
    assert count(app, Resident) == 0


def test_rule_21_a_tap_answers_the_question(app, anna, clock):
    clock.move(days=366)
    work(app)
    assert resident_of(app, anna).dormant_asked_at
    anna.tap()
    clock.move(days=1)
    work(app)
    assert resident_of(app, anna).dormant_asked_at is None
    clock.move(days=300)
    work(app)
    assert anna.get("/v1/me").status_code == 200


def test_rule_21_nobody_is_erased_who_was_not_asked_half_a_year_before(app, anna, clock):
    """The worker stood still for two years."""
    clock.move(days=730)
    work(app)
    clock.move(days=100)
    work(app)
    assert anna.get("/v1/me").status_code == 200
    clock.move(days=84)
    work(app)
    assert anna.get("/v1/me").status_code == 401


def test_rule_21_each_resident_is_due_a_day_after_the_last_time(app, anna, dora, clock: HandClock):
    assert resident_of(app, anna).tidy_at == clock.now() + timedelta(days=1)
    with app.state.house.db.write() as session:
        session.exec(update(Resident).where(col(Resident.id) == UUID(dora.id)).values(tidy_at=None))
    with app.state.house.db.read() as session:
        assert retention.due(session, clock.now(), 10) == [UUID(dora.id)], "a row from before the job"
    work(app)
    with app.state.house.db.read() as session:
        assert retention.due(session, clock.now(), 10) == []
    with app.state.house.db.write() as session:
        assert retention.tidy(session, UUID(dora.id), clock.now()) == "not-due"


def test_rule_21_the_words_of_a_pause_go_30_days_after_its_end(app, anna, clock):
    live_through_quiet(app, anna)
    ended_at = row(app, Pause).ended_at
    clock.at = ended_at + timedelta(days=30, minutes=-1)
    work(app)
    assert row(app, Pause).words == "Bij mijn zus"
    clock.move(days=1)
    work(app)
    assert (row(app, Pause).words, row(app, Pause).shown_to) == (None, [])


@pytest.mark.parametrize(
    ("model", "ended"),
    [
        (Silence, "closed_at"),
        (Pause, "ended_at"),
        (Proposal, "made_at"),
        (Representative, "until_at"),
    ],
)
def test_rule_21_what_has_to_do_with_silence_goes_12_months_after_its_end(app, anna, clock, model, ended):
    live_through_quiet(app, anna)
    clock.at = getattr(row(app, model), ended) + timedelta(days=365, minutes=-1)
    anna.tap()
    work(app)
    assert count(app, model) == 1
    clock.move(days=1)
    work(app)
    assert count(app, model) == 0
    assert (count(app, Question) == 0) == (count(app, Silence) == 0)


def test_rule_21_do_not_ask_again_is_not_forgotten(app, anna, bas, clock):
    bas.post("/v1/agreement/proposals", json={"resident_id": anna.id, "detail": "route"})
    [one] = anna.get("/v1/agreement/proposals").json()["items"]
    anna.post(f"/v1/agreement/proposals/{one['id']}/decline", json={"never_again": True})
    clock.move(days=400)
    anna.tap()
    work(app)
    assert row(app, Proposal).is_muted


def test_rule_21_a_request_to_rest_without_a_second_goes_after_30_days(app, anna, bas, clock):
    assert bas.post(f"/v1/residents/{anna.id}/freeze", json={"reason": "died"}).status_code == 200
    clock.move(days=29)
    work(app)
    assert count(app, Freeze) == 1
    clock.move(days=1)
    work(app)
    assert count(app, Freeze) == 0


def test_rule_21_the_request_under_which_an_account_rests_stays(app, anna, bas, clock):
    for who in (bas, make_contact(anna, "Cor")):
        who.post(f"/v1/residents/{anna.id}/freeze", json={"reason": "died"})
    for _ in range(3):
        clock.move(days=300)
        work(app)
    assert row(app, Freeze).confirmed_at
    anna.tap()
    assert row(app, Freeze).thawed_at == clock.now()
    clock.move(days=364)
    anna.tap()
    work(app)
    assert count(app, Freeze) == 1
    clock.move(days=2)
    work(app)
    assert count(app, Freeze) == 0
