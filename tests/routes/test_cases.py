"""A case: opened, taken with a reason, closed with an outcome, handed over; each a line that the resident reads."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.flows import cases, handovers
from app.models.silence import Agreement, Silence
from app.models.work import Care, Member
from tests.work import add_member, make_case, make_office, make_silence

DAY = timedelta(days=1)


def sentences(resident) -> list[str]:
    return [line["sentence"] for line in resident.get("/v1/me/log").json()["items"]]


def follow_up(clock, **by) -> str:
    return (clock.now() + timedelta(**by)).isoformat()


def test_taking_a_case_needs_a_reason_and_a_moment_to_look_again(client, office, anna_and_case, clock):
    anna, case = anna_and_case
    make_silence(client, anna.id)
    path = f"/v1/cases/{case}/acknowledgements"
    for body in (
        {},
        {"reason": "Ik bel"},
        {"reason": "", "follow_up_at": follow_up(clock, hours=2)},
        {"reason": "x" * 281, "follow_up_at": follow_up(clock, hours=2)},
        {"reason": "Ik bel", "follow_up_at": follow_up(clock, hours=-1)},
        {"reason": "Ik bel", "follow_up_at": follow_up(clock, days=15)},
    ):
        assert office.fenna.post(path, json=body).status_code == 422
    taken = office.fenna.post(path, json={"reason": "Ik bel haar zus", "follow_up_at": follow_up(clock, hours=2)})
    assert taken.status_code == 201
    assert taken.json()["state"] == "acknowledged"
    assert taken.json()["next_step_words"] == "Fenna kijkt donderdag om 16:04 weer."
    assert [act["sentence"] for act in taken.json()["history"]] == ["Fenna pakte het op: “Ik bel haar zus”"]
    assert sentences(anna)[0] == "Fenna van Buurtteam pakte het op: “Ik bel haar zus”"


def test_nothing_can_be_taken_or_closed_before_it_has_come(client, office, anna_and_case, clock):
    anna, case = anna_and_case
    body = {"reason": "Ik bel", "follow_up_at": follow_up(clock, hours=2)}
    for state in (None, "asked", "circle_asked"):
        if state:
            make_silence(client, anna.id, state)
        for path, said in (("acknowledgements", body), ("closings", {"outcome": "well"})):
            answer = office.fenna.post(f"/v1/cases/{case}/{path}", json=said)
            assert (answer.status_code, answer.json()["code"]) == (409, "episode-closed")


@pytest.mark.parametrize("outcome", ["well", "away", "phone", "helped", "admitted", "moved", "died", "unknown"])
def test_a_closing_names_an_outcome_and_no_diagnosis(client, office, anna_and_case, outcome):
    anna, case = anna_and_case
    silence = make_silence(client, anna.id)
    closed = office.fenna.post(f"/v1/cases/{case}/closings", json={"outcome": outcome, "note": "Gebeld"})
    assert closed.status_code == 201
    with client.app.state.house.db.read() as session:
        row = session.get_one(Silence, silence.id)
    assert (row.state, row.outcome) == ("closed", outcome)
    assert closed.json()["state"] == ("frozen" if outcome in {"admitted", "died"} else "quiet")
    assert "Gebeld" in sentences(anna)[0]
    again = office.fenna.post(f"/v1/cases/{case}/closings", json={"outcome": outcome})
    assert again.status_code == 409


def test_an_outcome_of_ones_own_words_is_refused(client, office, anna_and_case):
    anna, case = anna_and_case
    make_silence(client, anna.id)
    assert office.fenna.post(f"/v1/cases/{case}/closings", json={"outcome": "dementie"}).status_code == 422


def test_history_plan_and_circle_show_only_once_it_has_come(client, office, anna_and_case):
    anna, case = anna_and_case
    for state, has_come in (("asked", False), ("circle_asked", False), ("caseworker_waiting", True)):
        silence = make_silence(client, anna.id, state)
        with_plan(client, anna.id)
        shown = office.fenna.get(f"/v1/cases/{case}").json()
        assert ("plan" in shown, "circle_is_empty" in shown) == (has_come, has_come)
        assert shown["state"] == {"asked": "quiet"}.get(state, state)
        end(client, silence)
    assert shown["plan"] == "Eerst bellen, sleutel bij de buren"


def with_plan(client, resident_id: str) -> None:
    with client.app.state.house.db.write() as session:
        session.get_one(Agreement, UUID(resident_id)).plan = "Eerst bellen, sleutel bij de buren"


def end(client, silence) -> None:
    with client.app.state.house.db.write() as session:
        session.get_one(type(silence), silence.id).closed_at = client.app.state.house.clock.now()


def hand_over(office, case: str, to: str, clock, **more):
    body = {"to": office.team[to].id, "from": str(clock.now().date())} | more
    made = office.fenna.post(f"/v1/cases/{case}/handovers", json=body)
    assert made.status_code == 201, made.text
    return made.json()


def test_a_case_moves_when_the_receiver_accepts_and_the_resident_is_told(office, anna_and_case, clock):
    anna, case = anna_and_case
    add_member(office, "Hans")
    offered = hand_over(office, case, "Hans", clock)
    assert (offered["from_name"], offered["to_name"], offered["state"]) == ("Fenna", "Hans", "offered")
    assert office.hans.get("/v1/caseload").json()["items"] == []
    assert office.hans.get("/v1/handovers").json()["items"] == [offered]
    path = f"/v1/cases/{case}/handovers/{offered['id']}/accept"
    assert office.gerda.post(path).status_code == 404
    assert office.hans.post(path).json()["state"] == "accepted"
    assert [item["owner"] for item in office.hans.get("/v1/caseload").json()["items"]] == ["Hans"]
    assert office.fenna.get("/v1/caseload").json()["items"] == []
    assert "Voortaan kijkt Hans mee, in plaats van Fenna (Buurtteam)." in sentences(anna)


def test_the_resident_may_refuse_and_the_one_before_stays(office, anna_and_case, clock):
    anna, case = anna_and_case
    add_member(office, "Hans")
    offered = hand_over(office, case, "Hans", clock)
    office.hans.post(f"/v1/cases/{case}/handovers/{offered['id']}/accept")
    [told] = anna.get(f"/v1/residents/{anna.id}/handovers").json()["items"]
    refused = anna.post(f"/v1/residents/{anna.id}/handovers/{told['id']}/refuse")
    assert refused.json()["state"] == "refused"
    assert [item["owner"] for item in office.fenna.get("/v1/caseload").json()["items"]] == ["Fenna"]
    assert office.hans.get("/v1/caseload").json()["items"] == []
    assert anna.get(f"/v1/residents/{anna.id}/handovers").json()["items"] == []


def test_a_hand_over_for_a_while_begins_on_its_day_and_comes_back(client, office, anna_and_case, clock):
    _, case = anna_and_case
    add_member(office, "Hans")
    tomorrow, last = clock.now().date() + DAY, clock.now().date() + 3 * DAY
    offered = hand_over(office, case, "Hans", clock, **{"from": str(tomorrow), "until": str(last)})
    office.hans.post(f"/v1/cases/{case}/handovers/{offered['id']}/accept")
    owners = []
    for _ in range(6):
        with client.app.state.house.db.write() as session:
            handovers.keep_days(session, clock.now())
        owners.append(owner_of(client, case))
        clock.move(days=1)
    assert owners == ["Fenna", "Hans", "Hans", "Hans", "Fenna", "Fenna"]


def owner_of(client, case: str) -> str:
    with client.app.state.house.db.read() as session:
        return session.get_one(Member, session.get_one(Care, UUID(case)).member_id).name


def test_a_case_goes_to_colleagues_only_and_to_no_admin(client, office, anna_and_case, clock):
    _, case = anna_and_case
    other = make_office(client, "Elders", team={"Piet": "caseworker"})
    office.team["Piet"] = other.piet
    for to, status in ((other.piet, 404), (office.admin, 409), (office.fenna, 409)):
        body = {"to": to.id, "from": str(clock.now().date())}
        assert office.fenna.post(f"/v1/cases/{case}/handovers", json=body).status_code == status
    wrong = {"to": office.gerda.id, "from": "2027-04-02", "until": "2027-04-01"}
    assert office.fenna.post(f"/v1/cases/{case}/handovers", json=wrong).status_code == 422


def test_a_colleague_sees_a_case_only_once_asked_about_it(client, office, anna_and_case, clock):
    anna, case = anna_and_case
    silence = make_silence(client, anna.id, "circle_asked")
    assert office.gerda.get(f"/v1/cases/{case}").status_code == 404
    clock.at = clock.at.replace(hour=9, minute=0) + DAY
    for hours in (0, 2):
        clock.move(hours=hours)
        with client.app.state.house.db.write() as session:
            cases.escalate(session, session.get_one(type(silence), silence.id), clock.now())
    gerda, loes = office.gerda.again(), office.loes.again()
    assert [item["state"] for item in gerda.get("/v1/caseload").json()["items"]] == ["caseworker_waiting"]
    assert gerda.get(f"/v1/cases/{case}").status_code == 200
    assert loes.get(f"/v1/cases/{case}").status_code == 404


def test_an_answer_is_not_repeated_once_the_yes_is_taken_back(client, office, clock):
    anna, case = make_case(office)
    make_silence(client, anna.id)
    body = {"reason": "Ik bel.", "follow_up_at": (clock.now() + timedelta(hours=2)).isoformat()}
    path, key = f"/v1/cases/{case}/acknowledgements", {"Idempotency-Key": "one"}
    first = office.fenna.post(path, json=body, headers=key)
    assert office.fenna.post(path, json=body, headers=key).content == first.content
    anna.delete(f"/v1/residents/{anna.id}/caseworker-requests/{case}")
    assert office.fenna.post(path, json=body, headers=key).status_code == 404
