import pytest
import sqlalchemy
from fastapi import FastAPI
from sqlmodel import Session, select
from starlette.testclient import TestClient

from app.models.people import Resident
from tests.house import make_app, make_client
from tests.people import Person, make_resident

REFUSED = {
    "no name": {},
    "an empty name": {"name": "  "},
    "a name of two lines": {"name": "Anna\r\nBcc: everybody"},
    "a name of 81 characters": {"name": "a" * 81},
    "a language that nobody here speaks": {"name": "Anna", "language": "xx"},
    "a time zone that does not exist": {"name": "Anna", "time_zone": "Europe/Nowhere"},
    "a path for a time zone": {"name": "Anna", "time_zone": "../../etc/passwd"},
    "a field that we do not know": {"name": "Anna", "birth_date": "1940-01-01"},
}


def test_a_resident_starts_with_a_token_a_paper_key_and_an_empty_circle(client: TestClient):
    answer = client.post("/v1/residents", json={"name": " Anna "})
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"resident", "token", "paper_key"}
    assert body["resident"] | {"id": ""} == {
        "id": "",
        "name": "Anna",
        "language": "nl",
        "time_zone": "Europe/Amsterdam",
    }
    anna = Person(client, body["resident"]["id"], body["token"])
    assert anna.get("/v1/circle").json() == {"items": [], "next": None}


def test_the_language_is_the_one_chosen_else_the_browsers(client: TestClient):
    english = {"Accept-Language": "en-GB,en;q=0.9"}
    asked = client.post("/v1/residents", json={"name": "Anna"}, headers=english)
    chosen = client.post("/v1/residents", json={"name": "Anna", "language": "nl"}, headers=english)
    assert [answer.json()["resident"]["language"] for answer in (asked, chosen)] == ["en", "nl"]


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_a_start_that_is_not_right_is_refused_and_stores_nothing(app: FastAPI, client: TestClient, body):
    answer = client.post("/v1/residents", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")
    with app.state.house.db.read() as session:
        assert session.exec(select(Resident)).all() == []


def test_nobody_starts_where_sign_up_is_closed(tmp_path, database_url):
    app = make_app(tmp_path, database_url, open_signup=False)
    answer = make_client(app).post("/v1/residents", json={"name": "Anna"})
    assert (answer.status_code, answer.json()["code"]) == (403, "sign-up-closed")
    app.state.house.close()


def test_sign_up_is_closed_unless_somebody_opens_it(tmp_path):
    app = make_app(tmp_path, demo=False, rate_limits="on")
    assert not app.state.house.settings.sign_up_is_open
    app.state.house.close()


def test_only_hashes_of_secrets_are_stored(app: FastAPI, client: TestClient):
    body = client.post("/v1/residents", json={"name": "Anna"}).json()
    anna = Person(client, body["resident"]["id"], body["token"])
    secrets = [body["token"], body["paper_key"]]
    paired, invited = anna.post("/v1/pairings").json(), anna.post("/v1/invitations", json={"name": "Bas"}).json()
    secrets += [made[key].rsplit("/", 1)[-1] for made in (paired, invited) for key in ("code", "url")]
    with app.state.house.db.read() as session:
        stored = everything(session)
    assert [secret for secret in secrets if secret in stored] == []


def everything(session: Session) -> str:
    """Return every row of every table as text, as it is stored."""
    names = [table.name for table in Resident.metadata.sorted_tables]
    bare = [sqlalchemy.select(sqlalchemy.text("*")).select_from(sqlalchemy.table(name)) for name in names]
    return "\n".join(str(tuple(row)) for rows in bare for row in session.execute(rows))


def test_a_resident_reads_and_changes_only_what_is_said(client: TestClient):
    anna = make_resident(client)
    before = anna.get("/v1/me").json()
    assert before["kind"] == "resident"
    changed = anna.patch("/v1/me", json={"name": "Annie", "language": "en"})
    assert changed.json() == before | {"name": "Annie", "language": "en"}
    assert anna.get("/v1/me").json() == changed.json()


def test_a_contact_has_settings_but_no_name_here(bas: Person):
    me = bas.get("/v1/me").json()
    assert set(me) == {"kind", "id", "language", "time_zone"}
    assert bas.patch("/v1/me", json={"language": "en", "time_zone": "America/New_York"}).json() == me | {
        "language": "en",
        "time_zone": "America/New_York",
    }
    assert bas.patch("/v1/me", json={"name": "Bastiaan"}).status_code == 403


def test_who_erases_themselves_is_unknown_at_the_next_request(anna: Person, bas: Person):
    assert anna.delete("/v1/me").status_code == 204
    assert [person.get("/v1/me").json()["code"] for person in (anna, bas)] == ["no-token", "no-token"]
