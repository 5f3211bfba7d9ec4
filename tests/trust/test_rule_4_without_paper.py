"""Trust 4: without paper, by the caseworker with a second caseworker, after a day, and every device is told."""

from tests.people import Person
from tests.work import add_member, make_case, make_office


def path(case: str, *more: str) -> str:
    return "/".join([f"/v1/cases/{case}/ways-back", *more])


def test_rule_4_two_caseworkers_and_a_day_bring_a_resident_back_and_end_the_old_devices(client, office, clock):
    anna, case = make_case(office)
    asked = office.fenna.post(path(case)).json()
    assert asked["state"] == "asked"
    early = office.fenna.post(path(case, asked["id"], "pairings"))
    assert (early.status_code, early.json()["code"]) == (409, "not-yet")
    alone = office.fenna.post(path(case, asked["id"], "confirm"))
    assert (alone.status_code, alone.json()["code"]) == (403, "second-needed")
    assert office.gerda.post(path(case, asked["id"], "confirm")).json()["state"] == "confirmed"
    clock.move(hours=23)
    assert office.fenna.again().post(path(case, asked["id"], "pairings")).status_code == 409
    clock.move(hours=1)
    code = office.fenna.again().post(path(case, asked["id"], "pairings")).json()["code"]
    assert anna.get("/v1/me").status_code == 200  # until it is used nothing has changed
    token = client.post(f"/v1/pairings/{code}/accept").json()["token"]
    back = Person(client, anna.id, token)
    assert back.get("/v1/me").json()["id"] == anna.id
    assert anna.get("/v1/me").status_code == 401
    assert back.post("/v1/invitations", json={"name": "Bas"}).status_code == 201  # and may do all that it may


def test_rule_4_every_device_is_told_and_any_of_them_can_say_that_is_not_me(client, office, clock):
    anna, case = make_case(office)
    asked = office.fenna.post(path(case)).json()
    office.gerda.post(path(case, asked["id"], "confirm"))
    kinds = [line["kind"] for line in anna.get("/v1/me/log").json()["items"]]
    assert kinds[:2] == ["way-back-confirmed", "way-back-asked"]
    new = Person(
        client, anna.id, client.post(f"/v1/pairings/{anna.post('/v1/pairings').json()['code']}/accept").json()["token"]
    )
    [shown] = new.get(f"/v1/residents/{anna.id}/ways-back").json()["items"]
    refused = new.post(f"/v1/residents/{anna.id}/ways-back/{shown['id']}/refuse")
    assert refused.json()["state"] == "refused"
    clock.move(hours=24)
    assert office.fenna.again().post(path(case, asked["id"], "pairings")).status_code == 409
    assert new.get(f"/v1/residents/{anna.id}/ways-back").json()["items"] == []


def test_rule_4_a_link_that_was_made_dies_with_the_refusal(client, office, clock):
    anna, case = make_case(office)
    asked = office.fenna.post(path(case)).json()
    office.gerda.post(path(case, asked["id"], "confirm"))
    clock.move(hours=24)
    made = office.fenna.again().post(path(case, asked["id"], "pairings")).json()
    assert anna.post(f"/v1/residents/{anna.id}/ways-back/{asked['id']}/refuse").status_code == 200
    assert client.post(f"/v1/pairings/{made['code']}/accept").status_code == 409
    assert anna.get("/v1/me").status_code == 200


def test_rule_4_the_second_is_a_caseworker_of_the_same_organisation(client, office):
    _, case = make_case(office)
    other = make_office(client, "Elders", team={"Piet": "caseworker"})
    asked = office.fenna.post(path(case)).json()
    assert other.piet.post(path(case, asked["id"], "confirm")).status_code == 404
    assert office.admin.post(path(case, asked["id"], "confirm")).status_code == 403
    assert add_member(office, "Hans").post(path(case, asked["id"], "confirm")).status_code == 200


def test_rule_4_a_way_in_that_was_made_can_be_refused_until_somebody_came_in(client, office, clock):
    anna, case = make_case(office)
    asked = office.fenna.post(path(case)).json()
    office.gerda.post(path(case, asked["id"], "confirm"))
    clock.move(hours=24)
    code = office.fenna.again().post(path(case, asked["id"], "pairings")).json()["code"]
    assert [one["id"] for one in anna.get(f"/v1/residents/{anna.id}/ways-back").json()["items"]] == [asked["id"]]
    back = Person(client, anna.id, client.post(f"/v1/pairings/{code}/accept").json()["token"])
    assert back.get(f"/v1/residents/{anna.id}/ways-back").json()["items"] == []


def test_rule_4_taking_the_yes_back_ends_a_way_in_that_was_made(client, office, clock):
    anna, case = make_case(office)
    asked = office.fenna.post(path(case)).json()
    office.gerda.post(path(case, asked["id"], "confirm"))
    clock.move(hours=24)
    made = office.fenna.again().post(path(case, asked["id"], "pairings")).json()
    anna.delete(f"/v1/residents/{anna.id}/caseworker-requests/{case}")
    for secret in (made["code"], made["url"].rsplit("/", 1)[1]):
        assert client.post(f"/v1/pairings/{secret}/accept").status_code == 409
    assert anna.get("/v1/me").status_code == 200


def test_rule_4_a_question_that_nobody_agreed_to_ends_after_a_week(office, clock):
    _, case = make_case(office)
    asked = office.fenna.post(path(case)).json()
    clock.move(days=7)
    late = office.gerda.again().post(path(case, asked["id"], "confirm"))
    assert (late.status_code, late.json()["code"]) == (409, "already-done")
    assert office.fenna.again().post(path(case)).status_code == 201
