"""What every way out takes, promises and may answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Kind(StrEnum):
    """What a message is for."""

    TEKEN = "teken"
    VERIFICATION = "verification"
    MESSAGE = "message"


# `trust.md` 12: off the page only kind and words leave, never `area` or `route`.
TOLD = frozenset({"id", "kind", "words", "when_words", "resident"})
MAX_LINK = 900
ASKED = frozenset({"type", "challenge"})


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes, and the secret that signs it there, if that channel signs; neither shows in a `repr`."""

    where: str = field(repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """One message, ready to leave; the same `id` at every repeat, so that a receiver can absorb it.

    `text` is for people; `html` is its twin (`mail_template.html`), in which `picture` (a PNG) hangs at
    `cid:{picture_cid}`. `data` is for machines: keys of `TOLD`, or of `ASKED` for a verification. `sent_at` is the
    moment of this attempt, aware.

    Raises:
        ValueError: `data` holds another key, `sent_at` is naive, or `unsubscribe_url` is not a plain web address.
    """

    id: UUID
    kind: Kind
    subject: str = field(repr=False)
    text: str = field(repr=False)
    sent_at: datetime
    data: Mapping[str, object] = field(repr=False)
    language: str = "nl"
    html: str | None = field(default=None, repr=False)
    picture: bytes | None = field(default=None, repr=False)
    unsubscribe_url: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if set(self.data) - (ASKED if self.kind is Kind.VERIFICATION else TOLD):
            raise ValueError("data-not-allowed")
        if self.sent_at.tzinfo is None:
            raise ValueError("naive-time")
        if self.unsubscribe_url is not None and not _is_plain_url(self.unsubscribe_url):
            raise ValueError("unsubscribe-url")

    @property
    def picture_cid(self) -> str:
        """The name under which the picture hangs in the HTML twin, without brackets."""
        return f"{self.id}@teken"


class Channel(Protocol):
    """A way out: it gets an address and a message, never a table."""

    @property
    def name(self) -> str:
        """The name in a subscription: `email`, `webhook`, `log`."""
        ...

    def send(self, address: Address, message: Message) -> None:
        """Deliver one message, once; returning means that the other side took it.

        Raises:
            ChannelError: it did not; `permanent` says whether trying again can ever help.
        """
        ...


class ChannelError(Exception):
    """A delivery that failed; its `code` (`http-503`, `recipient-refused`) never holds an address or a text.

    `permanent` switches the address off; anything else is tried again, not before `retry_after_s` if it is given.
    """

    def __init__(self, code: str, *, permanent: bool = False, retry_after_s: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.retry_after_s = retry_after_s


def _is_plain_url(url: str) -> bool:
    """Printable ASCII without a space or an angle bracket, on one header line (RFC 5322: 998): nothing can end it."""
    return (
        url.startswith(("https://", "http://"))
        and len(url) <= MAX_LINK
        and all("!" <= c <= "~" and c not in "<>" for c in url)
    )
