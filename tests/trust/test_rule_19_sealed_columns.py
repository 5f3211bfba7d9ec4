"""Trust 19: names, addresses, own words and places are sealed by a key from outside; the key can be changed."""

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlmodel import select

from app.flows import resealing
from app.models.base import Table
from app.models.people import Resident
from app.settings import Settings, keep_keys, newest_key, secrets_of, with_new_key
from app.vault import Sealed
from tests.house import DATA_KEYS, make_app, make_client
from tests.people import Person, make_contact, make_resident

NEW = f"{DATA_KEYS},2:another key for tests and long enough"


def live(client, clock) -> Person:
    anna = make_resident(client, "Wilhelmientje")
    make_contact(anna, "Bartholomeus", detail="route")
    clock.move(minutes=1)
    anna.walk(clock.now())
    anna.tap(words="hoogstpersoonlijk")
    anna.post("/v1/subscriptions", json={"channel": "email", "address": "wilhelmien@post.example"})
    return anna


def dumped(app) -> bytes:
    """Return every value of the database as it is stored."""
    found = []
    with app.state.house.db.reader.connect() as connection:
        for table in Table.metadata.sorted_tables:
            raw = [sa.type_coerce(c, sa.LargeBinary()) if isinstance(c.type, Sealed) else c for c in table.c]
            for row in connection.execute(sa.select(*raw)):
                found += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row]
    return b"\0".join(found)


def left(app) -> int:
    with app.state.house.db.read() as session:
        return resealing.left(session)


def test_rule_19_a_dump_without_the_key_shows_no_name_address_or_place(app, client, clock):
    anna = live(client, clock)
    [walk] = [sign for sign in anna.feed() if sign["kind"] == "walk"]
    numbers = {f"{number:.3f}".encode() for line in coordinates(walk) for number in line}
    stored = dumped(app)
    words = {b"Wilhelmien", b"wilhelmien", b"Bartholomeus", b"hoogstpersoonlijk", b"post.example", *numbers}
    assert {word for word in words if word in stored} == set()


def coordinates(walk: dict) -> list[list[float]]:
    """Return the points of whatever a walk shows of a place."""
    found, todo = [], [walk[key]["coordinates"] for key in ("route", "area") if key in walk]
    while todo:
        one = todo.pop()
        if isinstance(one[0], list):
            todo += one
        else:
            found.append(one)
    return found


def test_rule_19_after_a_rotation_the_old_key_opens_nothing_and_is_not_needed(tmp_path, database_url, clock):
    old = make_app(tmp_path, database_url, clock=clock)
    anna = live(make_client(old), clock)
    before = anna.get("/v1/teken").content
    both = make_app(tmp_path, database_url, clock=clock, data_keys=NEW)
    assert left(both) > 5
    assert resealing.rotate(both.state.house.db.write) > 5
    assert left(both) == 0
    assert resealing.rotate(both.state.house.db.write) == 0, "twice is as good as once"
    only_new = make_app(tmp_path, database_url, clock=clock, data_keys=newest_key(NEW))
    again = Person(make_client(only_new), anna.id, anna.token)
    assert again.get("/v1/teken").content == before
    try:
        with old.state.house.db.read() as session:
            opened = session.exec(select(Resident)).all()
    except (KeyError, InvalidTag):
        opened = []
    assert opened == []
    for app in (old, both, only_new):
        app.state.house.close()


def test_rule_19_a_rotation_goes_on_where_it_was_stopped_and_beside_writers(tmp_path, database_url, clock, monkeypatch):
    old = make_app(tmp_path, database_url, clock=clock)
    client = make_client(old)
    people = [make_resident(client, f"Mens {number}") for number in range(7)]
    both = make_app(tmp_path, database_url, clock=clock, data_keys=NEW)
    house = both.state.house
    monkeypatch.setattr(resealing, "AT_ONCE", 2)
    seen = resealing._some
    calls = 0

    def busy(session, table, last):
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return seen(session, table, last)

    monkeypatch.setattr(resealing, "_some", busy)
    try:
        resealing.rotate(house.db.write)
    except KeyboardInterrupt:
        calls = -1000
    half = left(both)
    assert half > 0
    new_client = make_client(both)
    answer = Person(new_client, people[6].id, people[6].token).patch("/v1/me", json={"name": "Nieuw"})
    assert answer.status_code == 200
    resealing.rotate(house.db.write)
    assert left(both) == 0
    names = [Person(new_client, one.id, one.token).get("/v1/me").json()["name"] for one in people]
    assert names == [*(f"Mens {number}" for number in range(6)), "Nieuw"]
    for app in (old, both):
        app.state.house.close()


def test_rule_19_keys_that_are_kept_in_the_data_folder_are_changed_there(tmp_path):
    settings = Settings(_env_file=None, data_dir=tmp_path)
    first = secrets_of(settings).data_keys
    assert first.startswith("1:")
    assert keep_keys(settings, with_new_key(first))
    both = secrets_of(settings).data_keys
    assert [pair.split(":")[0] for pair in both.split(",")] == ["1", "2"]
    assert (tmp_path / "data.key").stat().st_mode & 0o777 == 0o600
    assert keep_keys(settings, newest_key(both))
    assert secrets_of(settings).data_keys == both.split(",")[1]
    assert not keep_keys(Settings(_env_file=None, data_dir=tmp_path, data_keys=DATA_KEYS), both), "set by hand"
