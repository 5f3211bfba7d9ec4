"""What lies ready is asked again before it leaves: whether it is still true, granted, wanted and in time."""

import json
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from sqlmodel import col, select

from app.channels.base import ChannelError, Kind
from app.flows import checkin, circle, delivery, letters, outbox, record, subscriptions, waves
from app.flows import walk as walks
from app.flows.checkin import Tap
from app.flows.letters import Parcel
from app.models.circle import Contact
from app.models.outbox import Attempt, OutboxItem, Subscription
from app.models.people import Resident
from app.models.walks import Teken
from tests.circles import make_circle, make_subscription

PUBLIC = "https://teken.example"
HOOK = "https://lamp.example/teken"


@pytest.fixture
def anna(house):
    return make_circle(house)


def tap(house, anna, **given) -> Teken:
    with house.db.write() as session:
        return checkin.share_tap(session, anna.resident, Tap(**given), house.clock.now())


def items(house) -> list[OutboxItem]:
    with house.db.read() as session:
        return list(session.exec(select(OutboxItem).order_by(col(OutboxItem.made_at))))


def attempts(house) -> list[Attempt]:
    with house.db.read() as session:
        return list(session.exec(select(Attempt).order_by(col(Attempt.started_at))))


def claim(house, item: OutboxItem | None = None) -> Parcel | str:
    item = item or items(house)[-1]
    with house.db.write() as session:
        return delivery.claim(session, item.id, house.clock.now())


def claimed(house) -> Parcel:
    parcel = claim(house)
    assert isinstance(parcel, Parcel), parcel
    return parcel


def change(house, kind, row_id, **values) -> None:
    with house.db.write() as session:
        row = session.get_one(kind, row_id)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)


def written(house, parcel: Parcel):
    return letters.write(parcel, house.keys, PUBLIC, house.clock.now())


def test_what_is_due_is_claimed_once_with_its_attempt(house, anna):
    make_subscription(house, anna.viewer)
    tap(house, anna)
    parcel = claimed(house)
    assert claim(house) == delivery.TAKEN
    [item] = items(house)
    assert item.due_at == house.clock.now() + delivery.LEASE
    [attempt] = attempts(house)
    assert (attempt.id, attempt.ended_at, attempt.outcome) == (parcel.attempt_id, None, None)
    assert attempt.resident_id == anna.resident.id


def test_a_claim_that_died_is_taken_over_after_its_lease_with_the_same_id(house, anna):
    make_subscription(house, anna.viewer)
    tap(house, anna)
    first = claimed(house)
    house.clock.move(seconds=delivery.LEASE.total_seconds() - 1)
    assert claim(house) == delivery.TAKEN
    house.clock.move(seconds=1)
    assert claimed(house).item_id == first.item_id


def test_what_was_sent_is_not_due_again(house, anna):
    make_subscription(house, anna.viewer)
    tap(house, anna)
    parcel = claimed(house)
    with house.db.write() as session:
        delivery.note_sent(session, parcel, house.clock.now())
    house.clock.move(days=1)
    with house.db.read() as session:
        assert delivery.due(session, house.clock.now(), 10) == []
    assert [(item.state, item.why) for item in items(house)] == [(outbox.SENT, None)]
    assert [attempt.outcome for attempt in attempts(house)] == ["sent"]


@pytest.mark.parametrize("channel", ["email", "webhook"])
def test_a_message_names_the_weekday(house, anna, channel):
    make_subscription(house, anna.viewer, channel, HOOK if channel == "webhook" else "bas@post.example")
    tap(house, anna)
    message = written(house, claimed(house))
    assert message.data["when_words"] == "woensdagmiddag"
    assert "Liet woensdagmiddag van zich horen." in message.text


@pytest.mark.parametrize("detail", ["sign", "drawing", "area", "route"])
def test_a_message_holds_words_and_at_most_the_drawing(house, detail):
    """trust.md 12: off the page only kind, words and, in mail, the drawing leave."""
    contact = make_circle(house, detail=detail)
    make_subscription(house, contact.viewer)
    tap(house, contact, words="koffie op het balkon")
    message = written(house, claimed(house))
    assert set(message.data) == {"id", "kind", "words", "when_words", "resident"}
    assert set(message.data["resident"]) == {"id", "name"}
    assert (message.picture is None) == (detail == "sign")
    assert message.html
    assert ("cid:" in message.html) == (detail != "sign")
    assert message.kind is Kind.TEKEN
    assert message.unsubscribe_url
    assert message.unsubscribe_url.startswith(f"{PUBLIC}/s/s_")


def test_a_webhook_gets_neither_picture_nor_html(house, anna):
    made = make_subscription(house, anna.viewer, "webhook", HOOK)
    tap(house, anna)
    parcel = claimed(house)
    message = written(house, parcel)
    assert (message.picture, message.html) == (None, None)
    assert parcel.address.secret == made.secret
    assert json.loads(json.dumps(message.data)) == message.data


def test_the_same_item_writes_the_same_letter(house, anna):
    make_subscription(house, anna.viewer)
    tap(house, anna)
    parcel = claimed(house)
    assert written(house, parcel) == written(house, parcel)
    assert written(house, parcel).id == parcel.item_id


def test_the_detail_of_this_moment_counts(house, anna):
    make_subscription(house, anna.viewer)
    tap(house, anna)
    house.clock.move(minutes=1)
    with house.db.write() as session:
        contact = session.get_one(Contact, anna.contact.id)
        circle.change(session, anna.resident, contact, {"detail": "sign"}, house.clock.now())
    assert written(house, claimed(house)).picture is None


def end_grant(house, anna, _made):
    change(house, Contact, anna.contact.id, state="ended")


def end_consent(house, anna, _made):
    with house.db.write() as session:
        circle.end_consent(session, session.get_one(Contact, anna.contact.id), house.clock.now())


def switch_off(house, _anna, made):
    change(house, Subscription, made.id, switched_off_at=house.clock.now())


def unverify(house, _anna, made):
    change(house, Subscription, made.id, verified_at=None)


def give_to_a_new_viewer(house, anna, _made):
    other = make_circle(house)
    change(house, Contact, anna.contact.id, viewer_id=other.viewer.id)


def untell(house, anna, _made):
    with house.db.write() as session:
        [teken] = session.exec(select(Teken).where(Teken.resident_id == anna.resident.id))
        teken.told_at = None


def begin_later(house, anna, _made):
    change(house, Contact, anna.contact.id, began_at=house.clock.now() + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (end_grant, "no-grant"),
        (give_to_a_new_viewer, "no-grant"),
        (end_consent, "no-consent"),
        (switch_off, "switched-off"),
        (unverify, "not-verified"),
        (untell, "replaced"),
        (begin_later, "before-grant"),
    ],
)
def test_what_changed_meanwhile_counts_at_sending_time(house, anna, happens, why):
    made = make_subscription(house, anna.viewer)
    tap(house, anna)
    happens(house, anna, made)
    assert claim(house) == why
    [item] = items(house)
    assert (item.state, item.why, item.ended_at) == (outbox.DROPPED, why, house.clock.now())
    assert attempts(house) == []


def test_a_withdrawn_teken_is_never_sent(house, anna):
    make_subscription(house, anna.viewer)
    teken = tap(house, anna)
    with house.db.write() as session:
        walks.remove(session, session.get_one(Teken, teken.id), house.clock.now())
    assert claim(house) == delivery.TAKEN
    assert [(item.state, item.why) for item in items(house)] == [(outbox.DROPPED, "withdrawn")]


def test_a_teken_whose_row_was_lost_is_dropped(house, anna):
    make_subscription(house, anna.viewer)
    tap(house, anna)
    change(house, OutboxItem, items(house)[0].id, teken_id=None)
    assert claim(house) == "withdrawn"


def test_too_old_is_never_sent(house, anna):
    make_subscription(house, anna.viewer)
    tap(house, anna)
    house.clock.move(days=2)
    assert claim(house) == "expired"


def test_quiet_hours_count_at_sending_time_too(house, anna):
    """A mail that was due at 20:59 and could not leave waits for the morning of its receiver."""
    make_subscription(house, anna.viewer)
    tap(house, anna)
    house.clock.move(hours=8)  # 22:00 in Amsterdam
    assert claim(house) == "quiet-hours"
    [item] = items(house)
    assert item.due_at == house.clock.now() + timedelta(hours=10, minutes=30)
    assert (item.tries, attempts(house)) == (0, [])
    house.clock.move(hours=10, minutes=30)
    assert isinstance(claim(house), Parcel)


def test_a_webhook_has_no_night(house, anna):
    make_subscription(house, anna.viewer, "webhook", HOOK)
    tap(house, anna)
    house.clock.move(hours=8)
    assert isinstance(claim(house), Parcel)


def test_one_mail_a_day_however_many_signs(house, anna):
    """Charter 2: at most one mail a day per resident and viewer, the first; while unsent a later one replaces it."""
    make_subscription(house, anna.viewer)
    tap(house, anna)
    house.clock.move(hours=5)
    later = tap(house, anna)
    [item] = items(house)
    assert item.teken_id == later.id
    parcel = claimed(house)
    with house.db.write() as session:
        delivery.note_sent(session, parcel, house.clock.now())
    tap(house, anna, is_rest=True)
    assert [item.state for item in items(house)] == [outbox.SENT]


def test_taken_back_while_it_was_sent_counts_as_the_mail_of_the_day(house, anna):
    make_subscription(house, anna.viewer)
    teken = tap(house, anna)
    parcel = claimed(house)
    with house.db.write() as session:
        walks.remove(session, session.get_one(Teken, teken.id), house.clock.now())
    with house.db.write() as session:
        delivery.note_sent(session, parcel, house.clock.now())
    house.clock.move(hours=5)
    tap(house, anna)
    assert [item.state for item in items(house)] == [outbox.SENT]


def test_a_wave_is_never_sent(house, anna):
    """trust.md 14: waves never push."""
    make_subscription(house, anna.resident)
    with house.db.write() as session:
        waves.wave(session, anna.resident, anna.contact, house.clock.now())
    assert items(house) == []


def fail(house, parcel: Parcel, error: ChannelError) -> str:
    with house.db.write() as session:
        return delivery.note_failed(session, parcel, error, house.clock.now(), Random(1))


def test_a_failure_is_tried_again_later_each_time_until_it_is_too_old(house, anna):
    make_subscription(house, anna.viewer, "webhook", HOOK)
    tap(house, anna)
    waits = []
    while fail(house, claimed(house), ChannelError("http-503")) == "http-503":
        [item] = items(house)
        waits.append(item.due_at - house.clock.now())
        house.clock.at = item.due_at
    assert waits[0] >= timedelta(seconds=60)
    assert all(later > sooner for sooner, later in pairwise(waits[:6]))
    [item] = items(house)
    assert (item.state, item.why) == (outbox.DROPPED, "expired")
    assert house.clock.now() < item.expires_at
    assert {attempt.outcome for attempt in attempts(house)} == {"http-503"}
    assert len(attempts(house)) == len(waits) + 1


def test_back_off_listens_to_the_other_side_within_a_day():
    rng = Random(1)
    assert delivery.back_off(1, 3600, rng) >= timedelta(hours=1)
    assert delivery.back_off(1, 10**9, rng) <= timedelta(hours=36)
    assert delivery.back_off(10**6, None, rng) <= timedelta(hours=9)


def test_a_permanent_failure_switches_the_address_off(house, anna):
    made = make_subscription(house, anna.viewer)
    tap(house, anna)
    assert fail(house, claimed(house), ChannelError("recipient-550", permanent=True)) == "switched-off"
    with house.db.read() as session:
        assert session.get_one(Subscription, made.id).switched_off_at == house.clock.now()
    house.clock.move(days=1)
    tap(house, anna)
    assert [item.state for item in items(house)] == [outbox.DROPPED]


def test_a_late_failure_changes_nothing_for_who_took_over(house, anna):
    make_subscription(house, anna.viewer)
    tap(house, anna)
    slow = claimed(house)
    house.clock.move(minutes=3)
    claimed(house)
    fail(house, slow, ChannelError("unreachable"))
    assert items(house)[0].due_at == house.clock.now() + delivery.LEASE


def test_a_question_holds_no_word_that_somebody_chose(house, anna):
    """trust.md 25."""
    with house.db.write() as session:
        made, _ = subscriptions.add(
            session, house.keys, anna.viewer, subscriptions.Wanted("email", "bas@post.example"), house.clock.now()
        )
    message = written(house, claimed(house))
    token = subscriptions.verify_token(house.keys, made.id)
    assert f"{PUBLIC}/v/{token}" in message.text
    assert "Anna" not in message.text
    assert "Bas" not in message.text
    assert (message.kind, message.unsubscribe_url, dict(message.data)) == (Kind.VERIFICATION, None, {})


def test_a_question_is_asked_at_night_too_and_not_after_the_answer(house, anna):
    house.clock.move(hours=9)
    with house.db.write() as session:
        wanted = subscriptions.Wanted("email", "bas@post.example")
        made, _ = subscriptions.add(session, house.keys, anna.viewer, wanted, house.clock.now())
        subscriptions.verify(session, house.keys, subscriptions.verify_token(house.keys, made.id), house.clock.now())
    assert claim(house) == "already-verified"


def test_a_webhook_that_echoed_is_on(house, anna):
    with house.db.write() as session:
        wanted = subscriptions.Wanted("webhook", HOOK)
        made, _ = subscriptions.add(session, house.keys, anna.viewer, wanted, house.clock.now())
    parcel = claimed(house)
    message = written(house, parcel)
    assert set(message.data) == {"type", "challenge"}
    assert message.data["challenge"] == written(house, parcel).data["challenge"]
    with house.db.write() as session:
        delivery.note_sent(session, parcel, house.clock.now())
    with house.db.read() as session:
        assert session.get_one(Subscription, made.id).verified_at == house.clock.now()


def test_a_residents_webhook_that_echoed_is_a_line_of_their_log_once(house, anna):
    with house.db.write() as session:
        resident = session.get_one(Resident, anna.resident.id)
        subscriptions.add(session, house.keys, resident, subscriptions.Wanted("webhook", HOOK), house.clock.now())
    parcel = claimed(house)
    for _ in range(2):
        with house.db.write() as session:
            delivery.note_sent(session, parcel, house.clock.now())
    with house.db.read() as session:
        told = [line.sentence for line in record.every_line(session, session.get_one(Resident, anna.resident.id))]
    assert told.count("Jouw berichten gaan ook naar een webadres.") == 1


def test_a_test_says_only_that_it_works(house, anna):
    made = make_subscription(house, anna.viewer, "webhook", HOOK)
    with house.db.write() as session:
        subscriptions.send_test(session, made, house.clock.now())
    message = written(house, claimed(house))
    assert set(message.data) == {"id", "kind", "words"}
    assert message.kind is Kind.MESSAGE


def test_an_item_we_cannot_handle_waits_an_hour(house, anna):
    make_subscription(house, anna.viewer)
    tap(house, anna)
    claimed(house)
    with house.db.write() as session:
        delivery.push_ahead(session, items(house)[0].id, house.clock.now())
    assert items(house)[0].due_at == house.clock.now() + timedelta(hours=1)
    assert [attempt.outcome for attempt in attempts(house)] == ["broken"]
