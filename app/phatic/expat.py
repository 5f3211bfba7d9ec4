"""Reads XML in one pass by expat, with every limit and refusal in this one place; readers only name what they want."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from app.errors import Unreadable
from app.phatic.limits import Limits

BLANKS = " \t\r\n"
# An encoding's name would otherwise choose which of Python's codecs runs.
ENCODINGS = re.compile(r"utf-8|(us-)?ascii|iso-8859-[0-9]{1,2}|(windows-|cp)125[0-9]|koi8-[ru]", re.IGNORECASE)


@dataclass(slots=True)
class Step:
    """An element that a reader wants, at its place below the root.

    `opened` gets the attributes; `text` gets what stands in the element, perhaps in pieces; a step has one of them.
    """

    children: Mapping[str, "Step"] = field(default_factory=dict)
    opened: Callable[[dict[str, str]], None] | None = None
    text: Callable[[str], None] | None = None


NOWHERE = Step()
StartHandler = Callable[[str, dict[str, str]], None]


def plain(data: bytes) -> tuple[bytes, str | None]:
    """Take the byte order mark and leading blanks off; phones write both before the XML declaration.

    Returns:
        The rest, and its encoding where the mark told it (UTF-16 becomes UTF-8), else None.

    Raises:
        Unreadable: `unreadable-track`, for broken UTF-16.
    """
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        try:
            return data.decode("utf-16").lstrip(BLANKS).encode(), "utf-8"
        except ValueError:
            raise Unreadable("unreadable-track") from None
    marked = data.startswith(BOM_UTF8)
    return data.removeprefix(BOM_UTF8).lstrip(BLANKS.encode()), "utf-8" if marked else None


def parse(data: bytes, roots: Mapping[str, Step], limits: Limits) -> str:
    """Read the whole document once and call what the steps name.

    Args:
        data: the file, of bounded size.
        roots: step by name of the root, as `uri local` or `local`.
        limits: depth, elements, attributes per element and namespace declarations.

    Returns:
        The name of the root.

    Raises:
        Unreadable: `unreadable-track` (not well-formed, unknown encoding, another root), `unsafe-xml` (a DOCTYPE),
            `too-complex` (over a limit), or what a step raised.
    """
    body, encoding = plain(data)
    parser = ParserCreate(encoding, " ")
    parser.buffer_text = True
    _guard(parser, limits, declared=encoding is None)
    start = _walker(parser, roots, limits)
    # No document has more elements than `<`: most need not be counted one by one.
    if body.count(b"<") > limits.elements:
        start = _counted(start, limits.elements)
    root = _root_first(parser, roots, start)
    try:
        # One call: fed in pieces, expat scans an unfinished token again and again (12 s instead of 0.09 s for 8 MB).
        parser.Parse(body, True)  # noqa: FBT003 -- the parser takes it by position only
    except (ExpatError, LookupError, ValueError, OverflowError):
        raise Unreadable("unreadable-track") from None
    return root[0]


def _guard(parser: XMLParserType, limits: Limits, *, declared: bool) -> None:
    namespaces = 0

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if declared and encoding and not ENCODINGS.fullmatch(encoding):
            raise Unreadable("unreadable-track")

    def doctype(name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        # A web page is no attack, it is the wrong file; both are refused before anything in them is read.
        raise Unreadable("unreadable-track" if name.lower() == "html" and not has_subset else "unsafe-xml")

    def namespace(_prefix: str | None, _uri: str | None) -> None:
        nonlocal namespaces
        namespaces += 1
        if namespaces > limits.namespaces:
            raise Unreadable("too-complex")

    parser.XmlDeclHandler = declaration
    parser.StartDoctypeDeclHandler = doctype
    parser.StartNamespaceDeclHandler = namespace


def _walker(parser: XMLParserType, roots: Mapping[str, Step], limits: Limits) -> StartHandler:
    """Let the parser walk down the steps and up again; returns the handler for what starts.

    Two plain closures, because they run for every element and are most of the time that reading takes.
    """
    above: list[Step] = []
    here, depth, most = Step(roots), limits.depth, limits.attributes

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal here
        if attributes and len(attributes) > most:
            raise Unreadable("too-complex")
        above.append(here)
        here = here.children.get(name, NOWHERE)
        if here is NOWHERE:
            if len(above) > depth:  # the steps themselves are never so deep
                raise Unreadable("too-complex")
        elif here.opened:
            here.opened(attributes)
        elif here.text:
            # On only where it is wanted: names, heart rates and comments never become Python objects.
            parser.CharacterDataHandler = here.text

    def end(_name: str) -> None:
        nonlocal here
        if here.text:
            parser.CharacterDataHandler = None
        here = above.pop()

    parser.EndElementHandler = end
    return start


def _root_first(parser: XMLParserType, roots: Mapping[str, Step], start: StartHandler) -> list[str]:
    """Refuse an unknown root before reading on, else leave the rest to `start`; the list will get the root's name."""
    root: list[str] = []

    def start_root(name: str, attributes: dict[str, str]) -> None:
        if name not in roots:
            raise Unreadable("unreadable-track")
        root.append(name)
        parser.StartElementHandler = start
        start(name, attributes)

    parser.StartElementHandler = start_root
    return root


def _counted(start: StartHandler, most: int) -> StartHandler:
    """Return a handler that lets so many elements pass to the given one."""
    left = most

    def counted(name: str, attributes: dict[str, str]) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Unreadable("too-complex")
        start(name, attributes)

    return counted
