"""A whole service for tests: real database, keys, and a clock that a test moves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from app.clock import Clock
from app.house import House, build
from app.main import create_app
from app.settings import Settings
from tests.client import QuickClient
from tests.lent import lent

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

# A Wednesday, 14:00 in Amsterdam.
NOON = datetime(2027, 3, 10, 13, 0, tzinfo=UTC)
SECRET = "a secret key for tests, long enough"
DATA_KEYS = "1:a data key for tests and long enough"
_routes: "dict[bool, list[BaseRoute]]" = {}


class HandClock(Clock):
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        """Return where the hand stands."""
        return self.at

    def move(self, **by: float) -> datetime:
        """Move the hand on."""
        self.at += timedelta(**by)
        return self.at


# Without these nobody may open sign-up outside demo.
RESPONSIBLE = {
    "controller_name": "Stichting De Kring",
    "controller_contact": "hallo@kring.example",
    "dpo_contact": "fg@kring.example",
}


def make_settings(data_dir: Path, database_url: str = "", **given: Any) -> Settings:
    """Return settings for tests: demo, no hold, no limits, unless a test says otherwise."""
    chosen: dict[str, Any] = {
        "demo": True,
        "hold_minutes": 0,
        "rate_limits": "off",
        "secret_key": SECRET,
        "data_keys": DATA_KEYS,
        **RESPONSIBLE,
    }
    return Settings(_env_file=None, data_dir=data_dir, database_url=database_url, **(chosen | given))


def make_house(data_dir: Path, database_url: str = "", **given: Any) -> House:
    """Build a service on an existing database, with a clock to move."""
    house = build(make_settings(data_dir, database_url, **given))
    house.db = lent(house.db)
    house.clock = HandClock()
    return house


def make_app(data_dir: Path, database_url: str = "", *, clock: Clock | None = None, **given: Any) -> FastAPI:
    """Make the app on an existing database, without its worker."""
    app = create_app(make_settings(data_dir, database_url, **given), with_worker=False)
    app.state.house.clock = clock or HandClock()
    app.state.house.db = lent(app.state.house.db)
    # The framework works its routes out at their first request, for a tenth of a second of each test. They know
    # nothing of one service, so that all of a process share those of the first one.
    app.router.routes = _routes.setdefault(app.state.house.settings.demo, app.router.routes)
    return app


def make_client(app: FastAPI) -> TestClient:
    """Return a client that speaks to the app as a browser on the same site would."""
    return QuickClient(app, base_url="http://testserver", follow_redirects=False)
