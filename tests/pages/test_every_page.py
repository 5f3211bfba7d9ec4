"""What holds on every page: axe finds nothing, it fits a small screen, fingers fit, nothing comes from elsewhere."""

import re
from collections.abc import Callable, Generator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.house import NOON
from tests.pages.conftest import Service
from tests.people import make_contact, make_resident

PUBLIC = (
    "/",
    "/gegevens",
    "/begin",
    "/code",
    "/nergens",
    "/u/{link}",
    "/p/{pairing}",
    "/c/{code}",
    "/venster/{window}",
)
RESIDENT = (
    "/ik",
    "/ik?gezegd=undone",
    "/ik/wandelingen/nieuw",
    "/ik/wandelingen/{held}",
    "/ik/wandelingen/{released}",
    "/ik/wandelingen/{withdrawn}",
    "/ik/kring",
    "/ik/kring/nieuw",
    "/ik/kring/{contact}",
    "/ik/kring/{contact}/weg",
    "/ik/wat-ziet",
    "/ik/apparaten",
    "/ik/apparaten/{device}/weg",
    "/ik/logboek",
    "/ik/gegevens",
    "/ik/afspraak",
    "/ik/even-niet",
    "/ik/voorstellen",
    "/ik/gegevens/ruim",
)
CONTACT = (
    "/kring",
    "/kring/gegevens",
    "/kring?venster",
    "/kring/vensters",
    "/kring/vensters?gezegd=closed",
    "/kring/berichten",
    "/kring/{contact}/weg",
    "/kring/{contact}/over",
)
ALL = (
    [("", path) for path in PUBLIC]
    + [("resident", path) for path in RESIDENT]
    + [("contact", path) for path in CONTACT]
)
Look = Callable[[str, str], Page]


@pytest.fixture(scope="module")
def town(running: Service) -> dict[str, str]:
    """One resident with everything a page can show, and somebody who looks on."""
    running.clock.at = NOON
    mama = make_resident(running.client, "Mama")
    saar = make_contact(mama, "Saar", detail="drawing")
    make_contact(mama, "Buurman Kees", detail="route", role="key_holder")
    late = mama.post("/v1/invitations", json={"name": "Tante Riet"}).json()
    running.clock.move(minutes=16)
    assert mama.client.post(f"/v1/invitations/{late['url'].rsplit('/', 1)[1]}/accept", json={}).status_code == 201
    walks = {}
    for state, hours in (("released", 30), ("withdrawn", 6), ("held", 1)):
        walks[state] = mama.walk(NOON - timedelta(hours=hours), seed=hours)["id"]
    mama.post(f"/v1/walks/{walks['released']}/release")
    mama.delete(f"/v1/walks/{walks['withdrawn']}")
    mama.tap()
    running.clock.move(minutes=2)
    saar.post("/v1/waves", json={"resident_id": mama.id})
    saar.post("/v1/subscriptions", json={"channel": "email", "address": "saar@voorbeeld.nl"})
    window = saar.post("/v1/displays").json()["token"]
    saar.post("/v1/agreement/proposals", json={"resident_id": mama.id, "detail": "route"})
    until = (NOON + timedelta(days=9)).isoformat()
    away = {"until": until, "words": "Bij mijn zus in Zeeland", "shown_to": [saar.id]}
    assert mama.post("/v1/pauses", json=away).status_code == 201
    invited = mama.post("/v1/invitations", json={"name": "Joris"}).json()
    device = mama.get("/v1/devices").json()["items"][0]["id"]
    pairing = mama.post("/v1/pairings").json()["url"].rsplit("/", 1)[1]
    return walks | {
        "resident_token": mama.token,
        "contact_token": saar.token,
        "link": invited["url"].rsplit("/", 1)[1],
        "code": invited["code"],
        "pairing": pairing,
        "window": window,
        "contact": saar.id,
        "device": device,
    }


@pytest.fixture(scope="module")
def contexts(town: dict[str, str], browser: Browser, running: Service) -> Generator[dict[str, BrowserContext]]:
    """A browser for nobody, one for the resident, one for the contact."""
    opened = {}
    for kind in ("", "resident", "contact"):
        opened[kind] = browser.new_context(
            base_url=running.url, viewport={"width": 390, "height": 844}, locale="nl-NL", reduced_motion="reduce"
        )
        if kind:
            cookie = {"name": f"teken_{kind}", "value": town[f"{kind}_token"], "url": running.url}
            opened[kind].add_cookies([{**cookie, "httpOnly": True, "sameSite": "Lax"}])
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture
def look(contexts: dict[str, BrowserContext], town: dict[str, str], running: Service) -> Generator[Look]:
    """Open one page as the person it is for."""
    running.clock.at = NOON + timedelta(minutes=18)  # other tests move the same clock
    pages: list[Page] = []

    def open_page(kind: str, path: str) -> Page:
        pages.append(contexts[kind].new_page())
        pages[-1].goto(path.format(**town))
        return pages[-1]

    yield open_page
    for page in pages:
        page.close()


@pytest.mark.parametrize(("kind", "path"), ALL)
def test_axe_finds_nothing_and_letters_stand_out(look: Look, kind: str, path: str) -> None:
    page = look(kind, path)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    contrast = {"runOnly": {"type": "rule", "values": ["color-contrast", "color-contrast-enhanced"]}}
    for shade in ("light", "dark"):
        page.emulate_media(color_scheme=shade)
        strict = Axe().run(page, context={"exclude": [[".press"], [".button.first"]]}, options=contrast)
        assert strict.violations_count == 0, f"{shade}: {strict.generate_report()}"
    dark = Axe().run(page, options={"runOnly": {"type": "rule", "values": ["color-contrast"]}})
    assert dark.violations_count == 0, dark.generate_report()


SMALL = """() => [...document.querySelectorAll('a, button, summary, label:has(input), input, select')]
    .filter(item => item.type !== 'hidden' && item.checkVisibility() && !item.closest('label input'))
    .filter(item => !(item.matches('input') && item.closest('.pick')) && !item.classList.contains('skip'))
    .map(item => [item.outerHTML.slice(0, 90), item.getBoundingClientRect().height])
    .filter(([, height]) => height < 48)"""


@pytest.mark.parametrize(("kind", "path"), ALL)
def test_it_fits_a_small_screen_and_a_finger(look: Look, kind: str, path: str) -> None:
    page = look(kind, path)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(SMALL) == []
    # Twice the size is a third of the width, in effect.
    page.evaluate("document.documentElement.style.fontSize = '225%'")
    page.set_viewport_size({"width": 640, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


@pytest.mark.parametrize(("kind", "path"), ALL)
def test_nothing_is_in_it_that_does_not_belong(look: Look, kind: str, path: str, town: dict[str, str]) -> None:
    page = look(kind, "about:blank")
    said: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    answer = page.goto(path.format(**town))
    assert answer
    html = answer.text()
    assert re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|javascript:|<style", html) is None
    assert len(hosts) == 1
    assert [words for words in said if f"status of {answer.status}" not in words] == []
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert (answer.headers["referrer-policy"], answer.headers["cache-control"]) == ("no-referrer", "no-store")
    assert "noindex" in answer.headers["x-robots-tag"]
    assert "tvl_" not in html.replace(town["window"], ""), "a window's own link is in its own form"
    assert "!" not in page.inner_text("body")


def test_the_resident_button_is_large_and_the_letters_too(look: Look) -> None:
    page = look("resident", "/ik")
    page.set_viewport_size({"width": 320, "height": 640})
    box = page.locator(".press").bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 160
    size = "name => parseFloat(getComputedStyle(document.querySelector(name)).fontSize)"
    assert min(page.evaluate(size, name) for name in (".press", ".one p", ".tile")) >= 22
    assert look("contact", "/kring").evaluate(size, ".words") >= 18


@pytest.mark.parametrize(("kind", "path"), [("", "/"), ("resident", "/ik"), ("contact", "/kring")])
def test_a_first_visit_is_light_and_does_not_jump(
    browser: Browser, running: Service, town: dict[str, str], kind: str, path: str
) -> None:
    context = browser.new_context(base_url=running.url, locale="nl-NL")
    if kind:
        context.add_cookies([{"name": f"teken_{kind}", "value": town[f"{kind}_token"], "url": running.url}])
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    received: list[float] = []
    wire.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.add_init_script(
        "window.jumped = 0; new PerformanceObserver(list => list.getEntries().forEach(e => window.jumped += e.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(path)
    page.wait_for_timeout(2500)
    assert 0 < sum(received) <= 100_000, received
    assert page.evaluate("window.jumped") < 0.01
    context.close()


def test_the_stroke_draws_itself_only_for_who_wants_motion(look: Look) -> None:
    names = "[...document.querySelectorAll('.draws path')].map(path => getComputedStyle(path).animationName)"
    page = look("contact", "/kring")
    assert set(page.evaluate(names)) == {"none"}
    page.emulate_media(reduced_motion="no-preference")
    assert "draw" in page.evaluate(names)
