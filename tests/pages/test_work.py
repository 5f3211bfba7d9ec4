"""The work pages in Chromium: come in, take a case by keyboard alone, the resident's yes; every page by axe."""

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.models.silence import Agreement
from tests.house import NOON
from tests.pages.conftest import OpenAs, Service
from tests.pages.test_every_page import SMALL
from tests.people import make_resident
from tests.work import Member, ask, code_now, house_of, make_case, make_office, make_silence

PAGES = (
    ("", "/werk/binnen"),
    ("", "/werk/binnen/{link}"),
    ("work", "/werk"),
    ("work", "/werk/{case}"),
    ("work", "/werk/{quiet}"),
    ("work", "/werk/nieuw"),
    ("work", "/werk/gegevens"),
    ("admin", "/organisatie"),
    ("resident", "/ik/meekijken"),
)


@pytest.fixture(scope="module")
def town(running: Service) -> dict[str, str]:
    """An office at two in the afternoon: one case that waits, one that is quiet, one resident who is asked."""
    running.clock.at = NOON
    office = make_office(running.client)
    quiet, quiet_case = make_case(office, "Mevrouw C.")
    anna, case = make_case(office, "Mevrouw A.")
    make_silence(running.client, anna.id)
    with house_of(running.client).db.write() as session:
        session.get_one(Agreement, UUID(anna.id)).plan = "Eerst bellen, sleutel bij de buren"
    bert = make_resident(running.client, "Bert")
    ask(office.fenna.again(), bert)
    made = office.admin.again().post(f"{office.path}/members", json={"name": "Hans", "role": "caseworker"}).json()
    return {
        "link": made["url"].rsplit("/", 1)[1],
        "case": case,
        "quiet": quiet_case,
        "quiet_id": quiet.id,
        "resident_token": bert.token,
        "work_token": office.fenna.again().token,
        "admin_token": office.admin.again().token,
        "at": running.clock.now().isoformat(),
        "secret": office.fenna.secret,
        "email": office.fenna.email,
    }


Look = Callable[[str, str], Page]


@pytest.fixture
def look(town: dict[str, str], browser: Browser, running: Service) -> Generator[Look]:
    """Open one page as the person it is for."""
    running.clock.at = datetime.fromisoformat(town["at"]) + timedelta(minutes=1)
    opened: list[BrowserContext] = []

    def open_page(kind: str, path: str) -> Page:
        context = browser.new_context(
            base_url=running.url, viewport={"width": 390, "height": 844}, locale="nl-NL", reduced_motion="reduce"
        )
        opened.append(context)
        if kind:
            name = "teken_resident" if kind == "resident" else "teken_work"
            cookie = {"name": name, "value": town[f"{kind}_token"], "url": running.url}
            context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Lax"}])
        page = context.new_page()
        page.goto(path.format(**town))
        return page

    yield open_page
    for context in opened:
        context.close()


@pytest.mark.parametrize(("kind", "path"), PAGES)
def test_axe_finds_nothing_and_it_fits_a_small_screen_and_a_finger(look: Look, kind: str, path: str) -> None:
    holds_everywhere(look(kind, path))


def holds_everywhere(page: Page) -> None:
    """Find nothing by axe, in light and dark, and let it fit a small screen, a finger and a wide screen."""
    expect(page.locator("h1")).to_be_visible()
    for shade in ("light", "dark"):
        page.emulate_media(color_scheme=shade)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{shade}: {found.generate_report()}"
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(SMALL) == []
    page.set_viewport_size({"width": 1200, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 1200


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def come_to(open_as: OpenAs, path: str, member: Member, **how: Any) -> Page:
    """Open a page in a browser, on a phone, as somebody at work."""
    page = open_as(member.again(), "work", reduced_motion="reduce", **how).new_page()
    page.goto(path)
    return page


def tab_to(page: Page, selector: str) -> None:
    """Go on by the tabulator until something has the focus; it must come, and be seen to have it."""
    for _ in range(40):
        press(page, "Tab")
        if page.locator(f"{selector}:focus").count():
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(selector)


def test_a_case_is_taken_and_closed_by_keyboard_alone(look: Look, town: dict[str, str], running: Service) -> None:
    page = look("work", "/werk")
    tab_to(page, f"a[href='/werk/{town['case']}']")
    press(page, "Enter")
    expect(page.get_by_text("Eerst bellen, sleutel bij de buren")).to_be_visible()
    tab_to(page, "#reason")
    page.keyboard.type("Ik bel haar nu")
    tab_to(page, "form[action$='/oppakken'] button")
    press(page, "Enter")
    expect(page.get_by_role("status")).to_have_text("Je hebt het opgepakt.")
    row = page.locator("tr", has_text="Mevrouw A.")
    expect(row).to_contain_text("Opgepakt")
    tab_to(page, f"a[href='/werk/{town['case']}']")
    press(page, "Enter")
    expect(page.get_by_text("“Ik bel haar nu”")).to_be_visible()
    tab_to(page, "#outcome")
    page.keyboard.type("Het is")
    tab_to(page, "form[action$='/afronden'] button")
    press(page, "Enter")
    expect(page.get_by_role("status")).to_have_text("Het is afgerond.")
    assert running.client.get("/werk").status_code == 401


def test_a_wrong_form_says_what_to_do(look: Look, town: dict[str, str], running: Service) -> None:
    make_silence(running.client, town["quiet_id"])
    page = look("work", "/werk/{quiet}")
    page.locator("#reason").fill("Ik bel")
    page.locator("#follow-up").fill("2020-01-01T10:00")
    page.get_by_role("button", name="Pak op").click()
    expect(page.get_by_role("alert")).to_contain_text("komende twee weken")


def test_a_newcomer_scans_once_and_comes_in(look: Look, town: dict[str, str], running: Service) -> None:
    page = look("", "/werk/binnen/{link}")
    assert "Hans" not in page.content()
    page.get_by_role("button", name="Laat het plaatje zien").click()
    secret = page.locator(".link").inner_text()
    page.locator("#email").fill("hans@team.example")
    page.locator("#totp").fill("000000")
    page.get_by_role("button", name="Kom binnen").click()
    expect(page.locator("h1")).to_be_visible()
    page.goto(f"/werk/binnen/{town['link']}")
    assert secret not in page.content()
    page.locator("#email").fill("hans@team.example")
    page.locator("#totp").fill(code_now(running.client, secret))
    page.get_by_role("button", name="Kom binnen").click()
    expect(page.get_by_role("heading", name="Wie wacht op jou")).to_be_visible()
    page.get_by_role("button", name="Naar huis").click()
    expect(page.get_by_role("status")).to_contain_text("naar huis")
    page.goto("/werk")
    expect(page.get_by_role("link", name="Kom binnen")).to_be_visible()


def test_the_resident_says_yes_reads_when_it_begins_and_takes_it_back(look: Look) -> None:
    page = look("resident", "/ik/meekijken")
    expect(page.get_by_text("Geen plaats, geen wandeling, geen tijd.")).to_be_visible()
    page.get_by_role("button", name="Ja, dat mag").click()
    expect(page.get_by_role("status")).to_contain_text("over een dag")
    page.get_by_role("button", name="Toch niet").click()
    expect(page.get_by_role("status")).to_contain_text("Gestopt")
    page.get_by_role("button", name="Maak een code").click()
    expect(page.locator(".spoken")).to_be_visible()


@pytest.mark.parametrize(("kind", "path", "name"), [("work", "/werk", "Fenna"), ("admin", "/organisatie", "Ad")])
def test_who_works_here_takes_their_own_along_by_keyboard_alone(look: Look, kind: str, path: str, name: str) -> None:
    page = look(kind, path)
    page.get_by_role("link", name="Alles over mij").focus()
    press(page, "Enter")
    expect(page.get_by_text("Over bewoners staat hier niets.")).to_be_visible()
    tab_to(page, "form[action='/werk/gegevens/meenemen'] button")
    with page.expect_download() as coming:
        press(page, "Enter")
    with ZipFile(coming.value.path()) as packed:
        whole = b"".join(packed.read(one) for one in packed.namelist()).decode()
    assert name in whole
    assert "Mevrouw" not in whole


def test_an_admin_fills_in_basis_answers_and_hours(look: Look, town: dict[str, str]) -> None:
    page = look("admin", "/organisatie")
    assert "Mevrouw" not in page.content()
    page.locator("#law").fill("Jeugdwet")
    page.locator("form[action$='/grondslag'] button").click()
    expect(page.locator("#law")).to_have_value("Jeugdwet")
    box = page.get_by_label("Fenna, vrijdag")
    box.check()
    page.locator("form[action$='/rooster'] button").click()
    expect(page.get_by_label("Fenna, vrijdag")).to_be_checked()
    expect(page.get_by_label("Gerda, vrijdag")).not_to_be_checked()
    page.get_by_label("vrijdag, tot").fill("12:00")
    page.locator("form[action$='/uren'] button").click()
    expect(page.get_by_label("vrijdag, tot")).to_have_value("12:00")
    page.get_by_label("Wie hier werkt, beslist over uitkeringen").check()
    page.locator("form[action$='/vragen'] button").click()
    expect(page.get_by_text("Jullie mogen nog niemand vragen.")).to_be_visible()
    page.get_by_label("Wie hier werkt, beslist over uitkeringen").uncheck()
    page.locator("form[action$='/vragen'] button").click()
    expect(page.get_by_text("Jullie mogen bewoners vragen.")).to_be_visible()
    assert town
