"""The texts of the pages: whole in both languages, short, calm, and every one of them used."""

import re
from pathlib import Path
from string import Formatter

import pytest

from app.phatic import wording
from app.phatic.wording import pages_en, pages_nl

APP = Path(__file__).parents[2] / "app"
BOTH = [("nl", key) for key in pages_nl.TEXTS] + [("en", key) for key in pages_en.TEXTS]
TEXTS = {"nl": pages_nl.TEXTS, "en": pages_en.TEXTS}
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
    assert list(pages_nl.TEXTS) == list(pages_en.TEXTS)
    assert {key: names_in(text) for key, text in pages_nl.TEXTS.items()} == {
        key: names_in(text) for key, text in pages_en.TEXTS.items()
    }


@pytest.mark.parametrize(("language", "key"), BOTH)
def test_a_sentence_is_short_and_calm(language: str, key: str) -> None:
    text = TEXTS[language][key]
    assert "!" not in text
    assert re.search(NEVER[language], text, re.IGNORECASE) is None
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
