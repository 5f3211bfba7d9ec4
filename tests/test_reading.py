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
LABORIOUS = as_fit(walk(points=3000, noise_m=0)) * 4
SLOW = as_fit(walk(points=3000, noise_m=0), placed=False) * 300


def children() -> set[int]:
    return {child.pid for child in multiprocessing.active_children() if child.pid}


def until(true, patience_s: float = 10.0):
    ends = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def reader():
    # As patient as a machine is busy: what takes too long has a test of its own.
    with_pool = Reader(LIMITS, task_s=60).open()
    yield with_pool
    with_pool.close()


def test_large_and_small_are_read_alike(reader):
    assert len(HOUR) > 64 * KB
    for data in (HOUR, walk_gpx(points=60)):
        here, there = read_clean(data, LIMITS), reader.read(data)
        for column in ("lat", "lon", "at", "starts"):
            np.testing.assert_array_equal(getattr(there, column), getattr(here, column))


def test_closing_ends_a_process_that_still_starts_without_a_word(capfd):
    """Whoever presses Ctrl-C in the first second sees no traceback of a process that misses what is closed."""
    before = children()
    reader = Reader(LIMITS).open()
    first, second = sorted(children() - before)
    # The first cannot end before it is killed, so the second goes on starting meanwhile.
    for pid in (first, second):
        os.kill(pid, signal.SIGSTOP)
    closing = threading.Thread(target=reader.close)
    closing.start()
    time.sleep(1)
    os.kill(second, signal.SIGCONT)
    closing.join()
    assert not {first, second} & children()
    assert capfd.readouterr().err == ""


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
    with pytest.raises(kind) as refusal:
        reader.read(data)
    assert (type(refusal.value), refusal.value.code) == (kind, code)


def test_a_task_that_takes_too_long_is_killed_and_its_process_replaced():
    # Many times what an hour's walk takes, so that a busy machine is not what takes too long.
    reader = Reader(LIMITS, processes=1, task_s=3.0).open()
    try:
        assert len(reader.read(HOUR)) == 3600
        before = children()
        with pytest.raises(Unreadable, match="too-complex"):
            reader.read(SLOW)
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
    others = children()
    reader = Reader(LIMITS, processes=1).open()
    try:
        reader.read(HOUR)
        for _ in range(2):
            for pid in children() - others:
                os.kill(pid, signal.SIGKILL)
            assert len(reader.read(HOUR)) == 3600
    finally:
        reader.close()


def test_when_all_places_are_taken_the_next_is_told_to_come_back():
    reader = Reader(LIMITS, processes=1, task_s=60, places=1).open()
    try:
        assert len(reader.read(HOUR)) == 3600
        first = threading.Thread(target=reader.read, args=(LABORIOUS,))
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
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=root, stdin=pipe, stdout=pipe) as service:  # noqa: S603 -- our own command
        assert service.stdin
        assert service.stdout
        service.stdin.write(HOUR)
        service.stdin.close()
        pids = [int(pid) for pid in service.stdout.readline().split()]
        service.kill()
    assert len(pids) == 2
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def test_refusing_a_bad_file_costs_this_process_next_to_nothing(reader):
    # CPU of this process, not of its children: a busy machine must not decide the test, and who has no work to do
    # here makes nobody wait here.
    for data in hostile.too_complex().values():
        begun = time.process_time()
        with pytest.raises(Unreadable):
            reader.read(data)
        assert time.process_time() - begun < 0.05
