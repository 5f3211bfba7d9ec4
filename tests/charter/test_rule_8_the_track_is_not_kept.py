"""Charter 8: raw coordinates reach no disk, log or temporary file, in no failure either; the blurred sign stays."""

import http.client
import json
import re
import struct
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

import numpy as np
import pytest

from tests.charter.watching import Watch, make_watch
from tests.people import Person, make_contact
from tests.server import Server, serving
from tests.stored import everything_in, opened_columns
from tests.walks import Walk, as_fit, as_geojson, as_gpx, as_tcx, backwards, gpx_of_points, walk

# Far from anything that the code or its libraries could name by themselves, and no seconds of a time begin like it.
MARKED = (68.3719264, 96.8986152)
RELEASED_DECIMALS = 4


def marked(*, seed: int, points: int = 500) -> Walk:
    """Walk for an hour that ended just now, from the marked place."""
    begins = datetime.now(UTC) - timedelta(hours=1, minutes=5)
    return walk(*MARKED, points=points, every_s=3600 / points, begins=begins, seed=seed)


@pytest.fixture(scope="module")
def watched(tmp_path_factory) -> Generator[tuple[Server, Watch]]:
    watch = make_watch(tmp_path_factory.mktemp("watch"))
    with serving(tmp_path_factory.mktemp("server"), python_path=watch.python_path) as server:
        yield server, watch


@pytest.fixture(scope="module")
def anna(watched) -> Person:
    person = watched[0].resident()
    make_contact(person, detail="route")
    return person


def traces(track: Walk) -> list[bytes]:
    """Return how its coordinates could look in a file: as text, and as numbers of the usual sizes and orders.

    Four bytes alone stand somewhere in any sealed column by chance, so of those it takes two beside each other.
    """
    step = max(1, len(track) // 60)
    found: list[bytes] = []
    for degrees in np.concatenate([track.lat[::step], track.lon[::step]]).tolist():
        text = f"{degrees:.7f}".rstrip("0")
        # A rounder number could as well be a corner of the blurred area.
        found += [cut.encode() for cut in (text, text[:-1]) if len(cut.partition(".")[2]) > RELEASED_DECIMALS + 1]
        found += [struct.pack(f"{order}d", degrees) for order in "<>"]
        found.append(str(round(degrees * 1e7)).encode())
    lat, lon = (np.round(degrees * 1e7).astype("<i4") for degrees in (track.lat, track.lon))
    for pairs in (zip(lat, lon, strict=True), zip(lon, lat, strict=True), pairwise(lat), pairwise(lon)):
        found += [first.tobytes() + second.tobytes() for first, second in list(pairs)[::step]]
    return found


def assert_gone(server: Server, *tracks: Walk) -> None:
    """Search the database file, WAL, logs, the temporary folder and the opened columns."""
    kept = everything_in(server.folder) + opened_columns(server)
    assert b"SQLite format 3" in kept
    for track in tracks:
        assert [trace for trace in traces(track) if trace in kept] == []


def form(data: bytes) -> dict:
    return {"files": {"file": ("68.3719264-96.8986152.gpx", data, "application/gpx+xml")}}


SENDINGS = {
    "raw": lambda one: {"content": as_gpx(one)},
    "form": lambda one: form(as_gpx(one, heart_rate=True, name="home 68.3719264")),
    "FIT": lambda one: {"content": as_fit(one)},
    "TCX": lambda one: {"content": as_tcx(one)},
    "GeoJSON": lambda one: {"content": as_geojson(one)},
    "large": lambda one: {"content": as_gpx(one)},
    "large form": lambda one: form(as_gpx(one)),
}


@pytest.mark.parametrize("how", SENDINGS)
def test_rule_8_the_track_is_not_kept_and_no_file_is_made(watched, anna, how):
    server, watch = watched
    track = marked(seed=list(SENDINGS).index(how) + 1, points=3600 if how.startswith("large") else 500)
    before = len(watch.opened())
    watch.forbid()
    try:
        answer = anna.post("/v1/walks", **SENDINGS[how](track))
    finally:
        watch.allow()
    assert answer.status_code == 201, answer.text
    assert [path for _, path, writes in watch.opened()[before:] if writes] == []
    assert list((server.folder / "tmp").rglob("*")) == []
    assert_gone(server, track)
    assert not [trace for trace in traces(track) if trace in answer.content]


def test_rule_8_the_watch_itself_sees_what_it_should(watched):
    server, watch = watched
    assert any(path.endswith("_at.zip") or "tzdata" in path or "zoneinfo" in path for _, path, _ in watch.opened())
    track = marked(seed=99)
    packed = np.round(np.column_stack([track.lat, track.lon]) * 1e7).astype("<i4")
    left = server.folder / "tmp" / "left"
    for data in (as_gpx(track), track.lat.tobytes(), packed.tobytes(), packed.T.tobytes()):
        left.write_bytes(data)
        try:
            with pytest.raises(AssertionError):
                assert_gone(server, track)
        finally:
            left.unlink()


FAILURES = {
    "backwards": lambda one: as_gpx(backwards(one)),
    "cut off": lambda one: as_gpx(one)[:-200],
    "one bad place": lambda one: as_gpx(one).replace(b'lat="68.37', b'lat="968.37', 1),
    "a DOCTYPE": lambda one: as_gpx(one).replace(b"?>\n", b'?>\n<!DOCTYPE gpx SYSTEM "68.3719264">', 1),
    "too complex": lambda one: gpx_of_points(
        as_gpx(one).decode()[150:900] + '<trkpt lat="68.3719264" lon="10"/>' * 50_001
    ),
    "other JSON": lambda one: as_geojson(one).replace(b"LineString", b"Topology"),
    "in the future": lambda one: as_gpx(Walk(one.lat, one.lon, one.at + 1e6, one.truth_m)),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_rule_8_the_track_is_not_kept_when_it_is_refused(watched, anna, failure):
    server, watch = watched
    track = marked(seed=20 + list(FAILURES).index(failure))
    watch.forbid()
    try:
        answers = [anna.post("/v1/walks", content=FAILURES[failure](track))]
        answers.append(anna.post("/v1/walks", **form(FAILURES[failure](track))))
    finally:
        watch.allow()
    for answer in answers:
        assert answer.status_code in {415, 422}, answer.text
        assert set(answer.json()) == {"status", "title", "detail", "code"}
        assert not re.search(r"\d", answer.json()["title"] + answer.json()["detail"] + answer.json()["code"])
    assert_gone(server, track)


def test_rule_8_the_track_is_not_kept_in_logs_of_paths_or_headers(watched, anna):
    server, _ = watched
    place = f"{MARKED[0]},{MARKED[1]}"
    for path in (f"/v1/walks/{place}", f"/v1/{place}", f"/v1/walks?near={place}"):
        anna.post(path, content=place.encode(), headers={"Referer": place, "X-Place": place, "User-Agent": place})
    answer = anna.post("/v1/check-ins", json={"words": 1, "place": place})
    assert answer.status_code == 422
    assert place not in answer.text
    assert str(MARKED[0]) not in server.said


def test_rule_8_the_track_is_not_kept_when_the_power_fails_in_the_middle(tmp_path):
    with serving(tmp_path) as server:
        anna = server.resident()
        shared, half = marked(seed=50), marked(seed=51, points=3600)
        assert anna.post("/v1/walks", content=as_gpx(shared)).status_code == 201
        body = as_gpx(half)
        line = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
        line.putrequest("POST", "/v1/walks")
        line.putheader("Authorization", f"Bearer {anna.token}")
        line.putheader("Content-Length", str(len(body)))
        line.endheaders()
        line.send(body[: len(body) // 2])
        assert anna.get("/v1/me").status_code == 200
        server.kill()
        line.close()
        assert (tmp_path / "data" / "teken.db-wal").stat().st_size > 0
        assert_gone(server, shared, half)


def test_rule_8_the_track_is_not_kept_what_stays_is_the_blurred_sign(anna):
    """A resident's own download of everything they can read holds no point of any walk either."""
    for seed in (1, 2):
        assert anna.post("/v1/walks", content=as_gpx(marked(seed=seed))).status_code == 201
    own = json.dumps([anna.get(path).json() for path in ("/v1/walks?limit=100", "/v1/teken?limit=100", "/v1/me")])
    for seed in (1, 2):
        assert not [trace for trace in traces(marked(seed=seed)) if trace in own.encode()]
    shown = [walk["previews"]["route"] for walk in anna.get("/v1/walks?limit=100").json()["items"]]
    assert any("route" in one for one in shown)
