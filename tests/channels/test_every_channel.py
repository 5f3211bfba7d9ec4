"""One contract for every way out, with real receivers behind it."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import structlog

from app.channels.base import Address, Channel, ChannelError, Kind
from app.channels.email import EmailChannel
from app.channels.guard import Guard
from app.channels.log import LogChannel
from app.channels.post import Post
from app.channels.register import REGISTER, Ways, open_channels
from app.channels.webhook import WebhookChannel, secret_of
from tests.channels import receivers
from tests.channels.receivers import make_message

SECRET = secret_of(b"k" * 32)
PRIVATE = ["Mama", "Caf", "gewandeld", "wie@kring", "geheime-weg", SECRET, "0e4f4d9c"]


@dataclass
class Way:
    """A channel, where its receiver listens, a place where nobody does, and the ids that arrived."""

    channel: Channel
    address: Address
    nobody: tuple[Channel, Address] | None
    arrived: Callable[[], list[str]]
    logged: Callable[[], str]


def _email(request, log: io.StringIO) -> Way:
    mailbox, port = request.getfixturevalue("mailbox"), request.getfixturevalue("mail_port")
    address = Address("wie@kring.example")
    channel = EmailChannel(f"smtp://127.0.0.1:{port}", "Teken <teken@huis.example>", timeout_s=5)
    closed = EmailChannel("smtp://127.0.0.1:9", "teken@huis.example", timeout_s=1)
    return Way(
        channel,
        address,
        (closed, address),
        lambda: [mail["Message-ID"].strip("<>").partition("@")[0] for mail in mailbox.taken],
        log.getvalue,
    )


def _webhook(request, log: io.StringIO) -> Way:
    web = request.getfixturevalue("web")
    channel = WebhookChannel(Post(Guard(allow_private=True), deadline_s=5))
    return Way(
        channel,
        Address(f"http://127.0.0.1:{web.port}/geheime-weg", SECRET),
        (channel, Address("http://127.0.0.1:9/geheime-weg", SECRET)),
        lambda: [said.headers["webhook-id"] for said in web.said],
        log.getvalue,
    )


def _log(_request, log: io.StringIO) -> Way:
    channel = LogChannel(structlog.wrap_logger(structlog.WriteLogger(log), [structlog.processors.JSONRenderer()]))
    return Way(
        channel,
        Address("wie@kring.example"),
        None,
        lambda: [json.loads(line)["id"] for line in log.getvalue().splitlines()],
        log.getvalue,
    )


MAKERS = {"email": _email, "webhook": _webhook, "log": _log}


@pytest.fixture(params=sorted(MAKERS))
def way(request) -> Way:
    return MAKERS[request.param](request, io.StringIO())


def test_every_channel_of_the_register_is_under_this_contract():
    assert set(MAKERS) == set(REGISTER)
    opened = open_channels(Ways(smtp_url="smtp://127.0.0.1:25", mail_from="teken@huis.example"))
    assert {name: channel.name for name, channel in opened.items()} == {name: name for name in MAKERS}


def test_without_a_mail_server_mail_goes_to_the_log():
    assert isinstance(open_channels(Ways())["email"], LogChannel)


def test_a_message_arrives_with_its_id(way):
    way.channel.send(way.address, make_message())
    assert way.arrived() == [str(receivers.ID)]


def test_a_repeat_carries_the_same_id(way):
    way.channel.send(way.address, make_message())
    way.channel.send(way.address, make_message())
    assert way.arrived() == [str(receivers.ID)] * 2


def test_a_channel_takes_messages_of_people_too(way):
    way.channel.send(way.address, make_message(kind=Kind.MESSAGE, html="<p>x</p>", picture=receivers.PNG))
    assert way.arrived() == [str(receivers.ID)]


def test_nobody_there_is_tried_again_and_the_error_says_nothing_of_anybody(way):
    if way.nobody is None:
        return  # the log is always there
    channel, address = way.nobody
    with pytest.raises(ChannelError) as caught:
        channel.send(address, make_message())
    assert (caught.value.code, caught.value.permanent) == ("unreachable", False)
    said = repr(caught.value) + repr(address) + repr(caught.value.__cause__) + repr(make_message())
    assert not [word for word in [*PRIVATE, "127.0.0.1"] if word in said]
    assert caught.value.__suppress_context__


def test_nothing_of_anybody_is_logged_or_printed(way, caplog, capfd):
    caplog.set_level("INFO")
    way.channel.send(way.address, make_message())
    out, err = capfd.readouterr()
    ours = "".join(record.getMessage() for record in caplog.records if record.name != "mail.log")  # the test's server
    written = way.logged() + ours + out + err
    assert not [word for word in PRIVATE if word in written]


@pytest.mark.parametrize("key", ["area", "route", "drawing_svg", "distance_m", "ended_at"])
def test_trust_12_a_message_holds_no_key_but_the_told(key):
    with pytest.raises(ValueError, match="data-not-allowed"):
        make_message(data={**receivers.TOLD, key: 1})


def test_a_message_needs_an_aware_moment_and_a_plain_link():
    with pytest.raises(ValueError, match="naive-time"):
        make_message(sent_at=receivers.NOW.replace(tzinfo=None))
    for url in [
        "https://x.example/\r\nBcc: a@b.c",
        "https://x.example/ a",
        "javascript:1",
        "https://x.example/>",
        f"https://x.example/{'a' * 900}",
    ]:
        with pytest.raises(ValueError, match="unsubscribe-url"):
            make_message(unsubscribe_url=url)
