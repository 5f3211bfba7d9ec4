"""An address is asked before it gets anything, and never by somebody who wants to fill a stranger's mailbox."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from app.errors import Conflict, Expired, NotFound, TooMany, Unreadable
from app.flows import outbox, subscriptions
from app.flows.subscriptions import Wanted
from app.models.outbox import Asked, OutboxItem, Subscription
from app.models.people import Viewer
from tests.circles import make_circle, make_subscription

ANNA_S = Wanted("email", "anna@post.example")


@pytest.fixture
def circle(house):
    return make_circle(house)


def items_of(session: Session, subscription: Subscription) -> list[OutboxItem]:
    return list(session.exec(select(OutboxItem).where(OutboxItem.subscription_id == subscription.id)))


def test_a_new_address_is_asked_and_not_verified(house, circle):
    with house.db.write() as session:
        made, is_new = subscriptions.add(session, house.keys, circle.viewer, ANNA_S, house.clock.now())
        assert is_new
        assert made.verified_at is None
        assert (made.quiet_from, made.quiet_until) == ("21:00", "08:30")
        assert [item.purpose for item in items_of(session, made)] == [outbox.VERIFICATION]


def test_a_webhook_has_a_secret_and_no_quiet_hours(house, circle):
    wanted = Wanted("webhook", "https://lamp.example/teken")
    with house.db.write() as session:
        made, _ = subscriptions.add(session, house.keys, circle.viewer, wanted, house.clock.now())
    assert made.secret.startswith("whsec_")
    assert made.quiet_from is None


@pytest.mark.parametrize(
    ("channel", "where"),
    [
        ("email", "nobody"),
        ("email", "Anna <anna@post.example>"),
        ("email", "a@b.example,c@d.example"),
        ("email", "a@" + "b" * 300),
        ("email", "a@xn--\u20ac.example"),
        ("webhook", "http://lamp.example/teken"),
        ("webhook", "https://user:password@lamp.example/"),
        ("webhook", "ftp://lamp.example/"),
        ("webhook", "https://"),
    ],
)
def test_what_is_no_address_is_refused(house, circle, channel, where):
    with pytest.raises(Unreadable), house.db.write() as session:
        subscriptions.add(session, house.keys, circle.viewer, Wanted(channel, where), house.clock.now())


def test_plain_http_is_taken_only_where_it_is_allowed(house, circle):
    wanted = Wanted("webhook", "http://127.0.0.1:9/")
    with house.db.write() as session:
        made, _ = subscriptions.add(session, house.keys, circle.viewer, wanted, house.clock.now(), allow_private=True)
    assert made.address == wanted.where


def test_the_same_address_again_is_the_first_one(house, circle):
    with house.db.write() as session:
        first, _ = subscriptions.add(session, house.keys, circle.viewer, ANNA_S, house.clock.now())
        again, is_new = subscriptions.add(
            session,
            house.keys,
            circle.viewer,
            Wanted("email", "ANNA@post.example", ("20:00", "09:00")),
            house.clock.now(),
        )
        assert not is_new
        assert again.id == first.id
        assert again.quiet_from == "20:00"
        assert len(items_of(session, first)) == 1  # the question lies ready still


def test_an_address_is_asked_three_times_a_day_whoever_asks(house, circle):
    """trust.md 25: 3 per address and day."""
    now = house.clock.now()
    other = make_circle(house)
    with house.db.write() as session:
        made, _ = subscriptions.add(session, house.keys, circle.viewer, ANNA_S, now)
        subscriptions.remove(session, made)
        subscriptions.add(session, house.keys, other.viewer, Wanted("email", " anna@POST.example".strip()), now)
        subscriptions.add(session, house.keys, circle.viewer, ANNA_S, now)
    with pytest.raises(TooMany) as slower, house.db.write() as session:
        subscriptions.add(session, house.keys, other.resident, ANNA_S, now)
    assert 0 < slower.value.retry_after_s <= 24 * 3600 + 1
    with house.db.write() as session:
        subscriptions.add(session, house.keys, other.resident, ANNA_S, now + timedelta(days=1, seconds=1))


def test_one_person_cannot_have_many_strangers_asked(house, circle):
    with house.db.write() as session:
        for n in range(subscriptions.ASKS_PER_PERSON):
            wanted = Wanted("email", f"stranger{n}@post.example")
            subscriptions.add(session, house.keys, circle.viewer, wanted, house.clock.now())
    with pytest.raises(TooMany), house.db.write() as session:
        subscriptions.add(session, house.keys, circle.viewer, ANNA_S, house.clock.now())


def test_the_link_switches_on_and_may_be_opened_twice(house, circle):
    now = house.clock.now()
    with house.db.write() as session:
        made, _ = subscriptions.add(session, house.keys, circle.viewer, ANNA_S, now)
        token = subscriptions.verify_token(house.keys, made.id)
    with house.db.write() as session:
        assert subscriptions.verify(session, house.keys, token, now).verified_at == now
    with house.db.write() as session:
        assert subscriptions.verify(session, house.keys, token, now + timedelta(days=30)).verified_at == now


def test_the_link_is_not_in_the_database(house, circle):
    with house.db.write() as session:
        made, _ = subscriptions.add(session, house.keys, circle.viewer, ANNA_S, house.clock.now())
    for token in (subscriptions.verify_token, subscriptions.stop_token):
        assert token(house.keys, made.id) not in made.model_dump_json()


def test_the_link_dies_after_seven_days(house, circle):
    now = house.clock.now()
    with house.db.write() as session:
        made, _ = subscriptions.add(session, house.keys, circle.viewer, ANNA_S, now)
        token = subscriptions.verify_token(house.keys, made.id)
    with pytest.raises(Expired), house.db.write() as session:
        subscriptions.verify(session, house.keys, token, now + timedelta(days=7))


def test_no_link_at_all_is_not_found(house):
    with pytest.raises(NotFound), house.db.write() as session:
        subscriptions.verify(session, house.keys, "v_nothing", house.clock.now())
    with pytest.raises(NotFound), house.db.write() as session:
        subscriptions.stop(session, house.keys, "s_nothing", house.clock.now())


def test_a_webhook_is_not_verified_by_a_link(house, circle):
    wanted = Wanted("webhook", "https://lamp.example/teken")
    with house.db.write() as session:
        made, _ = subscriptions.add(session, house.keys, circle.viewer, wanted, house.clock.now())
        token = subscriptions.verify_token(house.keys, made.id)
    with pytest.raises(NotFound), house.db.write() as session:
        subscriptions.verify(session, house.keys, token, house.clock.now())


def test_asking_a_webhook_again_hurries_the_challenge_that_waits(house, circle):
    wanted = Wanted("webhook", "https://lamp.example/teken")
    now = house.clock.now()
    with house.db.write() as session:
        made, _ = subscriptions.add(session, house.keys, circle.viewer, wanted, now)
        [item] = items_of(session, made)
        item.due_at = now + timedelta(hours=5)
    with house.db.write() as session:
        subscriptions.answer(session, house.keys, session.get_one(Subscription, made.id), None, now)
    with house.db.read() as session:
        assert [item.due_at for item in items_of(session, made)] == [now]


def test_a_wrong_code_verifies_nothing(house, circle):
    with house.db.write() as session:
        made, _ = subscriptions.add(session, house.keys, circle.viewer, ANNA_S, house.clock.now())
    with pytest.raises(NotFound), house.db.write() as session:
        subscriptions.answer(session, house.keys, made, "v_wrong", house.clock.now())


def test_stopping_twice_is_stopping_once_and_the_address_can_come_back(house, circle):
    now = house.clock.now()
    made = make_subscription(house, circle.viewer)
    token = subscriptions.stop_token(house.keys, made.id)
    for later in (now, now + timedelta(days=1)):
        with house.db.write() as session:
            subscriptions.stop(session, house.keys, token, later)
    with house.db.write() as session:
        [row] = subscriptions.of(session, session.get_one(Viewer, circle.viewer.id))
        assert row.switched_off_at == now
        back, is_new = subscriptions.add(session, house.keys, circle.viewer, Wanted("email", made.address), now)
        assert is_new
        assert back.verified_at is None


def test_a_test_waits_for_a_verified_address_and_is_laid_ready_once(house, circle):
    now = house.clock.now()
    with house.db.write() as session:
        made, _ = subscriptions.add(session, house.keys, circle.viewer, ANNA_S, now)
    with pytest.raises(Conflict), house.db.write() as session:
        subscriptions.send_test(session, made, now)
    verified = make_subscription(house, circle.viewer, where="verified@post.example")
    with house.db.write() as session:
        subscriptions.send_test(session, verified, now)
        subscriptions.send_test(session, verified, now)
        assert [item.purpose for item in items_of(session, verified)] == [subscriptions.TEST]


def test_what_never_said_yes_is_forgotten(house, circle):
    now = house.clock.now()
    kept = make_subscription(house, circle.viewer)
    with house.db.write() as session:
        subscriptions.add(session, house.keys, circle.viewer, ANNA_S, now)
    with house.db.write() as session:
        subscriptions.forget_unanswered(session, now + timedelta(days=7))
    with house.db.read() as session:
        assert [row.id for row in session.exec(select(Subscription))] == [kept.id]
        assert session.exec(select(Asked)).all() == []
