"""A small load on the loopback: keep-alive connections that each send the next request when the last was answered."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True)
class Load:
    """What one run gave: seconds per answer, and how many were not 2xx."""

    seconds: list[float]
    failures: int

    def p(self, share: float) -> float:
        """Return a percentile in milliseconds."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run(port: int, requests: Iterable[bytes], connections: int) -> Load:
    """Send all requests over so many connections; raw bytes, because a client library costs more than the server."""
    return asyncio.run(_run(port, iter(requests), connections))


async def _run(port: int, requests: Iterator[bytes], connections: int) -> Load:
    seconds: list[float] = []
    statuses: list[int] = []

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in requests:
            began = perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
            seconds.append(perf_counter() - began)
            statuses.append(int(head.split(b" ", 2)[1]))
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(one() for _ in range(connections)))
    return Load(seconds, sum(not 200 <= status < 300 for status in statuses))
