"""Trust 2: eight clear letters, a quarter of an hour, once, stored as a keyed hash; guessing stops."""

import base64
import hashlib

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from app import auth
from app.models.circle import Invitation
from app.models.people import Pairing
from tests.house import make_app, make_settings
from tests.people import make_resident

LOOK_ALIKES = set("01OIl")


@pytest.fixture
def guarded(tmp_path, database_url, clock):
    app = make_app(tmp_path, database_url, clock=clock, rate_limits="on")
    yield app
    app.state.house.close()


def at(app, address: str) -> TestClient:
    return TestClient(app, base_url="http://testserver", client=(address, 50_000), follow_redirects=False)


def link_of(made: dict) -> str:
    return made["url"].rpartition("/")[2]


def ways(anna, kind: str) -> dict:
    body = {"json": {"name": "Bas"}} if kind == "invitations" else {}
    return anna.post(f"/v1/{kind}", **body).json()


@pytest.mark.parametrize("kind", ["invitations", "pairings"])
def test_rule_2_a_code_is_short_clear_and_dies_after_a_quarter_of_an_hour(anna, clock, kind):
    first, second = ways(anna, kind), ways(anna, kind)
    for made in (first, second):
        assert len(made["code"]) == 8
        assert set(made["code"]) <= set(auth.LETTERS)
    assert len(set(auth.LETTERS)) == 32
    assert not set(auth.LETTERS) & LOOK_ALIKES
    spoken = f" {first['code'][:4].lower()}-{first['code'][4:].lower()} ".strip()
    assert anna.client.post(f"/v1/{kind}/{spoken}/accept").status_code == 201
    assert anna.client.post(f"/v1/{kind}/{first['code']}/accept").status_code == 409
    clock.move(minutes=15)
    assert anna.client.post(f"/v1/{kind}/{second['code']}/accept").status_code == 410
    assert anna.client.post(f"/v1/{kind}/{link_of(second)}/accept").status_code == 201


@pytest.mark.parametrize("kind", ["invitations", "pairings"])
def test_rule_2_a_link_has_128_bits_and_dies_after_seven_days(anna, clock, kind):
    made = [ways(anna, kind) for _ in range(2)]
    for one in made:
        secret = link_of(one).removeprefix(auth.LINK)
        assert len(base64.urlsafe_b64decode(secret + "==")) * 8 == 128
    clock.move(days=6, hours=23)
    assert anna.client.post(f"/v1/{kind}/{link_of(made[0])}/accept").status_code == 201
    clock.move(hours=1)
    assert anna.client.post(f"/v1/{kind}/{link_of(made[1])}/accept").status_code == 410


def test_rule_2_what_is_stored_is_a_keyed_hash(app, anna):
    invited, paired = ways(anna, "invitations"), ways(anna, "pairings")
    with app.state.house.db.read() as session:
        stored = " ".join(map(repr, [*session.exec(select(Invitation)), *session.exec(select(Pairing))]))
    for made in (invited, paired):
        for secret in (made["code"], link_of(made)):
            assert secret not in stored
            assert hashlib.sha256(secret.encode()).hexdigest() not in stored
            assert app.state.house.keys.hash(secret) in stored


def test_rule_2_ten_failures_of_one_address_stop_its_codes_for_an_hour(guarded, clock):
    anna = make_resident(at(guarded, "192.0.2.1"))
    stranger = at(guarded, "192.0.2.66")
    for i in range(10):
        assert stranger.post(f"/v1/invitations/{auth.LETTERS[i] * 8}/accept").status_code == 404
    made = ways(anna, "invitations")
    stopped = stranger.post(f"/v1/invitations/{made['code']}/accept")
    assert (stopped.status_code, stopped.json()["code"]) == (429, "too-many")
    assert int(stopped.headers["Retry-After"]) > 0
    assert stranger.post(f"/v1/pairings/{made['code']}/accept").status_code == 429
    assert stranger.post(f"/v1/invitations/{link_of(made)}/accept").status_code == 201, "links cannot be guessed"
    assert at(guarded, "192.0.2.2").post(f"/v1/invitations/{ways(anna, 'invitations')['code']}/accept").is_success
    clock.move(minutes=61)
    assert stranger.post(f"/v1/invitations/{ways(anna, 'invitations')['code']}/accept").status_code == 201


def test_rule_2_a_hundred_failures_of_all_stop_every_code(guarded):
    anna = make_resident(at(guarded, "192.0.2.1"))
    for i in range(100):
        tried = at(guarded, f"198.51.100.{i // 9}").post(f"/v1/pairings/{auth.LETTERS[i % 32] * 8}/accept")
        assert tried.status_code == 404
    made = ways(anna, "invitations")
    honest = at(guarded, "203.0.113.7")
    assert honest.post(f"/v1/invitations/{made['code']}/accept").status_code == 429
    assert honest.post(f"/v1/invitations/{link_of(made)}/accept").status_code == 201


def test_rule_2_one_address_cannot_stop_the_codes_of_all(guarded, clock):
    anna = make_resident(at(guarded, "192.0.2.1"))
    stranger = at(guarded, "192.0.2.66")
    for i in range(110):
        assert stranger.post(f"/v1/invitations/l_wrong{i}/accept").status_code == 404
        clock.move(seconds=1)
    assert stranger.post("/v1/invitations/22222222/accept").status_code == 429
    assert at(guarded, "192.0.2.2").post(f"/v1/invitations/{ways(anna, 'invitations')['code']}/accept").is_success


def test_rule_2_the_addresses_of_one_ipv6_network_are_one(guarded):
    anna = make_resident(at(guarded, "192.0.2.1"))
    for i in range(10):
        tried = at(guarded, f"2001:db8:1:2::{i + 1:x}").post("/v1/pairings/22222222/accept")
        assert tried.status_code == 404
    made = ways(anna, "invitations")
    assert at(guarded, "2001:db8:1:2:ffff::1").post(f"/v1/invitations/{made['code']}/accept").status_code == 429
    assert at(guarded, "2001:db8:1:3::1").post(f"/v1/invitations/{made['code']}/accept").status_code == 201


def test_rule_2_limits_can_be_switched_off_in_a_demo_only(tmp_path):
    assert make_settings(tmp_path, demo=True, rate_limits="off").rate_limits == "off"
    with pytest.raises(ValueError, match="TEKEN_RATE_LIMITS"):
        make_settings(tmp_path, demo=False, rate_limits="off")
