"""One POST to an address that a stranger chose: checked, pinned, without redirects, small and soon over.

This speaks through httpcore, the engine under httpx, because only there the connection itself can be given: the name is
looked up, checked and connected to in one place, so a second answer of the name server (DNS rebinding) has no moment.
"""

import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import httpcore
import httpx

from app.channels.base import ChannelError
from app.channels.guard import Guard

ANSWER_LIMIT = 64 * 1024
DEADLINE_S = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, at most 64 kB of body, and how long to wait if it said so."""

    status: int
    body: bytes
    retry_after_s: int | None


class Post:
    """Posts to guarded addresses; holds no connection between two calls."""

    def __init__(
        self,
        guard: Guard,
        *,
        network: httpcore.NetworkBackend | None = None,
        tls: ssl.SSLContext | None = None,
        deadline_s: float = DEADLINE_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._guard = guard
        self._network = network or httpcore.SyncBackend()
        self._tls = tls or httpx.create_ssl_context(trust_env=False)
        self._deadline_s = deadline_s
        self._monotonic = monotonic

    def __call__(self, address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send `body` once; the whole exchange, lookup to last byte, ends within the deadline.

        Raises:
            ChannelError: the guard's codes, `unreachable`, `too-slow` or `too-much`; temporary but for the guard's.
        """
        url = self._guard.url(address)
        network = _PinnedNetwork(self._guard, self._network, self._clock())
        # `Accept-Encoding: identity`, and raw bytes in any case: no answer is ever unpacked, so none can explode.
        fixed = {"Host": url.netloc.decode("ascii"), "Accept-Encoding": "identity", "Connection": "close"}
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self._tls, network_backend=network, http2=False) as pool,
                pool.stream("POST", target, headers={**fixed, **headers}, content=body) as response,
            ):
                return Answer(response.status, _read(response.iter_stream()), _retry_after(response.headers))
        except httpcore.TimeoutException:
            raise ChannelError("too-slow") from None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            raise ChannelError("unreachable") from None

    def _clock(self) -> Callable[[], float]:
        """Make the function that says how many seconds are left."""
        ends_at = self._monotonic() + self._deadline_s

        def left_s() -> float:
            left = ends_at - self._monotonic()
            if left <= 0:
                raise httpcore.ReadTimeout
            return left

        return left_s


class _PinnedNetwork(httpcore.NetworkBackend):
    """Connects to the addresses the guard let pass; TLS still asks for the name, so certificate and SNI are right."""

    def __init__(self, guard: Guard, inner: httpcore.NetworkBackend, left_s: Callable[[], float]) -> None:
        self._guard = guard
        self._inner = inner
        self._left_s = left_s

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline rules
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        refused = httpcore.ConnectError()
        for address in self._guard.addresses(host, port, self._left_s()):
            try:
                stream = self._inner.connect_tcp(address, port, self._left_s(), local_address, socket_options)
            except httpcore.ConnectError as error:
                refused = error
            else:
                return _TimedStream(stream, self._left_s)
        raise refused


class _TimedStream(httpcore.NetworkStream):
    """Gives every read and write what is left of the deadline: one byte a second does not keep a worker."""

    def __init__(self, inner: httpcore.NetworkStream, left_s: Callable[[], float]) -> None:
        self._inner = inner
        self._left_s = left_s

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline rules
        return self._inner.read(max_bytes, self._left_s())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the deadline rules
        self._inner.write(buffer, self._left_s())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the deadline rules
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, self._left_s()), self._left_s)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


def _read(parts: Iterable[bytes]) -> bytes:
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > ANSWER_LIMIT:
            raise ChannelError("too-much")
    return bytes(body)


def _retry_after(headers: Iterable[tuple[bytes, bytes]]) -> int | None:
    """Read the seconds of `Retry-After`, at most a day; its date form is passed over."""
    for name, value in headers:
        if name.lower() == b"retry-after" and value.isdigit() and len(value) <= 9:  # noqa: PLR2004 - any int fits
            return min(int(value), 86_400)
    return None
