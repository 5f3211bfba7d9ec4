"""Trust 6: closed sign-up, careful cookies, hashes instead of tokens, and no token in an address."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from app.main import openapi_bytes
from app.models.base import Table
from tests.house import make_app, make_client, make_settings
from tests.people import make_contact, make_resident, make_upload


def test_rule_6_sign_up_is_closed_outside_a_demo_unless_opened(tmp_path, database_url):
    settings: dict[str, Any] = {"demo": False, "rate_limits": "on"}
    assert not make_settings(tmp_path, **settings).sign_up_is_open
    assert make_settings(tmp_path, **settings, open_signup=True).sign_up_is_open
    app = make_app(tmp_path, database_url, **settings)
    answer = make_client(app).post("/v1/residents", json={"name": "Anna"})
    app.state.house.close()
    assert (answer.status_code, answer.json()["code"]) == (403, "sign-up-closed")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "http://testserver"}, 201),
    ],
)
def test_rule_6_a_cookie_acts_only_for_our_own_pages(anna, headers, status):
    cookie = {"Cookie": f"teken_resident={anna.token}"}
    assert anna.client.post("/v1/check-ins", headers=cookie | headers).status_code == status
    assert anna.client.get("/v1/me", headers=cookie).status_code == 200


def test_rule_6_what_is_stored_of_a_secret_is_a_hash(app, anna, bas):
    upload = make_upload(anna)
    started = anna.client.post("/v1/residents", json={"name": "Dora"}).json()
    invited = anna.post("/v1/invitations", json={"name": "Cas"}).json()
    secrets = [anna.token, bas.token, upload.token, started["token"], started["paper_key"]]
    secrets += [invited["code"], invited["url"].rpartition("/")[2]]
    with app.state.house.db.reader.connect() as connection:
        rows = [row for table in Table.metadata.sorted_tables for row in connection.execute(select(table))]
    stored = repr(rows)
    assert [secret for secret in secrets if secret in stored] == []


def test_rule_6_a_token_in_the_address_is_no_token(anna, bas):
    for path, token in (("/v1/me", anna.token), ("/v1/teken", bas.token)):
        assert anna.client.get(path, params={"token": token}).status_code == 401
        assert anna.client.get(path, params={"access_token": token}).status_code == 401


def test_rule_6_a_get_changes_nothing(app, anna, bas):
    anna.tap()
    document = json.loads(openapi_bytes(app))["paths"]
    paths = [path for path, does in document.items() if "get" in does and "{" not in path and "stream" not in path]
    assert "/v1/teken" in paths

    def rows() -> list[str]:
        with app.state.house.db.reader.connect() as connection:
            tables = Table.metadata.sorted_tables
            return sorted(repr(row) for table in tables for row in connection.execute(select(table)))

    before = rows()
    for path in paths:
        for who in (anna, bas):
            kind = "resident" if who is anna else "contact"
            who.client.get(path, headers={"Cookie": f"teken_{kind}={who.token}"})
            if path != "/v1/me/export":  # asked by a token it is a line in the log, as rule 9 of the charter wants
                who.get(path)
    assert rows() == before


def test_rule_6_each_kind_of_token_says_what_it_is(client):
    anna = make_resident(client)
    made = {"r": anna, "u": make_upload(anna), "c": make_contact(anna)}
    for letter, who in made.items():
        assert who.token.startswith(f"tvl_{letter}_")
        assert len(who.token) > 43
