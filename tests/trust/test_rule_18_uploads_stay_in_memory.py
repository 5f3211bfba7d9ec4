"""Trust 18: an upload never touches the disk, a crash leaves no core file, and a traceback shows no values."""

import logging
from pathlib import Path

import pytest

from app.logs import set_up_logs
from tests.charter.watching import make_watch
from tests.server import serving
from tests.walks import walk_gpx

PLACE = "48.3719264"
# As where an operator allows core files: the service must forbid them by itself.
CORES = "import resource as r; r.setrlimit(r.RLIMIT_CORE, (r.getrlimit(r.RLIMIT_CORE)[1],) * 2)"


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    watch = make_watch(tmp_path_factory.mktemp("watch"))
    with serving(tmp_path_factory.mktemp("server"), python_path=watch.python_path, before=CORES) as server:
        yield server, watch


def test_rule_18_eight_megabytes_in_a_form_make_no_file(watched):
    server, watch = watched
    anna = server.resident()
    data = walk_gpx(points=3600).replace(b"<trk>", b"<!--" + b"x" * (7 * 1024 * 1024) + b"--><trk>", 1)
    watch.forbid()
    try:
        answer = anna.post("/v1/walks", files={"file": ("walk.gpx", data)}, data={"note": "y" * 999})
        # A form where none is expected must not be spooled either.
        others = [
            anna.client.post(path, headers=anna.auth, files={"file": ("walk.gpx", data)})
            for path in ("/v1/check-ins", "/v1/residents", "/v1/waves")
        ]
    finally:
        watch.allow()
    assert answer.status_code == 201, answer.text
    assert all(400 <= other.status_code < 500 for other in others)
    assert list((server.folder / "tmp").iterdir()) == []


def test_rule_18_a_crash_leaves_no_core_file(watched):
    server, _ = watched
    pids = server.processes()
    assert len(pids) == 3, "the reading processes too"
    for pid in pids:
        limits = Path(f"/proc/{pid}/limits").read_text().splitlines()
        core = next(line for line in limits if line.startswith("Max core file size"))
        assert core.split()[4] == "0", core


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_rule_18_a_traceback_shows_no_value(capsys, log_format):
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    set_up_logs(log_format)
    try:
        try:
            int(PLACE)
        except ValueError:
            logging.getLogger("uvicorn.error").exception("failed")
    finally:
        root.handlers, level = kept[0], kept[1]
        root.setLevel(level)
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert PLACE not in said
