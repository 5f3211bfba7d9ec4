"""Trust 13: "stil" gives kind and words once a day, the next morning; nothing tells them, neither does leaving."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import select

from app import access
from app.flows import checkin, circle, delivery, feed, stream
from app.flows.checkin import Tap
from app.flows.letters import Parcel
from app.models.circle import Contact
from app.models.outbox import OutboxItem
from app.models.people import Resident
from app.phatic.when import last_morning, next_morning
from tests.circles import make_circle, make_subscription
from tests.people import Person, make_contact

# 07:30 in Amsterdam, the morning after NOON.
MORNING = datetime(2027, 3, 11, 6, 30, tzinfo=UTC)


@pytest.fixture
def quiet(anna: Person, clock) -> Person:
    bas = make_contact(anna, "Bas", detail="route")
    clock.move(minutes=1)
    assert anna.patch(f"/v1/contacts/{bas.id}", json={"quiet": True}).status_code == 200
    clock.move(minutes=1)
    return bas


def changes_since(app: FastAPI, who: Person, place=None):
    house = app.state.house
    with house.db.read() as session:
        viewer = access.caller(session, house.keys, who.token).viewer
        grants = access.active_grants_of(session, viewer)
        if place is None:
            return [], stream.from_now_for(session, grants, house.clock.now())
        return stream.for_viewer(session, viewer, grants, place, house.clock.now())


def test_rule_13_the_morning_of_the_resident():
    assert next_morning(datetime(2027, 3, 10, 13, tzinfo=UTC), "Europe/Amsterdam") == MORNING
    assert last_morning(MORNING, "Europe/Amsterdam") == MORNING
    assert last_morning(MORNING - timedelta(seconds=1), "Europe/Amsterdam") == MORNING - timedelta(days=1)
    assert next_morning(MORNING, "Europe/Amsterdam") == MORNING + timedelta(days=1)


def test_rule_13_who_is_quiet_gets_one_sign_of_words_the_next_morning(anna: Person, quiet: Person, clock):
    anna.tap()
    anna.walk(clock.now())
    assert quiet.feed() == []
    clock.at = MORNING - timedelta(seconds=1)
    assert quiet.feed() == []
    clock.at = MORNING
    [teken] = quiet.feed()
    assert set(teken) == {"id", "resident", "kind", "words", "when_words"}
    clock.move(hours=4)
    anna.tap()
    assert quiet.feed() == [teken], "today is for tomorrow"


def test_rule_13_its_bytes_are_those_of_the_detail_sign(anna: Person, quiet: Person, clock):
    sign = make_contact(anna, "Cor", detail="sign")
    clock.move(minutes=1)
    anna.walk(clock.now())
    clock.at = MORNING
    assert quiet.get("/v1/teken").content == sign.get("/v1/teken").content
    [quiet_grant], [sign_grant] = (who.get("/v1/circle").json()["items"] for who in (quiet, sign))
    assert quiet_grant["me"]["detail"] == sign_grant["me"]["detail"] == "sign"
    assert set(quiet_grant) == set(sign_grant)
    assert quiet.get("/v1/me").json().keys() == sign.get("/v1/me").json().keys()
    page = quiet.get("/kring").text.replace(quiet.id, "")
    assert page == sign.get("/kring").text.replace(sign.id, "")


def test_rule_13_what_was_told_in_quiet_stays_words(anna: Person, quiet: Person, clock):
    anna.walk(clock.now())
    clock.at = MORNING
    before = quiet.feed()
    anna.patch(f"/v1/contacts/{quiet.id}", json={"quiet": False})
    assert quiet.feed() == before
    clock.move(minutes=30)
    anna.walk(clock.now(), seed=2)
    assert "route" in quiet.feed()[0]


def test_rule_13_the_stream_agrees_with_the_feed(app: FastAPI, anna: Person, quiet: Person, clock):
    anna.walk(clock.now())
    _, place = changes_since(app, quiet)
    clock.move(minutes=1)
    anna.tap()
    assert changes_since(app, quiet, place)[0] == []
    clock.at = MORNING
    events, after = changes_since(app, quiet, place)
    assert [(event.name, str(event.teken_id)) for event in events] == [("teken", quiet.feed()[0]["id"])]
    assert events[0].teken.drawing_svg is None
    assert changes_since(app, quiet, after)[0] == []


def test_rule_13_the_stream_says_nothing_of_a_sign_taken_back_before_the_morning(
    app: FastAPI, anna: Person, quiet: Person, clock
):
    _, place = changes_since(app, quiet)
    anna.delete(f"/v1/teken/{anna.tap()['id']}")
    assert changes_since(app, quiet, place)[0] == []
    clock.at = MORNING
    assert [event.name for event in changes_since(app, quiet, place)[0]] == []


def test_rule_13_a_sign_that_was_shown_is_gone_at_once(app: FastAPI, anna: Person, quiet: Person, clock):
    anna.tap()
    clock.at = MORNING + timedelta(hours=1)
    [shown] = quiet.feed()
    _, place = changes_since(app, quiet)
    anna.delete(f"/v1/teken/{shown['id']}")
    assert quiet.feed() == []
    assert [event.name for event in changes_since(app, quiet, place)[0]] == ["gone"]


def test_rule_13_a_page_lets_the_resident_choose_it(anna: Person, bas: Person):
    ours = anna.auth | {"Sec-Fetch-Site": "same-origin"}
    form = {"detail": "drawing", "role": "contact"}
    assert 'name="quiet"' in anna.get(f"/ik/kring/{bas.id}").text
    for given, is_quiet in (({"quiet": "true"}, True), ({}, False)):
        anna.client.post(f"/ik/kring/{bas.id}", data=form | given, headers=ours)
        [contact] = anna.get("/v1/circle").json()["items"]
        assert contact["quiet"] is is_quiet


def test_rule_13_leaving_and_removing_tell_nobody(anna: Person):
    bas, cor = make_contact(anna, "Bas"), make_contact(anna, "Cor")
    before = anna.get("/v1/teken").content
    assert bas.delete(f"/v1/contacts/{bas.id}").status_code == 204
    assert anna.delete(f"/v1/contacts/{cor.id}").status_code == 204
    assert anna.get("/v1/teken").content == before
    assert cor.get("/v1/teken").json()["title"] == bas.get("/v1/teken").json()["title"]


def test_rule_13_the_mail_agrees_with_the_feed(house):
    clock = house.clock
    anna = make_circle(house)
    make_subscription(house, anna.viewer, quiet=(None, None))
    with house.db.write() as session:
        contact = session.get_one(Contact, anna.contact.id)
        circle.change(session, anna.resident, contact, {"is_quiet": True}, clock.now())
    for hours in (0, 5):
        with house.db.write() as session:
            checkin.share_tap(session, session.get_one(Resident, anna.resident.id), Tap(), clock.move(hours=hours))
    with house.db.read() as session:
        [item] = session.exec(select(OutboxItem)).all()
    assert item.due_at == MORNING
    assert claim(house, item.id) == delivery.TAKEN
    clock.at = MORNING
    parcel = claim(house, item.id)
    assert isinstance(parcel, Parcel)
    assert parcel.shown is not None
    assert parcel.shown.drawing_svg is None
    with house.db.read() as session:
        row = feed.visible(session, session.get_one(Contact, anna.contact.id), anna.resident, clock.now())
    assert [teken.id for teken, _ in row] == [parcel.shown.id]


def test_rule_13_a_mail_that_was_ready_waits_for_the_morning_too(house):
    clock = house.clock
    anna = make_circle(house)
    make_subscription(house, anna.viewer, quiet=(None, None))
    with house.db.write() as session:
        checkin.share_tap(session, session.get_one(Resident, anna.resident.id), Tap(), clock.move(minutes=1))
    with house.db.write() as session:
        contact = session.get_one(Contact, anna.contact.id)
        circle.change(session, anna.resident, contact, {"is_quiet": True}, clock.move(minutes=1))
        [item] = session.exec(select(OutboxItem)).all()
    assert claim(house, item.id) == "quiet-hours"
    clock.at = MORNING
    assert isinstance(claim(house, item.id), Parcel)


def claim(house, item_id):
    with house.db.write() as session:
        return delivery.claim(session, item_id, house.clock.now())
