"""An upload is read in memory, counted as it comes, and refused at the first byte too many."""

import builtins
import os
import tempfile
import tracemalloc

import anyio
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.errors import TekenError
from app.routes.upload import MAX_AROUND, MAX_PARTS, read_file

LIMIT = 200_000
BIG = 8 * 1024 * 1024
EDGE = b"frontier"
FORM = f"multipart/form-data; boundary={EDGE.decode()}"


def make_app(max_bytes: int) -> Starlette:
    async def upload(request: Request) -> Response:
        try:
            return Response(await read_file(request, max_bytes), media_type="application/octet-stream")
        except TekenError as refusal:
            return JSONResponse({"kind": type(refusal).__name__, "code": refusal.code}, 400)

    return Starlette(routes=[Route("/", upload, methods=["POST"])])


def post(body, headers=None, *, max_bytes: int = LIMIT, chunk: int = 65_536, **more: str):
    """Send a body as the server would hand it on; returns the file, or the code of the refusal."""
    pieces = [body[i : i + chunk] for i in range(0, len(body), chunk)] or [b""]
    sent = []

    async def receive():
        more = bool(pieces)
        return {"type": "http.request", "body": pieces.pop(0) if more else b"", "more_body": bool(pieces)}

    async def send(message):
        sent.append(message)

    named = [(key.replace("_", "-").encode(), value.encode()) for key, value in {**(headers or {}), **more}.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": named, "query_string": b"", "root_path": ""}
    anyio.run(make_app(max_bytes), scope, receive, send)
    content = b"".join(message.get("body", b"") for message in sent)
    return content if sent[0]["status"] == 200 else JSON.get(content, content)


JSON = {
    b'{"kind":"TooLarge","code":"too-large"}': "too-large",
    b'{"kind":"Unsupported","code":"unsupported-format"}': "unsupported-format",
    b'{"kind":"Unreadable","code":"invalid-request"}': "invalid-request",
}


def part(content: bytes, name: str = "file", extra: str = "") -> bytes:
    given = '; filename="walk.gpx"' if name in {"file", "walk"} else ""
    head = f'Content-Disposition: form-data; name="{name}"{given}\r\n{extra}\r\n'
    return b"--" + EDGE + b"\r\n" + head.encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--" + EDGE + b"--\r\n"


FILE = bytes(range(256)) * 400 + b"\r\n--frontie\r\n--\r\n"


@pytest.mark.parametrize("chunk", [1, 7, 4096, 65_536])
def test_a_raw_body_and_a_part_are_the_same_file(chunk):
    small = FILE[-3000:]
    assert post(small, chunk=chunk) == small
    assert post(form(part(b"hello", "note"), part(small)), chunk=chunk, content_type=FORM) == small


def test_other_names_of_the_same_are_understood():
    assert post(form(part(FILE)), content_type='Multipart/Form-Data; charset=utf-8; boundary="frontier"') == FILE
    assert post(form(part(FILE, extra="Content-Type: application/gpx+xml\r\n")), content_type=FORM) == FILE
    assert post(form(part(FILE, extra="Content-Transfer-Encoding: binary\r\n")), content_type=FORM) == FILE
    assert post(FILE, content_type="application/x-www-form-urlencoded") == FILE
    assert post(FILE, content_encoding="identity") == FILE
    assert post(b"") == b""
    assert post(form(part(b"")), content_type=FORM) == b""


@pytest.mark.parametrize("length", [None, "true", "5", "99999999", "-1", "nonsense"])
@pytest.mark.parametrize("is_form", [True, False])
def test_row_13_one_byte_over_is_too_large_whatever_length_was_promised(length, is_form):
    for size, answer in ((LIMIT, None), (LIMIT + 1, "too-large")):
        content = b"x" * size
        body = form(part(content)) if is_form else content
        headers = {"content_type": FORM} if is_form else {}
        if length is not None:
            headers["content_length"] = str(len(body)) if length == "true" else length
        assert post(body, headers) == (answer or content)


def test_row_13_a_refused_upload_leaves_memory_alone():
    body = b"x" * (BIG + 1)
    sent = form(part(body))
    for content, headers in ((body, {}), (sent, {"content_type": FORM})):
        tracemalloc.start()
        assert post(content, headers, max_bytes=BIG) == "too-large"
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        # The pieces in which this test sends the body are a copy of it, made before.
        assert peak - len(content) < 30_000_000


def test_a_sender_is_heard_out_but_not_for_ever():
    read = 0

    async def receive():
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"x" * 65_536, "more_body": True}

    async def send(message):
        pass

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b"", "root_path": ""}
    anyio.run(make_app(LIMIT), scope, receive, send)
    assert read == 4 * (LIMIT + MAX_AROUND) // 65_536 + 1


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "br", "deflate, gzip", "identity, gzip", "zstd"])
def test_row_14_a_compressed_body_is_not_unpacked(encoding):
    assert post(FILE, content_encoding=encoding) == "unsupported-format"


def test_row_14_nor_is_a_compressed_part():
    for extra in ("Content-Encoding: gzip\r\n", "Content-Transfer-Encoding: base64\r\n"):
        assert post(form(part(FILE, extra=extra)), content_type=FORM) == "unsupported-format"


BROKEN = {
    "no boundary": (form(part(FILE)), "multipart/form-data"),
    "empty boundary": (form(part(FILE)), "multipart/form-data; boundary="),
    "long boundary": (form(part(FILE)), "multipart/form-data; boundary=" + "x" * 300),
    "another boundary": (form(part(FILE)), "multipart/form-data; boundary=other"),
    "empty": (b"", FORM),
    "no part": (form(), FORM),
    "no file": (form(part(FILE[-3000:], "note")), FORM),
    "a file by another name": (form(part(FILE, "walk")), FORM),
    "two files": (form(part(FILE), part(FILE)), FORM),
    "cut off": (form(part(FILE))[:-5000], FORM),
    "cut off before the last boundary": (part(FILE), FORM),
    "cut off in the headers": (part(FILE)[:40], FORM),
    "too many parts": (form(*[part(b"", f"n{i}") for i in range(MAX_PARTS)], part(FILE)), FORM),
    "10,000 parts": (form(*[part(b"", "n")] * 10_000), FORM),
    "too many headers": (form(part(FILE, extra="X-A: b\r\n" * 20)), FORM),
    "a huge header": (form(part(FILE, extra=f"X-A: {'b' * 9000}\r\n")), FORM),
    "a broken header": (form(part(FILE, extra="X A\r\n")), FORM),
    "no disposition": (form(part(FILE[-3000:]).replace(b"Content-Disposition", b"X-Other")), FORM),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_form_is_refused(name):
    body, kind = BROKEN[name]
    assert post(body, content_type=kind) == "invalid-request"


def test_too_much_around_the_file_is_too_large():
    assert post(form(part(b"x" * MAX_AROUND, "note"), part(FILE)), content_type=FORM) == "too-large"
    assert post(form(part(FILE)) + b"x" * MAX_AROUND, content_type=FORM) == "too-large"


def test_nothing_touches_the_disk(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("a file was made")

    body = form(part(b"x" * BIG))
    for where, name in (
        (tempfile, "NamedTemporaryFile"),
        (tempfile, "SpooledTemporaryFile"),
        (tempfile, "TemporaryFile"),
    ):
        monkeypatch.setattr(where, name, refuse)
    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    monkeypatch.setattr(builtins, "open", refuse)
    monkeypatch.setattr(os, "open", refuse)
    got = post(body, max_bytes=BIG, content_type=FORM)
    monkeypatch.undo()
    assert len(got) == BIG
