"""What people read about a silence: the question, the all-clear, a private notice; no name in a subject."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from app.auth import Keys
from app.channels.mail_template import Letter, Link, Section
from app.flows import asking, last_word
from app.phatic.wording import say, since_words

RESIDENT, CONTACT, MEMBER = "resident", "contact", "member"
REMINDER, CALL_ME = "reminder", "call_me"
HOMES: Final = {RESIDENT: "/ik", CONTACT: "/kring", MEMBER: "/werk"}


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is told to one person, as it is true at the moment of sending.

    `about` is the resident's name; of a link that was made anew, who made it.

    `since` is the local day of the last sign, `today` the resident's. `is_well`: it ended as one wishes.
    """

    purpose: str
    reader: str
    today: date
    question_id: UUID | None = None
    silence_id: UUID | None = None
    rung: str = ""
    about: str = field(default="", repr=False)
    since: date | None = None
    has_phone_trouble: bool = False
    is_well: bool = True
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A letter, its subject, and what a machine may read of it: no name, for it may stand on a lock screen."""

    letter: Letter
    subject: str
    short: str


def write(parts: Sequence[Part], language: str, keys: Keys, base: str, help_text: str) -> Written:
    """Write one letter of all that lies ready for one address; several things stand below each other.

    Each letter about a silence says that this is no emergency service, with the number (charter 10).
    """
    sections = [_section(part, language, keys, base) for part in parts]
    help_words = help_text.strip() or say(language, "no_rescue")
    first, *further = sections
    is_one = not further
    letter = Letter(
        title=first.title if is_one else say(language, "asking.several.title"),
        lines=first.lines if is_one else (),
        action=first.action if is_one else None,
        sections=() if is_one else tuple(sections),
        language=language,
        closing=(help_words,),
    )
    subject = _subject(parts[0], language) if is_one else say(language, "asking.subject.several")
    return Written(letter, subject, " ".join(dict.fromkeys(_short(part, language) for part in parts)))


def _section(part: Part, language: str, keys: Keys, base: str) -> Section:
    if part.purpose == asking.NOTICE:
        name = part.about or say(language, "log.somebody")
        lines: tuple[str, ...] = (say(language, f"notice.{part.note}", name=name),)
        action = Link(say(language, "notice.open").removesuffix(":"), base + HOMES[part.reader])
        # Whose circle is empty now has no page to open any more.
        return Section(
            say(language, f"notice.{part.note}.title"), lines, None if part.note == last_word.GONE else action
        )
    if part.purpose == asking.ALL_CLEAR:
        return _all_clear(part, language, base)
    if part.reader == MEMBER:
        action = Link(say(language, "asking.member.open"), base + HOMES[MEMBER])
        return Section(say(language, "asking.member.title"), (say(language, "asking.member"),), action)
    link = f"{base}/a/{asking.link_token(keys, part.question_id)}" if part.question_id else base + HOMES[part.reader]
    if part.reader == RESIDENT:
        action = Link(say(language, "asking.resident.open"), link)
        return Section(say(language, "asking.resident.title"), question_lines(part, language), action)
    title = say(language, "asking.contact.title", name=part.about)
    return Section(title, question_lines(part, language), Link(say(language, "asking.open"), link))


def question_lines(part: Part, language: str) -> tuple[str, ...]:
    """Return the sentences of a question to the resident or to a contact; also what the answer page shows."""
    since = since_words(language, day=part.since, today=part.today)
    if part.reader == CONTACT and part.rung == CALL_ME:
        return (say(language, "asking.contact.call_me", name=part.about),)
    if part.reader == CONTACT:
        return (say(language, "asking.contact", name=part.about, since=since), say(language, "asking.contact.calm"))
    lines = [say(language, "asking.resident", since=since)]
    if part.has_phone_trouble:
        lines.append(say(language, "asking.resident.trouble"))
    if part.rung == REMINDER:
        lines.append(say(language, "asking.reminder"))
    return tuple(lines)


def _all_clear(part: Part, language: str, base: str) -> Section:
    key = "asking.clear" if part.is_well else "asking.clear.settled"
    words = say(language, "asking.clear.member") if part.reader == MEMBER else say(language, key, name=part.about)
    action = Link(say(language, "asking.clear.open"), base + HOMES[part.reader])
    return Section(say(language, "asking.clear.title"), (words,), action)


def _subject(part: Part, language: str) -> str:
    """Return a line that may stand on a lock screen: never a name together with silence (`trust.md` 17)."""
    if part.purpose == asking.NOTICE:
        return say(language, f"notice.{part.note}.title")
    if part.purpose == asking.ALL_CLEAR:
        return say(language, "asking.subject.clear" if part.is_well else "asking.subject.settled")
    return say(language, "asking.subject")


def _short(part: Part, language: str) -> str:
    if part.purpose == asking.NOTICE:
        return say(language, f"notice.{part.note}", name=say(language, "log.somebody"))
    return say(language, "asking.clear.short" if part.purpose == asking.ALL_CLEAR else "asking.short")
