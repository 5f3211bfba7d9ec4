"""Webhooks against a receiver that checks them with the specification's own library."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from app.channels.base import Address, ChannelError, Kind
from app.channels.guard import Guard
from app.channels.post import Post
from app.channels.webhook import WebhookChannel, secret_of
from tests.channels import receivers
from tests.channels.receivers import make_message

SECRET = secret_of(bytes(range(32)))


@pytest.fixture
def channel() -> WebhookChannel:
    return WebhookChannel(Post(Guard(allow_private=True), deadline_s=5))


def to_web(web, secret: str = SECRET) -> Address:
    return Address(f"http://127.0.0.1:{web.port}/haak", secret)


def challenge(text: str = "een-lang-toeval"):
    return make_message(kind=Kind.VERIFICATION, data={"type": "verification", "challenge": text})


def error_of(channel, address, message) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        channel.send(address, message)
    return caught.value


def test_a_receiver_can_check_the_signature_with_the_library(channel, web):
    now = datetime.now(UTC)
    channel.send(to_web(web), make_message(sent_at=now.astimezone(timezone(timedelta(hours=2)))))
    [said] = web.said
    assert Webhook(SECRET).verify(said.body, said.headers) == receivers.TOLD
    assert said.headers["webhook-id"] == str(receivers.ID)
    assert said.headers["webhook-timestamp"] == str(int(now.timestamp()))
    assert said.headers["Content-Type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_of(b"a" * 32)).verify(said.body, said.headers)


def test_charter_3_the_body_is_the_whitelist_and_nothing_more(channel, web):
    channel.send(to_web(web), make_message(html="<p>x</p>", picture=receivers.PNG))
    assert json.loads(web.said[0].body) == receivers.TOLD
    assert set(json.loads(web.said[0].body)) == {"id", "kind", "words", "when_words", "resident"}


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_a_yes(channel, web, status):
    web.answer = lambda _said: (status, {}, b"")
    channel.send(to_web(web), make_message())


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(404, True), (410, True), (400, False), (401, False), (403, False), (429, False), (500, False), (503, False)]
    + [(status, False) for status in (301, 302, 303, 307, 308)],
)
def test_only_gone_is_permanent(channel, web, status, permanent):
    web.answer = lambda _said: (status, {"Retry-After": "30", "Location": "/elders"}, b"")
    error = error_of(channel, to_web(web), make_message())
    assert (error.code, error.permanent, error.retry_after_s) == (
        f"http-{status}",
        permanent,
        30,
    )
    assert len(web.said) == 1


@pytest.mark.parametrize(
    "body", [b"een-lang-toeval", b"een-lang-toeval\n", b'"een-lang-toeval"', b'{"challenge": "een-lang-toeval"}']
)
def test_a_challenge_may_come_back_plain_or_as_json(channel, web, body):
    web.answer = lambda _said: (200, {}, body)
    channel.send(to_web(web), challenge())
    assert json.loads(web.said[0].body) == {"type": "verification", "challenge": "een-lang-toeval"}


@pytest.mark.parametrize("text", ["123456", "true", "null", "é-ü"])
def test_a_challenge_that_looks_like_json_comes_back_plain(channel, web, text):
    web.answer = lambda _said: (200, {}, text.encode())
    channel.send(to_web(web), challenge(text))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"ok",
        b"een-lang-toeval-en-meer",
        b'{"challenge": null}',
        b'{"challenge": ["een-lang-toeval"]}',
        b'{"x": "een-lang-toeval"}',
        b"\xff\xfe",
        b'"\\ud800"',
        b"[" * 60_000,
    ],
)
def test_trust_25_a_receiver_that_does_not_echo_is_not_verified(channel, web, body):
    web.answer = lambda _said: (200, {}, body)
    error = error_of(channel, to_web(web), challenge())
    assert (error.code, error.permanent) == ("not-echoed", False)


def test_an_empty_challenge_is_never_echoed(channel, web):
    assert error_of(channel, to_web(web), challenge("")).code == "not-echoed"
    assert error_of(channel, to_web(web), make_message(kind=Kind.VERIFICATION, data={})).code == "not-echoed"


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_x", "whsec_é"])
def test_without_a_usable_secret_nothing_is_sent(channel, web, secret):
    assert error_of(channel, to_web(web, secret), make_message()).code == "bad-secret"
    assert not web.said


def test_an_address_that_leads_inward_is_refused_without_the_flag(web):
    error = error_of(WebhookChannel(Post(Guard())), to_web(web), make_message())
    assert (error.code, error.permanent) == ("not-https", True)
    inward = Address(f"https://localhost:{web.port}/", SECRET)
    assert error_of(WebhookChannel(Post(Guard())), inward, make_message()).code == "not-public"
    assert not web.said
