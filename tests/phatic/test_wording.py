"""All texts: whole in both languages, short and calm; and every one of the pages' own is used."""

import re
from pathlib import Path
from string import Formatter

import pytest

from app.phatic import wording
from app.phatic.wording import TEXTS, pages_nl

APP = Path(__file__).parents[2] / "app"
# What stands beside each name of a file is no sentence.
LISTS = {"export.readme", "export.readme.contact"}
# How a case ended, for those who work with it.
PLAIN = {"work.outcome.died", "log.outcome.died"}
BOTH = [(language, key) for language in TEXTS for key in TEXTS[language] if key not in LISTS]
LONGEST = 20
# Families that a page completes with a state, a detail, a role or a kind.
FAMILIES = r"\.(sign|drawing|area|route|contact|key_holder|held|released|withdrawn|phone|upload|\d+)\b"
NEVER = {
    "nl": r"alarm|vermist|overleden|gezien|gelezen|online|reageer|score|streak|dagen geen|verplicht|gebruiker|inloggen",
    "en": r"alarm|missing|\bdead\b|read receipt|online|reply|score|streak|days without|\buser\b|log ?in\b",
}


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_english_says_all_that_dutch_says() -> None:
    assert {key: names_in(text) for key, text in TEXTS["nl"].items()} == {
        key: names_in(text) for key, text in TEXTS["en"].items()
    }


@pytest.mark.parametrize(("language", "key"), BOTH)
def test_a_sentence_is_short_and_calm(language: str, key: str) -> None:
    text = TEXTS[language][key]
    assert "!" not in text
    assert key in PLAIN or re.search(NEVER[language], text, re.IGNORECASE) is None
    assert max(len(sentence.split()) for sentence in re.split(r"[.?:]\s", text)) <= LONGEST


def test_every_text_is_used_and_no_page_asks_for_another() -> None:
    sources = [
        *(APP / "templates").rglob("*.html"),
        *(APP / "routes" / "pages").glob("*.py"),
        *(APP / "flows").glob("*.py"),
    ]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    asked = set(re.findall(r"""\bt\(['"]([\w.]+)['"][,)]""", code))
    assert asked <= wording.TEXTS["nl"].keys()
    quoted = set(re.findall(r"""['"]([a-z_]+(?:\.[\w-]+)*)['"]""", code))
    stems = {stem.rstrip(".") for stem in re.findall(r"""f?['"]([a-z_.]+\.)(?:['"] ~|\{|%d)""", code)}
    unused = [
        key
        for key in pages_nl.TEXTS
        if key not in quoted
        and not any(key.startswith(f"{stem}.") for stem in stems)
        and key.split(".")[0] not in {"v", "s"}
    ]
    assert unused == []
