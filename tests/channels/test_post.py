"""The one POST to a stranger's address: pinned, bounded, without redirects, over real connections."""

import gzip
import time

import httpcore
import pytest

from app.channels.base import ChannelError
from app.channels.guard import Guard
from app.channels.post import ANSWER_LIMIT, Answer, Post

PUBLIC = "93.184.216.34"


class Names:
    """A name server: gives its answers in turn, the last one for ever, and counts."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> list[str]:
        self.asked.append(host)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


class Elsewhere(httpcore.NetworkBackend):
    """A network on which every address is this machine; it remembers which ones were called."""

    def __init__(self, *dead: str) -> None:
        self.called: list[str] = []
        self.dead = dead
        self.real = httpcore.SyncBackend()

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.called.append(host)
        if host in self.dead:
            raise httpcore.ConnectError
        return self.real.connect_tcp("127.0.0.1", port, timeout, local_address, socket_options)


def code_of(post: Post, url: str) -> tuple[str, bool]:
    with pytest.raises(ChannelError) as caught:
        post(url, b"{}", {})
    return caught.value.code, caught.value.permanent


def to_web(web, path: str = "/haak") -> str:
    return f"{web.scheme}://127.0.0.1:{web.port}{path}"


@pytest.fixture
def post() -> Post:
    return Post(Guard(allow_private=True), deadline_s=5)


def test_the_body_arrives_as_it_was_given(post, web):
    web.answer = lambda _said: (202, {"Retry-After": "120"}, b"dank je")
    assert post(to_web(web, "/haak?x=1"), b'{"a":1}', {"X-A": "b"}) == Answer(202, b"dank je", 120)
    [said] = web.said
    assert (said.path, said.body, said.headers["X-A"]) == ("/haak?x=1", b'{"a":1}', "b")
    assert said.headers["Host"] == f"127.0.0.1:{web.port}"
    assert said.headers["Content-Length"] == "7"


def test_the_connection_goes_to_the_checked_address_with_the_name_in_host_and_tls(secure_web, tls_contexts):
    names, network = Names([PUBLIC]), Elsewhere()
    post = Post(Guard(resolve=names), network=network, tls=tls_contexts[1], deadline_s=5)
    assert post(f"https://kring.example:{secure_web.port}/haak", b"{}", {}).status == 204
    assert (names.asked, network.called) == (["kring.example"], [PUBLIC])
    assert secure_web.said[0].headers["Host"] == f"kring.example:{secure_web.port}"
    assert secure_web.server_names == ["kring.example"]


def test_a_certificate_of_another_name_is_refused(secure_web, tls_contexts):
    post = Post(Guard(resolve=Names([PUBLIC])), network=Elsewhere(), tls=tls_contexts[1], deadline_s=5)
    assert code_of(post, f"https://elders.example:{secure_web.port}/") == ("unreachable", False)
    assert not secure_web.said


def test_the_usual_trust_is_in_no_certificate_of_a_stranger(secure_web):
    post = Post(Guard(resolve=Names([PUBLIC])), network=Elsewhere(), deadline_s=5)
    assert code_of(post, f"https://kring.example:{secure_web.port}/") == ("unreachable", False)


def test_trust_25_a_name_that_turns_inward_between_two_looks_is_asked_once(secure_web, tls_contexts):
    """DNS rebinding: the second answer is loopback, and would be the one a second lookup connects to."""
    names, network = Names([PUBLIC], ["127.0.0.1"]), Elsewhere()
    post = Post(Guard(resolve=names), network=network, tls=tls_contexts[1], deadline_s=5)
    url = f"https://kring.example:{secure_web.port}/"
    assert post(url, b"{}", {}).status == 204
    assert (names.asked, network.called) == (["kring.example"], [PUBLIC])
    assert code_of(post, url) == ("not-public", False)
    assert network.called == [PUBLIC], "the inward address was never called"


def test_one_inward_address_among_public_ones_calls_nobody(secure_web):
    network = Elsewhere()
    post = Post(Guard(resolve=Names([PUBLIC, "169.254.169.254"])), network=network, deadline_s=5)
    assert code_of(post, f"https://kring.example:{secure_web.port}/") == ("not-public", False)
    assert not network.called


def test_the_next_checked_address_is_tried_when_one_is_dead(secure_web, tls_contexts):
    network = Elsewhere("2606:4700::1")
    post = Post(Guard(resolve=Names(["2606:4700::1", PUBLIC])), network=network, tls=tls_contexts[1], deadline_s=5)
    assert post(f"https://kring.example:{secure_web.port}/", b"{}", {}).status == 204
    assert network.called == ["2606:4700::1", PUBLIC]


def test_a_redirect_is_an_answer_and_is_not_followed(post, web):
    web.answer = lambda _said: (307, {"Location": to_web(web, "/elders")}, b"")
    assert post(to_web(web), b"{}", {}).status == 307
    assert [said.path for said in web.said] == ["/haak"]


def test_no_proxy_of_the_environment_is_used(post, web, monkeypatch):
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]:
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert post(to_web(web), b"{}", {}).status == 204


def test_an_answer_of_64_kb_is_read_and_a_byte_more_is_not(post, web):
    web.answer = lambda _said: (200, {}, b"a" * ANSWER_LIMIT)
    assert len(post(to_web(web), b"{}", {}).body) == 65536
    web.answer = lambda _said: (200, {}, b"a" * (ANSWER_LIMIT + 1))
    assert code_of(post, to_web(web)) == ("too-much", False)


def test_a_packed_answer_is_not_unpacked(post, web):
    bomb = gzip.compress(b"\0" * 20_000_000)
    web.answer = lambda _said: (200, {"Content-Encoding": "gzip"}, bomb)
    assert post(to_web(web), b"{}", {}).body == bomb


@pytest.mark.parametrize("drip", [b"HTTP/1.1 200 OK\r\nX: " + b"a" * 500, b"HTTP/1.0 200 OK\r\n\r\n" + b"a" * 500])
def test_a_byte_now_and_then_does_not_keep_a_worker(web, drip):
    web.drip = drip
    began = time.monotonic()
    assert code_of(Post(Guard(allow_private=True), deadline_s=0.6), to_web(web)) == ("too-slow", False)
    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize("answer", [b"zomaar iets\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nkort"])
def test_what_is_no_http_is_tried_again(post, web, answer):
    web.drip = answer
    assert code_of(post, to_web(web)) == ("unreachable", False)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0", 0), ("60", 60), ("999999999", 86400), ("9" * 30, None), ("-1", None), ("morgen", None), ("", None)],
)
def test_a_wait_is_read_in_seconds_and_at_most_a_day(post, web, value, expected):
    web.answer = lambda _said: (429, {"Retry-After": value}, b"")
    assert post(to_web(web), b"{}", {}).retry_after_s == expected
