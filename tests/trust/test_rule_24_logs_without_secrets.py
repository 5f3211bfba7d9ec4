"""Trust 24: logs hold route templates only; what the service counts is told to its operator only."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from app.routes.meter import Meter
from tests.house import make_app, make_client
from tests.people import make_contact, make_resident
from tests.server import serving

TOKEN = "a token for metrics, long enough to be one"


def test_rule_24_the_log_of_a_real_server_holds_templates_and_no_secret(tmp_path: Path):
    with serving(tmp_path) as server:
        anna = server.resident("Wilhelmientje")
        bas = make_contact(anna, "Bartholomeus", detail="route")
        # Above 64 kB, so that the readers are up when the server stops: one that is still starting says so on stderr.
        walk = anna.walk(datetime.now(UTC), points=1500, every_s=2.4)
        anna.get(f"/v1/walks/{walk['id']}")
        code = anna.post("/v1/pairings").json()["code"]
        anna.client.get(f"/p/{code}")
        anna.client.get("/geheim/pad?token=hoogstgeheim")
        anna.client.get("/ik", headers={"Cookie": f"teken_resident={anna.token}"})
        anna.client.request("PROPFIND", "/ik")
        anna.client.post("/v1/ingest/osmand", params={"token": anna.token})
        bas.get("/v1/teken", params={"cursor": "hoogstgeheim"})
        anna.delete("/v1/me")
        limits = Path(f"/proc/{server.process.pid}/limits").read_text()
    lines = [json.loads(line) for line in (tmp_path / "stderr").read_text().splitlines() if line.startswith("{")]
    seen = {(line["method"], line["route"], line["status"]) for line in lines if line["event"] == "request"}
    assert {
        ("POST", "/v1/residents", 201),
        ("POST", "/v1/invitations/{code}/accept", 201),
        ("GET", "/v1/walks/{walk_id}", 200),
        ("GET", "-", 404),
    } <= seen
    assert "-" in {method for method, *_ in seen}, "a method that we do not know is not repeated"
    assert all(isinstance(line["ms"], int) for line in lines if line["event"] == "request")
    secrets = (anna.id, anna.token, bas.token, bas.id, walk["id"], code, "Wilhelmientje", "Bartholomeus", "geheim")
    assert [word for word in secrets if word.lower() in server.said.lower()] == []
    timeless = re.sub(r'"timestamp": "[^"]*"', "", server.said)  # whose seconds may be 52.1234
    assert re.search(r"\b(52|4)\.\d{4,}", timeless) is None, "a coordinate"
    assert re.search(r"Max core file size\s+0\s+0", limits), "no core file with a walk in it"
    assert "Traceback" not in server.said


def test_rule_24_an_unexpected_error_leaves_its_class_only(tmp_path, sqlite_url, monkeypatch, capsys):
    app = make_app(tmp_path, sqlite_url)

    def broken(*_args: object, **_named: object) -> None:
        raise RuntimeError("hoogstgeheim")

    monkeypatch.setattr("app.flows.checkin.share_tap", broken)
    client = TestClient(app, raise_server_exceptions=False)
    anna = make_resident(client, "Wilhelmientje")
    assert anna.post("/v1/check-ins", json={}).status_code == 500
    said = "".join(capsys.readouterr())
    assert "geheim" not in said
    assert "Wilhelmientje" not in said
    app.state.house.close()


@pytest.fixture
def guarded(tmp_path, sqlite_url):
    app = make_app(tmp_path, sqlite_url, metrics_token=TOKEN)
    yield make_client(app)
    app.state.house.close()


def test_rule_24_details_need_the_token_where_one_is_set(guarded):
    right = {"Authorization": f"Bearer {TOKEN}"}
    assert guarded.get("/metrics").status_code == 404
    assert guarded.get("/metrics", headers={"Authorization": "Bearer guess"}).status_code == 404
    assert guarded.get("/readyz").json() == {"status": "ok"}
    assert guarded.get("/readyz", headers=right).json() == {"status": "ok", "database": "ok", "outbox_age_s": 0}
    assert guarded.get("/metrics", headers=right).status_code == 200


@pytest.mark.parametrize(
    ("peer", "host", "header", "status"),
    [
        ("127.0.0.1", "localhost:8000", {}, 200),
        ("::1", "[::1]:8000", {}, 200),
        ("127.0.0.1", "teken.example", {}, 404),
        ("127.0.0.1", "127.0.0.1:8000", {"X-Forwarded-For": "10.0.0.1"}, 404),
        ("127.0.0.1", "127.0.0.1:8000", {"Forwarded": "for=10.0.0.1"}, 404),
        ("10.0.0.1", "127.0.0.1:8000", {}, 404),
    ],
)
def test_rule_24_without_a_token_only_this_very_machine_asks(tmp_path, sqlite_url, peer, host, header, status):
    """Behind a proxy every caller sits on this machine; what the proxy adds gives it away."""
    app = make_app(tmp_path, sqlite_url)
    client = TestClient(app, base_url="http://testserver", client=(peer, 50000))
    assert client.get("/metrics", headers={"Host": host} | header).status_code == status
    assert ("database" in client.get("/readyz", headers={"Host": host} | header).json()) == (status == 200)
    app.state.house.close()


def test_rule_24_labels_are_templates_and_never_ids(guarded):
    anna = make_resident(guarded)
    bas = make_contact(anna)
    anna.get(f"/v1/walks/{bas.id}")
    guarded.get(f"/{anna.id}?token={anna.token}")
    told = guarded.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert 'teken_requests_total{method="GET",route="/v1/walks/{walk_id}",status="404"} 1' in told
    assert "teken_outbox_age_seconds 0" in told
    assert [one for one in (anna.id, bas.id, UUID(anna.id).hex, anna.token) if one in told] == []


def test_rule_24_counters_add_up():
    meter = Meter()
    meter.note("GET", "/livez", 200, 0.25)
    meter.note("GET", "/livez", 200, 0.5)
    assert meter.lines()[1::2] == [
        'teken_requests_total{method="GET",route="/livez",status="200"} 2',
        'teken_request_seconds_total{method="GET",route="/livez",status="200"} 0.75',
    ]
