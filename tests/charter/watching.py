"""Watches every file that the processes of a server open, and can forbid them to create any."""

from ast import literal_eval
from dataclasses import dataclass
from pathlib import Path

# Runs in every Python process of the server at its start, the reading processes too.
HOOK = """
import os, sys
SEEN = os.open({seen!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
def watch(event, args):
    if event not in ("open", "tempfile.mkstemp", "tempfile.mkdtemp", "os.rename", "os.link", "os.symlink"):
        return
    writes = event != "open" or bool((args[2] or 0) & WRITES)
    os.write(SEEN, (repr((event, str(args[0]), writes)) + "\\n").encode())
    if writes and os.path.exists({forbidden!r}):
        raise PermissionError("no file may be made now")
sys.addaudithook(watch)
"""


@dataclass(frozen=True)
class Watch:
    """`python_path` is for the server; what its processes opened is read from here."""

    folder: Path

    @property
    def python_path(self) -> Path:
        return self.folder / "hook"

    def forbid(self) -> None:
        """From now on, whoever creates a file or opens one for writing fails."""
        (self.folder / "forbidden").touch()

    def allow(self) -> None:
        """Let files be written again."""
        (self.folder / "forbidden").unlink()

    def opened(self) -> list[tuple[str, str, bool]]:
        """Return (event, path, whether to write) of everything opened so far, in its order."""
        lines = (self.folder / "seen").read_text().splitlines()
        return [literal_eval(line) for line in lines]


def make_watch(folder: Path) -> Watch:
    """Make the hook; SQLite opens its files in C, and is watched by looking at the files themselves."""
    watch = Watch(folder)
    watch.python_path.mkdir(parents=True)
    hook = HOOK.format(seen=str(folder / "seen"), forbidden=str(folder / "forbidden"))
    (watch.python_path / "sitecustomize.py").write_text(hook)
    return watch
