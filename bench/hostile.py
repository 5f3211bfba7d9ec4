"""What others notice while 64 lines never finish: p99 beside quiet in the same run (`make bench-hostile`)."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import psutil

from bench.load import run

LINES, CONNECTIONS, REQUESTS, ROUNDS = 64, 8, 600, 3
MB = 1024 * 1024
SLOWLY_S = 0.25
TEKEN = Path(sys.executable).with_name("teken")


@contextmanager
def serving(folder: Path) -> Generator[tuple[str, psutil.Process]]:
    """Serve as an operator would, without limits on how often one token may ask."""
    settings = {"TEKEN_DATA_DIR": str(folder), "TEKEN_DEMO": "true", "TEKEN_RATE_LIMITS": "off"}
    command = [str(TEKEN), "serve", "--port", "0"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603  # our own command
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ | settings, cwd=folder
        )
        try:
            assert process.stdout
            line = next(line for line in process.stdout if line.startswith("Teken van leven: http"))
            yield line.split()[3], psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(30)


def ask(url: str, path: str, token: str = "", **body: str) -> dict:
    """Post JSON, and return what was answered."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    with urlopen(Request(url + path, json.dumps(body).encode(), headers), timeout=30) as answer:  # noqa: S310  # loopback
        return json.load(answer)


def kinds(token: str) -> list[list[bytes]]:
    """Return ways to never finish: pieces, of which the last is sent over and over."""
    head = b"Host: x\r\nAuthorization: Bearer %b\r\n" % token.encode()
    return [
        [b""],
        [b"GET / HTTP/1.1\r\n", b"X-A: b\r\n"],
        [b"POST /v1/residents HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n{", b" "],
        [b"POST /v1/walks HTTP/1.1\r\n" + head + b"Content-Length: 8000000\r\n\r\n" + b"x" * 50_000, b"x"],
        [b"GET /v1/teken HTTP/1.1\r\n" + head + b"Content-Length: 10\r\n\r\n", b"x"],
        [
            b"GET /static/teken.css HTTP/1.1\r\n" + head + b"\r\n" * 2,
            b"GET /static/teken.css HTTP/1.1\r\nHost: x\r\n\r\n",
        ],
    ]


class Flood:
    """Lines in a process of their own, so that what they cost here is not counted against the service."""

    def __init__(self, port: int, token: str) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", "bench.hostile", str(port), token])  # noqa: S603  # ourselves

    def end(self) -> None:
        """Let go of every line."""
        self._process.terminate()
        self._process.wait(10)


async def never_finish(port: int, token: str) -> None:
    """Keep 64 lines busy with nothing; whoever is shown out comes back."""

    async def one(pieces: list[bytes]) -> None:
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                for piece in pieces[:-1]:
                    writer.write(piece)
                while not writer.is_closing():
                    writer.write(pieces[-1])
                    await writer.drain()
                    await asyncio.sleep(SLOWLY_S)
            await asyncio.sleep(SLOWLY_S)

    ways = kinds(token)
    await asyncio.gather(*(one(ways[number % len(ways)]) for number in range(LINES)))


def requests(token: str) -> Iterator[bytes]:
    """Return taps and looks at the own page, as others send them."""
    head = f"Host: x\r\nAuthorization: Bearer {token}\r\n".encode()
    tap = b"POST /v1/check-ins HTTP/1.1\r\n" + head + b"Content-Length: 0\r\n\r\n"
    look = b"GET /v1/me HTTP/1.1\r\n" + head + b"\r\n"
    return iter([tap, look] * (REQUESTS // 2))


def held(process: psutil.Process) -> tuple[int, int, float]:
    """Return file descriptors, threads and MB of the process that serves."""
    return process.num_fds(), process.num_threads(), process.memory_info().rss / MB


def main() -> None:
    """Measure quiet and flooded in turn, and print the ratio of the medians."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (url, process):
        port = urlsplit(url).port or 0
        anna, carl = (ask(url, "/v1/residents", name=name)["token"] for name in ("Anna", "Carl"))
        measure(port, anna)  # nothing is cold
        before, quiet, flooded = held(process), [], []
        for _ in range(ROUNDS):
            quiet.append(measure(port, anna))
            flood = Flood(port, carl)
            time.sleep(2)
            flooded.append(measure(port, anna))
            flood.end()
        time.sleep(8)  # longer than a line is kept open
        report(quiet, flooded, before, held(process))
        log = (Path(folder) / "log").read_text()
        assert "Traceback" not in log, "a traceback in the log"


def measure(port: int, token: str) -> float:
    """Return others' p99 in milliseconds; every answer must be good."""
    load = run(port, requests(token), CONNECTIONS)
    assert load.failures == 0, f"{load.failures} answers were not 2xx"
    return load.p(0.99)


def report(quiet: Iterable[float], flooded: Iterable[float], before: tuple, after: tuple) -> None:
    """Print what was measured."""
    calm, busy = median(quiet), median(flooded)
    print(f"p99 quiet {calm:.0f} ms, with {LINES} lines that never finish {busy:.0f} ms: {busy / calm:.2f} x (aim 2)")
    for name, was, now in zip(("file descriptors", "threads", "MB"), before, after, strict=True):
        print(f"{name}: {was:.0f} before, {now:.0f} after")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        socket.setdefaulttimeout(30)
        asyncio.run(never_finish(int(sys.argv[1]), sys.argv[2]))
    else:
        main()
