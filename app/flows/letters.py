"""What a message says: to people a letter in their language, to machines the whitelisted words and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.auth import Keys
from app.channels import picture
from app.channels.base import Address, Kind, Message
from app.channels.mail_template import Letter, Link, html, plain
from app.flows import ladder_letters, outbox, subscriptions
from app.flows.ladder_letters import Part
from app.phatic.teken import TekenOut
from app.phatic.wording import say, sentence

# Twice the 414 px at which a mail shows it, for fine screens.
PICTURE_PX = 828
PUBLIC_KEYS = ("id", "kind", "words", "when_words", "resident")


@dataclass(frozen=True, slots=True)
class Rider:
    """An item that was claimed with another, and leaves in the same message."""

    item_id: UUID
    attempt_id: UUID
    tries: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Parcel:
    """One claimed item with all that its message needs; `shown` is the teken as this contact may see it.

    `parts` is what is told about silences, the item's own first; `riders` are the items of the others.
    """

    item_id: UUID
    attempt_id: UUID
    subscription_id: UUID
    channel: str
    address: Address = field(repr=False)
    purpose: str
    language: str
    tries: int
    expires_at: datetime
    shown: TekenOut | None = field(default=None, repr=False)
    parts: tuple[Part, ...] = ()
    riders: tuple[Rider, ...] = ()


def write(parcel: Parcel, keys: Keys, public_url: str, now: datetime, *, help_text: str = "") -> Message:
    """Write the message of a parcel; the same each time, but for the moment of sending.

    `help_text` is the operator's own line about help; without one it is the one with 112.
    """
    base = public_url.rstrip("/")
    if parcel.parts:
        return _ladder(parcel, keys, base, now, help_text=help_text)
    if parcel.purpose == outbox.VERIFICATION:
        return _verification(parcel, keys, base, now)
    if parcel.shown is not None:
        return _teken(parcel, parcel.shown, keys, base, now)
    if parcel.purpose == outbox.DORMANT:
        return _dormant(parcel, base, now)
    return _test(parcel, keys, base, now)


def _teken(parcel: Parcel, shown: TekenOut, keys: Keys, base: str, now: datetime) -> Message:
    name, said = shown.resident.name, sentence(parcel.language, shown.kind, shown.words, shown.when_words)
    has_picture = parcel.channel == subscriptions.EMAIL and shown.drawing_svg is not None
    letter = Letter(
        title=name,
        lines=(f"{said}.",),
        language=parcel.language,
        picture_alt=say(parcel.language, "mail.picture"),
        action=Link(_label(parcel.language, "mail.open"), f"{base}/kring"),
        closing=(say(parcel.language, "mail.why", name=name),),
        unsubscribe=_stop_link(parcel, keys, base),
    )
    return _letter_message(
        parcel,
        Kind.TEKEN,
        letter,
        now,
        subject=say(parcel.language, "mail.subject"),
        data=shown.model_dump(mode="json", include=set(PUBLIC_KEYS)),
        picture=picture.png(shown.drawing_svg, PICTURE_PX) if has_picture and shown.drawing_svg else None,
    )


def _verification(parcel: Parcel, keys: Keys, base: str, now: datetime) -> Message:
    """Ask whether the address is right: no text in it was chosen by anybody (`trust.md` 25)."""
    token = subscriptions.verify_token(keys, parcel.subscription_id)
    letter = Letter(
        title=say(parcel.language, "mail.verify.subject"),
        lines=(say(parcel.language, "mail.verify"),),
        language=parcel.language,
        action=Link(say(parcel.language, "v.button"), f"{base}/v/{token}"),
    )
    challenge = keys.digest("challenge", parcel.item_id.bytes).hex()
    data = {"type": "verification", "challenge": challenge} if parcel.channel == subscriptions.WEBHOOK else {}
    return _letter_message(parcel, Kind.VERIFICATION, letter, now, subject=letter.title, data=data)


def _dormant(parcel: Parcel, base: str, now: datetime) -> Message:
    """Ask whether an account that was quiet for a year should stay; the answer is one tap."""
    words = say(parcel.language, "dormant.mail")
    letter = Letter(
        title=say(parcel.language, "dormant.subject"),
        lines=(words,),
        language=parcel.language,
        action=Link(say(parcel.language, "dormant.open"), f"{base}/ik"),
    )
    data = {"id": str(parcel.item_id), "kind": outbox.DORMANT, "words": words}
    return _letter_message(parcel, Kind.MESSAGE, letter, now, subject=letter.title, data=data)


def _ladder(parcel: Parcel, keys: Keys, base: str, now: datetime, *, help_text: str) -> Message:
    """Write what is told about silences; a machine gets words that name nobody."""
    written = ladder_letters.write(parcel.parts, parcel.language, keys, base, help_text)
    data = {"id": str(parcel.item_id), "kind": parcel.purpose, "words": written.short}
    return _letter_message(parcel, Kind.MESSAGE, written.letter, now, subject=written.subject, data=data)


def _test(parcel: Parcel, keys: Keys, base: str, now: datetime) -> Message:
    words = say(parcel.language, "v.done")
    letter = Letter(
        title=words,
        lines=(say(parcel.language, "v.done.what"),),
        language=parcel.language,
        unsubscribe=_stop_link(parcel, keys, base),
    )
    data = {"id": str(parcel.item_id), "kind": subscriptions.TEST, "words": words}
    return _letter_message(parcel, Kind.MESSAGE, letter, now, subject=words, data=data)


def _letter_message(
    parcel: Parcel,
    kind: Kind,
    letter: Letter,
    now: datetime,
    *,
    subject: str,
    data: Mapping[str, object],
    picture: bytes | None = None,
) -> Message:
    is_mail = parcel.channel == subscriptions.EMAIL
    return Message(
        id=parcel.item_id,
        kind=kind,
        subject=subject,
        text=plain(letter),
        sent_at=now,
        data=data,
        language=parcel.language,
        html=html(letter, f"{parcel.item_id}@teken" if picture else None) if is_mail else None,
        picture=picture,
        unsubscribe_url=letter.unsubscribe.url if letter.unsubscribe else None,
    )


def _stop_link(parcel: Parcel, keys: Keys, base: str) -> Link:
    return Link(
        _label(parcel.language, "mail.stop"), f"{base}/s/{subscriptions.stop_token(keys, parcel.subscription_id)}"
    )


def _label(language: str, key: str) -> str:
    # The plain text puts its own colon behind a label.
    return say(language, key).removesuffix(":")
