"""A caseworker asks, the resident answers, and nobody sees anything before that counts."""

from sqlmodel import select

from app.models.silence import AgreementConsent
from tests.people import Person
from tests.work import ask, make_office, make_silence, take_into_care


def requests_of(resident: Person) -> list[dict]:
    return resident.get(f"/v1/residents/{resident.id}/caseworker-requests").json()["items"]


def answer_to(resident: Person, asked: str, how: str, **body):
    return resident.post(f"/v1/residents/{resident.id}/caseworker-requests/{asked}/{how}", json=body)


def test_a_yes_counts_a_day_later_and_shows_nothing_before(office, anna, clock):
    asked = ask(office.fenna, anna)
    make_silence(anna.client, anna.id)
    assert office.fenna.get("/v1/caseload").json()["items"] == []
    assert answer_to(anna, asked, "confirm").status_code == 200
    clock.move(hours=23, minutes=59)
    fenna = office.fenna.again()
    assert fenna.get("/v1/caseload").json()["items"] == []
    assert fenna.get(f"/v1/cases/{asked}").status_code == 404
    clock.move(minutes=1)
    assert [item["name"] for item in fenna.get("/v1/caseload").json()["items"]] == ["Anna"]
    assert fenna.get(f"/v1/cases/{asked}").status_code == 200


def test_toch_niet_leaves_nothing_seen(office, anna, clock):
    asked = ask(office.fenna, anna)
    answer_to(anna, asked, "confirm")
    clock.move(hours=12)
    assert anna.delete(f"/v1/residents/{anna.id}/caseworker-requests/{asked}").status_code == 204
    clock.move(hours=13)
    assert office.fenna.again().get("/v1/caseload").json()["items"] == []


def test_the_resident_reads_what_a_yes_means_and_the_words_are_kept(client, office, anna):
    asked = ask(office.fenna, anna)
    [shown] = requests_of(anna)
    assert (shown["member"], shown["organisation"], shown["state"]) == ("Fenna", "Buurtteam", "asked")
    assert "Geen plaats, geen wandeling, geen tijd." in shown["words"]
    assert answer_to(anna, asked, "confirm").json()["state"] == "active"
    consent = kept_consent(client)
    assert (consent.kind, consent.words, consent.until_at) == ("care", shown["words"], None)
    anna.delete(f"/v1/residents/{anna.id}/caseworker-requests/{asked}")
    assert kept_consent(client).until_at is not None


def kept_consent(client):
    with client.app.state.house.db.read() as session:
        return session.exec(select(AgreementConsent)).one()


def test_a_no_is_told_to_nobody_and_asking_again_takes_thirty_days(office, anna, clock):
    asked = ask(office.fenna, anna)
    assert answer_to(anna, asked, "decline").status_code == 204
    assert requests_of(anna) == []
    path = f"/v1/residents/{anna.id}/caseworker-requests"
    early = office.gerda.post(path)
    assert (early.status_code, early.json()["code"]) == (409, "already-done")
    assert anna.get("/v1/me/log").json()["items"][0]["kind"] == "care-asked"
    clock.move(days=30)
    assert office.gerda.again().post(path).status_code == 201
    assert len(requests_of(anna)) == 1


def test_never_again_is_silent_for_who_asks(office, anna, clock):
    answer_to(anna, ask(office.fenna, anna), "decline", never=True)
    before = len(anna.get("/v1/me/log").json()["items"])
    clock.move(days=31)
    answer = office.fenna.again().post(f"/v1/residents/{anna.id}/caseworker-requests")
    assert (answer.status_code, answer.json()["state"]) == (201, "asked")
    assert requests_of(anna) == []
    assert len(anna.get("/v1/me/log").json()["items"]) == before
    assert answer_to(anna, answer.json()["id"], "confirm").status_code == 404


def test_an_open_question_and_a_declined_one_look_the_same_to_who_asks(office, anna, dora):
    path = "/v1/residents/{}/caseworker-requests"
    ask(office.fenna, anna)
    answer_to(dora, ask(office.fenna, dora), "decline")
    waits, declined = office.fenna.post(path.format(anna.id)), office.fenna.post(path.format(dora.id))
    assert (waits.status_code, waits.content) == (409, declined.content)


def test_eight_letters_read_aloud_open_the_question_once(office, anna, clock):
    code = anna.post("/v1/caseworker-codes").json()["code"]
    answer = office.fenna.post(f"/v1/caseworker-codes/{code.lower()}/accept")
    assert (answer.status_code, set(answer.json())) == (201, {"id", "state"})
    assert [one["member"] for one in requests_of(anna)] == ["Fenna"]
    assert office.fenna.post(f"/v1/caseworker-codes/{code}/accept").status_code == 409
    late = anna.post("/v1/caseworker-codes").json()["code"]
    clock.move(minutes=15)
    fenna = office.fenna.again()
    assert fenna.post(f"/v1/caseworker-codes/{late}/accept").status_code == 410
    assert fenna.post("/v1/caseworker-codes/ABCDEFGH/accept").status_code == 404


def test_a_new_device_cannot_let_a_caseworker_in(office, anna, clock):
    code = anna.post("/v1/pairings").json()["code"]
    new = Person(anna.client, anna.id, anna.client.post(f"/v1/pairings/{code}/accept").json()["token"])
    asked = ask(office.fenna, anna)
    refused = answer_to(new, asked, "confirm")
    assert (refused.status_code, refused.json()["code"]) == (403, "new-device")
    assert new.post("/v1/caseworker-codes").status_code == 403
    clock.move(hours=24)
    assert answer_to(new, asked, "confirm").status_code == 200


def test_one_organisation_looks_along_at_a_time(client, office, anna):
    other = make_office(client, "Elders", team={"Piet": "caseworker"})
    first, second = ask(office.fenna, anna), ask(other.piet, anna)
    assert answer_to(anna, first, "confirm").status_code == 200
    assert answer_to(anna, second, "confirm").status_code == 409
    anna.delete(f"/v1/residents/{anna.id}/caseworker-requests/{first}")
    assert answer_to(anna, second, "confirm").status_code == 200


def test_a_caseworker_helps_somebody_begin_and_sees_nothing_yet(client, office):
    made = office.fenna.post("/v1/caseload", json={"name": "Mevrouw A."})
    assert made.status_code == 201
    body = made.json()
    assert body.keys() == {"resident", "request", "pairing"}
    token = client.post(f"/v1/pairings/{body['pairing']['code']}/accept").json()["token"]
    resident = Person(client, body["resident"]["id"], token)
    assert [one["id"] for one in requests_of(resident)] == [body["request"]["id"]]
    assert office.fenna.get("/v1/caseload").json()["items"] == []
    assert answer_to(resident, body["request"]["id"], "confirm").status_code == 200


def test_a_caseworker_pairs_only_who_has_not_begun(client, office, anna):
    made = office.fenna.post("/v1/caseload", json={"name": "Mevrouw A."}).json()
    of_her = {"resident_id": made["resident"]["id"]}
    again = office.fenna.post("/v1/pairings", json=of_her)
    assert again.status_code == 201
    assert client.post(f"/v1/pairings/{again.json()['code']}/accept").status_code == 201
    refused = office.fenna.post("/v1/pairings", json=of_her)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-yours-to-pair")
    assert client.post(f"/v1/pairings/{made['pairing']['code']}/accept").status_code == 403
    assert office.fenna.post("/v1/pairings", json={"resident_id": anna.id}).status_code == 404
    assert office.fenna.post("/v1/pairings").status_code == 404


def test_the_organisation_can_end_it_and_the_resident_reads_that(client, office, anna):
    case = take_into_care(office.fenna, anna)
    fenna = office.fenna.again()
    make_silence(client, anna.id)
    assert fenna.delete(f"/v1/cases/{case}").status_code == 409
    assert fenna.post(f"/v1/cases/{case}/closings", json={"outcome": "well"}).status_code == 201
    assert fenna.delete(f"/v1/cases/{case}").status_code == 204
    assert fenna.get(f"/v1/cases/{case}").status_code == 404
    newest = anna.get("/v1/me/log").json()["items"][0]
    assert newest["sentence"] == "Fenna van Buurtteam kijkt niet meer mee."


def test_others_cannot_answer_for_a_resident(office, anna, dora):
    asked = ask(office.fenna, anna)
    theirs = f"/v1/residents/{anna.id}/caseworker-requests"
    assert dora.get(theirs).status_code == 404
    for how in ("confirm", "decline"):
        assert dora.post(f"{theirs}/{asked}/{how}").status_code == 404
        assert dora.post(f"/v1/residents/{dora.id}/caseworker-requests/{asked}/{how}").status_code == 404


def test_a_question_that_is_deleted_was_answered_with_no(office, anna, clock):
    anna.delete(f"/v1/residents/{anna.id}/caseworker-requests/{ask(office.fenna, anna)}")
    path = f"/v1/residents/{anna.id}/caseworker-requests"
    assert office.fenna.post(path).status_code == 409
    clock.move(days=30)
    assert office.fenna.again().post(path).status_code == 201


def test_a_yes_that_was_undone_unseen_looks_like_a_no_to_who_asks(office, anna):
    asked = ask(office.fenna, anna)
    answer_to(anna, asked, "confirm")
    anna.delete(f"/v1/residents/{anna.id}/caseworker-requests/{asked}")
    assert office.fenna.post(f"/v1/residents/{anna.id}/caseworker-requests").status_code == 409


def test_a_pairing_tells_nobody_what_was_answered(office, anna, dora):
    ask(office.fenna, anna)
    answer_to(dora, ask(office.fenna, dora), "decline")
    waits, declined = (office.fenna.post("/v1/pairings", json={"resident_id": one.id}) for one in (anna, dora))
    assert (waits.status_code, waits.content) == (403, declined.content)
