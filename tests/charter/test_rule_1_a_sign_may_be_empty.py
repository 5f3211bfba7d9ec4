"""Charter 1: no field is required but the tap; a tap is under 1 kB and answered at once."""

import json

import pytest

from app.main import openapi_bytes
from app.models.bodies import TapIn


@pytest.mark.parametrize("body", [None, b"", b"{}"], ids=["no body", "empty", "empty object"])
def test_rule_1_a_sign_may_be_empty(anna, bas, body):
    headers = {"Content-Type": "application/json"} if body else {}
    answer = anna.client.post("/v1/check-ins", headers=anna.auth | headers, content=body)
    assert answer.status_code == 201, answer.text
    # Answered at once: it is with the circle when the answer arrives.
    assert [teken["id"] for teken in bas.feed()] == [answer.json()["teken"]["id"]]


def test_rule_1_a_whole_tap_is_under_one_kilobyte(anna):
    tap = anna.client.build_request("POST", "/v1/check-ins", headers=anna.auth)
    line = f"{tap.method} {tap.url.raw_path.decode()} HTTP/1.1\r\n"
    headers = "".join(f"{name}: {value}\r\n" for name, value in tap.headers.items())
    assert len(line) + len(headers) + 2 + len(tap.content) < 1024


def test_rule_1_no_field_of_a_tap_is_required(app):
    assert not [name for name, field in TapIn.model_fields.items() if field.is_required()]
    tap = json.loads(openapi_bytes(app))["paths"]["/v1/check-ins"]["post"]
    assert not tap.get("requestBody", {}).get("required")
    assert not [one for one in tap.get("parameters", []) if one.get("required")]
