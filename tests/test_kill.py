"""Kill -9: workers die at random moments, and no check-in is lost; what comes twice carries the same id."""

import contextlib
import multiprocessing
import signal
import threading
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlmodel import col, select

from app.clock import Clock
from app.errors import Busy
from app.flows import checkin, outbox
from app.flows.checkin import Tap
from app.models.outbox import Attempt, OutboxItem
from app.models.people import Resident
from tests.circles import make_circle, make_subscription
from tests.house import NOON
from tests.working import work

CHECK_INS, KILLS, WORKERS = 200, 12, 3
LEASE = timedelta(seconds=2)


class Receiver(ThreadingHTTPServer):
    """A real webhook: keeps the ids that came to each path, and takes its time before it says so."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, rng: Random) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.ids: dict[str, list[str]] = defaultdict(list)
        self.lock = threading.Lock()
        self.rng = rng
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def handle_error(self, request, client_address) -> None:
        """Stay quiet: callers are killed in mid-sentence here."""


class _Hook(BaseHTTPRequestHandler):
    server: Receiver  # ty: ignore[incompatible-mutable-override] - only a Receiver makes this handler

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.ids[self.path].append(self.headers["webhook-id"])
            pause_s = self.server.rng.uniform(0.02, 0.4)
        time.sleep(pause_s)  # taken, and not said yet: the moment in which a kill makes a repeat
        self.send_response(204)
        self.end_headers()

    def log_message(self, format, *args) -> None:  # noqa: A002 - the library's names
        """Write nothing."""


class Workers:
    """Processes that are killed and replaced; `folder` keeps what they log.

    They are forked from a server process that has imported everything, so that a new one is at work at once.
    """

    def __init__(self, folder: Path, *args: Any) -> None:
        self._folder, self._args = folder, args
        self._numbers = count()
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.working"])
        self.alive: dict[int, BaseProcess] = {}

    def start(self) -> None:
        number = next(self._numbers)
        process = self._context.Process(target=work, args=(*self._args, self._log(number)))
        process.start()
        self.alive[number] = process

    def at_work(self) -> list[int]:
        for number, process in self.alive.items():
            assert process.is_alive(), self._log(number).read_text()
        return [
            number for number in self.alive if self._log(number).exists() and "working" in self._log(number).read_text()
        ]

    def _log(self, number: int) -> Path:
        return self._folder / f"worker-{number}.log"

    def kill(self, number: int) -> None:
        process = self.alive.pop(number)
        process.kill()
        process.join(10)
        assert process.exitcode == -signal.SIGKILL

    def stop(self) -> list[int | None]:
        for process in self.alive.values():
            process.terminate()
        for process in self.alive.values():
            process.join(30)
        return [process.exitcode for process in self.alive.values()]

    def clear(self) -> None:
        for process in self.alive.values():
            process.kill()
            process.join(10)


@pytest.fixture
def receiver():
    server = Receiver(Random(5))
    yield server
    server.shutdown()
    server.server_close()


def tap(house, resident: Resident) -> None:
    while True:
        with contextlib.suppress(Busy), house.db.write() as session:
            checkin.share_tap(session, resident, Tap(), house.clock.now())
            return


def until(happened, within_s: float) -> None:
    ends = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.05)


def test_two_hundred_check_ins_survive_twelve_kills(house, database_url, tmp_path, receiver):
    rng = Random(11)
    ahead = NOON - datetime.now(UTC)
    house.clock = Clock(ahead=ahead)
    paths = {}
    for n in range(CHECK_INS):
        made = make_circle(house)
        paths[made.resident.id] = f"/lamp/{n}"
        where = f"http://127.0.0.1:{receiver.server_address[1]}{paths[made.resident.id]}"
        make_subscription(house, made.viewer, "webhook", where)
    with house.db.read() as session:
        residents = list(session.exec(select(Resident)))
    workers = Workers(tmp_path, tmp_path, database_url, ahead, LEASE)
    try:
        for _ in range(WORKERS):
            workers.start()
        for kill in range(KILLS):
            for resident in residents[kill * CHECK_INS // KILLS : (kill + 1) * CHECK_INS // KILLS]:
                tap(house, resident)
            until(workers.at_work, 60)
            time.sleep(rng.uniform(0.05, 0.8))
            workers.kill(rng.choice(workers.at_work()))
            workers.start()
        until(lambda: waiting(house) == 0, 120)
        until(lambda: len(workers.at_work()) == WORKERS, 60)
        assert workers.stop() == [0] * WORKERS
    finally:
        workers.clear()
    assert_nothing_lost(house, receiver, paths)


def waiting(house) -> int:
    with house.db.read() as session:
        return len(session.exec(select(OutboxItem.id).where(OutboxItem.state == outbox.WAITING)).all())


def assert_nothing_lost(house, receiver, paths) -> None:
    with house.db.read() as session:
        items = session.exec(select(OutboxItem).order_by(col(OutboxItem.id))).all()
        attempts = session.exec(select(Attempt)).all()
    assert len(items) == CHECK_INS
    assert {item.state for item in items} == {outbox.SENT}
    came = receiver.ids
    lost = [item.id for item in items if not came[paths[item.resident_id]]]
    assert lost == []
    for item in items:
        assert set(came[paths[item.resident_id]]) == {str(item.id)}, "a repeat came under another id"
    # Each call had its attempt written before it: the dead left theirs open.
    assert len(attempts) >= sum(len(ids) for ids in came.values())
    assert any(attempt.ended_at is None for attempt in attempts), "no kill met a call"
    print(f"{len(items)} came, {sum(map(len, came.values())) - len(items)} of them again, {len(attempts)} attempts")  # noqa: T201 - figures for `pytest -s`
