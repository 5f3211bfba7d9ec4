from datetime import timedelta

from fastapi import FastAPI
from sqlmodel import func, select
from starlette.testclient import TestClient

from app.models.base import Table
from tests.house import NOON, make_app, make_client
from tests.people import Person, make_contact, make_resident, make_upload
from tests.quiet import live_through_quiet


def counts(app: FastAPI) -> dict[str, int]:
    """Return how many rows each table has, without those that have none."""
    with app.state.house.db.read() as session:
        found = {t.name: session.exec(select(func.count()).select_from(t)).one() for t in Table.metadata.sorted_tables}
    return {name: count for name, count in found.items() if count and name != "ledger_place"}


def live_a_little(client: TestClient, anna: Person, bas: Person) -> None:
    """Leave a row in as many tables as one can."""
    make_upload(anna)
    anna.post("/v1/pairings")
    anna.post("/v1/invitations", json={"name": "Cor"})
    anna.patch(f"/v1/contacts/{bas.id}", json={"detail": "route"})
    anna.walk(NOON - timedelta(hours=1))
    anna.delete(f"/v1/teken/{anna.tap()['id']}")
    anna.tap()
    assert bas.post("/v1/waves", json={"resident_id": anna.id}).status_code == 201
    assert client.get("/livez").status_code == 200


def test_a_resident_takes_everything_along(app: FastAPI, client: TestClient, anna: Person, bas: Person):
    live_a_little(client, anna, bas)
    assert {"teken", "walk", "disc", "contact", "consent", "change", "viewer"} <= counts(app).keys()
    assert anna.delete("/v1/me").status_code == 204
    assert counts(app) == {}


def test_what_was_agreed_paused_proposed_and_asked_goes_along(app: FastAPI, anna: Person):
    live_through_quiet(app, anna)
    of_silence = {
        "agreement",
        "agreement_consent",
        "pause",
        "proposal",
        "representative",
        "silence",
        "question",
        "freeze",
    }
    assert of_silence <= counts(app).keys()
    assert anna.delete("/v1/me").status_code == 204
    assert counts(app) == {}


def test_others_keep_what_is_theirs(app: FastAPI, client: TestClient, anna: Person, bas: Person, dora: Person):
    eef = make_contact(dora, "Eef")
    code = dora.post("/v1/invitations", json={"name": "Bas"}).json()["code"]
    client.post(f"/v1/invitations/{code}/accept", headers=bas.auth)
    live_a_little(client, anna, bas)
    tap = dora.tap()
    anna.delete("/v1/me")
    assert [[teken["id"] for teken in person.feed()] for person in (bas, eef)] == [[tap["id"]]] * 2
    assert (counts(app)["resident"], counts(app)["contact"], counts(app)["viewer"]) == (1, 2, 2)


def test_a_contact_who_erases_themselves_ends_every_grant(
    app: FastAPI, client: TestClient, anna: Person, bas: Person, dora: Person
):
    code = dora.post("/v1/invitations", json={"name": "Bas"}).json()["code"]
    client.post(f"/v1/invitations/{code}/accept", headers=bas.auth)
    assert bas.delete("/v1/me").status_code == 204
    assert bas.get("/v1/me").status_code == 401
    assert [person.get("/v1/circle").json()["items"] for person in (anna, dora)] == [[], []]
    assert "viewer" not in counts(app)


def test_a_name_and_own_words_are_sealed_in_every_file(tmp_path, sqlite_url: str):
    app = make_app(tmp_path, sqlite_url)
    who = make_resident(make_client(app), "Wilhelmientje")
    who.tap(words="hoogstpersoonlijk")
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("teken.db*"))
    assert len(stored) > 0
    assert b"Wilhelmientje" not in stored
    assert b"hoogstpersoonlijk" not in stored
    app.state.house.close()
