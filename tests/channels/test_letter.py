"""The HTML twin: the same words, nothing from elsewhere, nothing that counts readers."""

import re
from html.parser import HTMLParser

import pytest

from app.channels.mail_template import Letter, Link, html, plain

LETTER = Letter(
    title="Mama",
    lines=("Vanmiddag gewandeld",),
    picture_alt="Een inktstreek in een lus",
    action=Link("Open je kring", "https://teken.example/kring"),
    closing=("Je hoeft niets te doen.",),
    unsubscribe=Link("Liever geen mail meer", "https://teken.example/uit/abc"),
)


class Reader(HTMLParser):
    """Collects tags, the addresses things are loaded from, and the words."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.alts: list[str] = []
        self.words = ""
        self.in_style = False

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.in_style = tag == "style"
        for name, value in attrs:
            if name in {"src", "background", "srcset", "data", "poster"}:
                self.loaded.append(value or "")
            if name == "href":
                self.links.append(value or "")
            if name == "alt":
                self.alts.append(value or "")

    def handle_data(self, data):
        self.words += "" if self.in_style else data


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def test_the_twin_says_what_the_text_says():
    text, twin = plain(LETTER), read(html(LETTER, "x@teken"))
    for said in ["Mama", "Vanmiddag gewandeld", "Open je kring", "Je hoeft niets te doen.", "Liever geen mail meer"]:
        assert said in text
        assert said in twin.words
    assert [url for url in twin.links if url in text] == [
        "https://teken.example/kring",
        "https://teken.example/uit/abc",
    ]


def test_the_only_thing_loaded_is_the_drawing_that_came_along():
    twin = read(html(LETTER, "x@teken"))
    assert twin.loaded == ["cid:x@teken"]
    assert twin.alts == ["Een inktstreek in een lus"]
    assert not twin.tags & {"script", "link", "iframe", "object", "form", "video", "audio"}
    assert not re.search(r"url\(|@import|@font-face", html(LETTER, "x@teken"))


def test_without_a_drawing_there_is_no_image():
    assert read(html(LETTER)).loaded == []


@pytest.mark.parametrize("colour", ["#f7f2e8", "#fffdf8", "#23262e", "#191c26", "#ece6d8"])
def test_it_has_the_paper_and_the_ink_of_the_pages_by_day_and_by_night(colour):
    assert colour in html(LETTER, "x@teken")


def test_a_name_stays_a_name():
    name = '<b onmouseover="x">Mama</b> & "co"'
    odd = Letter(title=name, lines=(name,), picture_alt=name, action=Link(name, 'https://x.example/"><script>'))
    twin = read(html(odd, "x@teken"))
    assert name in twin.words
    assert twin.alts == [name]
    assert not twin.tags & {"b", "script"}
    assert name in plain(odd)


def test_a_bare_letter_is_only_its_lines():
    assert plain(Letter(title="Dag", lines=("Een regel.",))) == "Dag\n\nEen regel.\n"
    assert not read(html(Letter(title="Dag", lines=("Een regel.",)))).links
