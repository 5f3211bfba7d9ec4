"""Charter 5: a wave is a sign that asks nothing; a ring of peers works without any caseworker or organisation."""

from app.flows import ring
from tests.people import Person, make_contact, make_resident


def test_rule_5_reciprocal_each_contact_can_wave_back_and_only_the_resident_sees_it(anna, bas):
    cas = make_contact(anna, "Cas", detail="sign")
    teken = anna.tap()
    before = bas.feed()
    answer = bas.post(f"/v1/teken/{teken['id']}/waves", json={})
    assert answer.status_code == 201, answer.text
    assert answer.json()["teken"]["kind"] == "wave"
    assert cas.post("/v1/waves", json={"resident_id": anna.id}).status_code == 201
    waves = [one["words"] for one in anna.feed() if one["kind"] == "wave"]
    assert sorted(waves) == ["Bas zwaaide terug", "Cas zwaaide terug"]
    assert bas.feed() == before
    assert [one["kind"] for one in cas.feed()] == ["checkin"]


def test_rule_5_reciprocal_a_wave_needs_no_sign_to_answer_and_nothing_waits_for_it(anna, bas):
    assert bas.post("/v1/waves", json={"resident_id": anna.id}).status_code == 201
    assert [one["kind"] for one in anna.feed()] == ["wave"]
    assert bas.feed() == []


def test_rule_5_reciprocal_a_ring_of_peers_watches_over_each(client):
    names = ["Anna", "Bas", "Cas", "Dora"]
    ring = [make_resident(client, name) for name in names]
    eyes = [make_contact(ring[(i + 1) % 4], name) for i, name in enumerate(names)]
    for one in ring:
        one.tap()
    for i, eye in enumerate(eyes):
        neighbour = names[(i + 1) % 4]
        assert [teken["resident"]["name"] for teken in eye.feed()] == [neighbour]
        assert eye.post("/v1/waves", json={"resident_id": ring[(i + 1) % 4].id}).status_code == 201
    assert [[t["words"] for t in one.feed() if t["kind"] == "wave"] for one in ring] == [
        [f"{names[i - 1]} zwaaide terug"] for i in range(4)
    ]


def test_rule_5_reciprocal_one_command_makes_a_ring_of_eight_without_any_organisation(app, client, clock):
    names = ["Anna", "Bas", "Cas", "Dora", "Eef", "Fien", "Gijs", "Hans"]
    house = app.state.house
    with house.db.write() as session:
        seats = ring.make(session, house.keys, names, language="nl", time_zone="Europe/Amsterdam", now=clock.now())
        ways = [(seat.resident.name, seat.link, dict(seat.invitations)) for seat in seats]
    people = {name: come_in(client, link) for name, link, _ in ways}
    for who, _, links in ways:
        assert set(links) == set(names) - {who}
        eye = None
        for link in links.values():
            headers = eye.auth if eye else {}
            accepted = client.post(f"/v1/invitations/{link}/accept", json={}, headers=headers).json()
            # Rule 7: who is watched over has not said yes yet, and nothing flows.
            assert accepted["contact"]["state"] == "waiting"
            eye = Person(client, accepted["contact"]["id"], accepted["token"])
        people[who] = (people[who], eye)
    for resident, _ in people.values():
        resident.tap()
    assert [eye.feed() for _, eye in people.values()] == [[]] * 8
    for resident, _ in people.values():
        for contact in resident.get("/v1/circle").json()["items"]:
            assert resident.post(f"/v1/contacts/{contact['id']}/confirm").status_code == 200
    clock.move(days=1)
    for resident, _ in people.values():
        resident.tap()
    for who, (_, eye) in people.items():
        assert {teken["resident"]["name"] for teken in eye.feed()} == set(names) - {who}


def come_in(client, link):
    accepted = client.post(f"/v1/pairings/{link}/accept", json={})
    assert accepted.status_code == 201, accepted.text
    assert client.post(f"/v1/pairings/{link}/accept", json={}).status_code == 409
    return Person(client, accepted.json()["resident"]["id"], accepted.json()["token"])
