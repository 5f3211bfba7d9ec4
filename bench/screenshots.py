"""Photograph the demo for the README: `python -m bench.screenshots` writes docs/pictures/overview.png anew."""

import socket
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import sleep
from typing import Literal

import uvicorn
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from app import migrating
from app.clock import Clock
from app.demo import seed
from app.house import House
from app.main import create_app
from app.settings import Settings
from tests import chromium

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
AFTERNOON = datetime(2026, 9, 16, 13, 20, tzinfo=UTC)  # a Wednesday, 15:20 in Oeverdam
PHONE, TABLET = ViewportSize(width=390, height=844), ViewportSize(width=1024, height=640)
PAPER = "#e9e1d1"
SHEET = """<style>
body {{ margin: 0; padding: 36px; background: {paper}; display: flex; gap: 28px; align-items: center }}
img {{ border-radius: 26px; box-shadow: 0 10px 34px rgb(60 45 20 / 22%) }}
.tall {{ height: 700px }} .wide {{ width: 530px }} div {{ display: grid; gap: 28px }}
</style><img class="tall" src="{resident}"><img class="tall" src="{drawing}"><img class="tall" src="{route}">
<div><img class="wide" src="{window}"><img class="wide" src="{caseload}"></div>"""


class AfternoonClock(Clock):
    """Stands still, so that the pictures are of one moment."""

    def now(self) -> datetime:
        """Return the one afternoon."""
        return AFTERNOON


def listening(house: House) -> socket.socket:
    """Return a free port, and point the printed links at it."""
    place = socket.create_server(("127.0.0.1", 0))
    migrating.to_newest(house.db.writer)
    return place


def shot(browser: Browser, link: str, path: str, size: ViewportSize, shade: Literal["light", "dark"]) -> str:
    """Open a link of the demo, go to a page, and return its picture as a data address."""
    context = browser.new_context(
        viewport=size, color_scheme=shade, locale="nl-NL", reduced_motion="reduce", device_scale_factor=2
    )
    page = context.new_page()
    page.goto(link)
    page.goto(link.partition("/demo/")[0] + path)
    page.wait_for_timeout(300)
    picture = b64encode(page.screenshot()).decode()
    context.close()
    return f"data:image/png;base64,{picture}"


def overview(browser: Browser, resident: str, drawing: str, route: str, work: str) -> bytes:
    """Return one picture of the pages that people live with."""
    sheet = SHEET.format(
        paper=PAPER,
        resident=shot(browser, resident, "/ik", PHONE, "light"),
        drawing=shot(browser, drawing, "/kring", PHONE, "light"),
        route=shot(browser, route, "/kring", PHONE, "dark"),
        window=shot(browser, route, "/kring?venster", TABLET, "dark"),
        caseload=shot(browser, work, "/werk", TABLET, "light"),
    )
    page = browser.new_page(viewport={"width": 1686, "height": 772})
    page.set_content(sheet)
    page.wait_for_timeout(300)
    return page.screenshot()


def main() -> None:
    """Run the demo in a folder that is gone afterwards, and photograph it."""
    with TemporaryDirectory() as folder:
        app = create_app(Settings(_env_file=None, demo=True, data_dir=Path(folder)), with_worker=False)
        house: House = app.state.house
        house.clock = AfternoonClock()
        place = listening(house)
        words = seed.welcome(house, f"http://127.0.0.1:{place.getsockname()[1]}")
        links = [word for word in words.split() if "/demo/" in word]
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = Thread(target=server.run, kwargs={"sockets": [place]}, daemon=True)
        thread.start()
        while not server.started:
            sleep(0.05)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.path(), args=list(chromium.FLAGS))
            PICTURES.mkdir(exist_ok=True)
            (PICTURES / "overview.png").write_bytes(overview(browser, *links))
            browser.close()
        server.should_exit = True
        thread.join(10)


if __name__ == "__main__":
    main()
