"""A worker process for the kill test: `python -m tests.working DATA_DIR DATABASE_URL AHEAD_S LEASE_S`."""

import sys
from datetime import timedelta
from pathlib import Path

from app import house as houses
from app import worker
from app.clock import Clock
from tests.house import make_settings


def main(data_dir: str, database_url: str, ahead_s: str, lease_s: str) -> None:
    """Work as `teken worker` does, with a short lease and a clock at noon."""
    house = houses.build(make_settings(Path(data_dir), database_url, allow_private_addresses=True))
    house.clock = Clock(ahead=timedelta(seconds=float(ahead_s)))
    worker.run(house, lease=timedelta(seconds=float(lease_s)))
    house.close()


main(*sys.argv[1:])
