"""Both databases, a house, a client and the cast; each test starts empty."""

import logging
import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
import structlog
from fastapi import FastAPI
from hypothesis import settings
from sqlalchemy import create_engine
from starlette.testclient import TestClient

from app import migrating
from app.house import House
from tests.house import HandClock, make_app, make_client, make_house
from tests.lent import leave
from tests.people import Person, make_contact, make_resident
from tests.postgres import emptied, new_database
from tests.server import Server, serving
from tests.work import Office, make_case, make_office

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # pytest makes a folder of its own in it
ENOUGH_BYTES = 2 * 1024**3

# A machine that does other things too must fail no property by the clock: speed is measured in `bench/`.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_configure() -> None:
    """Keep the folders of tests in memory where there is enough of it: SQLite waits for the disk at each commit."""
    if SHARED_MEMORY.is_dir() and shutil.disk_usage(SHARED_MEMORY).free > ENOUGH_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(SHARED_MEMORY))


@pytest.fixture(autouse=True)
def logs() -> Generator[None]:
    """Put the logs back that a command set up: it wrote to a stream which is closed by now."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers = [handler for handler in root.handlers if handler in handlers]
    root.setLevel(level)
    structlog.configure(**before)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty migrated file; each test works on a copy."""
    path = tmp_path_factory.mktemp("template") / "teken.db"
    engine = create_engine(f"sqlite:///{path}")
    migrating.to_newest(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Generator[str]:
    """The name of an empty migrated database; nobody is ever in it, so that others can be made after it."""
    with new_database() as url:
        engine = create_engine(url)
        migrating.to_newest(engine)
        engine.dispose()
        yield str(engine.url.database)


@pytest.fixture(scope="session")
def postgres_server_url(postgres_template: str) -> Generator[str]:
    """One migrated PostgreSQL database for this test worker."""
    with new_database(like=postgres_template) as url:
        yield url
        leave(url)


@pytest.fixture(scope="module")
def sqlite_url_of_module(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file of the embedded database for all tests of a module."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("module") / "teken.db")
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def postgresql_url_of_module(postgres_template: str) -> Generator[str]:
    """A PostgreSQL database for all tests of a module."""
    with new_database(like=postgres_template) as url:
        yield url
        leave(url)


@pytest.fixture
def postgres_url(postgres_server_url: str) -> str:
    """The worker's PostgreSQL database, emptied."""
    return emptied(postgres_server_url)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh file of the embedded database."""
    shutil.copy(sqlite_template, tmp_path / "teken.db")
    return f"sqlite:///{tmp_path / 'teken.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Flows and routes hold on both databases."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Generator[House]:
    house = make_house(tmp_path, database_url)
    yield house
    house.close()


@pytest.fixture
def app(tmp_path: Path, database_url: str, clock: HandClock) -> Generator[FastAPI]:
    app = make_app(tmp_path, database_url, clock=clock)
    yield app
    app.state.house.close()


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return make_client(app)


@pytest.fixture
def anna(client: TestClient) -> Person:
    return make_resident(client, "Anna")


@pytest.fixture
def bas(anna: Person) -> Person:
    return make_contact(anna, "Bas")


@pytest.fixture
def dora(client: TestClient) -> Person:
    return make_resident(client, "Dora")


@pytest.fixture
def eef(dora: Person) -> Person:
    return make_contact(dora, "Eef")


@pytest.fixture
def office(client: TestClient) -> Office:
    return make_office(client)


@pytest.fixture
def anna_and_case(office: Office) -> tuple[Person, str]:
    return make_case(office)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """One server process for this test worker: as an operator runs it, open to sign up, without a hold."""
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running
