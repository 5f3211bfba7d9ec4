"""What processes of tests do that are forked from one that has imported the service."""

import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TextIO

from app import house as houses
from app import worker
from app.cli import main as run
from app.clock import Clock
from tests.house import make_settings


def work(data_dir: Path, database_url: str, ahead: timedelta, lease: timedelta, said: Path) -> None:
    """Work as `teken worker` does, with a short lease and a clock at noon; what it says goes to a file."""
    say_into(said, sys.stdout, sys.stderr)
    sys.stdout.reconfigure(line_buffering=True)
    house = houses.build(make_settings(data_dir, database_url, allow_private_addresses=True))
    house.clock = Clock(ahead=ahead)
    worker.run(house, lease=lease)
    house.close()


def operate(folder: Path, arguments: Sequence[str], environment: dict[str, str], out: Path, err: Path) -> None:
    """Run one command of `teken`; its exit code is the process's."""
    say_into(out, sys.stdout)
    say_into(err, sys.stderr)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["teken", *arguments]
    run()


def say_into(path: Path, *streams: TextIO) -> None:
    """Let what is said from here on go to a file, which begins anew."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in streams:
        os.dup2(file, stream.fileno())
