"""Pages carry the same tokens in cookies; what changes something by cookie must come from our own pages."""

from datetime import timedelta

import pytest
from fastapi import FastAPI

from tests.house import make_app, make_client
from tests.people import Person, make_contact, make_resident

# The headers of a POST by cookie, and whether it is ours; the page is at http://testserver.
SENT = {
    "from our own page": ({"Sec-Fetch-Site": "same-origin"}, True),
    "from our own page, by an older browser": ({"Origin": "http://testserver"}, True),
    "without saying where from": ({}, False),
    "from another site": ({"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}, False),
    "from another host of the same site": ({"Sec-Fetch-Site": "same-site", "Origin": "http://x.testserver"}, False),
    "typed by hand": ({"Sec-Fetch-Site": "none"}, False),
    "from a page without an origin": ({"Origin": "null"}, False),
    "from another port": ({"Origin": "http://testserver:81"}, False),
}


def cookie(**tokens: str) -> dict[str, str]:
    return {"Cookie": "; ".join(f"teken_{kind}={token}" for kind, token in tokens.items())}


@pytest.mark.parametrize(("headers", "is_ours"), SENT.values(), ids=SENT.keys())
def test_a_cookie_acts_only_for_our_own_pages(anna: Person, headers: dict[str, str], is_ours: bool):
    answer = anna.client.post("/v1/check-ins", headers=headers | cookie(resident=anna.token))
    assert answer.status_code == (201 if is_ours else 403), answer.text
    if not is_ours:
        assert answer.json()["code"] == "cross-site"
    assert len(anna.feed()) == is_ours


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_every_unsafe_method_is_checked(anna: Person, method: str):
    answer = anna.client.request(method, "/v1/me", headers=cookie(resident=anna.token))
    assert (answer.status_code, answer.json()["code"]) == (403, "cross-site")


def test_reading_by_cookie_needs_no_proof(anna: Person):
    assert anna.client.get("/v1/me", headers=cookie(resident=anna.token)).json()["id"] == anna.id


def test_a_bearer_token_needs_no_proof_and_wins(anna: Person, dora: Person):
    by_both = cookie(resident=dora.token) | anna.auth
    assert anna.client.post("/v1/check-ins", headers=by_both).status_code == 201
    assert (len(anna.feed()), len(dora.feed())) == (1, 0)
    wrong = cookie(resident=anna.token) | {"Authorization": "Bearer tvl_r_nobody"}
    assert anna.client.get("/v1/me", headers=wrong).status_code == 401


def test_who_is_both_chooses_as_whom_they_come(anna: Person, eef: Person):
    both = cookie(resident=anna.token, contact=eef.token)
    kinds = {
        wish: anna.client.get(f"/v1/me{wish}", headers=both).json()["kind"]
        for wish in ("", "?as=resident", "?as=contact")
    }
    assert kinds == {"": "resident", "?as=resident": "resident", "?as=contact": "contact"}
    assert anna.client.get("/v1/me?as=everybody", headers=both).status_code == 422
    assert anna.client.get("/v1/me?as=contact", headers=cookie(resident=anna.token)).status_code == 401


def test_an_endpoint_of_one_kind_takes_that_kinds_cookie_only(anna: Person, bas: Person):
    ours = {"Sec-Fetch-Site": "same-origin"}
    crossed = [
        anna.client.post("/v1/check-ins", headers=ours | cookie(contact=bas.token)),
        anna.client.post("/v1/waves", json={"resident_id": anna.id}, headers=ours | cookie(resident=anna.token)),
    ]
    assert [answer.status_code for answer in crossed] == [401, 401]


def test_accepting_with_a_contacts_cookie_needs_proof(anna: Person, eef: Person):
    """Else another site could put a grant on somebody's token without their knowing."""
    code = anna.post("/v1/invitations", json={"name": "Eef"}).json()["code"]
    answer = anna.client.post(f"/v1/invitations/{code}/accept", headers=cookie(contact=eef.token))
    assert answer.status_code == 201
    assert answer.json()["token"] != eef.token


def test_behind_https_a_cookie_is_bound_to_its_host(tmp_path, database_url: str):
    app: FastAPI = make_app(tmp_path, database_url, public_url="https://teken.example")
    client = make_client(app)
    anna = make_resident(client)
    bas = make_contact(anna, "Bas")
    assert client.get("/v1/me", headers=cookie(resident=anna.token)).status_code == 401
    bound = {"Cookie": f"__Host-teken_contact={bas.token}"}
    assert client.get("/v1/me", headers=bound).json()["kind"] == "contact"
    life = timedelta(seconds=int(client.get("/livez").headers["strict-transport-security"].partition("=")[2]))
    assert life >= timedelta(days=180)
    app.state.house.close()
