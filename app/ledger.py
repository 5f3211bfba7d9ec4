"""What must stay undone outlives the database: what was revoked, withdrawn or erased, or rests, ids only, beside it."""

import fcntl
import json
import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from sqlmodel import Session

NOTED = "ledger"
TAIL = 4096


@dataclass(frozen=True, slots=True)
class Ended:
    """One thing that ended: `device`, `grant`, `display`, `teken`, `walk`, `resident`, `viewer`, `renewal` or `wide`.

    At an organisation: a `care`, a `member`, the `app` of one that made their codes, or a `colleague` who was erased.
    When signs stop: an `agreement` that was ended (the words that held), a `representative` whom the resident stopped,
    a `rest` that an account came to (the resident and the request), and a `wake` that undid it.
    A renewal names two: the grant, and the viewer who no longer has it. `wide`: a resident's smaller discs.
    """

    kind: str
    ids: tuple[UUID, ...]


def note(session: Session, kind: str, *ids: UUID) -> None:
    """Say in a flow what ended; it is in the ledger before the transaction commits."""
    session.info.setdefault(NOTED, []).append(Ended(kind, ids))


class Ledger:
    """An append-only file with one numbered line per transaction, on the disk before that transaction commits.

    A line whose transaction then fails does no harm: its replay ends what somebody wanted to end. Several processes
    may share the file; a last line that a crash cut short is dropped by whoever writes next.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, ended: Sequence[Ended]) -> int:
        """Write one line, wait for the disk, and return its number."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked() as file:
            number, whole = _last(file)
            file.truncate(whole)
            file.seek(whole)
            plain = {"n": number + 1, "ended": [[one.kind, *map(str, one.ids)] for one in ended]}
            file.write(json.dumps(plain, separators=(",", ":")).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        return number + 1

    def last(self) -> int:
        """Return the number of the last line; 0 without a file."""
        if not self.path.exists():
            return 0
        with self.path.open("rb") as file:
            return _last(file)[0]

    def after(self, number: int) -> Iterator[tuple[int, list[Ended]]]:
        """Yield the lines after this number."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for text in file:
                if text.endswith(b"\n") and (line := json.loads(text))["n"] > number:
                    yield line["n"], [Ended(kind, tuple(map(UUID, ids))) for kind, *ids in line["ended"]]

    @contextmanager
    def _locked(self) -> Generator[BinaryIO]:
        is_new = not self.path.exists()
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if is_new:
                _keep_name(self.path.parent)
            yield file


def _last(file: BinaryIO) -> tuple[int, int]:
    """Return the number of the last whole line, and where it ends."""
    size, wanted = file.seek(0, os.SEEK_END), TAIL
    while True:
        begins = max(0, size - wanted)
        file.seek(begins)
        tail = file.read(size - begins)
        whole = tail.rfind(b"\n")
        before = tail.rfind(b"\n", 0, max(whole, 0))
        if begins == 0 or (whole >= 0 and before >= 0):
            break
        wanted *= 4
    if whole < 0:
        return 0, 0
    return json.loads(tail[before + 1 : whole])["n"], begins + whole + 1


def _keep_name(folder: Path) -> None:
    """Put the name of a new file on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
