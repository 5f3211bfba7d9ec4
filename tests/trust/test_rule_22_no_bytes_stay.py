"""Trust 22: erasing removes everything, and no byte of a name or an id stays in a database file."""

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from app.models.base import Table
from app.models.outbox import Asked
from app.worker import Worker
from tests.house import make_app, make_client
from tests.people import Person, make_contact, make_resident, make_upload


def bytes_of(folder: Path) -> bytes:
    """Return every byte of the database, its write-ahead log and its index, free pages too."""
    return b"".join(path.read_bytes() for path in folder.glob("teken.db*"))


def traces(person: Person) -> set[bytes]:
    """Return what could say that this person was here: the id in every form, and the token."""
    plain = UUID(person.id)
    return {plain.bytes, plain.hex.encode(), str(plain).encode(), person.token.encode()}


def live_long(client, clock, name: str) -> tuple[Person, Person]:
    """Fill some pages with two people's rows, between each other's, so that pages split and merge."""
    anna, dora = make_resident(client, name), make_resident(client, "Dora")
    bas = make_contact(anna, "Bas", detail="route")
    make_upload(anna)
    dora_bas = make_contact(dora, "Eef")
    assert anna.post("/v1/subscriptions", json={"channel": "email", "address": "anna@post.example"}).status_code == 201
    for number in range(60):
        clock.move(hours=5)
        anna.tap(words=f"teken {number}")
        dora.tap(words=f"teken {number}")
        if number % 20 == 0:
            anna.walk(clock.now(), seed=number)
            bas.post("/v1/waves", json={"resident_id": anna.id})
    assert dora_bas.feed()
    return anna, dora


@pytest.fixture
def lived(tmp_path, sqlite_url, clock):
    app = make_app(tmp_path, sqlite_url, clock=clock)
    yield app, *live_long(make_client(app), clock, "Wilhelmientje")
    app.state.house.close()


def test_rule_22_no_byte_of_an_erased_resident_is_in_any_database_file(lived, tmp_path):
    _, anna, dora = lived
    there = {trace for trace in traces(anna) if trace in bytes_of(tmp_path)}
    assert there, "the test looks in the right place"
    assert anna.delete("/v1/me").status_code == 204
    left = bytes_of(tmp_path)
    assert {trace for trace in traces(anna) | {b"Wilhelmientje"} if trace in left} == set()
    assert (tmp_path / "teken.db-wal").stat().st_size == 0
    assert any(trace in left for trace in traces(dora)), "others keep what is theirs"


def test_rule_22_nor_of_a_contact_who_erases_themselves(lived, tmp_path):
    _, anna, _ = lived
    cor = make_contact(anna, "Cor")
    viewer = Person(cor.client, cor.get("/v1/me").json()["id"], cor.token)
    assert any(trace in bytes_of(tmp_path) for trace in traces(viewer))
    assert cor.delete("/v1/me").status_code == 204
    assert [trace for trace in traces(viewer) if trace in bytes_of(tmp_path)] == []


def test_rule_22_a_reader_in_the_way_only_puts_it_off(lived, tmp_path):
    """A page that was being read kept the log from being truncated; the worker does it afterwards."""
    app, anna, _ = lived
    with closing(sqlite3.connect(tmp_path / "teken.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM teken").fetchone()
        assert anna.delete("/v1/me").status_code == 204
        assert any(trace in bytes_of(tmp_path) for trace in traces(anna))
        reader.execute("COMMIT")
    Worker(app.state.house).run_once()
    assert [trace for trace in traces(anna) if trace in bytes_of(tmp_path)] == []


def test_rule_22_the_count_of_questions_stays_and_names_nobody(lived):
    app, anna, _ = lived
    with app.state.house.db.read() as session:
        [before] = session.exec(select(Asked)).all()
    anna.delete("/v1/me")
    with app.state.house.db.read() as session:
        [after] = session.exec(select(Asked)).all()
    assert (after.id, after.address_hash) == (before.id, before.address_hash)
    assert after.owner_id != before.owner_id == UUID(anna.id)


def test_rule_22_secure_delete_is_on_for_every_connection(lived):
    app, *_ = lived
    for engine in (app.state.house.db.writer, app.state.house.db.reader):
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1


def test_rule_22_of_a_contact_no_time_of_use_is_kept():
    """When somebody last looked is a reading state; not even a month is kept."""
    known = {"viewer": {"created_at"}, "contact": {"began_at", "ended_at"}, "display": {"created_at"}}
    times = {
        name: {column.name for column in Table.metadata.tables[name].c if column.name.endswith(("_at", "_on", "day"))}
        for name in known
    }
    assert times == known
