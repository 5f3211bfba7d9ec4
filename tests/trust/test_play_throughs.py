"""Five who mean harm, each played through against a running service: what they can see, and what they cannot.

`docs/trust.md` tells the same in words; what is asserted here as seen is what is said there.
"""

import json
import shutil
import sqlite3
import time
from collections.abc import Generator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from tests.charter.test_rule_8_the_track_is_not_kept import MARKED, traces
from tests.listener import Listener
from tests.people import Person, make_contact, make_upload
from tests.server import PLAIN, Server, afternoon, serving, start
from tests.stored import database_of, everything_in, opened_columns
from tests.trust.test_rule_26_who_answers import teken
from tests.walks import as_gpx, walk

NAME, FRIEND, WORDS, MAILBOX = "Wilhelmientje", "Bartholomeus", "hoogstpersoonlijk", "wilhelmien@post.example"
OTHER_KEYS = {"TEKEN_SECRET_KEY": "x" * 40, "TEKEN_DATA_KEYS": "1:" + "y" * 40}
PREVIEW_ROBOTS = 3


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    with serving(tmp_path_factory.mktemp("plays")) as server:
        yield server


@pytest.fixture
def begun(running: Server) -> dict:
    """A resident with the paper key that was shown once."""
    return running.client().post("/v1/residents", json={"name": NAME, "time_zone": afternoon()}).json()


@pytest.fixture
def anna(running: Server, begun: dict) -> Person:
    return Person(running.client(), begun["resident"]["id"], begun["token"])


def live(anna: Person):
    """Let somebody live here: a walk, a tap with words, a mailbox; returns the track that nobody may ever see."""
    begins = datetime.now(UTC) - timedelta(hours=1, minutes=5)
    track = walk(*MARKED, points=500, every_s=7.2, begins=begins, seed=5)
    assert anna.post("/v1/walks", content=as_gpx(track)).status_code == 201
    anna.tap(words=WORDS)
    anna.post("/v1/subscriptions", json={"channel": "email", "address": MAILBOX})
    return track


def test_a_stolen_dump_without_the_key(running: Server, anna: Person, tmp_path: Path):
    bas = make_contact(anna, FRIEND, detail="route")
    live(anna)
    [shown] = [sign for sign in bas.feed() if sign["kind"] == "walk"]
    loot = tmp_path / "data"
    shutil.copytree(running.folder / "data", loot)
    with closing(sqlite3.connect(database_of(running))) as source, closing(sqlite3.connect(loot / "teken.db")) as copy:
        source.backup(copy)  # what a thief reads has no half-written page
    read = everything_in(loot)
    places = {f"{number:.3f}".encode() for number in np.ravel(shown["route"]["coordinates"][0])}
    secret = {word.encode() for word in (NAME, FRIEND, WORDS, MAILBOX, anna.token, bas.token)}
    assert {word for word in secret | places if word in read} == set()

    with closing(sqlite3.connect(loot / "teken.db")) as copy:
        seen = copy.execute("SELECT kind, day, part FROM teken WHERE resident_id = ?", [anna.id.replace("-", "")])
        assert sorted(kind for kind, *_ in seen) == ["checkin", "walk"], "seen: that somebody gave signs, and when"

    # Served elsewhere with keys of the thief's own, it knows nobody: tokens are hashed with the key that they lack.
    thief = start(tmp_path, **OTHER_KEYS)
    try:
        for who in (anna, bas):
            assert thief.client().get("/v1/me", headers=who.auth).status_code == 401
    finally:
        for client in thief.clients:
            client.close()
        thief.stop()


def test_a_stolen_phone(running: Server, begun: dict, anna: Person):
    """Whoever holds the unlocked phone is the resident, until the paper key ends it, and all that came from it."""
    bas = make_contact(anna, FRIEND, detail="route")
    track = live(anna)
    thief = anna
    seen = thief.get("/v1/teken").text + thief.get("/v1/walks").text + thief.get("/ik/gegevens").text
    assert WORDS in seen, "seen: own words, names, and the same blurred pictures that others see"
    exported = thief.get("/v1/me/export")
    assert exported.status_code == 200
    with ZipFile(BytesIO(exported.content)) as archive:
        inside = b"\0".join(archive.read(name) for name in archive.namelist())
    assert WORDS.encode() in inside
    assert [trace for trace in traces(track) if trace in inside] == [], "no track, and no home"
    left_behind = [make_upload(thief)]
    paired = thief.post("/v1/pairings").json()["code"]
    taken = thief.client.post(f"/v1/pairings/{paired}/accept", json={"device_name": "van de dief"})
    left_behind.append(Person(thief.client, anna.id, taken.json()["token"]))
    waiting = thief.post("/v1/pairings").json()
    assert left_behind[1].delete("/v1/me").status_code == 403, "a new device has no power for a day"
    with Listener(running.url, thief.token) as follows:
        back = anna.client.post(f"/v1/pairings/{begun['paper_key']}/accept", json={"device_name": "nieuw"})
        assert back.status_code == 201
        assert follows.next(within_s=4).name == "bye", "an open page closes"
    for who in (thief, *left_behind):
        assert who.get("/v1/me").status_code == 401
    for way in (waiting["code"], waiting["url"].rpartition("/")[2]):
        assert anna.client.post(f"/v1/pairings/{way}/accept").status_code in {404, 409, 410}
    again = Person(anna.client, anna.id, back.json()["token"])
    log = " ".join(line["sentence"] for line in again.get("/v1/me/log").json()["items"])
    assert "Van de dief" in log, "what was done is told"
    assert "Je nam al je gegevens mee." in log
    again.tap()
    assert bas.get("/v1/me").status_code == 200, "the circle stays"


def test_a_contacts_stolen_phone(anna: Person):
    bas = make_contact(anna, FRIEND)
    renewed = anna.post(f"/v1/contacts/{bas.id}/renewals").json()["code"]
    accepted = anna.client.post(f"/v1/invitations/{renewed}/accept")
    assert accepted.status_code == 201
    assert bas.get("/v1/teken").status_code == 401, "the lost one sees nothing more"


def test_a_forwarded_link(tmp_path: Path):
    """Opened at once it lets in whoever has it; later it only asks. A quarter of an hour is a moved clock here."""
    moved = "from datetime import timedelta; from app.flows import circle; circle.WORKS_AT_ONCE = timedelta(0)"
    with serving(tmp_path, before=moved) as server:
        anna = server.resident(NAME)
        made = anna.post("/v1/invitations", json={"name": FRIEND, "detail": "route"}).json()
        link = made["url"].rpartition("/")[2]
        for _ in range(PREVIEW_ROBOTS):
            head, _, body = anna.client.get(f"/u/{link}", headers={"Accept": "text/html"}).text.partition("<body")
            assert NAME not in head, "a link's preview names nobody"
            assert FRIEND not in body
            assert NAME in body, "seen by whoever opens it: who invites"
        stranger = anna.client.post(f"/v1/invitations/{link}/accept").json()
        assert stranger["contact"]["state"] == "waiting"
        who = Person(anna.client, stranger["contact"]["id"], stranger["token"])
        live(anna)
        assert who.feed() == []
        assert who.get("/v1/circle").json()["items"] == []
        assert who.post("/v1/waves", json={"resident_id": anna.id}).status_code == 404
        assert anna.client.post(f"/v1/invitations/{link}/accept").status_code in {404, 409, 410}, "used up"
        [asked] = anna.get("/v1/circle").json()["items"]
        assert asked["state"] == "waiting"
        assert anna.delete(f"/v1/contacts/{asked['id']}").status_code == 204, "no is one tap"
        assert who.get("/v1/teken").status_code == 401


def test_a_contact_who_becomes_hostile(running: Server, anna: Person):
    bas, cor = make_contact(anna, FRIEND, detail="route"), make_contact(anna, "Cornelia")
    dora = running.resident("Dora")
    track = live(anna)
    kept = json.dumps(bas.feed())
    assert [trace for trace in traces(track) if trace in kept.encode()] == [], "what they keep holds no track"
    [walked] = [sign for sign in bas.feed() if sign["kind"] == "walk"]
    assert set(walked) == {"id", "resident", "kind", "words", "when_words", "drawing_svg", "area", "route"}
    # Asking for more.
    for path in ("/v1/me/log", "/v1/walks", "/v1/devices", "/v1/consents", f"/v1/teken/{walked['id']}/preview"):
        assert bas.get(path, params={"contact_id": cor.id}).status_code == 403
    assert bas.patch(f"/v1/contacts/{bas.id}", json={"detail": "route"}).status_code == 403
    assert bas.delete(f"/v1/contacts/{cor.id}").status_code == 404
    assert bas.post("/v1/waves", json={"resident_id": dora.id}).status_code == 404
    everything = bas.get("/v1/me/export").content + bas.get("/v1/circle").content + bas.get("/kring").content
    assert b"Cornelia" not in everything
    # Making themselves felt: one wave a day is shown, whatever they send.
    for _ in range(5):
        bas.post("/v1/waves", json={"resident_id": anna.id})
    assert [sign["kind"] for sign in anna.feed()].count("wave") == 1
    # Less, at the next request and without a word.
    anna.patch(f"/v1/contacts/{bas.id}", json={"detail": "sign"})
    assert all(set(sign) == {"id", "resident", "kind", "words", "when_words"} for sign in bas.feed())
    # Gone: an open page closes, and no old way leads back.
    with Listener(running.url, bas.token) as follows:
        began = time.monotonic()
        assert anna.delete(f"/v1/contacts/{bas.id}").status_code == 204
        assert follows.next(within_s=4).name == "bye"
        assert time.monotonic() - began < 4
    assert bas.get("/v1/teken").status_code == 401
    assert bas.post(f"/v1/teken/{walked['id']}/waves").status_code == 401
    assert cor.get("/v1/teken").status_code == 200


def test_a_curious_operator(tmp_path: Path):
    """Has the machine, the keys and the logs. Sees what was granted, never a track; taking it out is told."""
    with serving(tmp_path) as server:
        anna = server.resident(NAME)
        bas = make_contact(anna, FRIEND, detail="route")
        track = live(anna)
        bas.feed()
        metrics = anna.client.get("/metrics").text
        lines = server.said
        opened = opened_columns(server)
        keys = {name: PLAIN[name] for name in ("TEKEN_SECRET_KEY", "TEKEN_DATA_KEYS")}
        out = teken(tmp_path, "export", anna.id, "anna.zip", **keys)
        assert out.returncode == 0, out.stderr
        assert (tmp_path / "anna.zip").stat().st_mode & 0o777 == 0o600, "nobody else on the machine reads it"
        log = [line["sentence"] for line in anna.get("/v1/me/log").json()["items"]]
    assert log[0] == "De beheerder van deze dienst haalde al je gegevens op."
    for read in (lines, metrics):
        words = (NAME, FRIEND, WORDS, MAILBOX, anna.id, bas.id, anna.token)
        assert [word for word in words if word in read] == [], "logs and counters name nobody"
    assert NAME.encode() in opened, "seen with the keys: names, words, granted cells and discs"
    assert WORDS.encode() in opened
    assert [trace for trace in traces(track) if trace in opened + lines.encode()] == [], "no point of the track"
