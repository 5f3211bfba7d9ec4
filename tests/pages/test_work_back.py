"""The way back on the work pages: one asks, a second agrees, a day passes, and the new phone comes in."""

import re

from playwright.sync_api import expect
from starlette.testclient import TestClient

from app.flows.returning import LIVES, WAITS
from tests.house import HandClock
from tests.pages.conftest import OpenAs, Service
from tests.pages.test_forms import OURS, cookie, do, see
from tests.pages.test_work import come_to, holds_everywhere, press, tab_to
from tests.people import Person
from tests.work import Member, Office, make_case, make_office

READ = "Lees wat er gevraagd wordt"
SAYS_YES = re.compile(r'action="(/werk/[^"]+/terug/[^"]+/ja)"')
OPENS = re.compile(r'action="(/werk/[^"]+/terug/[^"]+/open)"')


def asked_of(member: Member) -> str:
    """Return where the question to a second stands, from the list."""
    [path] = re.findall(r'href="(/werk/[^"]+/terug/[^"]+)"', see(member, "/werk", "work"))
    return path


def refused(member: Person, path: str) -> int:
    return member.client.post(path, headers=cookie(member, "work")).status_code


def test_two_pages_and_a_day_bring_a_resident_back(office: Office, clock: HandClock) -> None:
    anna, case = make_case(office)
    assert do(office.fenna, f"/werk/{case}/terug", "work") == "/werk?gezegd=back"
    shown = see(office.fenna, f"/werk/{case}", "work")
    assert "Nu is een tweede collega nodig." in shown
    assert READ not in shown
    question = asked_of(office.gerda)
    text = see(office.gerda, question, "work")
    assert "Vraag eerst aan Fenna" in text
    [yes] = SAYS_YES.findall(text)
    assert do(office.gerda, yes, "work") == "/werk?gezegd=second"
    waits = see(office.fenna, f"/werk/{case}", "work")
    assert "Twee van jullie zeiden ja. Vanaf vrijdag 12 maart 2027 om " in waits
    assert OPENS.findall(waits) == []
    clock.at += WAITS
    office.team["Fenna"] = office.fenna.again()
    [opens] = OPENS.findall(see(office.fenna, f"/werk/{case}", "work"))
    made = do(office.fenna, opens, "work")
    assert "Anna kan weer binnen" in made
    assert "De weg naar binnen is gemaakt." in see(office.fenna, f"/werk/{case}", "work")
    [link] = re.findall(r'id="link">[^<]*(/p/[^<]+)<', made)
    assert office.client.post(link, headers=OURS).headers["location"] == "/ik?gezegd=paired"
    assert anna.get("/v1/me").status_code == 401


def test_nobody_agrees_to_what_they_asked_themselves(office: Office) -> None:
    _, case = make_case(office)
    do(office.fenna, f"/werk/{case}/terug", "work")
    question = asked_of(office.gerda)
    assert "/terug/" not in see(office.fenna, "/werk", "work")
    assert office.client.get(question, headers=cookie(office.fenna, "work")).status_code == 403
    assert refused(office.fenna, f"{question}/ja") == 403
    assert refused(office.admin, f"{question}/ja") == 403
    assert do(office.gerda, f"{question}/ja", "work")
    assert "/terug/" not in see(office.loes, "/werk", "work")
    assert office.client.get(question, headers=cookie(office.loes, "work")).status_code == 409


def test_a_second_reads_no_name_and_a_stranger_nothing(client: TestClient, office: Office) -> None:
    _, case = make_case(office, "Annemarie")
    other = make_office(client, "Elders", team={"Piet": "caseworker"})
    do(office.fenna, f"/werk/{case}/terug", "work")
    question = asked_of(office.gerda)
    for path in ("/werk", question):
        assert "Annemarie" not in see(office.gerda, path, "work")
    assert "/terug/" not in see(other.piet, "/werk", "work")
    assert client.get(question, headers=cookie(other.piet, "work")).status_code == 404
    assert refused(other.piet, f"{question}/ja") == 404
    assert refused(office.gerda, f"/werk/{case}/terug") == 404


def test_a_question_that_nobody_answered_ends_after_a_week(office: Office, clock: HandClock) -> None:
    _, case = make_case(office)
    do(office.fenna, f"/werk/{case}/terug", "work")
    question = asked_of(office.gerda)
    clock.at += LIVES
    fenna, gerda = office.fenna.again(), office.gerda.again()
    assert "/terug/" not in see(gerda, "/werk", "work")
    assert refused(gerda, f"{question}/ja") == 409
    assert "Vraag een tweede collega" in see(fenna, f"/werk/{case}", "work")


def test_a_no_on_an_old_device_is_told_before_it_can_be_asked_anew(office: Office) -> None:
    anna, case = make_case(office)
    do(office.fenna, f"/werk/{case}/terug", "work")
    [no] = re.findall(r'action="(/ik/meekijken/terug/[^"]+)"', see(anna, "/ik/meekijken"))
    do(anna, no)
    assert "/terug/" not in see(office.gerda, "/werk", "work")
    shown = see(office.fenna, f"/werk/{case}", "work")
    assert "Op een oud apparaat zei iemand nee. Vraag Anna eerst wat er is." in shown
    assert do(office.fenna, f"/werk/{case}/terug", "work") == "/werk?gezegd=back"


def test_who_works_alone_reads_what_is_missing(client: TestClient) -> None:
    office = make_office(client, team={"Fenna": "caseworker"})
    _, case = make_case(office)
    do(office.fenna, f"/werk/{case}/terug", "work")
    assert "Er werkt hier nog geen tweede collega." in see(office.fenna, f"/werk/{case}", "work")


def test_it_is_asked_and_agreed_to_by_keyboard_alone_and_without_a_script(service: Service, open_as: OpenAs) -> None:
    office = make_office(service.client, "Toetsen")
    _, case = make_case(office, "Mevrouw T.")
    asking = come_to(open_as, "/werk", office.fenna, java_script_enabled=False)
    tab_to(asking, f"a[href='/werk/{case}']")
    press(asking, "Enter")
    tab_to(asking, "summary:has-text('Telefoon en papier kwijt?')")
    press(asking, "Enter")
    tab_to(asking, "form[action$='/terug'] button")
    press(asking, "Enter")
    expect(asking.get_by_role("status")).to_have_text("Je vraag ligt bij je collega's. Praat er even over.")
    second = come_to(open_as, "/werk", office.gerda, java_script_enabled=False)
    tab_to(second, f"a:has-text('{READ}')")
    press(second, "Enter")
    expect(second.get_by_role("heading", name="Een tweede ja")).to_be_visible()
    tab_to(second, "form[action$='/ja'] button")
    press(second, "Enter")
    expect(second.get_by_role("status")).to_contain_text("Je zei ja.")
    service.clock.at += WAITS
    opening = come_to(open_as, "/werk", office.fenna, java_script_enabled=False)
    opening.goto(f"/werk/{case}")
    tab_to(opening, "form[action$='/open'] button")
    press(opening, "Enter")
    expect(opening.get_by_role("heading", name="Mevrouw T. kan weer binnen")).to_be_visible()


def test_axe_finds_nothing_in_any_of_its_states(service: Service, open_as: OpenAs) -> None:
    office = make_office(service.client, "Bijlen")
    _, case = make_case(office, "Mevrouw B.")
    page, second = come_to(open_as, "/werk", office.fenna), come_to(open_as, "/werk", office.gerda)
    page.goto(f"/werk/{case}")
    page.locator("summary", has_text="Telefoon en papier kwijt?").click()
    holds_everywhere(page)
    page.get_by_role("button", name="Vraag een tweede collega").click()
    page.goto(f"/werk/{case}")
    expect(page.get_by_text("Nu is een tweede collega nodig.")).to_be_visible()
    holds_everywhere(page)
    second.goto("/werk")
    holds_everywhere(second)
    second.get_by_role("link", name=READ).click()
    holds_everywhere(second)
    second.get_by_role("button", name="Ja, dit klopt").click()
    page.reload()
    holds_everywhere(page)
    service.clock.at += WAITS
    page = come_to(open_as, "/werk", office.fenna)
    page.goto(f"/werk/{case}")
    holds_everywhere(page)
    page.get_by_role("button", name="Laat de weg naar binnen zien").click()
    holds_everywhere(page)
