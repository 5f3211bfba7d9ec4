"""The whole check-in with five contacts beside a bare one-row insert, in the same run: `make bench-checkin`."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from uuid import uuid4

import httpx
import psutil
from sqlalchemy import insert

from app import migrating
from app.auth import CONTACT, RESIDENT, new_token
from app.house import House, build
from app.models.circle import Consent, Contact
from app.models.outbox import Subscription
from app.models.people import Device, Resident, Viewer
from app.models.silence import Agreement
from app.settings import Settings
from bench.load import Load, run

TABLES = (Resident, Agreement, Device, Viewer, Contact, Consent, Subscription)
CONTACTS = 5
REQUESTS = 400
ROUNDS = 3
CONNECTIONS = (8, 64)
ANSWERS = 3  # what each service answers before it is measured, so that nothing is cold


def seed(house: House, residents: int) -> list[str]:
    """Make residents, each with five contacts at `drawing` who get mail; returns their tokens."""
    now = datetime.now(UTC)
    tokens = [new_token(RESIDENT) for _ in range(residents)]
    rows: dict[type, list[dict]] = {table: [] for table in TABLES}
    for token in tokens:
        resident = Resident(
            name="Anna", language="nl", time_zone=daytime_zone(now), hand=os.urandom(32).hex(), created_at=now
        )
        rows[Resident].append(resident.model_dump())
        rows[Agreement].append(Agreement(resident_id=resident.id, agreed_at=now).model_dump())
        device = Device(
            resident_id=resident.id, kind="phone", name="", token_hash=house.keys.hash(token), created_at=now
        )
        rows[Device].append(device.model_dump())
        for place in range(CONTACTS):
            viewer = Viewer(
                token_hash=house.keys.hash(new_token(CONTACT)), language="nl", time_zone="UTC", created_at=now
            )
            contact = Contact(
                resident_id=resident.id,
                viewer_id=viewer.id,
                name="Bas",
                role="contact",
                detail="drawing",
                position=place,
                state="active",
                began_at=now,
            )
            consent = Consent(
                resident_id=resident.id,
                contact_id=contact.id,
                detail="drawing",
                words="",
                version="",
                language="nl",
                from_at=now,
            )
            subscription = Subscription(
                viewer_id=viewer.id,
                channel="email",
                address="bas@teken.example",
                address_hash="",
                secret="",
                stop_hash=uuid4().hex,
                verify_hash=uuid4().hex,
                asked_at=now,
                created_at=now,
                verified_at=now,
            )
            for row in (viewer, contact, consent, subscription):
                rows[type(row)].append(row.model_dump())
    with house.db.write() as session:
        for table, values in rows.items():
            session.exec(insert(table), params=values)
    return tokens


def daytime_zone(now: datetime) -> str:
    """Return a zone in which it is about noon, so that nothing waits for the morning."""
    offset = round(12 - now.hour - now.minute / 60)
    return f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"


@contextmanager
def serving(command: list[str], port: int, path: str, **environment: str):  # noqa: ANN201  # a psutil.Process, once
    """Run a service until the block ends; yields its process."""
    process = subprocess.Popen(  # noqa: S603  # our own command
        command, env=os.environ | environment, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            try:
                httpx.get(f"http://127.0.0.1:{port}{path}")
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def measured(process: psutil.Process, port: int, requests: list[bytes], connections: int) -> tuple[Load, float]:
    """Return what a load gave, and the server's CPU milliseconds per request."""
    before = process.cpu_times()
    load = run(port, requests, connections)
    after = process.cpu_times()
    spent = after.user + after.system - before.user - before.system
    return load, 1000 * spent / len(requests)


def main() -> None:
    """Run both services in turn, and print medians with the ratio to the floor."""
    with tempfile.TemporaryDirectory() as folder:
        ours, floor = free_ports()
        environment = {"TEKEN_DATA_DIR": folder, "TEKEN_RATE_LIMITS": "off", "TEKEN_DEMO": "true"}
        house = build(Settings(_env_file=None, data_dir=Path(folder), demo=True))
        migrating.to_newest(house.db.writer)
        tokens = iter(seed(house, len(CONNECTIONS) * (ROUNDS + 1) * REQUESTS))
        house.close()

        def tap() -> bytes:
            who = f"Authorization: Bearer {next(tokens)}"
            return f"POST /v1/check-ins HTTP/1.1\r\nHost: x\r\n{who}\r\nContent-Length: 0\r\n\r\n".encode()

        def row() -> bytes:
            return b"POST /rows HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"

        teken = [sys.executable, "-m", "bench.serve", str(ours)]
        bare = [sys.executable, "-m", "bench.floor", str(Path(folder) / "floor.db"), str(floor)]
        with (
            serving(teken, ours, "/livez", **environment) as teken_process,
            serving(bare, floor, "/docs") as floor_process,
        ):
            report((teken_process, ours, tap), (floor_process, floor, row))


Service = tuple[psutil.Process, int, Callable[[], bytes]]


def report(ours: Service, floor: Service) -> None:
    """Measure in turn and print."""
    print(f"{'connections':>11} {'':>8} {'CPU ms':>8} {'p50 ms':>8} {'p99 ms':>8} {'not 2xx':>8}")
    for connections in CONNECTIONS:
        figures: dict[str, list[tuple[float, float, float, int]]] = {"check-in": [], "floor": []}
        for turn in range(ROUNDS + 1):
            for name, (process, port, request) in (("check-in", ours), ("floor", floor)):
                load, cpu = measured(process, port, [request() for _ in range(REQUESTS)], connections)
                if turn:  # the first round warms up
                    figures[name].append((cpu, load.p(0.5), load.p(0.99), load.failures))
        lines = {name: [median(column) for column in zip(*rows, strict=True)] for name, rows in figures.items()}
        for name, (cpu, p50, p99, failures) in lines.items():
            print(f"{connections:>11} {name:>8} {cpu:>8.2f} {p50:>8.1f} {p99:>8.1f} {failures:>8.0f}")
        ratio = [a / b for a, b in zip(lines["check-in"][:3], lines["floor"][:3], strict=True)]
        print(f"{connections:>11} {'ratio':>8} {ratio[0]:>8.2f} {ratio[1]:>8.2f} {ratio[2]:>8.2f}")


def free_ports() -> tuple[int, int]:
    """Return two ports that nobody listens on."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


if __name__ == "__main__":
    main()
