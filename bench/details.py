"""The same walk at the four details, side by side: `python -m bench.details` writes docs/pictures/details.png anew."""

from base64 import b64encode
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from uuid import UUID

import numpy as np
from playwright.sync_api import sync_playwright

from app.demo.town import oeverdam
from app.demo.walker import Errand, Phone, habits_of, outing, record
from app.phatic import blur
from app.phatic.plane import Secrets
from app.phatic.teken import DETAILS, AreaOut, Detail, Facts, Granted, RouteOut, TekenOut, WalkFacts, view
from app.phatic.when import Part
from app.routes.pages.place import place_svg
from bench.privacy.releasing import read
from tests import chromium

PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "details.png"
FONT = Path(__file__).parents[1] / "app" / "static" / "fonts"
SEED = 6
MADE = datetime(2026, 9, 16, 8, 20, tzinfo=UTC)
ID = UUID("6f1f7e55-63c8-4c06-9c8e-0f7d5b6a1c2e")
NAMES = {"sign": "alleen woorden", "drawing": "een tekening", "area": "ongeveer waar", "route": "een vage lijn"}
SHEET = """<style>
@font-face { font-family: A; src: url(data:font/woff2;base64,FONT) }
body { margin: 0; padding: 32px; background: #e9e1d1; color: #23262e; font: 21px/1.35 A; display: flex; gap: 24px }
figure { margin: 0; width: 340px } figcaption { padding: 14px 6px 0; color: #5c5648 }
div { background: #f7f2e8; border-radius: 22px; padding: 26px; height: 430px; box-sizing: border-box;
  display: flex; flex-direction: column }
p { margin: 0 } .soft { color: #6a6354 } svg { width: 288px; max-height: 290px; margin: auto; display: block }
.wash { fill: #e9d9b8 }
</style>"""


def shown() -> dict[Detail, TekenOut]:
    """Walk a usual round in Oeverdam, blur it, and tell it to each of the four."""
    rng, town = np.random.default_rng(SEED), oeverdam(1)
    walk = outing(town, habits_of(town, rng), Errand.ROUND, rng)
    release = blur.release(read(record(town, walk, MADE, Phone(), rng)), Secrets(), (), (), Random(SEED))
    assert release.sketch
    place = AreaOut.model_validate(release.sketch.area), RouteOut.model_validate(release.sketch.route)
    facts = Facts(
        id=ID, resident_id=ID, resident_name="Anna", hand=b"the hand of the docs", kind="walk", day=MADE.date(),
        part=Part("morning"), walk=WalkFacts(release.glyph, release.sketch_glyph, *place),
    )  # fmt: skip
    today = date(2026, 9, 16)
    return {detail: view(facts, Granted(detail, detail), language="nl", today=today) for detail in DETAILS}


def figure(detail: Detail, teken: TekenOut) -> str:
    """One card as a contact with this detail reads it, and what the detail is called."""
    picture = place_svg(teken.area, teken.route) or teken.drawing_svg or ""
    words = f'<p><b>{teken.resident.name}</b></p><p>{teken.words}</p><p class="soft">{teken.when_words}</p>'
    return f"<figure><div>{words}{picture}</div><figcaption>{NAMES[detail]}</figcaption></figure>"


def main() -> None:
    """Draw the four cards and photograph them."""
    font = b64encode(next(FONT.glob("atkinson-400*.woff2")).read_bytes()).decode()
    sheet = SHEET.replace("FONT", font) + "".join(figure(detail, teken) for detail, teken in shown().items())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=list(chromium.FLAGS))
        page = browser.new_page(viewport={"width": 1496, "height": 546})
        page.set_content(sheet)
        page.wait_for_timeout(300)
        PICTURE.write_bytes(page.screenshot())
        browser.close()


if __name__ == "__main__":
    main()
