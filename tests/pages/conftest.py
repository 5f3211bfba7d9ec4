"""A running service with a clock to move, and a real Chromium in front of it."""

import shutil
import socket
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests import chromium
from tests.house import NOON, HandClock, make_app
from tests.people import Person, make_contact, make_resident
from tests.work import Member

CHROMIUM = chromium.path()
# A name that is not loopback: a browser trusts plain http there less, and sends no Sec-Fetch headers.
OTHER_NAME = "huis.test"
PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Service:
    """A service that listens, and the hands of its clock."""

    url: str
    clock: HandClock
    client: httpx.Client


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Generator[Service]:
    folder = tmp_path_factory.mktemp("pages")
    shutil.copy(sqlite_template, folder / "teken.db")
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    clock = HandClock()
    app = make_app(folder, f"sqlite:///{folder / 'teken.db'}", clock=clock, public_url=url, hold_minutes=30)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = monotonic() + 20
    while not server.started and monotonic() < until:
        sleep(0.02)
    with httpx.Client(base_url=url, timeout=20) as client:
        client.app = app  # ty: ignore[missing-attribute]  # as the framework's own test client has it
        yield Service(url, clock, client)
    app.state.house.is_closing = True
    server.should_exit = True
    thread.join(20)
    listening.close()


@pytest.fixture
def service(running: Service) -> Service:
    running.clock.at = NOON
    return running


@pytest.fixture(scope="session")
def browser() -> Generator[Browser]:
    assert CHROMIUM, "These tests need Chromium: apt-get install chromium"
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*chromium.FLAGS, f"--host-resolver-rules=MAP {OTHER_NAME} 127.0.0.1"]
        )
        yield browser
        browser.close()


OpenAs = Callable[..., BrowserContext]


@pytest.fixture
def open_as(browser: Browser, service: Service) -> Generator[OpenAs]:
    """Open a browser that holds somebody's cookie, as sign-up or an invitation left it there."""
    opened = []

    def make(person: Person | Member | None = None, kind: str = "resident", **how: Any) -> BrowserContext:
        how = {"viewport": PHONE, "locale": "nl-NL", "base_url": service.url} | how
        context = browser.new_context(**how)
        if person:
            cookie = {"name": f"teken_{kind}", "value": person.token, "url": service.url}
            context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Lax"}])
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def mama(service: Service) -> Person:
    return make_resident(service.client, "Mama")


@pytest.fixture
def saar(mama: Person) -> Person:
    return make_contact(mama, "Saar", detail="drawing")
