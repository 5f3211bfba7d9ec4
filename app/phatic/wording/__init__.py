"""Every sentence a person can receive, by language and key: Dutch first, English complete."""

from datetime import date

from app.phatic.when import Part, as_told
from app.phatic.wording import (
    about_en,
    about_nl,
    agreement_en,
    agreement_nl,
    asking_en,
    asking_nl,
    en,
    log_en,
    log_nl,
    mine_en,
    mine_nl,
    nl,
    notices_en,
    notices_nl,
    pages_en,
    pages_nl,
    silence_en,
    silence_nl,
    trust_en,
    trust_nl,
    work_en,
    work_nl,
    work_pages_en,
    work_pages_nl,
)

LANGUAGES = ("nl", "en")
DUTCH = (
    nl,
    pages_nl,
    log_nl,
    mine_nl,
    about_nl,
    trust_nl,
    notices_nl,
    silence_nl,
    work_nl,
    work_pages_nl,
    agreement_nl,
    asking_nl,
)
ENGLISH = (
    en,
    pages_en,
    log_en,
    mine_en,
    about_en,
    trust_en,
    notices_en,
    silence_en,
    work_en,
    work_pages_en,
    agreement_en,
    asking_en,
)
TEXTS = {
    language: {key: text for module in modules for key, text in module.TEXTS.items()}
    for language, modules in (("nl", DUTCH), ("en", ENGLISH))
}
WEEK = 6  # a weekday's name is clear for six days; later it is "earlier"


def say(language: str, key: str, **names: object) -> str:
    """Return the sentence of a key; a language we do not have gets Dutch. KeyError for an unknown key."""
    return TEXTS.get(language, TEXTS["nl"])[key].format(**names)


def choose_language(wanted: str) -> str:
    """Return the first language of an `Accept-Language` header (RFC 9110, 12.5.4) that we speak, else Dutch."""
    weighted = []
    for place, item in enumerate(wanted.split(",")):
        name, _, weight = item.strip().partition(";q=")
        weighted.append((-_number(weight), place, name.split("-")[0].lower()))
    return next((name for weight, _, name in sorted(weighted) if weight and name in LANGUAGES), "nl")


def _number(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


def when_words(language: str, *, day: date, part: Part, today: date, read_later: bool = False) -> str:
    """Return "vanmiddag", "gisteravond", "maandagochtend" or "eerder".

    `read_later` is for what may be read on another day than it was sent on: it names the weekday at once.
    """
    told = as_told(part)
    days_ago = (today - day).days
    if days_ago > WEEK:
        return say(language, "when.earlier")
    if days_ago > 1 or read_later:
        return say(language, f"when.weekday.{told}", weekday=say(language, f"weekday.{day.weekday()}"))
    return say(language, f"when.{'today' if days_ago <= 0 else 'yesterday'}.{told}")


def day_words(language: str, day: date) -> str:
    """Return a day as "zondag 22 november 2026"; for what is a person's own."""
    weekday, month = say(language, f"weekday.{day.weekday()}"), say(language, f"month.{day.month}")
    return say(language, "day.long", weekday=weekday, day=day.day, month=month, year=day.year)


def sentence(language: str, kind: str, words: str, when: str) -> str:
    """Return kind, words and part of the day as one short sentence that begins with a capital."""
    has_own_words = kind == "checkin" and words != say(language, "teken.checkin")
    text = say(language, "sentence.own" if has_own_words else f"sentence.{kind}", words=words, when=when)
    return text[:1].upper() + text[1:]


def since_words(language: str, *, day: date | None, today: date) -> str:
    """Return since which local day no sign came: "sinds maandag"; beyond six days, or never: "een poosje"."""
    if day is None or (today - day).days > WEEK:
        return say(language, "asking.since.long")
    return say(language, "asking.since", weekday=say(language, f"weekday.{day.weekday()}"))
