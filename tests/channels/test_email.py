"""E-mail through a real mail server."""

from email.utils import parsedate_to_datetime

import pytest

from app.channels.base import Address, ChannelError, Kind
from app.channels.email import EmailChannel
from tests.channels import receivers
from tests.channels.receivers import PNG, make_message

WHO = Address("wie@kring.example")
OFF = "https://teken.example/v1/subscriptions/uit/" + "k" * 120


@pytest.fixture
def channel(mail_port) -> EmailChannel:
    return EmailChannel(f"smtp://127.0.0.1:{mail_port}", "Teken van leven <teken@huis.example>", timeout_s=5)


def refused(channel: EmailChannel, address: Address = WHO) -> tuple[str, bool]:
    with pytest.raises(ChannelError) as caught:
        channel.send(address, make_message())
    return caught.value.code, caught.value.permanent


def test_text_comes_first_then_its_twin_with_the_drawing(channel, mailbox):
    message = make_message(picture=PNG)
    channel.send(WHO, make_message(html=f'<p>Café<img src="cid:{message.picture_cid}" alt="x"></p>', picture=PNG))
    [mail] = mailbox.taken
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    text, related = mail.iter_parts()
    html, image = related.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == message.text
    assert image["Content-ID"] == f"<{message.picture_cid}>"
    assert f"cid:{message.picture_cid}" in html.get_content()
    assert image.get_content() == PNG
    assert image.get_content_disposition() == "inline"


def test_the_headers_are_those_of_a_quiet_machine(channel, mailbox):
    channel.send(WHO, make_message(unsubscribe_url=OFF))
    [mail] = mailbox.taken
    assert mail["Message-ID"] == f"<{receivers.ID}@huis.example>"
    assert parsedate_to_datetime(mail["Date"]) == receivers.NOW
    assert mail["Subject"] == "Mama Café, vanmiddag"
    assert (mail["From"], mail["To"]) == ("Teken van leven <teken@huis.example>", "wie@kring.example")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Priority"].startswith("5")
    assert (mail["Importance"], mail["Precedence"], mail["Content-Language"]) == ("low", "bulk", "nl")
    assert mail["List-Unsubscribe"] == f"<{OFF}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"<{OFF}>".encode() in mailbox.raw[0], "a long link is not broken or encoded on its way"
    assert mailbox.envelopes == [("teken@huis.example", ["wie@kring.example"])]


def test_a_link_somebody_waits_for_is_not_sent_as_bulk(channel, mailbox):
    channel.send(WHO, make_message(kind=Kind.VERIFICATION, data={}))
    assert mailbox.taken[0]["Precedence"] is None
    assert mailbox.taken[0]["Auto-Submitted"] == "auto-generated"
    assert mailbox.taken[0]["List-Unsubscribe"] is None


def test_the_same_message_is_the_same_bytes(channel, mailbox):
    for _ in range(2):
        channel.send(WHO, make_message(html="<p>x</p>", picture=PNG))
    assert mailbox.raw[0] == mailbox.raw[1]


def test_every_line_is_ascii_and_short(channel, mailbox):
    channel.send(WHO, make_message(text="é" * 3000 + "\n.\nna de punt", html="<p>" + "ü" * 3000 + "</p>"))
    assert mailbox.raw[0].isascii()
    assert max(map(len, mailbox.raw[0].splitlines())) <= 78
    assert "na de punt" in next(mailbox.taken[0].iter_parts()).get_content()


@pytest.mark.parametrize("breaker", ["\r\n", "\n", "\r", "\x00", "\u2028", "\x85", "\x0b"])
def test_trust_25_no_name_breaks_a_header_open(channel, mailbox, breaker):
    channel.send(WHO, make_message(subject=f"Mama{breaker}Bcc: boos@elders.example", language=f"nl{breaker}X-A: 1"))
    [mail] = mailbox.taken
    assert mail["Subject"] == "Mama Bcc: boos@elders.example"
    assert mail["Bcc"] is None
    assert mail["X-A"] is None
    assert mailbox.envelopes[0][1] == ["wie@kring.example"]


@pytest.mark.parametrize(
    "where",
    [
        "",
        "wie",
        "wie@",
        "@kring.example",
        "a@b.example, c@d.example",
        "Wie <wie@kring.example>",
        "wie@kring.example\r\nRCPT TO:<boos@elders.example>",
        "wie@kring.example\n",
        "w ie@kring.example",
        '"wie"@kring.example',
        "wié@kring.example",
        "wie@kring..example",
        ".wie@kring.example",
        "wie@" + "k" * 64 + ".example",
        "w" * 65 + "@kring.example",
    ],
)
def test_what_is_not_one_bare_address_is_given_up_before_anything_is_sent(channel, mailbox, where):
    assert refused(channel, Address(where)) == ("bad-address", True)
    assert not mailbox.taken


def test_a_domain_in_its_own_letters_is_written_for_machines(channel, mailbox):
    channel.send(Address("wie@café.example"), make_message())
    assert mailbox.envelopes[0][1] == ["wie@xn--caf-dma.example"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("550 5.1.1 No such user", ("recipient-550", True)),
        ("553 no mailbox", ("recipient-553", True)),
        ("450 4.2.1 Busy", ("recipient-450", False)),
        ("452 full", ("recipient-452", False)),
        ("554 5.7.1 Relay access denied", ("recipient-554", False)),
        ("530 Must issue STARTTLS", ("recipient-530", False)),
    ],
)
def test_only_a_refused_mailbox_is_permanent(channel, mailbox, answer, expected):
    mailbox.refuse = answer
    assert refused(channel) == expected


@pytest.mark.parametrize("answer", ["554 5.6.0 looks like spam", "451 later"])
def test_a_refused_text_is_tried_again(channel, mailbox, answer):
    mailbox.refuse_data = answer
    assert refused(channel) == (f"smtp-{answer[:3]}", False)


def test_starttls_and_a_password_with_odd_letters(mailbox, tls_contexts):
    server, client = tls_contexts
    controller = receivers.start_mail(
        mailbox, tls_context=server, require_starttls=True, authenticator=mailbox.authenticate, auth_required=True
    )
    url = f"smtp+starttls://huis%40x:{{}}@127.0.0.1:{controller.port}"
    try:
        EmailChannel(url.format("geheim%2F%40"), "teken@huis.example", tls=client, timeout_s=5).send(
            WHO, make_message()
        )
        assert mailbox.logins == [(b"huis@x", b"geheim/@")]
        assert len(mailbox.taken) == 1
        wrong = EmailChannel(url.format("fout"), "teken@huis.example", tls=client, timeout_s=5)
        assert refused(wrong) == ("smtp-535", False)
        strangers = EmailChannel(url.format("geheim%2F%40"), "teken@huis.example", timeout_s=5)
        assert refused(strangers) == ("unreachable", False)
    finally:
        controller.stop()


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://127.0.0.1", "a@b.example"),
        ("smtp://", "a@b.example"),
        ("smtp://127.0.0.1", "niemand"),
        ("smtp://127.0.0.1", "Teken\r\nX: y <a@b.example>"),
    ],
)
def test_settings_that_cannot_be_read_stop_the_start(url, sender):
    with pytest.raises(ValueError, match=r"^(smtp-url|mail-from)$"):
        EmailChannel(url, sender)
