"""The watch is watched: health shows its age and turns bad, and an outgoing heartbeat stops with it."""

from collections.abc import Generator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from app.heartbeat import Heartbeat
from app.worker import Worker
from tests.house import NOON, HandClock, make_house


@pytest.fixture
def heard() -> Generator[tuple[str, list[str]]]:
    """Somebody outside who counts."""
    beats: list[str] = []

    class Counter(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            beats.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its own name
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Counter)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/beat", beats
    server.shutdown()
    server.server_close()


def test_it_beats_once_a_minute_while_the_watch_runs(tmp_path, sqlite_url, heard, clock: HandClock):
    url, beats = heard
    house = make_house(tmp_path, sqlite_url, heartbeat_url=url)
    house.clock = clock
    worker = Worker(house)
    for _ in range(4):
        worker.watch()
        clock.move(seconds=30)
    assert beats == ["/beat", "/beat"]
    house.close()


def test_nobody_there_stops_nobody_here():
    heartbeat = Heartbeat("http://127.0.0.1:9/nobody")
    heartbeat.beat(NOON)
    heartbeat.beat(NOON + timedelta(minutes=2))


def test_health_shows_the_age_of_the_last_look_and_turns_bad_after_two_minutes(app, client, clock: HandClock):
    assert client.get("/readyz").status_code == 200, "where the watch never ran there is nothing to watch yet"
    Worker(app.state.house).watch()
    clock.move(minutes=2)
    assert client.get("/readyz").status_code == 200
    clock.move(seconds=1)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
