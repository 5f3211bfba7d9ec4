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

    `opened` gets the attributes; `text` gets what stands in the element, perhaps in pieces.
    """

    children: Mapping[str, "Step"] = field(default_factory=dict)
    opened: Callable[[dict[str, str]], None] | None = None
    text: Callable[[str], None] | None = None


NOWHERE = Step()


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
    walk = _Walk(parser, roots)
    _guard(parser, limits, declared=encoding is None)
    walk.listen(limits)
    try:
        # One call: fed in pieces, expat scans an unfinished token again and again (12 s instead of 0.09 s for 8 MB).
        parser.Parse(body, True)  # noqa: FBT003 -- the parser takes it by position only
    except (ExpatError, LookupError, ValueError, OverflowError):
        raise Unreadable("unreadable-track") from None
    return walk.root


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


class _Walk:
    """Where in the tree of steps the parser is."""

    def __init__(self, parser: XMLParserType, roots: Mapping[str, Step]) -> None:
        self.parser = parser
        self.roots = roots
        self.root = ""

    def listen(self, limits: Limits) -> None:
        """Set the two handlers that run for every element: plain closures, because they are most of the time."""
        parser, here, above, left = self.parser, Step(self.roots), [], limits.elements
        depth, most = limits.depth, limits.attributes

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal here, left
            left -= 1
            if left < 0 or len(above) >= depth or len(attributes) > most:
                raise Unreadable("too-complex")
            if not above:
                self.enter(name)
            above.append(here)
            here = here.children.get(name, NOWHERE)
            if here is NOWHERE:
                return
            if here.opened:
                here.opened(attributes)
            if here.text:
                # On only where it is wanted: names, heart rates and comments never become Python objects.
                parser.CharacterDataHandler = here.text

        def end(_name: str) -> None:
            nonlocal here
            if here.text:
                parser.CharacterDataHandler = None
            here = above.pop()

        parser.StartElementHandler = start
        parser.EndElementHandler = end

    def enter(self, name: str) -> None:
        """Accept the root, or refuse the document before reading on."""
        if name not in self.roots:
            raise Unreadable("unreadable-track")
        self.root = name
