"""Turns a page's values into HTML: the reader's language and the pictures."""

import hashlib
import re
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.phatic import ink
from app.phatic.glyph import Glyph
from app.phatic.teken import TekenOut
from app.phatic.wording import say, sentence
from app.routes.pages.place import place_svg

APP: Final = Path(__file__).parents[2]
STATIC: Final = APP / "static"
# The house's own hand: for pictures that are nobody's.
HOUSE_HAND: Final = b"the hand of the house, no secret"
HOUSE_TEKEN: Final = UUID(int=5)


def page(language: str, template: str, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401  # whatever a template shows
    """Return a whole page; every value that came from a person is escaped by the template."""
    words = {"lang": language, "t": partial(say, language), "told": partial(told, language), "sentence_of": sentence_of}
    pictures = {"place_svg": _place, "still": _still, "sample_ink": _sample_ink, "resting_ink": _resting_ink}
    return HTMLResponse(
        _environment().get_template(template).render(words | pictures | {"asset": asset} | values), status
    )


def sentence_of(text: str) -> str:
    """Return a text that begins with a capital."""
    return text[:1].upper() + text[1:]


def told(language: str, teken: TekenOut) -> str:
    """Return a teken as one short sentence."""
    return sentence(language, teken.kind, teken.words, teken.when_words)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(APP / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=64)
def asset(name: str) -> str:
    """Return the address of a file under `static`, with a mark of its bytes, so that a new one is fetched anew."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]
    return f"/static/{name}?v={mark}"


@lru_cache(maxsize=8)
def _still(name: str) -> Markup:
    """Return one of the project's own pictures, to stand in the page in the page's ink."""
    text = (STATIC / name).read_text(encoding="utf-8").strip()
    # Its ids and its own colour would meet those of the page.
    return Markup(re.sub(r' (?:id="ink"|color="[^"]*")', "", text))  # noqa: S704  # a file of the project


def _place(teken: TekenOut) -> Markup:
    return Markup(place_svg(teken.area, teken.route))  # noqa: S704  # made of numbers


@lru_cache(maxsize=1)
def _sample_ink() -> Markup:
    """Return a drawing that is nobody's, for the choice between the four details."""
    return Markup(ink.draw(Glyph.parse("eight-long-calm-round"), HOUSE_HAND, HOUSE_TEKEN))  # noqa: S704  # our own ink


@lru_cache(maxsize=1)
def _resting_ink() -> Markup:
    """Return the one picture of a window that rests."""
    return Markup(ink.draw_rest(HOUSE_HAND, HOUSE_TEKEN))  # noqa: S704  # our own ink
