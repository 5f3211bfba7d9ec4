"""A real server process of this project: a free port, a data folder and a temporary folder of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from tests.house import DATA_KEYS, SECRET
from tests.people import Person, make_resident

TEKEN = Path(sys.executable).with_name("teken")
STARTS_S, STOPS_S = 180, 60
SERVED = re.compile(r"Teken van leven: (http://127\.0\.0\.1:\d+)")
# As an operator would run it, but open to people who sign up and without a hold.
PLAIN = {
    "TEKEN_DEMO": "false",
    "TEKEN_OPEN_SIGNUP": "true",
    "TEKEN_CONTROLLER_NAME": "Stichting De Kring",
    "TEKEN_CONTROLLER_CONTACT": "hallo@kring.example",
    "TEKEN_DPO_CONTACT": "fg@kring.example",
    "TEKEN_HOLD_MINUTES": "0",
    "TEKEN_SECRET_KEY": SECRET,
    "TEKEN_DATA_KEYS": DATA_KEYS,
    "TEKEN_LOG_FORMAT": "json",
}


@dataclass
class Server:
    """One process of `teken serve`. `folder` holds everything it may write: `data`, `tmp` and its two outputs."""

    process: subprocess.Popen
    url: str
    folder: Path
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def said(self) -> str:
        """Everything that it wrote to its outputs: the logs, and what people see."""
        return "".join((self.folder / name).read_text() for name in ("stdout", "stderr"))

    def processes(self) -> list[int]:
        """Return the ids of its processes: its own, then those that read large uploads (Linux only)."""
        found = [self.process.pid]
        for children in Path(f"/proc/{found[0]}/task").glob("*/children"):
            found += [int(child) for child in children.read_text().split()]
        return [pid for pid in found if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def client(self) -> Any:
        """Return a client that speaks to it as the tests' own client does; closed with the server."""
        one = httpx.Client(base_url=self.url, timeout=30)
        self.clients.append(one)
        return one

    def resident(self, name: str = "Anna") -> Person:
        """Return a new resident with whom it is early afternoon: nothing of theirs waits for a morning."""
        return make_resident(self.client(), name, time_zone=afternoon())

    def stop(self) -> int:
        """Tell it to stop, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOPS_S)

    def kill(self) -> None:
        """End it as a power cut would; its reading processes see their pipe close and end by themselves."""
        self.process.kill()
        self.process.wait(STOPS_S)


def afternoon() -> str:
    """Return a time zone in which it is between 13:00 and 14:00 now."""
    ahead = 13 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}"  # POSIX: west is positive


def start(
    folder: Path,
    *options: str,
    database_url: str = "",
    before: str = "",
    python_path: Path | None = None,
    **settings: str,
) -> Server:
    """Start `teken serve` and wait until it answers; `settings` are environment variables.

    `before` is Python that runs first in the same process, `python_path` a folder that all its processes import from.
    """
    for name in ("data", "tmp", "empty"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TEKEN_")}
    places = {"TEKEN_DATA_DIR": str(folder / "data"), "TMPDIR": str(folder / "tmp"), "TEKEN_DATABASE_URL": database_url}
    paths = {"PYTHONPATH": str(python_path)} if python_path else {}
    command = [sys.executable, "-c", f"{before}\nfrom app.cli import main; main()"] if before else [str(TEKEN)]
    with (folder / "stdout").open("a") as out, (folder / "stderr").open("a") as err:
        seen = out.tell()
        process = subprocess.Popen(  # noqa: S603  # our own command
            [*command, "serve", "--port", "0", *options],
            stdout=out,
            stderr=err,
            cwd=folder / "empty",  # no `.env` of whoever runs the tests
            env=kept | PLAIN | places | paths | {"PYTHONUNBUFFERED": "1"} | settings,
        )
    return Server(process, _address(process, folder, seen), folder)


def _address(process: subprocess.Popen, folder: Path, seen: int) -> str:
    """Wait until the process says where it listens, and until it answers there."""
    ends = time.monotonic() + STARTS_S
    while time.monotonic() < ends and process.poll() is None:
        found = SERVED.search((folder / "stdout").read_text()[seen:])
        if found and _answers(found[1]):
            return found[1]
        time.sleep(0.05)
    process.kill()
    process.wait(STOPS_S)
    raise AssertionError("the server did not start:\n" + (folder / "stderr").read_text()[-4000:])


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/livez", timeout=5).is_success
    except httpx.TransportError:
        return False


@contextmanager
def serving(folder: Path, *options: str, **how) -> Generator[Server]:
    """Serve for as long as the block lasts, whatever the block does to the process."""
    server = start(folder, *options, **how)
    try:
        yield server
    finally:
        for client in server.clients:
            client.close()
        if server.process.poll() is None:
            server.stop()
