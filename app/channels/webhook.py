"""Webhooks after the Standard Webhooks specification: signed JSON to an address that proved it listens."""

import base64
import hmac
import json
from datetime import UTC
from http import HTTPStatus

from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from app.channels.base import Address, ChannelError, Kind, Message
from app.channels.post import Answer, Post

GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


def secret_of(key: bytes) -> str:
    """Write a key (24 to 64 random bytes) as the specification does: `whsec_` and base64."""
    return "whsec_" + base64.b64encode(key).decode("ascii")


class WebhookChannel:
    """Posts `message.data` as JSON; `webhook-id` is the message's id, so that a receiver can absorb repeats.

    A teken's body holds the whitelisted keys and no time. A verification is `{"type": "verification", "challenge"}`,
    and counts as taken only if the challenge comes back.
    """

    name = "webhook"

    def __init__(self, post: Post) -> None:
        self._post = post

    def send(self, address: Address, message: Message) -> None:
        """Post once.

        Raises:
            ChannelError: 404 and 410 are permanent; `not-echoed`, redirects and every other status are tried again
                until the message is too old: a mended receiver should not have lost its subscription.
        """
        body = json.dumps(message.data, ensure_ascii=False, separators=(",", ":"))
        answer = self._post(address.where, body.encode(), _signed(address, message, body))
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            code = f"http-{answer.status}"
            raise ChannelError(code, permanent=answer.status in GONE, retry_after_s=answer.retry_after_s)
        if message.kind is Kind.VERIFICATION and not _echoes(answer, str(message.data.get("challenge", ""))):
            raise ChannelError("not-echoed")


def _signed(address: Address, message: Message, body: str) -> dict[str, str]:
    """Make the headers; the timestamp is that of this attempt, as the specification asks."""
    sent_at = message.sent_at.astimezone(UTC)
    try:
        signature = Webhook(address.secret).sign(str(message.id), sent_at, body)
    except (ValueError, EmptyWebhookSecretError):
        raise ChannelError("bad-secret") from None
    return {
        "Content-Type": "application/json",
        "User-Agent": "Teken-van-leven",
        "webhook-id": str(message.id),
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": signature,
    }


def _echoes(answer: Answer, challenge: str) -> bool:
    """Whether the body is the challenge, plain, as a JSON string or as `{"challenge": …}`."""
    said = answer.body.decode("utf-8", "replace").strip()
    try:
        read = json.loads(said)
    except (ValueError, RecursionError):
        read = said
    if isinstance(read, dict):
        read = read.get("challenge")
    echo = read if isinstance(read, str) else said
    return challenge != "" and hmac.compare_digest(echo.encode("utf-8", "replace"), challenge.encode())
