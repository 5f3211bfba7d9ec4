from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from app.flows import circle
from app.models.circle import Contact
from tests.house import NOON, HandClock
from tests.people import Person, make_contact, make_resident

HOUR = timedelta(hours=1)


def invite(resident: Person, name: str = "Bas", **given) -> str:
    """Return an invitation's link, which lives for a week."""
    return resident.post("/v1/invitations", json={"name": name} | given).json()["url"].rsplit("/", 1)[1]


def accept(client: TestClient, secret: str, by: Person | None = None) -> Person:
    answer = client.post(f"/v1/invitations/{secret}/accept", headers=by.auth if by else {})
    assert answer.status_code == 201, answer.text
    return Person(client, answer.json()["contact"]["id"], answer.json()["token"])


def states(resident: Person) -> list[str]:
    return [item["state"] for item in resident.get("/v1/circle").json()["items"]]


class TestTrust3:
    """An invitation opened late could have been opened by somebody else."""

    @pytest.mark.parametrize(
        ("after", "state"), [(timedelta(minutes=15), "active"), (timedelta(minutes=15, seconds=1), "waiting")]
    )
    def test_accepted_later_than_a_quarter_of_an_hour_it_waits(
        self, client: TestClient, anna: Person, clock: HandClock, after: timedelta, state: str
    ):
        link = invite(anna)
        clock.at += after
        accept(client, link)
        assert states(anna) == [state]

    def test_who_waits_sees_nothing_until_the_resident_says_yes(
        self, client: TestClient, anna: Person, clock: HandClock
    ):
        link = invite(anna)
        clock.move(hours=1)
        bas = accept(client, link)
        anna.tap()
        assert (bas.feed(), bas.get("/v1/circle").json()["items"]) == ([], [])
        assert bas.post("/v1/waves", json={"resident_id": anna.id}).status_code == 404
        assert anna.get("/v1/consents").json()["items"] == []
        clock.move(minutes=5)
        confirmed = [anna.post(f"/v1/contacts/{bas.id}/confirm") for _ in range(2)]
        assert [(answer.status_code, answer.json()["state"]) for answer in confirmed] == [(200, "active")] * 2
        assert bas.feed() == []
        clock.move(minutes=5)
        assert anna.tap()["id"] == bas.feed()[0]["id"]
        assert len(anna.get("/v1/consents").json()["items"]) == 1

    def test_a_dead_invitations_name_is_erased_after_a_fortnight(
        self, app: FastAPI, client: TestClient, anna: Person, clock: HandClock
    ):
        client.post(f"/v1/invitations/{invite(anna, 'Declined')}/decline")
        invite(anna, "Never came")
        stays = accept(client, invite(anna, "Bas"))
        for days, left in ((13.9, 3), (0.2, 1)):
            clock.move(days=days)
            with app.state.house.db.write() as session:
                circle.forget_dead_invitations(session, clock.now())
            with app.state.house.db.read() as session:
                assert len(session.exec(select(Contact.id)).all()) == left
        assert states(anna) == ["active"]
        assert stays.get("/v1/me").status_code == 200


class TestRenewal:
    """Trust 4: a new link for the same grant; the old token loses it when the link is used."""

    def test_the_old_token_dies_when_the_new_link_is_used(self, client: TestClient, anna: Person, bas: Person):
        anna.tap()
        renewed = anna.post(f"/v1/contacts/{bas.id}/renewals")
        assert renewed.status_code == 201
        assert len(bas.feed()) == 1
        again = accept(client, renewed.json()["code"])
        assert again.id == bas.id
        assert bas.get("/v1/teken").status_code == 401
        assert len(again.feed()) == 1

    def test_it_never_opens_what_other_residents_granted(
        self, client: TestClient, anna: Person, bas: Person, dora: Person
    ):
        accept(client, invite(dora), by=bas)
        dora.tap()
        renewed = anna.post(f"/v1/contacts/{bas.id}/renewals").json()["code"]
        new = accept(client, renewed, by=bas)
        assert new.token != bas.token
        assert new.feed() == []
        assert [item["resident"]["id"] for item in bas.get("/v1/circle").json()["items"]] == [dora.id]


class TestOnePersonOfSeveralResidents:
    def test_accepting_with_a_contacts_token_adds_the_grant_to_it(
        self, client: TestClient, anna: Person, bas: Person, dora: Person
    ):
        second = accept(client, invite(dora), by=bas)
        assert second.token == bas.token
        assert second.id != bas.id
        ids = {anna.tap()["id"], dora.tap()["id"]}
        assert {teken["id"] for teken in bas.feed()} == ids
        assert {item["resident"]["name"] for item in bas.get("/v1/circle").json()["items"]} == {"Anna", "Dora"}

    def test_the_token_lives_until_its_last_grant_has_ended(
        self, client: TestClient, anna: Person, bas: Person, dora: Person
    ):
        second = accept(client, invite(dora), by=bas)
        anna.delete(f"/v1/contacts/{bas.id}")
        assert bas.get("/v1/me").status_code == 200
        assert bas.delete(f"/v1/contacts/{second.id}").status_code == 204
        assert bas.get("/v1/me").json()["code"] == "no-token"

    def test_a_resident_learns_nothing_of_the_other_circle(self, client: TestClient, bas: Person, dora: Person):
        theirs = accept(client, invite(dora), by=bas)
        assert dora.patch(f"/v1/contacts/{bas.id}", json={"order": 2}).status_code == 404
        assert [item["id"] for item in dora.get("/v1/circle").json()["items"]] == [theirs.id]


def test_the_circle_stands_in_the_residents_own_order(anna: Person):
    people = {name: make_contact(anna, name).id for name in ("Bas", "Cor", "Iris")}
    for order, name in enumerate(("Iris", "Bas", "Cor"), start=1):
        anna.patch(f"/v1/contacts/{people[name]}", json={"order": order})
    assert [item["name"] for item in anna.get("/v1/circle").json()["items"]] == ["Iris", "Bas", "Cor"]


class TestDetail:
    """Trust 8 and 11: more counts from then on, less counts for everything; never both forms of one walk."""

    def look(self, person: Person) -> set[str]:
        [teken] = person.feed()
        return set(teken) & {"drawing_svg", "area", "route"}

    def change(self, anna: Person, contact: Person, detail: str) -> None:
        assert anna.patch(f"/v1/contacts/{contact.id}", json={"detail": detail}).status_code == 200

    @pytest.mark.parametrize("detail", ["drawing", "area", "route"])
    def test_a_higher_detail_counts_for_walks_that_end_after_it(self, anna: Person, clock: HandClock, detail: str):
        cor = make_contact(anna, "Cor", detail="sign")
        make_contact(anna, "Iris", detail="route")  # so that the Sketch is kept
        anna.walk(NOON - HOUR)
        clock.move(minutes=1)
        self.change(anna, cor, detail)
        assert self.look(cor) == set()
        late = clock.now() - timedelta(minutes=30)
        anna.walk(late, seed=2)
        assert [set(teken) & {"drawing_svg", "area", "route"} for teken in cor.feed()] == [set(), set()]
        clock.move(days=1)
        anna.walk(clock.now() - HOUR, seed=3)
        assert self.look(cor) == {"drawing": {"drawing_svg"}, "area": {"drawing_svg", "area"}}.get(
            detail, {"drawing_svg", "area", "route"}
        )

    def test_a_lower_one_counts_for_everything_at_the_next_request(self, anna: Person, clock: HandClock):
        cor = make_contact(anna, "Cor", detail="route")
        anna.walk(NOON - HOUR)
        for detail, keys in (("area", {"drawing_svg", "area"}), ("drawing", {"drawing_svg"}), ("sign", set())):
            clock.move(minutes=1)
            self.change(anna, cor, detail)
            assert self.look(cor) == keys

    def test_what_was_lowered_stays_low_for_what_happened_before(self, anna: Person, clock: HandClock):
        cor = make_contact(anna, "Cor", detail="route")
        make_contact(anna, "Iris", detail="route")
        anna.walk(NOON - HOUR)
        for detail in ("drawing", "route"):
            clock.move(minutes=1)
            self.change(anna, cor, detail)
        assert self.look(cor) == {"drawing_svg"}

    @pytest.mark.parametrize(("before", "after"), [("route", "drawing"), ("drawing", "route"), ("area", "drawing")])
    def test_no_change_shows_one_walk_in_both_forms(self, anna: Person, clock: HandClock, before: str, after: str):
        cor = make_contact(anna, "Cor", detail=before)
        make_contact(anna, "Iris", detail="route")
        anna.walk(NOON - HOUR)
        drawn = cor.feed()[0]["drawing_svg"]
        clock.move(minutes=1)
        self.change(anna, cor, after)
        assert cor.feed()[0]["drawing_svg"] == drawn

    def test_it_changes_without_a_message(self, anna: Person, bas: Person):
        before = bas.feed()
        self.change(anna, bas, "route")
        assert bas.feed() == before


def test_another_resident_is_never_a_contact_by_their_own_token(client: TestClient, anna: Person):
    dora = make_resident(client, "Dora")
    contact = accept(client, invite(anna, "Dora"), by=dora)
    assert contact.token.startswith("tvl_c_")


def test_somebody_who_is_in_the_circle_cannot_come_in_twice(anna: Person, bas: Person):
    again = anna.post("/v1/invitations", json={"name": "Bas"}).json()["code"]
    answer = bas.post(f"/v1/invitations/{again}/accept")
    assert (answer.status_code, answer.json()["code"]) == (409, "already-done")
    bas_alone = anna.client.post(f"/v1/invitations/{again}/accept")
    assert bas_alone.status_code == 201


def test_a_renewal_that_lay_about_waits_for_the_residents_yes(anna: Person, bas: Person, clock: HandClock):
    anna.tap()
    link = anna.post(f"/v1/contacts/{bas.id}/renewals").json()["url"].rsplit("/", 1)[1]
    clock.move(minutes=16)
    accepted = anna.client.post(f"/v1/invitations/{link}/accept").json()
    again = Person(anna.client, accepted["contact"]["id"], accepted["token"])
    assert (accepted["contact"]["state"], again.feed()) == ("waiting", [])
    assert bas.get("/v1/teken").status_code == 401
    anna.post(f"/v1/contacts/{bas.id}/confirm")
    assert len(again.feed()) == 1, "the grant goes on from when it began"


def test_a_device_that_is_ended_leaves_no_way_in_behind(anna: Person):
    link = anna.post("/v1/pairings").json()["url"].rsplit("/", 1)[1]
    tablet = anna.client.post(f"/v1/pairings/{link}/accept").json()["token"]
    thief = Person(anna.client, anna.id, tablet)
    way_back = thief.post("/v1/pairings").json().get("url")
    there = [device["id"] for device in anna.get("/v1/devices").json()["items"] if not device["is_this"]]
    assert anna.delete(f"/v1/devices/{there[0]}").status_code == 204
    if way_back:
        answer = anna.client.post(f"/v1/pairings/{way_back.rsplit('/', 1)[1]}/accept")
        assert answer.json()["code"] == "already-done"
