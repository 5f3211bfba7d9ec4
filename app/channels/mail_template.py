"""A letter as plain text and as its HTML twin, in the look of the pages; every sentence comes from the caller."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates" / "mail"),
    autoescape=True,
    undefined=StrictUndefined,
)


@dataclass(frozen=True, slots=True)
class Link:
    """Words to press and where they lead."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    """One of several things in one letter: its own heading, lines, and what to press, if there is anything."""

    title: str
    lines: tuple[str, ...]
    action: Link | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says: a title, lines, at most one drawing and one thing to press, and the small print.

    What waited for the same address and left with it follows in `sections`, each with its own thing to press.
    """

    title: str
    lines: tuple[str, ...]
    language: str = "nl"
    picture_alt: str = ""
    action: Link | None = None
    closing: tuple[str, ...] = ()
    unsubscribe: Link | None = None
    sections: tuple[Section, ...] = ()


def plain(letter: Letter) -> str:
    """Write the text that comes first: everything the twin says, links written out."""
    parts = [letter.title, *letter.lines]
    if letter.action:
        parts.append(_written(letter.action))
    for section in letter.sections:
        parts += [section.title, *section.lines, *([_written(section.action)] if section.action else [])]
    small = [*letter.closing, *([_written(letter.unsubscribe)] if letter.unsubscribe else [])]
    return "\n\n".join(parts) + ("\n\n-- \n" + "\n".join(small) if small else "") + "\n"


def html(letter: Letter, picture_cid: str | None = None) -> str:
    """Write the twin; the drawing is at `cid:{picture_cid}` (`Message.picture_cid`), nothing comes from elsewhere."""
    return _TEMPLATES.get_template("letter.html").render(letter=letter, cid=picture_cid)


def _written(link: Link) -> str:
    return f"{link.label}:\n{link.url}"
