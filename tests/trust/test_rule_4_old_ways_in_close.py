"""Trust 4: a new way in ends the old ones, whoever still holds them; nobody comes back by an older link."""

from sqlmodel import select

from app.models.outbox import Subscription
from app.models.people import Viewer
from tests.office import mail_to
from tests.people import Person, make_contact, make_resident


def link_of(made: dict) -> str:
    return made["url"].rpartition("/")[2]


def accept(anna: Person, secret: str, kind: str = "invitations"):
    return anna.client.post(f"/v1/{kind}/{secret}/accept")


def renewed(anna: Person, contact_id: str) -> dict:
    return anna.post(f"/v1/contacts/{contact_id}/renewals").json()


def test_rule_4_an_older_link_does_not_take_the_grant_from_who_came_in(anna, clock):
    lost = anna.post("/v1/invitations", json={"name": "Bas"}).json()
    newer = renewed(anna, lost["invitation"]["contact_id"])
    bas = Person(anna.client, "", accept(anna, newer["code"]).json()["token"])
    clock.move(hours=2)
    for secret in (lost["code"], link_of(lost), link_of(newer)):
        assert accept(anna, secret).status_code == 409
    assert bas.get("/v1/me").status_code == 200


def test_rule_4_of_two_renewals_one_works(anna, bas):
    first, second = renewed(anna, bas.id), renewed(anna, bas.id)
    assert accept(anna, link_of(second)).status_code == 201
    assert accept(anna, link_of(first)).status_code == 409
    assert bas.get("/v1/me").status_code == 401


def test_rule_4_a_renewal_leaves_nothing_of_who_has_no_other_grant(app, anna, bas):
    mail_to(app.state.house, bas)
    assert accept(anna, link_of(renewed(anna, bas.id))).status_code == 201
    with app.state.house.db.read() as session:
        assert session.exec(select(Subscription)).all() == []
        assert len(session.exec(select(Viewer)).all()) == 1


def test_rule_4_a_renewal_takes_nothing_from_the_other_circles(anna, bas, client):
    dora = make_resident(client, "Dora")
    invited = dora.post("/v1/invitations", json={"name": "Bas"}).json()
    assert bas.post(f"/v1/invitations/{invited['code']}/accept").json()["token"] == bas.token
    assert accept(anna, link_of(renewed(anna, bas.id))).status_code == 201
    assert [item["resident"]["name"] for item in bas.get("/v1/circle").json()["items"]] == ["Dora"]


def test_rule_4_the_paper_key_ends_the_links_that_a_lost_phone_made(client):
    started = client.post("/v1/residents", json={"name": "Anna"}).json()
    thief = Person(client, started["resident"]["id"], started["token"])
    made = thief.post("/v1/pairings").json()
    anna = Person(client, thief.id, accept(thief, started["paper_key"], "pairings").json()["token"])
    for secret in (made["code"], link_of(made)):
        assert accept(anna, secret, "pairings").status_code == 409
    assert thief.get("/v1/me").status_code == 401
    assert make_contact(anna).get("/v1/me").status_code == 200
