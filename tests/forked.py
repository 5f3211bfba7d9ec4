"""Operator commands in processes of their own, forked from one that has imported the service: to import takes longer.

What imports, starts and stops by itself is tried with the true `teken` of `tests.server`.
"""

import multiprocessing
import os
from pathlib import Path
from subprocess import CompletedProcess

from tests.working import operate

PATIENCE_S = 120


def teken(folder: Path, *arguments: str, **settings: str) -> CompletedProcess[str]:
    """Run one command as an operator does, in an empty folder."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.working"])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TEKEN_")}
    settings = {"TEKEN_DATA_DIR": str(folder / "data")} | settings
    out, err = folder / "stdout", folder / "stderr"
    process = context.Process(target=operate, args=(folder, arguments, kept | settings, out, err))
    process.start()
    process.join(PATIENCE_S)
    assert process.exitcode is not None, "it did not end"
    return CompletedProcess(arguments, process.exitcode, out.read_text(), err.read_text())
