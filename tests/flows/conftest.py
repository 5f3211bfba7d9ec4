"""What runs by itself in the service runs here when a test says so."""

from collections.abc import Callable, Generator

import pytest
from fastapi import FastAPI
from sqlmodel import Session

from app.channels.log import LogChannel
from app.worker import Worker


@pytest.fixture
def keep_time(app: FastAPI) -> Callable[[], bool]:
    """Do what has waited for its moment, as the worker does every second."""
    return Worker(app.state.house, {"log": LogChannel()}).keep_time


@pytest.fixture
def session(app: FastAPI) -> Generator[Session]:
    """A look into the database; committed when the test says so."""
    with app.state.house.db.read() as session:
        yield session
