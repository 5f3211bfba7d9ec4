"""What a caseworker may say of a resident who said yes to them: a proposal, that it rests, who speaks for them."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from app.models.outbox import OutboxItem
from app.models.people import Resident
from app.models.silence import Representative, Silence
from tests.circles import make_subscription
from tests.people import make_contact
from tests.reached import agree, make_reachable
from tests.work import ask, make_silence

OWN = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


def propose(who, anna, **wish):
    return who.post("/v1/agreement/proposals", json={"resident_id": anna.id} | wish)


def freeze(who, anna, reason="died"):
    return who.post(f"/v1/residents/{anna.id}/freeze", json={"reason": reason})


def record(who, anna, clock, *, days=90, **given):
    body = {"name": "Riet Bos", "kind": "mentor", "until": (clock.now() + timedelta(days=days)).isoformat()}
    return who.put(f"/v1/residents/{anna.id}/representative", json=body | given)


def sentences(anna) -> list[str]:
    return [line["sentence"] for line in anna.get("/v1/me/log").json()["items"]]


def frozen_at(client, anna):
    with client.app.state.house.db.read() as session:
        return session.get_one(Resident, UUID(anna.id)).frozen_at


def send(who, path: str, **fields: str):
    """Send a form of the work pages."""
    cookie = {"Cookie": f"teken_work={who.token}"}
    return who.client.post(path, data=fields, headers=OWN | cookie)


def see(who, path: str) -> str:
    answer = who.client.get(path, headers={"Cookie": f"teken_work={who.token}", "Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


class TestProposals:
    def test_nothing_changes_before_the_residents_yes_and_the_caseworker_reads_not_yet(
        self, app, office, anna_and_case
    ):
        anna, _ = anna_and_case
        make_reachable(app, anna)
        said = propose(office.fenna, anna, kind="calm")
        assert said.status_code == 201, said.text
        assert said.json() == {"resident_id": anna.id, "kind": "calm", "words": "nog niet"}
        assert anna.get("/v1/agreement").json()["kind"] == "greetings"
        [one] = anna.get("/v1/agreement/proposals").json()["items"]
        assert (one["by"], one["kind"]) == ("Fenna", "calm")
        assert sentences(anna)[0] == "Fenna stelde je iets voor."
        assert anna.post(f"/v1/agreement/proposals/{one['id']}/confirm").status_code == 200
        assert anna.get("/v1/agreement").json()["kind"] == "calm"
        assert sentences(anna)[0] == "Wat Fenna voorstelde en jij goed vond, begon."

    def test_one_at_a_time_and_the_next_after_a_month_whatever_was_answered(self, office, anna_and_case, clock):
        anna, _ = anna_and_case
        propose(office.fenna, anna, kind="daily", at="10:00")
        [one] = anna.get("/v1/agreement/proposals").json()["items"]
        anna.post(f"/v1/agreement/proposals/{one['id']}/decline", json={"never_again": True})
        again = propose(office.fenna, anna, kind="calm")
        assert (again.status_code, again.json()["code"]) == (409, "asked-lately")
        clock.move(days=30)
        assert propose(office.fenna.again(), anna, kind="calm").json()["words"] == "nog niet"
        assert anna.get("/v1/agreement/proposals").json()["items"] == [], "she asked not to be asked"

    def test_a_caseworker_proposes_no_detail_for_they_see_no_place(self, office, anna_and_case):
        anna, _ = anna_and_case
        for detail in ("drawing", "area", "route"):
            refused = propose(office.fenna, anna, detail=detail)
            assert (refused.status_code, refused.json()["code"]) == (422, "invalid-request")
        assert anna.get("/v1/agreement/proposals").json()["items"] == []

    def test_by_page_with_the_same_words(self, office, anna_and_case):
        anna, case = anna_and_case
        answer = send(office.fenna, f"/werk/{case}/voorstel", kind="daily", at="10:00")
        assert answer.headers["location"] == "/werk?gezegd=proposed"
        assert "Er verandert niets tot die ja zegt." in see(office.fenna, "/werk?gezegd=proposed")
        assert "Je stelde voor: Elke dag. Dat is er nog niet." in see(office.fenna, f"/werk/{case}")
        [one] = anna.get("/v1/agreement/proposals").json()["items"]
        assert (one["kind"], one["at"]) == ("daily", "10:00")
        for fields, words in (({"kind": "calm"}, "Over een maand kan dat weer."), ({"kind": "alarm"}, "Kies wat")):
            wrong = send(office.fenna, f"/werk/{case}/voorstel", **fields)
            assert (wrong.status_code, words in wrong.text) == (422, True)


class TestRest:
    def test_a_caseworker_alone_is_enough_and_the_resident_reads_who(self, client, office, anna_and_case, clock):
        anna, _ = anna_and_case
        silence = make_silence(client, anna.id)
        assert freeze(office.fenna, anna).json() == {"state": "resting"}
        assert frozen_at(client, anna) == clock.now()
        assert sentences(anna)[0] == "Fenna van Buurtteam liet je bladzijde rusten."
        with client.app.state.house.db.read() as session:
            assert session.get_one(Silence, silence.id).outcome == "died"
        page = anna.get("/ik", headers={"Accept": "text/html"}).text
        assert "Je bladzijde rust. Volgens Fenna was je er even niet." in page

    def test_a_caseworker_is_the_second_where_one_of_the_circle_asked(self, office, anna_and_case):
        anna, _ = anna_and_case
        assert freeze(make_contact(anna, "Bas"), anna, "admitted").json() == {"state": "asked"}
        assert freeze(office.fenna, anna, "admitted").json() == {"state": "resting"}
        assert sentences(anna)[0] == "Je bladzijde ging rusten, omdat Fenna dat ook zei."

    def test_one_tap_or_the_caseworker_undoes_it(self, client, office, anna_and_case):
        anna, _ = anna_and_case
        for undo in (anna.tap, lambda: office.fenna.post(f"/v1/residents/{anna.id}/thaw")):
            freeze(office.fenna, anna)
            assert frozen_at(client, anna)
            undo()
            assert frozen_at(client, anna) is None
        assert sentences(anna)[0] == "Fenna zei dat je er weer bent, en alles begon weer."

    def test_what_one_of_the_circle_asked_is_not_the_caseworkers_to_take_back(self, office, anna_and_case):
        anna, _ = anna_and_case
        bas = make_contact(anna, "Bas")
        freeze(bas, anna)
        refused = office.fenna.post(f"/v1/residents/{anna.id}/thaw")
        assert (refused.status_code, refused.json()["code"]) == (409, "not-resting")

    def test_by_page_in_gentle_words(self, office, anna_and_case):
        _, case = anna_and_case
        shown = see(office.fenna, f"/werk/{case}")
        assert "Is Anna er niet meer, of opgenomen? Dan kan deze bladzijde rusten." in shown
        assert send(office.fenna, f"/werk/{case}/rust").status_code == 422
        assert send(office.fenna, f"/werk/{case}/rust", reason="died").headers["location"] == "/werk?gezegd=resting"
        assert "Deze bladzijde rust nu. Er gaat geen bericht meer uit." in see(office.fenna, "/werk?gezegd=resting")
        assert "Rust zelf ook even, als je kunt." in see(office.fenna, f"/werk/{case}")
        assert send(office.fenna, f"/werk/{case}/wakker").headers["location"] == "/werk?gezegd=awake"
        assert "Rust zelf ook even" not in see(office.fenna, f"/werk/{case}")


class TestARepresentative:
    def test_the_resident_reads_who_that_the_caseworker_checked_it_and_until_when(
        self, client, office, anna_and_case, clock
    ):
        anna, _ = anna_and_case
        house = client.app.state.house
        with house.db.read() as session:
            resident = session.get_one(Resident, UUID(anna.id))
        make_subscription(house, resident, where="anna@post.example")
        answer = record(office.fenna, anna, clock)
        assert answer.status_code == 200, answer.text
        shown = anna.get("/v1/representative").json()["representative"]
        assert shown == answer.json()
        assert (shown["name"], shown["kind"], shown["checked_by"]) == ("Riet Bos", "mentor", "Fenna, Buurtteam")
        assert sentences(anna)[0] == "Fenna van Buurtteam schreef op wie voor je spreekt."
        with house.db.read() as session:
            assert [item.note for item in session.exec(select(OutboxItem))] == ["representative"]

    def test_the_newer_takes_the_place_of_the_older(self, client, office, anna_and_case, clock):
        anna, _ = anna_and_case
        record(office.fenna, anna, clock)
        clock.move(minutes=1)
        assert record(office.fenna, anna, clock, name="Joop Smit", kind="curator").status_code == 200
        assert anna.get("/v1/representative").json()["representative"]["name"] == "Joop Smit"
        with client.app.state.house.db.read() as session:
            rows = session.exec(select(Representative)).all()
        assert sorted(row.ended_at is None for row in rows) == [False, True]

    def test_the_residents_stop_stands_for_a_month(self, office, anna_and_case, clock):
        anna, _ = anna_and_case
        record(office.fenna, anna, clock)
        clock.move(minutes=1)
        assert anna.delete("/v1/representative").status_code == 204
        refused = record(office.fenna, anna, clock)
        assert (refused.status_code, refused.json()["code"]) == (409, "stopped-lately")
        assert anna.get("/v1/representative").json() == {}
        clock.move(days=30)
        assert record(office.fenna.again(), anna, clock).status_code == 200

    @pytest.mark.parametrize(
        "wrong", [{"days": 184}, {"days": -1}, {"kind": "buurman"}, {"name": ""}, {"checked_by": "De rechter"}]
    )
    def test_half_a_year_a_kind_and_a_name_and_nobody_elses_check(self, office, anna_and_case, clock, wrong):
        anna, _ = anna_and_case
        assert record(office.fenna, anna, clock, **wrong).status_code == 422
        assert anna.get("/v1/representative").json() == {}

    def test_by_page_up_to_and_with_a_day(self, office, anna_and_case, clock):
        anna, case = anna_and_case
        path, fields = f"/werk/{case}/vertegenwoordiger", {"name": "Riet Bos", "kind": "mentor"}
        for until in ("", "morgen", "2027-03-01", "2028-01-01", "9999-12-31"):
            wrong = send(office.fenna, path, **fields, until=until)
            assert (wrong.status_code, "Vul een naam in, kies als wat" in wrong.text) == (422, True)
        assert send(office.fenna, path, **fields, until="2027-06-08").headers["location"] == "/werk?gezegd=recorded"
        until = anna.get("/v1/representative").json()["representative"]["until"]
        assert until.startswith("2027-06-08T22:00:00")
        clock.move(minutes=1)
        anna.delete("/v1/representative")
        stopped = send(office.fenna, path, **fields, until="2027-06-08")
        assert (stopped.status_code, "De bewoner stopte dit pas." in stopped.text) == (422, True)


def test_nobody_says_anything_before_the_residents_yes_counts_or_after_it_ended(client, office, anna, clock):
    """Trust 31: a yes to a caseworker counts a day later; until then, and from the end on, there is nobody there."""
    asked = ask(office.fenna, anna)
    acts = (
        lambda who: propose(who, anna, kind="calm"),
        lambda who: freeze(who, anna),
        lambda who: who.post(f"/v1/residents/{anna.id}/thaw"),
        lambda who: record(who, anna, clock),
    )
    assert [act(office.fenna).status_code for act in acts] == [404] * 4
    path = f"/v1/residents/{anna.id}/caseworker-requests/{asked}"
    assert anna.post(f"{path}/confirm").status_code == 200
    assert [act(office.fenna).status_code for act in acts] == [404] * 4
    clock.move(hours=24)
    fenna = office.fenna.again()
    agree(anna, "greetings")
    assert [act(fenna).status_code for act in acts] == [201, 200, 200, 200]
    assert anna.delete(path).status_code == 204
    assert [act(fenna).status_code for act in acts] == [404] * 4
    assert frozen_at(client, anna) is None
