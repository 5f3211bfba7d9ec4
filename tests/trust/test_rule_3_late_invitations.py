"""Trust 3: an invitation that was opened late waits for the resident's "Ja, dat is …"."""

import pytest
from sqlmodel import select

from app.models.circle import Contact
from app.worker import Worker
from tests.people import Person


def accept_late(anna, clock, **by: float) -> tuple[Person, dict]:
    link = anna.post("/v1/invitations", json={"name": "Bas"}).json()["url"].rpartition("/")[2]
    clock.move(**by)
    accepted = anna.client.post(f"/v1/invitations/{link}/accept").json()
    return Person(anna.client, accepted["contact"]["id"], accepted["token"]), accepted["contact"]


def test_rule_3_within_a_quarter_of_an_hour_it_works_at_once(anna, clock):
    bas, contact = accept_late(anna, clock, minutes=15)
    assert contact["state"] == "active"
    anna.tap()
    assert len(bas.feed()) == 1


def test_rule_3_later_the_contact_waits_and_gets_nothing(anna, clock):
    bas, contact = accept_late(anna, clock, minutes=15, seconds=1)
    assert contact["state"] == "waiting"
    teken = anna.tap()
    assert bas.feed() == []
    assert bas.get("/v1/circle").json()["items"] == []
    assert bas.post(f"/v1/teken/{teken['id']}/waves").status_code == 404
    assert bas.post("/v1/waves", json={"resident_id": anna.id}).status_code == 404
    assert bas.post(f"/v1/contacts/{bas.id}/confirm").status_code == 403
    assert [one["state"] for one in anna.get("/v1/circle").json()["items"]] == ["waiting"]


def test_rule_3_what_was_told_while_waiting_stays_unseen_after_the_yes(anna, clock):
    bas, _ = accept_late(anna, clock, hours=1)
    anna.tap()
    clock.move(minutes=1)
    assert anna.post(f"/v1/contacts/{bas.id}/confirm").json()["state"] == "active"
    assert bas.feed() == []
    clock.move(days=1)
    anna.tap()
    assert len(bas.feed()) == 1


def test_rule_3_looking_at_an_invitation_uses_nothing_up_and_names_nobody_in_title_or_preview(anna):
    anna.patch("/v1/me", json={"name": "Annabella"})
    made = anna.post("/v1/invitations", json={"name": "Bastiaan"}).json()
    link = made["url"].rpartition("/")[2]
    for _ in range(3):
        page = anna.client.get(f"/u/{link}")
        assert page.status_code == 200
        head = page.text.partition("<body")[0]
        assert head
        assert "Annabella" not in head
        assert "Bastiaan" not in page.text
        assert anna.client.head(f"/u/{link}").status_code in {200, 405}
    assert anna.client.post(f"/v1/invitations/{link}/accept").status_code == 201


@pytest.mark.parametrize("is_declined", [True, False])
def test_rule_3_the_name_of_who_did_not_come_is_erased_after_fourteen_days(app, anna, clock, is_declined):
    invited = anna.post("/v1/invitations", json={"name": "Cas"}).json()
    if is_declined:
        assert anna.client.post(f"/v1/invitations/{invited['code']}/decline").status_code == 204
    clock.move(days=13, hours=23)
    Worker(app.state.house).run_once()
    assert names(app) == ["Cas"]
    clock.move(hours=2)
    Worker(app.state.house).run_once()
    assert names(app) == []


def names(app) -> list[str]:
    with app.state.house.db.read() as session:
        return [contact.name for contact in session.exec(select(Contact))]
