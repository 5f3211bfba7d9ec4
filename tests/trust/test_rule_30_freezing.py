"""Trust 30: an account rests only when a second person says so too; until then the ladder runs; a sign undoes it."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import select

from app.flows import freezing, retention
from app.models.outbox import OutboxItem
from app.models.people import Resident
from app.models.silence import Agreement
from tests.people import make_contact
from tests.reached import agree, make_reachable


def freeze(who, anna, reason="died"):
    return who.post(f"/v1/residents/{anna.id}/freeze", json={"reason": reason})


def rows(app, anna):
    with app.state.house.db.read() as session:
        agreement = session.exec(select(Agreement).where(Agreement.resident_id == UUID(anna.id))).one()
        return session.get_one(Resident, UUID(anna.id)).frozen_at, agreement.next_due_at


def test_rule_30_one_person_alone_changes_nothing(app, anna):
    bas = make_reachable(app, anna)
    agree(anna)
    before = rows(app, anna)
    assert [freeze(bas, anna).json()["state"] for _ in range(3)] == ["asked"] * 3
    assert rows(app, anna) == before
    assert "Bas vroeg om je bladzijde te laten rusten." in anna.get("/v1/me/log").text


def test_rule_30_a_second_person_lets_it_rest_and_nothing_leaves_any_more(app, anna, clock):
    bas, cas = make_reachable(app, anna), make_reachable(app, anna, "Cas")
    agree(anna)
    anna.tap()
    freeze(bas, anna)
    assert freeze(cas, anna).json()["state"] == "resting"
    assert rows(app, anna) == (clock.now(), None)
    with app.state.house.db.read() as session:
        waiting = select(OutboxItem).where(OutboxItem.resident_id == UUID(anna.id), OutboxItem.state == "waiting")
        assert session.exec(waiting).all() == []


def test_rule_30_two_words_of_different_seasons_are_not_two_words(app, anna, clock):
    bas, cas = make_reachable(app, anna), make_reachable(app, anna, "Cas")
    freeze(bas, anna)
    clock.move(days=14)
    assert freeze(cas, anna).json()["state"] == "asked"
    assert rows(app, anna)[0] is None


def test_rule_30_an_own_sign_undoes_it_and_says_who_did_it(app, anna, clock):
    bas, cas = make_reachable(app, anna), make_reachable(app, anna, "Cas")
    agree(anna)
    freeze(bas, anna)
    freeze(cas, anna)
    clock.move(days=3)
    with app.state.house.db.write() as session:
        resident = session.get_one(Resident, UUID(anna.id))
        assert freezing.who_let_it_rest(session, resident, clock.now()) == ["Bas", "Cas"]
        assert freezing.thaw_by_sign(session, resident, clock.now())
        assert not freezing.thaw_by_sign(session, resident, clock.now())
    frozen_at, due_at = rows(app, anna)
    assert frozen_at is None
    assert due_at
    assert due_at > clock.now()
    log = anna.get("/v1/me/log").text
    assert "omdat Cas dat ook zei" in log
    assert "Jij gaf een teken, en alles begon weer." in log


def test_rule_30_one_real_tap_is_enough_and_everything_begins_again(app, anna, clock):
    bas, cas = make_reachable(app, anna), make_reachable(app, anna, "Cas")
    agree(anna)
    freeze(bas, anna)
    freeze(cas, anna, "admitted")
    clock.move(days=3)
    html = {"Accept": "text/html"}
    assert "Je bladzijde rust. Volgens Bas en Cas was je er even niet." in anna.get("/ik", headers=html).text
    teken = anna.tap()
    assert rows(app, anna) == (None, clock.now() + timedelta(hours=48))
    assert [one["id"] for one in bas.feed()] == [teken["id"]]
    assert "Je bladzijde rust" not in anna.get("/ik", headers=html).text
    with app.state.house.db.read() as session:
        waiting = select(OutboxItem).where(OutboxItem.resident_id == UUID(anna.id), OutboxItem.state == "waiting")
        assert {item.purpose for item in session.exec(waiting)} == {"teken"}, "the tap itself goes out"


def test_rule_30_a_tap_undoes_what_waits_for_a_second_too(app, anna, clock):
    bas, cas = make_reachable(app, anna), make_reachable(app, anna, "Cas")
    freeze(bas, anna)
    clock.move(days=1)
    anna.tap()
    assert freeze(cas, anna).json()["state"] == "asked", "a word of before the tap is no word any more"
    assert rows(app, anna)[0] is None


def test_rule_30_one_of_the_circle_may_take_it_back(app, anna, clock):
    bas, cas = make_reachable(app, anna), make_reachable(app, anna, "Cas")
    assert bas.post(f"/v1/residents/{anna.id}/thaw").json()["code"] == "not-resting"
    freeze(bas, anna)
    freeze(cas, anna)
    clock.move(days=1)
    assert bas.post(f"/v1/residents/{anna.id}/thaw").json() == {"state": "awake"}
    assert rows(app, anna)[0] is None


def test_rule_30_nobody_learns_that_another_asked(app, anna):
    bas, cas = make_reachable(app, anna), make_reachable(app, anna, "Cas")
    before = [cas.get(f"/kring/{cas.id}/over", headers={"Accept": "text/html"}).text]
    freeze(bas, anna)
    assert [cas.get(f"/kring/{cas.id}/over", headers={"Accept": "text/html"}).text] == before
    assert cas.post(f"/v1/residents/{anna.id}/thaw").json()["code"] == "not-resting"
    assert bas.post(f"/v1/residents/{anna.id}/thaw").json() == {"state": "awake"}


def test_rule_30_the_circles_page_says_a_gentle_word(app, anna):
    bas, cas = make_reachable(app, anna), make_reachable(app, anna, "Cas")
    anna.tap()
    freeze(bas, anna)
    freeze(cas, anna)
    assert bas.feed() == []
    assert "Hier is het stil. Wat Anna je stuurde, was voor jou." in bas.get("/kring").text


def test_rule_30_strangers_and_who_still_waits_cannot(app, anna, eef):
    assert freeze(eef, anna).status_code == 404
    link = anna.post("/v1/invitations", json={"name": "Late"}).json()["url"].rpartition("/")[2]
    app.state.house.clock.move(hours=1)
    late = anna.client.post(f"/v1/invitations/{link}/accept").json()
    assert freeze(type(anna)(anna.client, "", late["token"]), anna).status_code == 404


def test_rule_30_who_rests_is_not_asked_after_a_year_and_not_erased_by_us(app, anna, clock):
    for contact in (make_contact(anna, "Bas"), make_contact(anna, "Cas")):
        freeze(contact, anna)
    for days in (366, 200):
        clock.move(days=days)
        with app.state.house.db.write() as session:
            assert retention.tidy(session, UUID(anna.id), clock.now()) == "tidied"
    with app.state.house.db.read() as session:
        assert session.get_one(Resident, UUID(anna.id)).dormant_asked_at is None


def test_rule_30_a_sign_from_before_that_comes_late_undoes_nothing(app, anna, clock):
    bas, cas = make_reachable(app, anna), make_reachable(app, anna, "Cas")
    agree(anna)
    clock.move(days=1)
    before = clock.now()
    clock.move(hours=5)
    freeze(bas, anna)
    freeze(cas, anna)
    clock.move(hours=1)
    anna.tap(occurred_at=before.isoformat())
    assert rows(app, anna) == (clock.now() - timedelta(hours=1), None)
    anna.tap()
    frozen_at, due_at = rows(app, anna)
    assert (frozen_at, due_at > clock.now()) == (None, True)


def test_rule_30_the_word_of_who_was_let_go_does_not_count(app, anna):
    bas, cas = make_reachable(app, anna), make_reachable(app, anna, "Cas")
    freeze(bas, anna)
    anna.delete(f"/v1/contacts/{bas.id}")
    assert freeze(cas, anna).json()["state"] == "asked"
    assert rows(app, anna)[0] is None
