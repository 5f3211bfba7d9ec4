"""E-mail over SMTP: one connection a message, and only a mailbox that does not exist is given up."""

import contextlib
import re
import smtplib
import ssl
from email.errors import MessageError
from email.headerregistry import Address as MailAddress
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from app.channels.base import Address, ChannelError, Message
from app.channels.mime import compose

TIMEOUT_S = 15.0
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
ONE_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]{1,64}@([^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]{1,189})")
# Refusals that are about us and our server, not about the mailbox: log in first, no relaying for you.
ABOUT_US = frozenset({503, 530, 534, 535, 538})


class EmailChannel:
    """Sends through one mail server, given as `smtp://`, `smtps://` or `smtp+starttls://[user:password@]host[:port]`.

    Raises:
        ValueError: the server's or the sender's address cannot be read; neither is in the text.
    """

    name = "email"

    def __init__(
        self, smtp_url: str, mail_from: str, *, tls: ssl.SSLContext | None = None, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._server = urlsplit(smtp_url)
        if self._server.scheme not in PORTS or not self._server.hostname:
            raise ValueError("smtp-url")
        name, spec = parseaddr(mail_from)
        if not mail_from.isprintable() or not ONE_ADDRESS.fullmatch(spec):
            raise ValueError("mail-from")
        self._sender = MailAddress(display_name=name, addr_spec=spec)
        self._tls = tls or ssl.create_default_context()
        self._timeout_s = timeout_s

    def send(self, address: Address, message: Message) -> None:
        """Hand the mail to the server; from there on it keeps it.

        Raises:
            ChannelError: permanent for `bad-address` and for a mailbox that the server refuses with a 5xx.
        """
        to = _read(address.where)
        mail = compose(message, self._sender, to)
        try:
            server = self._connect()
            try:
                server.send_message(mail, from_addr=self._sender.addr_spec, to_addrs=[to.addr_spec])
            finally:
                # Whether the mail was taken is known before the goodbye; a failing goodbye must not send it twice.
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    server.quit()
                server.close()
        except smtplib.SMTPRecipientsRefused as refused:
            raise _refusal(*next(iter(refused.recipients.values()))) from None
        except smtplib.SMTPResponseException as answer:
            code = f"smtp-{answer.smtp_code}"
            raise ChannelError(code) from None
        except (smtplib.SMTPException, OSError, UnicodeError):
            raise ChannelError("unreachable") from None

    def _connect(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "", self._server.port or PORTS[self._server.scheme]
        us = self._sender.domain
        if self._server.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, port, us, timeout=self._timeout_s, context=self._tls)
        else:
            server = smtplib.SMTP(host, port, us, timeout=self._timeout_s)
        try:
            if self._server.scheme == "smtp+starttls":
                server.starttls(context=self._tls)
            if self._server.username:
                server.login(unquote(self._server.username), unquote(self._server.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def _read(where: str) -> MailAddress:
    """Read exactly one bare address; a name, a list or a line break is none."""
    found = ONE_ADDRESS.fullmatch(where)
    try:
        domain = found[1].encode("idna").decode("ascii") if found else ""
        return MailAddress(addr_spec=f"{where.rpartition('@')[0]}@{domain}")
    except (ValueError, IndexError, MessageError):
        raise ChannelError("bad-address", permanent=True) from None


def _refusal(code: int, text: bytes) -> ChannelError:
    """Permanent when the mailbox is; the enhanced class 5.7 (RFC 3463) is policy, most often about the sender."""
    is_mailbox = 500 <= code < 600 and code not in ABOUT_US and not text.startswith(b"5.7.")  # noqa: PLR2004 - SMTP
    return ChannelError(f"recipient-{code}", permanent=is_mailbox)
