"""Trust 23: after a restore a care that was ended, a member who left and an app that was renewed stay ended."""

from app.flows import backup, replaying
from app.house import House
from tests.work import make_case, make_office


def test_rule_23_what_ended_at_an_organisation_stays_ended_after_a_restore(tmp_path, client):
    office = make_office(client)
    anna, _ = make_case(office, "Anna")
    bea, _ = make_case(office, "Bea")
    house: House = client.app.state.house
    with house.db.read() as session:
        backup.write(session, tmp_path / "backup.zip", house.clock.now())
    [asked] = anna.get(f"/v1/residents/{anna.id}/caseworker-requests").json()["items"]
    assert anna.delete(f"/v1/residents/{anna.id}/caseworker-requests/{asked['id']}").status_code == 204
    assert office.admin.delete(f"{office.path}/members/{office.fenna.id}").status_code == 204
    assert office.admin.post(f"{office.path}/members/{office.loes.id}/renewals").status_code == 201
    with house.db.write() as session:
        backup.restore(session, tmp_path / "backup.zip", force=True)
        session.flush()
        assert replaying.replay(session, house.db.ledger, house.clock.now()) == 3
    assert office.fenna.get("/v1/caseload").status_code == 401
    assert office.loes.get("/v1/caseload").status_code == 401
    assert [item["name"] for item in office.gerda.get("/v1/caseload").json()["items"]] == ["Bea"]
    assert anna.get(f"/v1/residents/{anna.id}/caseworker-requests").json()["items"] == []
    assert bea.get(f"/v1/residents/{bea.id}/caseworker-requests").json()["items"][0]["member"] == "Gerda"
