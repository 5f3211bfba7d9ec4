"""Limits never bite below what the contract promises, and say when to come back."""

import pytest
from limits import RateLimitItemPerMinute

from app.routes import limits
from tests.house import make_app, make_client
from tests.people import make_resident

# What one token, or one address, may at least do in a minute.
PROMISED = {"UPLOADS": 300, "CHECK_INS": 120, "STARTS": 120}


@pytest.mark.parametrize("name", PROMISED)
def test_a_limit_is_not_lower_than_promised(name: str):
    assert getattr(limits, name) >= PROMISED[name]


@pytest.fixture
def limited(tmp_path, sqlite_url: str):
    """In memory and alike on both databases, so one is enough."""
    app = make_app(tmp_path, sqlite_url, rate_limits="on")
    yield app
    app.state.house.close()


def use_up(app, name: str, per_minute: int, who: str, *, leave: int) -> None:
    item = RateLimitItemPerMinute(per_minute)
    app.state.limiter.hit(item, name, app.state.house.keys.hash_address(who), cost=per_minute - leave)


def test_check_ins_are_counted_per_token(limited):
    client = make_client(limited)
    anna, dora = make_resident(client, "Anna"), make_resident(client, "Dora")
    use_up(limited, "check-ins", limits.CHECK_INS, anna.auth["Authorization"], leave=1)
    answers = [anna.post("/v1/check-ins") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 429]
    assert (answers[1].json()["code"], answers[1].headers["retry-after"]) == ("too-many", "60")
    assert dora.post("/v1/check-ins").status_code == 201


def test_uploads_are_counted_before_they_are_read(limited):
    anna = make_resident(make_client(limited))
    use_up(limited, "uploads", limits.UPLOADS, anna.auth["Authorization"], leave=0)
    assert anna.post("/v1/walks", content=b"no walk at all").status_code == 429


def test_starts_are_counted_per_address_over_sign_up_and_accept(limited):
    client = make_client(limited)
    code = make_resident(client).post("/v1/invitations", json={"name": "Bas"}).json()["code"]
    use_up(limited, "starts", limits.STARTS, "testclient", leave=2)  # who invites came in from here too
    statuses = [client.post("/v1/residents", json={"name": "x"}).status_code]
    statuses += [client.post("/v1/residents", json={"name": "x"}).status_code]
    statuses += [client.post(f"/v1/invitations/{code}/accept").status_code]
    assert statuses == [201, 429, 429]


def test_without_limits_nobody_is_counted(tmp_path, sqlite_url: str):
    app = make_app(tmp_path, sqlite_url)
    anna = make_resident(make_client(app))
    use_up(app, "check-ins", limits.CHECK_INS, anna.auth["Authorization"], leave=0)
    assert anna.post("/v1/check-ins").status_code == 201
    app.state.house.close()
