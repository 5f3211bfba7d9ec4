"""Makes sure that Chromium is there, for the tests of the pages: `python -m tests.chromium`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
PACKAGE = "chromium"
# As root Chromium refuses its own sandbox; in a container /dev/shm is too small for it. The rest keeps it off the net.
FLAGS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def path() -> str | None:
    """Return where Chromium is, if it is on this machine."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def install() -> None:
    """Install Debian's package; its own output is shown only when it fails."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", PACKAGE]):
        done = subprocess.run(  # noqa: S603  # fixed words
            ["apt-get", *command],  # noqa: S607  # where it is differs
            env=quiet,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"apt-get {command[0]} failed: {done.stderr.strip()}")


def make_sure() -> None:
    """Install Chromium when it is absent and that is possible; else say in one line what to do."""
    if path():
        return
    is_debian = Path("/etc/debian_version").exists() and shutil.which("apt-get")
    if is_debian and os.geteuid() == 0:
        sys.stderr.write("Installing Chromium for the tests of the pages (once).\n")
        install()
    if not path():
        sys.exit("The tests of the pages need Chromium. On Debian or Ubuntu: sudo apt-get install chromium")


if __name__ == "__main__":
    make_sure()
