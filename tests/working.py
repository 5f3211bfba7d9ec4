"""What a worker process of the kill test does."""

import os
import sys
from datetime import timedelta
from pathlib import Path

from app import house as houses
from app import worker
from app.clock import Clock
from tests.house import make_settings


def work(data_dir: Path, database_url: str, ahead: timedelta, lease: timedelta, said: Path) -> None:
    """Work as `teken worker` does, with a short lease and a clock at noon; what it says goes to a file."""
    file = os.open(said, os.O_WRONLY | os.O_CREAT)
    os.dup2(file, sys.stdout.fileno())
    os.dup2(file, sys.stderr.fileno())
    sys.stdout.reconfigure(line_buffering=True)
    house = houses.build(make_settings(data_dir, database_url, allow_private_addresses=True))
    house.clock = Clock(ahead=ahead)
    worker.run(house, lease=lease)
    house.close()
