"""Trust 4: a paper key pairs a new phone and ends the old ones; a renewal gives the same grant a new way in."""

from tests.people import Person, make_contact

OURS = {"Sec-Fetch-Site": "same-origin"}


def test_rule_4_the_paper_key_pairs_a_new_phone_and_ends_the_old_ones(client):
    begun = client.post("/v1/residents", json={"name": "Anna"}).json()
    old = Person(client, begun["resident"]["id"], begun["token"])
    paired = client.post(f"/v1/pairings/{begun['paper_key']}/accept", json={"device_name": "nieuw"})
    assert paired.status_code == 201
    new = Person(client, old.id, paired.json()["token"])
    assert old.get("/v1/me").status_code == 401
    assert [device["is_new"] for device in new.get("/v1/devices").json()["items"]] == [False]
    assert new.post("/v1/invitations", json={"name": "Cor"}).status_code == 201, "it is trusted at once"


def test_rule_4_the_paper_key_is_told_once(anna: Person):
    key = {"Idempotency-Key": "papier"}
    assert anna.post("/v1/paper-keys", headers=key).status_code == 201
    again = anna.post("/v1/paper-keys", headers=key)
    assert (again.status_code, again.json()["code"]) == (409, "already-done")


def test_rule_4_a_new_paper_key_ends_the_old_one(client):
    begun = client.post("/v1/residents", json={"name": "Anna"}).json()
    anna = Person(client, begun["resident"]["id"], begun["token"])
    made = anna.post("/v1/paper-keys").json()["paper_key"]
    assert client.post(f"/v1/pairings/{begun['paper_key']}/accept").status_code == 404
    assert client.post(f"/v1/pairings/{made}/accept").status_code == 201


def test_rule_4_a_page_makes_a_new_paper_key_and_shows_it_once(anna: Person):
    assert 'action="/ik/apparaten/papier"' in anna.get("/ik/apparaten").text
    shown = anna.client.post("/ik/apparaten/papier", headers=anna.auth | OURS)
    assert shown.status_code == 200
    assert "Leg dit bij je papieren" in shown.text
    assert "paper-key" not in anna.get("/ik/apparaten").text


def test_rule_4_a_renewal_is_a_new_way_into_the_same_grant(anna: Person):
    bas = make_contact(anna, "Bas", detail="area")
    renewed = anna.post(f"/v1/contacts/{bas.id}/renewals").json()
    assert bas.get("/v1/teken").status_code == 200, "until it is used, the old one goes on"
    accepted = anna.client.post(f"/v1/invitations/{renewed['code']}/accept").json()
    assert (accepted["contact"]["id"], accepted["contact"]["detail"]) == (bas.id, "area")
    assert bas.get("/v1/teken").status_code == 401
    assert Person(anna.client, bas.id, accepted["token"]).get("/v1/teken").status_code == 200
