"""How fast a walk is read: bytes to columns against gpxpy in the same run, bytes to Sketch, memory, waiting.

Run it with `make bench-gpx`, or `.venv/bin/python -m bench.gpx`; figures are CPU time of the fastest pair in turn, so
that another program on the machine disturbs both alike.
"""

import statistics
import threading
import time
import tracemalloc
from collections.abc import Callable
from random import Random

import gpxpy

from app.errors import TekenError
from app.phatic import blur, gpx
from app.phatic.limits import Limits
from app.phatic.plane import Secrets
from app.reading import Reader, read_clean
from tests import hostile
from tests.walks import walk_gpx

LIMITS = Limits()
TURNS = 15
AIM = 4.0


def cpu_ms(work: Callable[[], object]) -> float:
    """Return the CPU time of one run, in milliseconds."""
    begun = time.process_time()
    work()
    return 1000 * (time.process_time() - begun)


def against_gpxpy(data: bytes) -> None:
    """Print both readers' times, and the ratio of each pair of turns."""
    assert len(gpx.read(data, LIMITS)) == gpxpy.parse(data.decode()).get_points_no()
    pairs = [(cpu_ms(lambda: gpx.read(data, LIMITS)), cpu_ms(lambda: gpxpy.parse(data.decode()))) for _ in range(TURNS)]
    ours, theirs = (min(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(theirs / ours for ours, theirs in pairs)
    print(f"bytes to columns     {ours:7.1f} ms   gpxpy {theirs:.1f} ms   {ratio:.1f} times as fast (aim {AIM:.0f})")


def to_cleaned(data: bytes) -> None:
    """Print the time from bytes to a cleaned track."""
    whole = min(cpu_ms(lambda: read_clean(data, LIMITS)) for _ in range(TURNS))
    print(f"bytes to clean track {whole:7.1f} ms   {1000 / whole:.0f} a second and core")


def to_sketch(hours: list[bytes]) -> None:
    """Print the time from bytes to a Sketch for a resident with a usual round, an earlier Sketch kept each time."""
    secrets, discs, earlier, rng, spent = Secrets(), [], [], Random(1), []
    for data in hours:
        begun = time.process_time()
        told = blur.release(read_clean(data, LIMITS), secrets, discs, earlier, rng)
        spent.append(1000 * (time.process_time() - begun))
        discs += told.new_discs
        secrets = Secrets((*secrets.planes, *told.new_planes))
        earlier += [told.sketch] if told.sketch else []
    assert len(earlier) == len(hours)
    mean = statistics.mean(spent)
    print(f"bytes to Sketch      {mean:7.1f} ms   {1000 / mean:.0f} a second and core (aim 25), {len(hours)} walks")


def memory(data: bytes) -> None:
    """Print what reading a six-hour walk takes above its body."""
    tracemalloc.start()
    read_clean(data, LIMITS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"six hours, memory    {peak / 1e6:7.1f} MB above a body of {len(data) / 1e6:.1f} MB (aim 8)")


def refusals() -> None:
    """Print the CPU time of refusing what is made to hurt."""
    for name, data in {**hostile.too_complex(), "billion laughs": hostile.doctypes()["billion laughs"]}.items():
        print(f"refuse {name:30s} {cpu_ms(lambda data=data: _refused(data)):7.1f} ms   {len(data) / 1e6:.1f} MB")


def waiting(hour: bytes) -> None:
    """Print how long a sleeper in this process oversleeps while others' files are read, here and in the pool."""
    bad = [*hostile.too_complex().values(), hour, hour]
    for name, above in (("in this process", LIMITS.body), ("in the pool", 64 * 1024)):
        reader = Reader(LIMITS, pool_above=above).open()
        reader.read(hour)
        threads = [threading.Thread(target=_tried, args=(reader, data)) for data in bad]
        for thread in threads:
            thread.start()
        late = []
        while any(thread.is_alive() for thread in threads):
            begun = time.perf_counter()
            time.sleep(0.001)
            late.append(1000 * (time.perf_counter() - begun - 0.001))
        reader.close()
        print(f"others wait, reading {name:16s} p99 {statistics.quantiles([*late, 0.0, 0.0], n=100)[98]:6.1f} ms")


def _refused(data: bytes) -> None:
    try:
        read_clean(data, LIMITS)
    except TekenError:
        return
    raise AssertionError


def _tried(reader: Reader, data: bytes) -> None:
    try:
        reader.read(data)
    except TekenError:
        return


def main() -> None:
    """Print the whole table."""
    hour = walk_gpx()
    against_gpxpy(hour)
    against_gpxpy(walk_gpx(heart_rate=True, digits=3))
    to_cleaned(hour)
    to_sketch([walk_gpx(seed=seed) for seed in range(60)])
    memory(walk_gpx(points=21_600))
    refusals()
    waiting(hour)


if __name__ == "__main__":
    main()
