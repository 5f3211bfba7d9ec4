"""Addresses over HTTP: own ones only, asked before they get anything, and nothing leaves during a request."""

from uuid import UUID

import pytest
from sqlmodel import select

from app.flows import subscriptions
from app.models.outbox import OutboxItem, Subscription
from app.worker import Worker
from tests.people import Person, make_upload

PATH = "/v1/subscriptions"
MAIL = {"channel": "email", "address": "bas@post.example"}
HOOK = {"channel": "webhook", "address": "https://lamp.example/teken"}


def add(person: Person, body=MAIL):
    answer = person.post(PATH, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["subscription"]


def verify(app, subscription) -> str:
    house = app.state.house
    with house.db.write() as session:
        row = session.get_one(Subscription, UUID(subscription["id"]))
        row.verified_at = house.clock.now()
    return subscription["id"]


def test_a_mail_address_is_taken_in_unverified_and_quiet_at_night(bas: Person):
    answer = bas.post(PATH, json=MAIL)
    assert answer.status_code == 201
    assert "secret" not in answer.json()
    shown = answer.json()["subscription"]
    assert shown.pop("id")
    assert shown.pop("created_at")
    assert shown == {
        "channel": "email",
        "address": "bas@post.example",
        "verified": False,
        "is_on": True,
        "quiet_hours": {"from": "21:00", "until": "08:30"},
    }


def test_a_webhook_tells_its_secret_once(bas: Person):
    first = bas.post(PATH, json=HOOK)
    assert first.json()["secret"].startswith("whsec_")
    assert "quiet_hours" not in first.json()["subscription"]
    again = bas.post(PATH, json=HOOK)
    assert again.status_code == 200
    assert "secret" not in again.json()
    assert "secret" not in bas.get(PATH).json()["items"][0]


@pytest.mark.parametrize(
    "body",
    [
        {"channel": "email", "email": "bas@post.example"},
        {"channel": "webhook", "url": "https://lamp.example/teken"},
        {"channel": "email", "address": "a@b.nl", "quiet_hours": {"from": "22:00", "until": "07:00"}},
    ],
)
def test_an_address_may_go_by_its_own_name(bas: Person, body):
    shown = add(bas, body)
    assert shown["address"] in body.values()
    assert shown.get("quiet_hours") in (body.get("quiet_hours"), {"from": "21:00", "until": "08:30"}, None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"channel": "email"},
        {"channel": "pigeon", "address": "a@b.nl"},
        {"channel": "email", "address": "a@b.nl", "email": "a@b.nl"},
        {"channel": "email", "url": "https://lamp.example/"},
        {"channel": "webhook", "email": "a@b.nl"},
        {"channel": "email", "address": "a@b.nl\r\nBcc: c@d.nl"},
        {"channel": "email", "address": "a@b.nl", "words": "hoi"},
        {"channel": "email", "address": "a@b.nl", "quiet_hours": {"from": "25:00", "until": "08:00"}},
        {"channel": "email", "address": "a@b.nl", "quiet_hours": {"from": "21:00"}},
        {"channel": "webhook", "address": "http://lamp.example/"},
        {"channel": "webhook", "address": "https://lamp.example:99999/"},
    ],
)
def test_what_is_not_understood_is_422(bas: Person, body):
    answer = bas.post(PATH, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")


def test_residents_have_addresses_too(anna: Person):
    made = add(anna)
    assert [item["id"] for item in anna.get(PATH).json()["items"]] == [made["id"]]


def test_nobody_gets_401_and_an_upload_token_403(client, anna: Person):
    upload = make_upload(anna)
    made = add(anna)
    calls = [
        ("GET", PATH),
        ("POST", PATH),
        ("DELETE", f"{PATH}/{made['id']}"),
        ("POST", f"{PATH}/{made['id']}/verify"),
        ("POST", f"{PATH}/{made['id']}/test"),
    ]
    for method, path in calls:
        body = MAIL if path == PATH and method == "POST" else None
        assert client.request(method, path, json=body).status_code == 401
        assert client.request(method, path, json=body, headers=upload.auth).status_code == 403


def test_the_stranger_gets_404(bas: Person, eef: Person, anna: Person):
    made = add(bas)
    for stranger in (eef, anna):
        assert stranger.get(PATH).json()["items"] == []
        for answer in (
            stranger.delete(f"{PATH}/{made['id']}"),
            stranger.post(f"{PATH}/{made['id']}/verify", json={}),
            stranger.post(f"{PATH}/{made['id']}/test"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_the_code_of_the_mail_verifies(app, bas: Person):
    made = add(bas)
    row = subscription_row(app, made)
    wrong = bas.post(f"{PATH}/{made['id']}/verify", json={"code": "v_wrong"})
    assert wrong.status_code == 404
    code = subscriptions.verify_token(app.state.house.keys, row.id)
    for _ in range(2):
        answer = bas.post(f"{PATH}/{made['id']}/verify", json={"code": code})
        assert answer.status_code == 200
        assert answer.json()["subscription"]["verified"]


def subscription_row(app, made) -> Subscription:
    with app.state.house.db.read() as session:
        return next(row for row in session.exec(select(Subscription)) if str(row.id) == made["id"])


def test_the_fourth_question_of_the_day_is_429(bas: Person, eef: Person):
    """trust.md 25."""
    made = add(bas)
    assert bas.post(f"{PATH}/{made['id']}/verify").status_code == 200
    add(eef)
    answer = eef.post(PATH, json=MAIL)
    assert (answer.status_code, answer.json()["code"]) == (429, "too-many")
    assert int(answer.headers["retry-after"]) > 0


def test_a_test_is_for_verified_addresses(app, bas: Person):
    made = add(bas)
    assert bas.post(f"{PATH}/{made['id']}/test").status_code == 409
    verify(app, made)
    answer = bas.post(f"{PATH}/{made['id']}/test")
    assert (answer.status_code, answer.json()["subscription"]["verified"]) == (202, True)


def test_an_address_that_was_removed_is_gone(app, bas: Person):
    made = add(bas)
    assert bas.delete(f"{PATH}/{made['id']}").status_code == 204
    assert bas.get(PATH).json()["items"] == []
    assert bas.delete(f"{PATH}/{made['id']}").status_code == 404
    with app.state.house.db.read() as session:
        assert session.exec(select(OutboxItem)).all() == []


def test_a_repeated_request_is_answered_once(bas: Person):
    key = {"Idempotency-Key": "again"}
    first, again = (bas.post(PATH, json=MAIL, headers=key) for _ in range(2))
    assert (again.status_code, again.json()) == (201, first.json())
    key = {"Idempotency-Key": "secret"}
    answers = [bas.post(PATH, json=HOOK, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 409]
    assert answers[1].json()["code"] == "already-done"


def test_stopping_by_one_click_needs_no_cookie_and_a_get_changes_nothing(app, client, bas: Person):
    """RFC 8058: the mail program posts by itself, from anywhere."""
    made = add(bas)
    verify(app, made)
    link = f"/s/{subscriptions.stop_token(app.state.house.keys, subscription_row(app, made).id)}"
    assert client.get(link).status_code == 200
    assert bas.get(PATH).json()["items"][0]["is_on"]
    for _ in range(2):
        assert client.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not bas.get(PATH).json()["items"][0]["is_on"]
    assert client.post("/s/s_nothing").status_code == 404


def test_the_link_in_the_mail_switches_on_and_a_get_changes_nothing(app, client, bas: Person):
    made = add(bas)
    link = f"/v/{subscriptions.verify_token(app.state.house.keys, subscription_row(app, made).id)}"
    assert client.get(link).status_code == 200
    assert not bas.get(PATH).json()["items"][0]["verified"]
    assert client.post(link, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert bas.get(PATH).json()["items"][0]["verified"]


def test_a_request_never_sends(app, anna: Person, bas: Person):
    """A request fills the outbox; the worker sends."""
    verify(app, add(bas, HOOK))
    anna.tap()
    sent = []

    class Watching:
        name = "webhook"

        def send(self, address, message) -> None:  # noqa: ARG002 - as every channel
            sent.append(message.data)

    channel = Watching()
    assert sent == []
    Worker(app.state.house, {"webhook": channel, "email": channel}).run_once()
    assert [sorted(data) for data in sent] == [["id", "kind", "resident", "when_words", "words"]]
