"""A server that is killed leaves no process behind, and what it had answered is there when it starts again."""

import os
import time
from pathlib import Path

from tests.people import Person, make_contact
from tests.server import serving


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()


def test_a_killed_server_leaves_no_reader_and_loses_no_answered_tap(tmp_path):
    with serving(tmp_path) as server:
        anna = server.resident()
        bas = make_contact(anna)
        readers = server.processes()[1:]
        assert len(readers) == 2
        told = anna.tap()
        server.kill()
    ends = time.monotonic() + 10
    while any(is_there(pid) for pid in readers):
        assert time.monotonic() < ends, "the readers outlived their service"
        time.sleep(0.1)
    with serving(tmp_path) as server:
        again = Person(server.client(), bas.id, bas.token)
        assert [teken["id"] for teken in again.feed()] == [told["id"]]
