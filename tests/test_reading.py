"""The pool of reading processes: real processes, really killed."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from app.errors import Busy, TooLarge, Unreadable, Unsupported
from app.phatic.limits import Limits
from app.reading import KB, MB, Reader, read_clean
from tests import hostile
from tests.walks import as_fit, as_gpx, backwards, walk, walk_gpx

HOUR = walk_gpx()
LIMITS = Limits()
# Laborious within every limit: Garmin's decoder is plain Python.
SLOW = as_fit(walk(points=3000, noise_m=0)) * 12


def children() -> set[int]:
    return {child.pid for child in multiprocessing.active_children()}


def until(true, patience_s: float = 10.0):
    ends = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def reader():
    with_pool = Reader(LIMITS).open()
    yield with_pool
    with_pool.close()


def test_large_and_small_are_read_alike(reader):
    assert len(HOUR) > 64 * KB
    for data in (HOUR, walk_gpx(points=60)):
        here, there = read_clean(data, LIMITS), reader.read(data)
        for column in ("lat", "lon", "at", "starts"):
            np.testing.assert_array_equal(getattr(there, column), getattr(here, column))


def test_a_small_walk_needs_no_process():
    assert len(Reader(LIMITS).read(walk_gpx(points=60))) == 60


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (as_gpx(backwards(walk())), Unreadable, "unusable-times"),
        (HOUR[:-20], Unreadable, "unreadable-track"),
        (bytes(range(256)) * 300, Unsupported, "unsupported-format"),
        (bytes(LIMITS.body + 1), TooLarge, "too-large"),
        *((data, Unreadable, "too-complex") for data in hostile.too_complex().values()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_refusal_comes_back_as_itself(reader, data, kind, code):
    before = children()
    with pytest.raises(kind) as refusal:
        reader.read(data)
    assert (type(refusal.value), refusal.value.code) == (kind, code)
    assert children() == before


def test_a_task_that_takes_too_long_is_killed_and_its_process_replaced():
    reader = Reader(LIMITS, task_s=0.3).open()
    try:
        assert len(reader.read(HOUR)) == 3600
        before = children()
        begun = time.monotonic()
        with pytest.raises(Unreadable, match="too-complex"):
            reader.read(SLOW)
        assert time.monotonic() - begun < 3
        until(lambda: len(children() - before) == 1)
        assert len(reader.read(HOUR)) == 3600
    finally:
        reader.close()


def test_a_process_gets_no_more_memory_than_it_was_given(reader):
    # No file within the limits needs so much; this is what stops the one nobody thought of.
    with pytest.raises(MemoryError):
        reader._pool.schedule(bytearray, args=(512 * MB,)).result()
    assert len(reader.read(HOUR)) == 3600


def test_processes_killed_from_outside_are_replaced():
    reader = Reader(LIMITS).open()
    try:
        reader.read(HOUR)
        for _ in range(3):
            for pid in children():
                os.kill(pid, signal.SIGKILL)
            assert len(reader.read(HOUR)) == 3600
    finally:
        reader.close()


def test_when_all_places_are_taken_the_next_is_told_to_come_back():
    reader = Reader(LIMITS, places=1).open()
    try:
        assert len(reader.read(HOUR)) == 3600
        first = threading.Thread(target=reader.read, args=(SLOW[: len(SLOW) // 4],))
        first.start()
        until(lambda: reader._places._value == 0)
        with pytest.raises(Busy) as refusal:
            reader.read(HOUR)
        assert refusal.value.code == "busy"
        assert len(reader.read(walk_gpx(points=60))) == 60
        first.join()
        assert len(reader.read(HOUR)) == 3600
    finally:
        reader.close()


def test_a_closed_reader_is_busy_and_leaves_no_process():
    before = children()
    reader = Reader(LIMITS).open()
    reader.open()
    reader.read(HOUR)
    assert len(children() - before) == 2
    reader.close()
    reader.close()
    assert children() == before
    with pytest.raises(Busy):
        reader.read(HOUR)


def test_processes_end_with_the_service_even_when_it_is_killed():
    script = (
        "import multiprocessing, sys, time\n"
        "from app.phatic.limits import Limits\n"
        "from app.reading import Reader\n"
        "Reader(Limits()).open().read(sys.stdin.buffer.read())\n"
        "print(*[child.pid for child in multiprocessing.active_children()], flush=True)\n"
        "time.sleep(60)\n"
    )
    root = Path(__file__).parents[1]
    command = [sys.executable, "-c", script]
    service = subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 -- ours
    with service:
        service.stdin.write(HOUR)
        service.stdin.close()
        pids = [int(pid) for pid in service.stdout.readline().split()]
        service.kill()
    assert len(pids) == 2
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def test_others_hardly_wait_while_a_bad_file_is_refused(reader):
    waits = []
    bad = [threading.Thread(target=_refused, args=(reader, data)) for data in hostile.too_complex().values()]
    for thread in bad:
        thread.start()
    while any(thread.is_alive() for thread in bad):
        begun = time.perf_counter()
        time.sleep(0.001)
        waits.append(time.perf_counter() - begun)
    assert np.percentile(waits, 99) < 0.05


def _refused(reader: Reader, data: bytes) -> None:
    with pytest.raises(Unreadable):
        reader.read(data)
