"""The five lines of the README are run as they stand, against a real server."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.server import STOPS_S, Server, serving
from tests.walks import walk_gpx

README = Path(__file__).parent.parent / "README.md"
ADDRESS = "http://127.0.0.1:8000"
# At night the contact would see nothing yet, so it is noon for this server.
NOON = """
from datetime import UTC, datetime
from app.clock import Clock
ahead = datetime.now(UTC).replace(hour=12, minute=0) - datetime.now(UTC)
Clock.__init__.__defaults__ = (ahead,)
"""
NEEDED = ("bash", "curl", "python3")

pytestmark = pytest.mark.skipif(None in map(shutil.which, NEEDED), reason=f"needs {', '.join(NEEDED)}")


def five_lines() -> str:
    found = re.search(r"^## In five lines\n.*?^```sh\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
    assert found, "the README has no code block under 'In five lines'"
    return found[1]


def the_line_for_a_walk() -> str:
    found = re.search(r"`(curl [^`]*/v1/walks [^`]*)`", README.read_text())
    assert found, "the README does not say how to send a walk"
    return found[1]


def run(lines: str, folder: Path, url: str) -> str:
    """Run what the README says in a new shell that stops at nothing, as a terminal does; only the address differs."""
    assert ADDRESS in lines
    done = subprocess.run(  # noqa: S603  # our own README
        [shutil.which("bash") or "bash", "-c", lines.replace(ADDRESS, url)],
        cwd=folder,
        env={**os.environ, "no_proxy": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout


def test_it_is_five_lines():
    assert len(five_lines().splitlines()) == 5


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    with serving(tmp_path_factory.mktemp("quickstart"), before=NOON, TEKEN_HOLD_MINUTES="30") as server:
        yield server


def test_the_contact_sees_the_sign(server: Server, tmp_path: Path):
    [sign] = json.loads(run(five_lines(), tmp_path, server.url))["items"]
    assert sign["resident"]["name"] == "Anna"
    assert (sign["kind"], sign["words"], sign["when_words"]) == ("checkin", "liet van zich horen", "vanmiddag")
    assert sign["drawing_svg"].startswith("<svg")


def test_a_walk_comes_in_the_same_way(server: Server, tmp_path: Path):
    (tmp_path / "walk.gpx").write_bytes(walk_gpx(every_s=10.0, points=360))
    said = run(f"{five_lines()}\necho\n{the_line_for_a_walk()}", tmp_path, server.url)
    shared = json.loads(said.splitlines()[-1])["walk"]
    assert shared["state"] == "held"
    assert set(shared["previews"]) == {"sign", "drawing", "area", "route"}


@pytest.mark.parametrize("after_s", [0.0, 1.0])
def test_ctrl_c_ends_it_without_a_word_too_many(tmp_path: Path, after_s: float):
    """A terminal sends it to every process of the group, also to those that are still starting."""
    with serving(tmp_path, before="import os; os.setsid()", TEKEN_LOG_FORMAT="text") as server:
        time.sleep(after_s)
        os.killpg(server.process.pid, signal.SIGINT)
        server.process.wait(STOPS_S)
        assert "Traceback" not in server.said
        assert "Finished server process" in server.said
