"""Hostile HTTP against a real server: it refuses, keeps nothing, loses nobody, and goes on answering others."""

import json
import socket
import time
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from tests.listener import Listener
from tests.people import Person, make_contact
from tests.server import Server, serving

# As impatient as a test: what the service waits for is seconds, here parts of one.
HASTY = (
    "from app import door; from app.routes import patience, upload; "
    "door.HEAD_S = patience.GRACE_S = 0.6; patience.SILENCE_S = 0.4; upload.SILENCE_S = 0.2"
)
HOST = b"Host: teken.example\r\n"
MANY = 64
MB = 1024 * 1024
THREADS = 64
ON_EVERY_ANSWER = {"content-security-policy", "x-content-type-options", "referrer-policy", "cache-control"}


@dataclass
class Heard:
    """What came back: nothing at all when the server only hung up."""

    status: int = 0
    head: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    hung_up: bool = False

    @property
    def code(self) -> str:
        return json.loads(self.body)["code"]


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    with serving(tmp_path_factory.mktemp("hasty"), before=HASTY) as server:
        yield server
    lines = [json.loads(line) for line in (server.folder / "stderr").read_text().splitlines() if line[:1] == "{"]
    assert "Traceback" not in server.said
    assert [line for line in lines if line["level"] in {"error", "critical"} or line["event"] == "unexpected"] == []


@pytest.fixture(scope="module")
def anna(hasty: Server) -> Person:
    return hasty.resident()


def reach(server: Server) -> socket.socket:
    port = int(server.url.rpartition(":")[2])
    return socket.create_connection(("127.0.0.1", port), timeout=8)


def say(server: Server, *pieces: bytes, pause_s: float = 0.0) -> Heard:
    """Send pieces as they are, with a pause after each; return the first answer, and whether the line was closed."""
    with reach(server) as line:
        with suppress(OSError):  # it hangs up while we still talk
            for piece in pieces:
                line.sendall(piece)
                time.sleep(pause_s)
        return hear(line)


def hear(line: socket.socket) -> Heard:
    got, heard = b"", Heard()
    with suppress(TimeoutError):
        try:
            while chunk := line.recv(65536):
                got += chunk
        except ConnectionResetError:
            pass  # it hung up while we still sent
        heard.hung_up = True
    if got:
        head, _, heard.body = got.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        heard.status = int(first.split()[1])
        heard.head = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}
    return heard


def request(method: str, path: bytes, headers: bytes = b"", body: bytes = b"") -> bytes:
    return b"%b %b HTTP/1.1\r\n%bConnection: close\r\n%b\r\n%b" % (method.encode(), path, HOST, headers, body)


def by(person: Person) -> bytes:
    return f"Authorization: Bearer {person.token}\r\n".encode()


SLOW = {
    "says nothing": ([], 0),
    "a head that stops": ([b"GET / HTTP/1.1\r\n", HOST], 408),
    "a head that drips": ([b"GET / HTTP/1.1\r\n", HOST, *[b"X-A: b\r\n"] * 30], 408),
    "empty lines": ([b"\r\n"] * 30, 408),
    "a body that stops": ([b"POST /v1/residents HTTP/1.1\r\n", HOST, b"Content-Length: 99\r\n\r\n", b"{"], 408),
    "a body that drips": (
        [b"POST /v1/residents HTTP/1.1\r\n", HOST, b"Content-Length: 99\r\n\r\n", *[b" "] * 30],
        408,
    ),
    "a chunk that never ends": (
        [b"POST /v1/residents HTTP/1.1\r\n", HOST, b"Transfer-Encoding: chunked\r\n\r\n", b"ff\r\n{"],
        408,
    ),
}


@pytest.mark.parametrize("name", SLOW)
def test_whoever_never_finishes_is_shown_out(hasty: Server, name: str):
    pieces, status = SLOW[name]
    heard = say(hasty, *pieces, pause_s=0.05)
    assert (heard.status, heard.hung_up) == (status, True)
    assert not status or heard.code == "too-slow"


def test_a_body_that_comes_slowly_but_surely_is_heard_out(hasty: Server, anna: Person):
    head = b"POST /v1/check-ins HTTP/1.1\r\n%b%bContent-Length: 9000\r\nConnection: close\r\n\r\n" % (HOST, by(anna))
    heard = say(hasty, head, *[b" " * 1500] * 5, b"{}" + b" " * 1498, pause_s=0.15)
    assert heard.status == 201, "0.9 s with a grace of 0.6, but faster than the slowest pace"


@pytest.mark.parametrize("path", [b"/v1/walks", b"/v1/check-ins"])
def test_half_a_body_makes_nothing_and_is_no_error_of_ours(hasty: Server, anna: Person, path: bytes):
    head = b"POST %b HTTP/1.1\r\n%b%bIdempotency-Key: half\r\nContent-Length: 99\r\n\r\n{" % (path, HOST, by(anna))
    before = anna.get("/v1/walks").json()["items"], anna.feed()
    assert say(hasty, head).status == 408
    with reach(hasty) as line:
        line.sendall(head)  # and hangs up
    assert (anna.get("/v1/walks").json()["items"], anna.feed()) == before
    again = anna.post("/v1/check-ins", json={}, headers={"Idempotency-Key": "half"})
    assert again.status_code == 201, "the key is free again"


HUGE = {
    "one header": HOST + b"X-A: " + b"a" * 40_000,
    "many headers": HOST + b"\r\n".join([b"X: y"] * 10_000),
    "a cookie": HOST + b"Cookie: teken_resident=" + b"a" * 40_000,
    "a header that never ends": HOST + b"X-A: " + b"a" * 200_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_a_huge_head_is_refused(hasty: Server, name: str):
    ends = b"" if "never" in name else b"\r\n\r\n"
    heard = say(hasty, b"GET / HTTP/1.1\r\n" + HUGE[name] + ends)
    assert heard.hung_up
    assert heard.status in {0, 431}, "0: the line was cut while we still sent"
    assert say(hasty, request("GET", b"/?" + b"a" * 40_000)).status == 431


LENGTHS = {
    "negative": (b"Content-Length: -5\r\n", b"{}", 400),
    "no number": (b"Content-Length: five\r\n", b"{}", 400),
    "beyond every number": (b"Content-Length: 99999999999999999999999\r\n", b"{}", 400),
    "two": (b"Content-Length: 2\r\nContent-Length: 3\r\n", b"{}", 400),
    "both ways": (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n", 400),
    "no chunk": (b"Transfer-Encoding: chunked\r\n", b"zz\r\n{}", 400),
    "a chunk of less": (b"Transfer-Encoding: chunked\r\n", b"1\r\n{}\r\n0\r\n\r\n", 400),
    "too long": (b"Content-Length: 99\r\n", b"{}", 408),
    "too short": (b"Content-Length: 1\r\n", b"{}POST /v1/residents HTTP/1.1\r\n\r\n", 422),
    "promises a gigabyte": (b"Content-Length: 1000000000\r\nConnection: close\r\n", b"{}", 413),
}


@pytest.mark.parametrize("name", LENGTHS)
def test_a_wrong_length_gets_one_answer_and_the_line_is_closed(hasty: Server, name: str):
    headers, body, status = LENGTHS[name]
    heard = say(hasty, b"POST /v1/residents HTTP/1.1\r\n%b%b\r\n%b" % (HOST, headers, body))
    assert heard.status == status
    assert heard.hung_up
    assert set(heard.head) >= ON_EVERY_ANSWER
    assert heard.body.count(b"HTTP/1.1") == 0, "what follows is no request of its own"


def test_a_compressed_body_is_not_unpacked(hasty: Server, anna: Person):
    headers = by(anna) + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n"
    assert say(hasty, request("POST", b"/v1/walks", headers, b"\x1f\x8b\x08\x00")).status == 415
    assert say(hasty, request("POST", b"/v1/check-ins", headers, b"\x1f\x8b\x08\x00")).status == 422


def test_ten_thousand_parts_are_refused_early(hasty: Server, anna: Person):
    part = b'--e\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    body = part * 10_000 + b"--e--\r\n"
    headers = by(anna) + b"Content-Type: multipart/form-data; boundary=e\r\nContent-Length: %d\r\n" % len(body)
    heard = say(hasty, request("POST", b"/v1/walks", headers, body))
    assert (heard.status, heard.code) == (422, "invalid-request")
    assert say(hasty, request("POST", b"/code", headers, body)).status in {413, 422, 0}


PATHS = [
    b"/static/../main.py",
    b"/static/%2e%2e/main.py",
    b"/static/..%2fmain.py",
    b"/static/..%5cmain.py",
    b"/static//etc/passwd",
    b"/static/%2fetc/passwd",
    b"/static/%00",
    b"/static/teken.css%00.html",
    b"/static/" + b"a" * 300,
    b"/static",
    b"/static/",
    b"/%00",
    b"/%ff",
    b"/%0d%0aX-A:%20b",
    b"//evil.example/",
    b"//evil.example/ik/",
    b"/ik/",
    b"/v1//teken",
    b"/v1/teken/",
    b"/v1/walks/%2e%2e%2fme",
    b"/v1/walks/../me/",
    b"/u/%00",
    b"/c/%00%ff",
    b"/v1/%6de/../../etc/passwd",
    b"*",
]


@pytest.mark.parametrize("path", PATHS)
def test_no_trick_with_a_path_reaches_anything(hasty: Server, anna: Person, path: bytes):
    heard = say(hasty, request("GET", path, by(anna)))
    assert heard.status == 404
    assert "location" not in heard.head
    assert b"create_app" not in heard.body
    assert b"root:" not in heard.body


def test_a_host_that_somebody_made_up_is_not_repeated(hasty: Server):
    for host in (b"evil.example", b"[", b"a b", b"\xff", b"", b"evil.example:999999"):
        for path in (b"/ik", b"/ik/", b"/nope", b"http://evil.example/ik"):
            head = b"GET %b HTTP/1.1\r\nAccept: text/html\r\nConnection: close\r\nHost: %b\r\n\r\n" % (path, host)
            heard = say(hasty, head)
            assert heard.status in {200, 401, 404}
            assert b"evil" not in heard.body
            assert "evil" not in str(heard.head)


@pytest.mark.parametrize(
    "header",
    [b"X-A: b\rSet-Cookie: c", b"X-A: b\nX-C: d", b"X-A : b", b" X-A: b", b"X\0A: b", b"Idempotency-Key: a\0b"],
)
def test_a_broken_header_is_no_request(hasty: Server, anna: Person, header: bytes):
    assert say(hasty, request("POST", b"/v1/check-ins", by(anna) + header + b"\r\n")).status == 400


def test_line_breaks_in_a_name_or_a_path_make_no_header(hasty: Server, anna: Person):
    for name in ("Bas\r\nSet-Cookie: a=b", "Bas\nBcc: x@y.example", "B\ras", "Bas\u2028x", "Bas\0"):
        assert anna.post("/v1/invitations", json={"name": name}).status_code == 422
        assert anna.client.post("/v1/residents", json={"name": name}).status_code == 422
    for path in (b"/p/%0d%0aSet-Cookie:%20a=b", b"/code?code=%0d%0aSet-Cookie:%20a=b"):
        heard = say(hasty, request("GET", path, b"Accept: text/html\r\n"))
        assert "set-cookie" not in heard.head


@pytest.mark.parametrize(
    "words", [b"CONNECT evil.example:443 HTTP/1.1", b"PRI * HTTP/2.0", b"\x16\x03\x01\x02\0\1\0\1\3\3", b"GET / HTTP/9"]
)
def test_what_is_no_http_of_ours_is_refused_with_our_headers(hasty: Server, words: bytes):
    heard = say(hasty, words + b"\r\n" + HOST + b"\r\n")
    assert (heard.status, heard.code, heard.hung_up) == (400, "invalid-request", True)
    assert set(heard.head) >= ON_EVERY_ANSWER


def test_no_other_protocol_is_spoken(hasty: Server):
    asks = (
        b"Upgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Key: YQ==\r\nSec-WebSocket-Version: 13\r\n"
    )
    heard = say(hasty, b"GET /livez HTTP/1.1\r\n%b%b\r\n" % (HOST, asks))
    assert heard.status == 200


def test_what_follows_a_broken_request_is_not_read_as_another(hasty: Server, anna: Person):
    """Smuggling: behind a proxy the second request would be somebody else's."""
    inner = request("POST", b"/v1/check-ins", by(anna) + b"Content-Length: 0\r\n")
    before = len(anna.feed())
    heard = say(hasty, b"POST /v1/residents HTTP/1.1\r\n%bContent-Length: 4\r\n\r\nxxxx\x00\r\n" % HOST + inner)
    assert (heard.status, heard.hung_up) == (422, True)
    assert len(anna.feed()) == before


def measured(server: Server) -> tuple[int, int, int]:
    """Return file descriptors, threads and bytes in memory of the process that serves."""
    process = psutil.Process(server.process.pid)
    return process.num_fds(), process.num_threads(), process.memory_info().rss


def test_64_lines_that_never_finish_cost_nobody_anything(hasty: Server, anna: Person):
    begun = b"POST /v1/walks HTTP/1.1\r\n%b%bContent-Length: 8000000\r\n\r\n" % (HOST, by(anna)) + b"x" * 50_000
    kinds = (
        b"",
        b"GET / HTTP/1.1\r\nX-A: ",
        b"POST /v1/residents HTTP/1.1\r\n%bContent-Length: 99\r\n\r\n{" % HOST,
        begun,
    )
    flood(hasty, kinds)  # warms up: what a first flood makes is kept for the next
    before, workers = measured(hasty), hasty.processes()
    for _ in range(2):
        lines = flood(hasty, kinds, closes=False)
        assert anna.post("/v1/check-ins", json={}).status_code == 201, "others are answered meanwhile"
        assert [hear(line).hung_up for line in lines] == [True] * MANY
        for line in lines:
            line.close()
    assert anna.post("/v1/check-ins", json={}).status_code == 201
    fds, threads, memory = measured(hasty)
    assert fds <= before[0]
    assert threads <= THREADS, "those of the pool, which come and go"
    assert memory <= before[2] + 24 * MB, "two floods of 16 bodies begun"
    assert hasty.processes() == workers


def flood(server: Server, kinds: tuple[bytes, ...], *, closes: bool = True) -> list[socket.socket]:
    lines = [reach(server) for _ in range(MANY)]
    for number, line in enumerate(lines):
        line.sendall(kinds[number % len(kinds)])
    if closes:
        for line in lines:
            line.close()
    return lines


def test_one_token_follows_so_many_streams_and_no_more(tmp_path: Path, server: Server):
    del tmp_path
    anna = server.resident()
    bas = make_contact(anna)
    open_ones = [Listener(server.url, bas.token) for _ in range(12)]
    try:
        assert {one.status for one in open_ones} == {200}
        refused = bas.get("/v1/teken/stream")
        assert (refused.status_code, refused.json()["code"]) == (429, "too-many")
        assert int(refused.headers["retry-after"]) > 0
        with Listener(server.url, anna.token) as other:
            assert other.status == 200, "another token is not counted with it"
    finally:
        for one in open_ones:
            one.close()
    ends = time.monotonic() + 5
    while (again := Listener(server.url, bas.token)).status != 200:  # the server notices within moments
        again.close()
        assert time.monotonic() < ends
        time.sleep(0.1)
    again.close()
