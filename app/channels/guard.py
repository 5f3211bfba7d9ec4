"""Decides which addresses that a stranger chose may be spoken to: https, and public wherever the name leads."""

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable

import httpx

from app.channels.base import ChannelError

Resolver = Callable[[str, int], list[str]]
MAX_URL = 2048
HTTPS = 443
LAST_PORT = 65_535

# What `is_global` of Python 3.11 still lets pass: protocol assignments and the old 6to4 relays.
NOT_PUBLIC_4 = tuple(ipaddress.ip_network(n) for n in ("192.0.0.0/24", "192.88.99.0/24"))
# Real hosts live in 2000::/3. Outside it are the mapped (::ffff:0:0/96) and translated (64:ff9b::/96, NAT64) forms of
# IPv4; inside it 6to4 and Teredo carry an IPv4 address too. All of them could lead back into our own network.
PUBLIC_6 = ipaddress.ip_network("2000::/3")
NOT_PUBLIC_6 = tuple(ipaddress.ip_network(n) for n in ("2001::/23", "2002::/16", "3fff::/20"))


def is_public(address: str) -> bool:
    """Whether a numeric address belongs to the public internet; what cannot be read does not."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in NOT_PUBLIC_4)
    return ip in PUBLIC_6 and not any(ip in network for network in NOT_PUBLIC_6)


def ask_system(host: str, port: int) -> list[str]:
    """Every address the system knows for a host, in its own order; OSError when there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Guard:
    """Checks an address before, and the name behind it at, each connection.

    `allow_private` adds loopback and plain http, for tests and the demo: nothing else, also no other private network.
    """

    def __init__(self, *, allow_private: bool = False, resolve: Resolver = ask_system) -> None:
        self._allow_private = allow_private
        self._resolve = resolve

    def url(self, address: str) -> httpx.URL:
        """Read a web address.

        Raises:
            ChannelError: `bad-address` or `not-https`, permanent: this text can never become right.
        """
        try:
            url = httpx.URL(address)
        except (httpx.InvalidURL, UnicodeError):
            raise ChannelError("bad-address", permanent=True) from None
        if (
            len(address) > MAX_URL
            or not url.host
            or url.userinfo
            or not 0 < (HTTPS if url.port is None else url.port) <= LAST_PORT
        ):
            raise ChannelError("bad-address", permanent=True)
        if url.scheme != "https" and not (self._allow_private and url.scheme == "http"):
            raise ChannelError("not-https", permanent=True)
        return url

    def addresses(self, host: str, port: int, timeout_s: float) -> list[str]:
        """Look a name up once; all of its addresses are public, or none is given.

        Raises:
            ChannelError: `too-slow`, `unresolved` or `not-public`. Temporary: a name that leads astray today may do so
                because of our own resolver, and nothing was sent.
        """
        found = self._look_up(host, port, timeout_s)
        if not found:
            raise ChannelError("unresolved")
        if not all(is_public(a) or (self._allow_private and _is_loopback(a)) for a in found):
            raise ChannelError("not-public")
        return found

    def _look_up(self, host: str, port: int, timeout_s: float) -> list[str]:
        """Resolve in a thread of its own: `getaddrinfo` knows no timeout, and the name server may be the attacker's."""
        answers: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._resolve(host, port))
            except (OSError, UnicodeError):
                answers.put([])

        threading.Thread(target=ask, name="teken-resolve", daemon=True).start()
        try:
            return answers.get(timeout=timeout_s)
        except queue.Empty:
            raise ChannelError("too-slow") from None


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
