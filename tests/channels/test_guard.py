"""Which addresses may be spoken to."""

import time

import pytest

from app.channels.base import ChannelError
from app.channels.guard import Guard, ask_system, is_public

PUBLIC = ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:400e:80c::200e", "100.63.255.255"]
NOT_PUBLIC = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104 - that is what is refused
    "0.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.127.255.254",
    "192.0.0.8",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:8.8.8.8",
    "::8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "2001::1",
    "2001:db8::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "100::1",
    "5f00::1",
    "kring.example",
    "",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_trust_25_no_other_address_is(address):
    assert not is_public(address)


def refused(call, *arguments) -> tuple[str, bool]:
    with pytest.raises(ChannelError) as caught:
        call(*arguments)
    return caught.value.code, caught.value.permanent


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://kring.example/", "not-https"),
        ("ftp://kring.example/", "not-https"),
        ("file:///etc/passwd", "bad-address"),
        ("gopher://kring.example:25/x", "not-https"),
        ("kring.example", "bad-address"),
        ("https://", "bad-address"),
        ("https://wie:wat@kring.example/", "bad-address"),
        ("https://kring.example:0/", "bad-address"),
        ("https://kring.example:99999/", "bad-address"),
        ("https://kring.example/\r\nX-A: b", "bad-address"),
        ("https://kring.example/" + "a" * 2048, "bad-address"),
        ("https://[::1/", "bad-address"),
        ("", "bad-address"),
    ],
)
def test_a_text_that_can_never_be_right_is_given_up(address, code):
    assert refused(Guard().url, address) == (code, True)


def test_https_is_read_with_its_port_path_and_own_letters():
    url = Guard().url("https://café.example:8443/haak?x=1")
    assert (url.raw_host, url.port, url.raw_path) == (b"xn--caf-dma.example", 8443, b"/haak?x=1")


def test_every_resolved_address_must_be_public():
    mixed = Guard(resolve=lambda _host, _port: ["93.184.216.34", "10.0.0.1"])
    assert refused(mixed.addresses, "kring.example", 443, 1.0) == ("not-public", False)
    fine = Guard(resolve=lambda _host, _port: ["93.184.216.34", "2606:4700::1"])
    assert fine.addresses("kring.example", 443, 1.0) == ["93.184.216.34", "2606:4700::1"]


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "::1", "0"])
def test_every_way_to_write_loopback_is_refused(host):
    assert refused(Guard(resolve=ask_system).addresses, host, 443, 2.0)[0] in {"not-public", "unresolved"}


def test_loopback_is_allowed_by_its_flag_and_nothing_else_is():
    def guard(*found: str) -> Guard:
        return Guard(allow_private=True, resolve=lambda _host, _port: list(found))

    assert guard("127.0.0.1", "::1").addresses("localhost", 80, 1.0) == ["127.0.0.1", "::1"]
    assert guard().url("http://127.0.0.1:8000/x").scheme == "http"
    for address in ["10.0.0.1", "169.254.169.254", "0.0.0.0", "fe80::1", "::ffff:127.0.0.1"]:  # noqa: S104 - the refused
        assert refused(guard(address).addresses, "kring.example", 80, 1.0) == ("not-public", False)


def test_a_name_nobody_knows_and_a_name_server_that_stalls_are_tried_again():
    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError

    def stalls(_host: str, _port: int) -> list[str]:
        time.sleep(0.5)
        return ["93.184.216.34"]

    assert refused(Guard(resolve=unknown).addresses, "kring.example", 443, 1.0) == ("unresolved", False)
    assert refused(Guard(resolve=lambda _h, _p: []).addresses, "kring.example", 443, 1.0) == ("unresolved", False)
    began = time.monotonic()
    assert refused(Guard(resolve=stalls).addresses, "kring.example", 443, 0.05) == ("too-slow", False)
    assert time.monotonic() - began < 0.4
