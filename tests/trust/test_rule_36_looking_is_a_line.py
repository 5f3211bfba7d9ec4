"""Trust 36: looking is a line, sessions end by themselves, and every three months: is it still right?"""

from uuid import UUID

from app.flows import asking, cases, reviews
from app.models.people import Resident
from app.models.silence import Silence
from app.models.work import Member
from tests.people import make_contact
from tests.work import come_in, make_case, make_office, make_silence


def kinds(resident) -> list[str]:
    return [line["kind"] for line in resident.get("/v1/me/log?limit=100").json()["items"]]


def test_rule_36_the_first_opening_of_the_list_each_day_is_a_line_for_each_resident_on_it(office, clock):
    anna, _ = make_case(office, "Anna")
    cor, _ = make_case(office, "Cor")
    fenna = office.fenna.again()
    for _ in range(3):
        fenna.get("/v1/caseload")
    fenna.again().get("/v1/caseload")
    assert [kinds(one).count("caseload-opened") for one in (anna, cor)] == [1, 1]
    clock.move(days=1)
    office.fenna.again().get("/v1/caseload")
    assert [kinds(one).count("caseload-opened") for one in (anna, cor)] == [2, 2]
    sentence = anna.get("/v1/me/log").json()["items"][0]["sentence"]
    assert sentence == "Fenna van Buurtteam opende de lijst waar jij op staat."


def test_rule_36_each_opening_of_a_case_is_a_line(office):
    anna, case = make_case(office)
    for number in range(1, 4):
        office.fenna.get(f"/v1/cases/{case}")
        assert kinds(anna).count("case-opened") == number
    assert office.gerda.get(f"/v1/cases/{case}").status_code == 404
    assert kinds(anna).count("case-opened") == 3


def test_rule_36_who_asks_and_is_refused_leaves_no_line_and_sees_nothing(client, office):
    anna, case = make_case(office)
    other = make_office(client, "Elders", team={"Piet": "caseworker"})
    before = kinds(anna)
    assert other.piet.get(f"/v1/cases/{case}").status_code == 404
    assert kinds(anna) == before


def test_rule_36_a_session_ends_after_fifteen_idle_minutes(office, clock):
    fenna = office.fenna.again()
    for _ in range(4):
        clock.move(minutes=14)
        assert fenna.get("/v1/caseload").status_code == 200
    clock.move(minutes=15)
    ended = fenna.get("/v1/caseload")
    assert (ended.status_code, ended.json()["code"]) == (401, "no-token")


def test_rule_36_and_after_ten_hours_at_most(client, office, clock):
    began = come_in(client, office.fenna.secret, email=office.fenna.email).json()
    auth = {"Authorization": f"Bearer {began['token']}"}
    for _ in range(59):
        clock.move(minutes=10)
        assert client.get("/v1/caseload", headers=auth).status_code == 200
    clock.move(minutes=10)
    assert client.get("/v1/caseload", headers=auth).status_code == 401


def test_rule_36_who_left_is_refused_at_the_next_request(office):
    fenna = office.fenna
    assert office.admin.delete(f"{office.path}/members/{fenna.id}").status_code == 204
    assert fenna.get("/v1/caseload").status_code == 401
    assert come_in(office.client, fenna.secret, email=fenna.email).status_code == 401


def test_rule_36_the_log_never_names_who_declined(office, anna):
    path = f"/v1/residents/{anna.id}/caseworker-requests"
    asked = office.fenna.post(path).json()["id"]
    before = kinds(anna)
    anna.post(f"{path}/{asked}/decline")
    assert kinds(anna) == before


def keep(client, resident) -> None:
    house = client.app.state.house
    with house.db.write() as session:
        reviews.keep(session, session.get_one(Resident, UUID(resident.id)), house.clock.now())


def details(resident) -> dict[str, str]:
    return {item["name"]: item["detail"] for item in resident.get("/v1/circle").json()["items"]}


def test_rule_36_every_three_months_one_quiet_line_names_who_sees_what(client, office, clock):
    anna, _ = make_case(office)
    make_contact(anna, "Bas", detail="route")
    make_contact(anna, "Cor", detail="sign")
    keep(client, anna)
    assert anna.get("/v1/reviews").json()["items"] == []
    clock.move(days=91)
    keep(client, anna)
    [asked] = anna.get("/v1/reviews").json()["items"]
    assert asked["words"] == [
        "Bas ziet ook een vage lijn.",
        "Cor ziet alleen woorden.",
        "Fenna van Buurtteam ziet of je signalen blijven komen.",
    ]
    assert anna.post(f"/v1/reviews/{asked['id']}/confirm").status_code == 204
    assert anna.post(f"/v1/reviews/{asked['id']}/confirm").status_code == 409
    clock.move(days=90)
    keep(client, anna)
    assert anna.get("/v1/reviews").json()["items"] == []
    clock.move(days=1)
    keep(client, anna)
    assert len(anna.get("/v1/reviews").json()["items"]) == 1


def test_rule_36_without_an_answer_in_sixty_days_places_are_shown_no_more(client, anna, clock):
    make_contact(anna, "Bas", detail="route")
    make_contact(anna, "Cor", detail="area")
    make_contact(anna, "Dirk", detail="sign")
    clock.move(days=91)
    keep(client, anna)
    clock.move(days=59)
    keep(client, anna)
    assert details(anna) == {"Bas": "route", "Cor": "area", "Dirk": "sign"}
    clock.move(days=1)
    keep(client, anna)
    assert details(anna) == {"Bas": "drawing", "Cor": "drawing", "Dirk": "sign"}
    assert anna.get("/v1/reviews").json()["items"] == []
    assert kinds(anna)[0] == "review-lapsed"


def test_rule_36_where_nobody_sees_a_place_nothing_is_asked(client, anna, clock):
    make_contact(anna, "Bas")
    clock.move(days=400)
    keep(client, anna)
    assert anna.get("/v1/reviews").json()["items"] == []


def test_rule_36_who_comes_onto_a_list_later_in_the_day_reads_it_too(client, office, clock):
    office.fenna.get("/v1/caseload")
    anna, case = make_case(office)
    gerda = office.gerda
    assert gerda.get("/v1/caseload").json()["items"] == []
    silence = make_silence(client, anna.id)
    house = client.app.state.house
    with house.db.write() as session:
        gerda_row = session.get_one(Member, UUID(gerda.id))
        asking.ask_member(session, session.get_one(Silence, silence.id), gerda_row, clock.now())
    for _ in range(2):
        assert [item["id"] for item in gerda.get("/v1/caseload").json()["items"]] == [case]
        assert kinds(anna).count("caseload-opened") == 1
    office.fenna.get("/v1/caseload")
    office.fenna.get("/v1/caseload")
    assert kinds(anna).count("caseload-opened") == 2


def test_rule_36_everybody_who_was_asked_is_named(client, clock):
    office = make_office(client, team={"Fenna": "caseworker", "Gerda": "deputy", "Hans": "deputy"})
    anna, _ = make_case(office)
    silence, house = make_silence(client, anna.id), client.app.state.house
    for _ in range(72):
        clock.move(hours=1)
        with house.db.write() as session:
            cases.escalate(session, session.get_one(Silence, silence.id), clock.now())
    log = anna.get("/v1/me/log").text
    assert [name for name in ("Fenna", "Gerda", "Hans") if f"{name} van Buurtteam is gevraagd" in log] == [
        "Fenna",
        "Gerda",
        "Hans",
    ]
