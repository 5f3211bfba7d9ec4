"""Reads an uploaded file into memory, counted while it streams in; nothing of it ever touches the disk."""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from anyio import fail_after
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from app.errors import TekenError, TooLarge, Unreadable, Unsupported

PART = b"file"
MAX_PARTS = 16
# What may stand around the file in a form: boundaries, headers, other fields.
MAX_AROUND = 64 * 1024
# A sender who is over the limit is heard out this many times the limit, because one who is cut off while still
# sending sees a broken connection instead of the answer.
HEAR_OUT = 4
SILENCE_S = 2.0
PLAIN_TRANSFERS = {b"", b"binary", b"7bit", b"8bit"}


async def read_file(request: Request, max_bytes: int) -> bytes:
    """Return the bytes of the upload: the raw body, or the part `file` of a multipart form.

    Content-Length is not believed and not needed: bytes are counted as they come.

    Args:
        request: whose body nobody has read yet.
        max_bytes: the limit for the file itself.

    Raises:
        Unsupported: the body or the part is compressed or otherwise encoded.
        TooLarge: the file is one byte over the limit or more, or there is too much around it.
        Unreadable: `invalid-request`, a form that is broken, has too many parts, or not exactly one file.
    """
    if request.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        raise Unsupported
    kind, options = parse_options_header(request.headers.get("content-type"))
    sink = Form(options.get(b"boundary", b""), max_bytes) if kind == b"multipart/form-data" else Raw(max_bytes)
    chunks = request.stream()
    received = 0
    async for chunk in chunks:
        received += len(chunk)
        refusal = _refusal_of(sink.write, chunk)
        if refusal is not None:
            sink.forget()
            await _hear_out(chunks, HEAR_OUT * (max_bytes + MAX_AROUND) - received)
            raise refusal
    return sink.finish()


async def _hear_out(chunks: AsyncIterator[bytes], left: int) -> None:
    """Let the sender finish, within so many bytes and while they go on: a Content-Length may promise too much."""
    with suppress(TimeoutError):
        while left > 0:
            with fail_after(SILENCE_S):
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            left -= len(chunk)


def _refusal_of(write: Callable[[bytes], None], chunk: bytes) -> TekenError | None:
    try:
        write(chunk)
    except TekenError as refusal:
        return refusal
    return None


class Raw:
    """The body is the file."""

    def __init__(self, max_bytes: int) -> None:
        self.left = max_bytes
        self.chunks: list[bytes] = []

    def write(self, chunk: bytes) -> None:
        """Keep the next bytes of the file, or refuse the first one too many."""
        self.left -= len(chunk)
        if self.left < 0:
            raise TooLarge
        self.chunks.append(chunk)

    def forget(self) -> None:
        """Let go of what was kept."""
        self.chunks.clear()

    def finish(self) -> bytes:
        """Return the whole file, and keep nothing of it."""
        whole = b"".join(self.chunks)
        self.forget()
        return whole


class Form:
    """The body is a form, and one of its parts is the file; the others are skipped, not kept."""

    def __init__(self, boundary: bytes, max_bytes: int) -> None:
        if not boundary:
            raise Unreadable("invalid-request")
        self.file = Raw(max_bytes)
        self.around = MAX_AROUND
        self.parts = self.files = 0
        self.is_file = self.is_whole = False
        self.header = self.value = b""
        self.headers: dict[bytes, bytes] = {}
        try:
            self.parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self.part,
                    "on_header_field": self.header_field,
                    "on_header_value": self.header_value,
                    "on_header_end": self.header_end,
                    "on_headers_finished": self.headers_finished,
                    "on_part_data": self.part_data,
                    "on_end": self.end,
                },
            )
        except FormParserError:
            raise Unreadable("invalid-request") from None

    def write(self, chunk: bytes) -> None:
        """Parse the next bytes of the body."""
        kept = self.file.left
        try:
            self.parser.write(chunk)
        except FormParserError:
            raise Unreadable("invalid-request") from None
        self.around -= len(chunk) - (kept - self.file.left)
        if self.around < 0:
            raise TooLarge

    def forget(self) -> None:
        """Let go of what was kept."""
        self.file.forget()

    def finish(self) -> bytes:
        """Return the file, if there was exactly one and the form came to its end."""
        if self.files != 1 or not self.is_whole:
            raise Unreadable("invalid-request")
        return self.file.finish()

    def part(self) -> None:
        """Begin a part."""
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise Unreadable("invalid-request")
        self.headers = {}
        self.header = self.value = b""

    def header_field(self, data: bytes, start: int, end: int) -> None:
        """Add to the header's name; the parser bounds number and size of headers."""
        self.header += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        """Add to the header's value."""
        self.value += data[start:end]

    def header_end(self) -> None:
        """Note a whole header."""
        self.headers[self.header.lower()] = self.value.strip()
        self.header = self.value = b""

    def headers_finished(self) -> None:
        """Decide whether this part is the file."""
        _, options = parse_options_header(self.headers.get(b"content-disposition", b"").decode("latin-1"))
        self.is_file = options.get(b"name") == PART
        if not self.is_file:
            if b"filename" in options:
                raise Unreadable("invalid-request")  # a file by another name: say so, rather than "too large"
            return
        self.files += 1
        if self.files > 1:
            raise Unreadable("invalid-request")
        encoded = self.headers.get(b"content-encoding", b"identity").lower() != b"identity"
        if encoded or self.headers.get(b"content-transfer-encoding", b"").lower() not in PLAIN_TRANSFERS:
            raise Unsupported

    def part_data(self, data: bytes, start: int, end: int) -> None:
        """Keep bytes of the file, skip those of other fields."""
        if self.is_file:
            self.file.write(data[start:end])

    def end(self) -> None:
        """Note that the last boundary has come."""
        self.is_whole = True
