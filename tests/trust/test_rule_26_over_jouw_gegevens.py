"""Rule 26: the page "Over jouw gegevens" is made from the settings and leaves out no duty of the law."""

import re
from pathlib import Path

import pytest

from app.phatic.wording import say
from app.routes.pages.about import DUTIES, KEPT
from tests.house import make_app, make_client

# GDPR article 13, paragraph 1 (a to f) and paragraph 2 (a to f).
ARTICLE_13 = {f"{paragraph}{letter}" for paragraph in (1, 2) for letter in "abcdef"}
WHO = {
    "controller_name": "Stichting De Brug",
    "controller_contact": "post@brug.example",
    "dpo_contact": "fg@brug.example",
}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_rule_26_every_duty_of_article_13_has_its_section(tmp_path: Path, language: str):
    client = make_client(make_app(tmp_path, **WHO))
    text = client.get("/gegevens", headers={"Accept-Language": language}).text
    assert set(re.findall(r'id="duty-(\w+)"', text)) == ARTICLE_13 == set(DUTIES)
    assert all(value in text for value in WHO.values())
    assert all(say(language, f"about.kept.{row}.long") in text for row in KEPT)


def test_rule_26_whoever_is_not_named_is_said_to_be_missing(tmp_path: Path):
    client = make_client(make_app(tmp_path, **dict.fromkeys(WHO, "")))
    assert "heeft zijn naam hier nog niet ingevuld" in client.get("/gegevens").text


def test_rule_26_the_page_is_linked_from_every_first_page(tmp_path: Path):
    client = make_client(make_app(tmp_path))
    assert all('href="/gegevens"' in client.get(path).text for path in ("/", "/begin", "/code"))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_rule_26_no_sentence_is_longer_than_twenty_words(language: str):
    texts = [say(language, f"about.{duty}.text", controller="A", contact="B", officer="C") for duty in DUTIES]
    sentences = [sentence for text in texts for sentence in re.split(r"[.?!:]\s", text)]
    assert max(len(sentence.split()) for sentence in sentences) <= 20
