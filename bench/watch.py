"""The watch with a million residents beside a bare claim, on PostgreSQL: `make bench-watch`.

Nothing due costs one look at an index; a thousand due are claimed in one statement, whose floor in the same run is the
same update without the lease and the order.
"""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import text

from app import migrating
from app.flows import watch
from app.house import House, build
from app.settings import Settings
from app.vault import vault_of
from tests.postgres import new_database

ROUNDS = 15
RESIDENTS = """
    INSERT INTO resident (id, name, language, time_zone, hand, planes, keeps_sketches, sign_days, changes, created_at)
    SELECT gen_random_uuid(), :name, 'nl', 'Europe/Amsterdam', :hand, :planes, false, 400, 0, :now
    FROM generate_series(1, :many)
"""
AGREEMENTS = """
    INSERT INTO agreement (resident_id, kind, weekdays, level, agreed_at, heard_at, next_due_at)
    SELECT id, 'calm', '0123456', 0.5, :now, :now, :later + random() * interval '30 days' FROM resident
"""
MAKE_DUE = """
    UPDATE agreement SET next_due_at = :now, leased_until = NULL
    WHERE resident_id IN (SELECT resident_id FROM agreement WHERE silence_id IS NULL ORDER BY resident_id LIMIT :many)
"""
NONE_DUE = "UPDATE agreement SET next_due_at = :later, leased_until = NULL WHERE next_due_at <= :now"
BARE = """
    UPDATE agreement SET leased_until = :until WHERE resident_id IN (
        SELECT resident_id FROM agreement WHERE next_due_at <= :now LIMIT 1000 FOR UPDATE SKIP LOCKED
    ) RETURNING resident_id
"""


def fill(house: House, many: int, now: datetime) -> None:
    """Make residents with an agreement, none of them due."""
    with house.db.writer.begin() as connection:
        plain = {"name": b'"Anna"', "hand": b'"' + b"0" * 64 + b'"', "planes": b"[]"}
        vault = vault_of(house.db.writer.dialect)
        sealed = {column: vault.seal(value, f"resident.{column}") for column, value in plain.items()}
        connection.execute(text(RESIDENTS), sealed | {"now": now, "many": many})
        connection.execute(text(AGREEMENTS), {"now": now, "later": now + timedelta(days=1)})
    with house.db.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE agreement"))


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    begins = time.perf_counter()
    work()
    return time.perf_counter() - begins


def make_due(house: House, many: int, now: datetime) -> None:
    """Let exactly so many be due, and nobody else."""
    with house.db.writer.begin() as connection:
        connection.execute(text(NONE_DUE), {"now": now, "later": now + timedelta(days=30)})
        connection.execute(text(MAKE_DUE), {"now": now, "many": many})


def bare(house: House, now: datetime) -> None:
    """Claim a thousand with nothing but the statement."""
    with house.db.writer.begin() as connection:
        found = connection.execute(text(BARE), {"now": now, "until": now + watch.LEASE}).all()
    assert len(found) == 1000


def ours(house: House, now: datetime) -> None:
    """Claim a thousand as the worker does."""
    with house.db.write() as session:
        found = watch.claim(session, now, 1000)
    assert len(found) == 1000


def nothing(house: House, now: datetime) -> None:
    """Look whether anybody is due."""
    with house.db.read() as session:
        assert not watch.is_anybody_due(session, now)


def first(house: House, now: datetime) -> None:
    """Claim a batch and look at the first of it: from then on its message lies ready."""
    with house.db.write() as session:
        claimed = watch.claim(session, now, 50)
    with house.db.write() as session:
        assert watch.look(session, claimed[0], now, keys=house.keys) == "nudge"


def claims(house: House, now: datetime) -> tuple[float, float]:
    """Return the medians of our claim and of the bare one, taken in turns."""
    figures: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for kept, work in zip(figures, (ours, bare), strict=True):
            make_due(house, 1000, now)
            kept.append(seconds(lambda work=work: work(house, now)))
    return median(figures[0]), median(figures[1])


def main() -> None:
    """Fill, measure, print; fails when an aim is missed."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--residents", type=int, default=1_000_000)
    many, now = asked.parse_args().residents, datetime.now(UTC)
    with new_database() as url, TemporaryDirectory() as folder:
        house = build(Settings(_env_file=None, data_dir=Path(folder), database_url=url, demo=True))
        migrating.to_newest(house.db.writer)
        print(f"{many} residents, filled in {seconds(lambda: fill(house, many, now)):.0f} s")
        nothing(house, now)
        quiet = median(seconds(lambda: nothing(house, now)) for _ in range(200))
        our, floor = claims(house, now)
        firsts = {}
        for due in (1000, 10_000):
            times = []
            for _ in range(5):
                make_due(house, due, now)
                times.append(seconds(lambda: first(house, now)))
            firsts[due] = median(times)
        house.close()
    print(f"nothing due: {quiet * 1000:.2f} ms (aim 1)")
    print(f"1,000 due: {our * 1000:.1f} ms, bare claim {floor * 1000:.1f} ms, ratio {our / floor:.2f} (aim 1.5)")
    ratio = firsts[10_000] / firsts[1000]
    print(
        f"first message with 10,000 due: {firsts[10_000] * 1000:.1f} ms, with 1,000 {firsts[1000] * 1000:.1f} ms,",
        end=" ",
    )
    print(f"ratio {ratio:.2f}")
    assert quiet <= 0.001, "a look at nothing costs too much"
    assert our / floor <= 1.5, "the claim costs too much beside its floor"


if __name__ == "__main__":
    main()
