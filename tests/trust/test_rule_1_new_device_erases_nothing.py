"""Trust 1: what a new device may not change for a day, it may not erase either."""

from tests.people import Person


def test_rule_1_a_new_device_erases_nothing_for_a_day(anna, bas, clock):
    code = anna.post("/v1/pairings").json()["code"]
    stranger = Person(anna.client, anna.id, anna.client.post(f"/v1/pairings/{code}/accept").json()["token"])
    for refused in (stranger.delete("/v1/me"), stranger.patch("/v1/me", json={"sign_days": 7})):
        assert (refused.status_code, refused.json()["code"]) == (403, "new-device")
    assert anna.get("/v1/me").json()["sign_days"] == 400
    assert bas.get("/v1/me").status_code == 200
    clock.move(hours=24)
    assert stranger.delete("/v1/me").status_code == 204
