"""A question about a silence, in a browser: behind the link of a mail, and as a card on somebody's own page."""

from collections.abc import Generator
from dataclasses import dataclass
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.flows import answers, asking, silences
from app.models.circle import Contact
from app.models.people import Resident
from app.models.silence import Agreement
from tests.pages.conftest import PHONE, Service
from tests.people import Person, make_contact, make_resident

FIT = "document.documentElement.scrollWidth"
SMALL = """() => [...document.querySelectorAll('main a, main button, main summary, main input:not([type=hidden])')]
    .filter(item => item.checkVisibility() && item.getBoundingClientRect().height < 48).map(item => item.outerHTML)"""


@dataclass
class Asked:
    """Anna and Bas were asked; `links` are what stands in their mails."""

    anna: Person
    bas: Person
    links: dict[str, str]


@pytest.fixture
def asked(service: Service) -> Asked:
    anna = make_resident(service.client, "Anna")
    bas = make_contact(anna, "Bas")
    house = service.client.app.state.house  # ty: ignore[missing-attribute]  # the fixture put it there
    now = service.clock.now()
    with house.db.write() as session:
        resident = session.get_one(Resident, UUID(anna.id))
        session.get_one(Agreement, resident.id).kind = "calm"
        silence = silences.begin(session, resident, "calm", due_at=now, heard_at=now, now=now)
        own = asking.ask(session, house.keys, silence, asking.resident_as_person(resident), rung="resident", now=now)
        contact = session.get_one(Contact, UUID(bas.id))
        his = answers.ask_contact(session, house.keys, silence, contact, rung="first", now=now)
        links = {who: f"/a/{asking.link_token(house.keys, one.id)}" for who, one in (("Anna", own), ("Bas", his))}
    return Asked(anna, bas, links)


@pytest.fixture
def page(browser: Browser, service: Service) -> Generator[Page]:
    """A phone that nobody is known on."""
    context = browser.new_context(base_url=service.url, viewport=PHONE, locale="nl-NL", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def known_as(page: Page, service: Service, kind: str, person: Person) -> Page:
    cookie = {"name": f"teken_{kind}", "value": person.token, "url": service.url, "httpOnly": True, "sameSite": "Lax"}
    page.context.add_cookies([cookie])
    return page


def is_fit(page: Page) -> None:
    """Nothing for axe in light and dark, room for a finger, and nothing sticks out at 320 px."""
    for shade in ("light", "dark"):
        page.emulate_media(color_scheme=shade)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{shade}: {found.generate_report()}"
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(FIT) <= 320
    assert page.evaluate(SMALL) == []


@pytest.mark.parametrize("who", ["Anna", "Bas"])
def test_the_page_behind_a_link_is_fit_to_be_used(page: Page, asked: Asked, who: str):
    page.goto(asked.links[who])
    if who == "Anna":
        page.locator("summary").click()
    is_fit(page)


def test_a_contact_answers_by_link_without_being_known(page: Page, asked: Asked):
    page.goto(asked.links["Bas"])
    expect(page.get_by_role("heading", level=1)).to_have_text("Bel je Anna even?")
    page.get_by_role("button", name="Ik doe het").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dank je wel")
    is_fit(page)
    page.get_by_role("button", name="Gesproken, het is goed").click()
    expect(page.get_by_text("We vragen nu niemand anders.")).to_be_visible()


def test_the_resident_goes_away_until_a_day_with_the_keyboard_alone(page: Page, asked: Asked):
    page.goto(asked.links["Anna"])
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Tot en met welke dag?").fill("2027-03-15")
    page.get_by_role("button", name="Ik ben weg tot en met die dag").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Goede tijd")
    page.goto(asked.links["Anna"])
    expect(page.get_by_role("heading", level=1)).to_have_text("Deze vraag is voorbij")
    is_fit(page)


def test_the_card_on_the_residents_page_says_who_spoke_and_asks_to_be_called(
    page: Page, service: Service, asked: Asked
):
    known_as(page, service, "contact", asked.bas).goto("/kring")
    expect(page.get_by_text("Is het stil, dan betekent dat hier niets.")).to_have_count(0)
    is_fit(page)
    page.get_by_role("button", name="Gesproken, het is goed").click()
    expect(page.get_by_text("We vragen nu niemand anders.")).to_be_visible()
    known_as(page, service, "resident", asked.anna).goto("/ik")
    expect(page.get_by_text("Bas zegt jou gesproken te hebben.")).to_be_visible()
    is_fit(page)
    page.get_by_role("button", name="Klopt niet, bel me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We kunnen nu niemand bereiken")
    expect(page.get_by_text("Nu hulp nodig? Bel 112")).to_be_visible()
    is_fit(page)


def test_after_it_ended_the_contacts_card_says_that_all_is_well(page: Page, service: Service, asked: Asked):
    asked.anna.tap()
    known_as(page, service, "contact", asked.bas).goto("/kring")
    expect(page.get_by_text("Het is goed met Anna. Bellen hoeft niet meer.")).to_be_visible()
    is_fit(page)
