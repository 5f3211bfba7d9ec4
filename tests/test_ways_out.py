"""What leaves the house, as it truly arrives: in a mailbox and at a webhook, for each of the four details."""

import json
from datetime import timedelta
from random import Random

import pytest

from app.flows import subscriptions
from app.flows import walk as walks
from app.flows.subscriptions import Wanted
from app.models.outbox import Subscription
from app.phatic import gpx
from app.phatic.limits import Limits
from app.phatic.teken import DETAILS
from app.phatic.track import clean
from app.worker import Worker
from tests.channels import receivers
from tests.circles import make_circle, make_subscription
from tests.house import make_house
from tests.walks import HOME, walk_gpx


@pytest.fixture
def mailbox():
    return receivers.Mailbox()


@pytest.fixture
def mail_port(mailbox):
    server = receivers.start_mail(mailbox)
    yield server.port
    server.stop()


@pytest.fixture
def web():
    server = receivers.Web()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def house(tmp_path, sqlite_url, mail_port):
    smtp_url = f"smtp://127.0.0.1:{mail_port}"
    house = make_house(
        tmp_path, sqlite_url, smtp_url=smtp_url, mail_from="Teken <teken@teken.example>", allow_private_addresses=True
    )
    yield house
    house.close()


def share_walk(house, resident):
    now = house.clock.now()
    track = clean(gpx.read(walk_gpx(begins=now - timedelta(hours=1), points=500, every_s=7.0), Limits()))
    with house.db.write() as session:
        return walks.share_walk(session, resident, track, now, Random(7), hold=timedelta())[0]


def row_of(house, made: Subscription) -> Subscription:
    with house.db.read() as session:
        return session.get_one(Subscription, made.id)


@pytest.mark.parametrize("detail", DETAILS)
def test_words_leave_and_in_mail_the_drawing_and_never_a_place(house, mailbox, web, detail):
    """trust.md 12; the whole of what a machine and a mailbox get."""
    anna = make_circle(house, detail=detail)
    make_subscription(house, anna.viewer)
    make_subscription(house, anna.viewer, "webhook", f"http://127.0.0.1:{web.port}/lamp")
    walk = share_walk(house, anna.resident)
    Worker(house).run_once()
    assert json.loads(web.said[0].body) == {
        "id": str(walk.teken_id),
        "kind": "walk",
        "words": "gewandeld",
        "when_words": "woensdagmiddag",
        "resident": {"id": str(anna.resident.id), "name": "Anna"},
    }
    [mail] = mailbox.taken
    kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html"] + ([] if detail == "sign" else ["image/png"])
    assert mail.get_body(("plain",)).get_content().splitlines()[:3] == ["Anna", "", "Woensdagmiddag gewandeld."]
    for raw in (mailbox.raw[0], web.said[0].body):
        for degree in HOME:
            assert f"{degree:.2f}".encode() not in raw
        assert b"coordinates" not in raw


def test_an_address_is_asked_by_a_real_mail_and_switched_on_by_its_link(house, mailbox):
    anna = make_circle(house)
    with house.db.write() as session:
        made, _ = subscriptions.add(
            session, house.keys, anna.viewer, Wanted("email", "bas@post.example"), house.clock.now()
        )
    Worker(house).run_once()
    share_walk(house, anna.resident)
    Worker(house).run_once()
    [mail] = mailbox.taken
    text = mail.get_body(("plain",)).get_content()
    token = text.split("/v/")[1].split()[0]
    with house.db.write() as session:
        assert subscriptions.verify(session, house.keys, token, house.clock.now()).id == made.id


def test_a_webhook_is_asked_by_a_real_challenge(house, web):
    anna = make_circle(house)
    wanted = Wanted("webhook", f"http://127.0.0.1:{web.port}/lamp")
    with house.db.write() as session:
        made, _ = subscriptions.add(session, house.keys, anna.viewer, wanted, house.clock.now(), allow_private=True)
    Worker(house).run_once()
    assert row_of(house, made).verified_at is None  # it answered 204 and no challenge
    web.answer = receivers.echo
    house.clock.move(minutes=2)
    Worker(house).run_once()
    assert row_of(house, made).verified_at == house.clock.now()
    assert [json.loads(said.body)["type"] for said in web.said] == ["verification"] * 2
    assert len({said.headers["webhook-id"] for said in web.said}) == 1


def test_a_mailbox_that_does_not_exist_is_asked_once(house, mailbox):
    mailbox.refuse = "550 5.1.1 no such user"
    anna = make_circle(house)
    made = make_subscription(house, anna.viewer)
    share_walk(house, anna.resident)
    Worker(house).run_once()
    assert row_of(house, made).switched_off_at == house.clock.now()


def test_the_stop_link_in_a_mail_stops(house, mailbox):
    anna = make_circle(house)
    made = make_subscription(house, anna.viewer)
    share_walk(house, anna.resident)
    Worker(house).run_once()
    link = mailbox.taken[0]["List-Unsubscribe"].strip("<>")
    with house.db.write() as session:
        subscriptions.stop(session, house.keys, link.rpartition("/")[2], house.clock.now())
    assert row_of(house, made).switched_off_at == house.clock.now()
