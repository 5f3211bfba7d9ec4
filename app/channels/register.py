"""The ways out by name: what a subscription calls a channel, and how that channel is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.channels.base import Channel
from app.channels.email import EmailChannel
from app.channels.guard import Guard
from app.channels.log import LogChannel
from app.channels.post import Post
from app.channels.webhook import WebhookChannel


@dataclass(frozen=True, slots=True)
class Ways:
    """What the channels need to know of the house; without a mail server, mail goes to the log."""

    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str = "teken@localhost"
    allow_private: bool = False


def _email(ways: Ways) -> Channel:
    return EmailChannel(ways.smtp_url, ways.mail_from) if ways.smtp_url else LogChannel()


def _webhook(ways: Ways) -> Channel:
    return WebhookChannel(Post(Guard(allow_private=ways.allow_private)))


def _log(_ways: Ways) -> Channel:
    return LogChannel()


REGISTER: Mapping[str, Callable[[Ways], Channel]] = {"email": _email, "webhook": _webhook, "log": _log}


def open_channels(ways: Ways) -> dict[str, Channel]:
    """Make every channel once; ValueError when the mail settings cannot be read."""
    return {name: make(ways) for name, make in REGISTER.items()}
