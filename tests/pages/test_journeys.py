"""What people do on the pages, in a real Chromium."""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from tests.house import NOON
from tests.pages.conftest import OTHER_NAME, OpenAs, Service
from tests.people import Person, make_contact
from tests.walks import walk_gpx

READY = "Je teken ligt klaar voor je kring"


def test_a_check_in_works_without_javascript(open_as: OpenAs, mama: Person, saar: Person) -> None:
    page = open_as(mama, java_script_enabled=False).new_page()
    page.goto("/ik")
    page.get_by_role("button", name="Laat weten dat je er bent").click()
    expect(page.get_by_text(READY)).to_be_visible()
    assert [teken["kind"] for teken in saar.feed()] == ["checkin"]
    page.get_by_role("button", name="Toch niet").click()
    expect(page.get_by_text("Je teken is weg.")).to_be_visible()
    assert saar.feed() == []


def test_a_check_in_works_where_a_browser_says_less(open_as: OpenAs, mama: Person, service: Service) -> None:
    address = service.url.replace("127.0.0.1", OTHER_NAME)
    for has_script in (False, True):
        context = open_as(java_script_enabled=has_script, base_url=address)
        context.add_cookies([{"name": "teken_resident", "value": mama.token, "url": address}])
        page = context.new_page()
        sent: list[dict[str, str]] = []
        page.on(
            "request", lambda request, sent=sent: sent.append(request.headers) if request.method == "POST" else None
        )
        page.goto("/ik")
        page.get_by_role("button", name="Laat weten dat je er bent").click()
        expect(page.get_by_text(READY)).to_be_visible()
        assert "sec-fetch-site" not in sent[0]
        page.get_by_role("button", name="Toch niet").click()
        expect(page.get_by_text("Je teken is weg.")).to_be_visible()


def test_a_tap_changes_the_page_in_place_and_says_so(open_as: OpenAs, mama: Person) -> None:
    page = open_as(mama).new_page()
    page.goto("/ik")
    page.evaluate("window.stayed = true")
    page.get_by_role("button", name="Laat weten dat je er bent").click()
    said = page.get_by_role("status")
    expect(said).to_have_text(READY)
    expect(said).to_be_focused()
    assert page.evaluate("window.stayed")


def test_after_a_minute_the_button_is_back(open_as: OpenAs, mama: Person, service: Service) -> None:
    page = open_as(mama).new_page()
    page.clock.install()
    page.goto("/ik")
    page.get_by_role("button", name="Laat weten dat je er bent").click()
    expect(page.get_by_role("button", name="Toch niet")).to_be_visible()
    service.clock.move(seconds=62)
    page.clock.fast_forward("01:02")
    expect(page.get_by_role("button", name="Laat weten dat je er bent")).to_be_visible()
    expect(page.get_by_text("Je laatste teken")).to_be_visible()


def test_a_tap_without_a_connection_is_not_called_given(open_as: OpenAs, mama: Person) -> None:
    context = open_as(mama)
    page = context.new_page()
    page.goto("/ik")
    context.set_offline(True)
    page.get_by_role("button", name="Laat weten dat je er bent").click()
    expect(page.get_by_role("alert")).to_contain_text("nog niet weg")
    expect(page.get_by_text(READY)).to_have_count(0)


def test_the_keyboard_alone_is_enough_for_a_sign(open_as: OpenAs, mama: Person) -> None:
    page = open_as(mama).new_page()
    page.goto("/ik")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Laat weten dat je er bent")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text(READY)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Toch niet")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_contain_text("Je teken is weg.")


def test_a_walk_is_shown_per_contact_before_it_goes(
    open_as: OpenAs, mama: Person, saar: Person, tmp_path: Path
) -> None:
    near = make_contact(mama, "Kees", detail="route")
    file = tmp_path / "wandeling.gpx"
    file.write_bytes(walk_gpx(begins=NOON - timedelta(hours=2), points=500, every_s=7))
    page = open_as(mama).new_page()
    page.goto("/ik/wandelingen/nieuw")
    page.get_by_label("Bestand van je wandeling").set_input_files(file)
    page.get_by_role("button", name="Maak er een tekening van").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Je wandeling ligt klaar")
    [walk] = mama.get("/v1/walks").json()["items"]
    assert walk["state"] == "held"
    drawn = page.locator("section", has_text="Zo ziet Saar het").locator("svg path").first.get_attribute("d")
    assert drawn
    assert drawn in walk["previews"]["drawing"]["drawing_svg"]
    expect(page.locator("section", has_text="Zo ziet Kees het").locator(".map svg")).to_be_visible()
    assert saar.feed() == near.feed() == []
    page.get_by_role("button", name="Nu al").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Je wandeling is bij je kring")
    assert [teken["kind"] for teken in saar.feed()] == ["walk"]
    page.get_by_text("Toch liever niet?").click()
    page.get_by_role("button", name="Haal deze wandeling weg").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Je wandeling is weg")
    assert saar.feed() == []


def test_a_file_that_is_no_walk_is_refused_in_plain_words(open_as: OpenAs, mama: Person, tmp_path: Path) -> None:
    file = tmp_path / "foto.gpx"
    file.write_bytes(b"\x89PNG\r\n\x1a\n")
    page = open_as(mama).new_page()
    page.goto("/ik/wandelingen/nieuw")
    page.get_by_label("Bestand van je wandeling").set_input_files(file)
    page.get_by_role("button", name="Maak er een tekening van").click()
    expect(page.get_by_role("alert")).to_contain_text("Er is niets bewaard.")
    expect(page.get_by_label("Bestand van je wandeling")).to_be_visible()


def test_a_sign_comes_and_goes_on_an_open_page(open_as: OpenAs, mama: Person, saar: Person) -> None:
    page = open_as(saar, "contact").new_page()
    page.goto("/kring")
    expect(page.get_by_text("Hier komt een teken van Mama")).to_be_visible()
    page.wait_for_timeout(500)
    teken = mama.tap()
    expect(page.get_by_text("Liet vanmiddag van zich horen")).to_be_visible()
    page.get_by_role("button", name="Zwaai terug").click()
    expect(page.get_by_text("Je zwaaide terug.")).to_be_visible()
    assert "wave" in [one["kind"] for one in mama.feed()]
    mama.delete(f"/v1/teken/{teken['id']}")
    expect(page.get_by_text("Hier komt een teken van Mama")).to_be_visible()


def test_a_removed_contact_is_told_how_to_come_back(open_as: OpenAs, mama: Person, saar: Person) -> None:
    page = open_as(saar, "contact").new_page()
    mama.delete(f"/v1/contacts/{saar.id}")
    answer = page.goto("/kring")
    assert answer
    assert answer.status == 401
    expect(page.get_by_text("Vraag een nieuwe code")).to_be_visible()


def test_the_window_glows_rests_and_sleeps(open_as: OpenAs, mama: Person, saar: Person, service: Service) -> None:
    mama.tap()
    page = open_as(saar, "contact", viewport={"width": 1024, "height": 600}).new_page()

    def glow() -> str:
        page.goto("/kring?venster")
        return page.locator(".pane").get_attribute("class") or ""

    assert "glow-4" in glow()
    expect(page.get_by_text("vanmiddag", exact=True)).to_be_visible()
    service.clock.move(hours=5)
    assert "glow-3" in glow()
    service.clock.move(hours=8)
    assert "rests" in glow()
    expect(page.locator(".panes")).to_have_class("panes sleeps")
    asleep = page.locator(".pane svg").inner_html()
    service.clock.move(hours=12)
    assert "rests" in glow()
    assert page.locator(".pane svg").inner_html() == asleep


def test_somebody_starts_invites_and_is_answered(open_as: OpenAs) -> None:
    mine = open_as().new_page()
    mine.goto("/")
    mine.get_by_role("link", name="Ik wil beginnen").click()
    mine.get_by_label("Hoe noemen mensen je?").fill("Oma Truus")
    mine.get_by_role("button", name="Begin").click()
    expect(mine.get_by_text("Leg dit bij je papieren")).to_be_visible()
    key = mine.locator(".paper-key").inner_text()
    mine.get_by_role("link", name="Ik heb hem opgeschreven").click()
    mine.get_by_role("link", name="Nodig iemand uit").click()
    mine.get_by_label("Wie nodig je uit?").fill("Joris")
    mine.get_by_role("button", name="Maak de uitnodiging").click()
    code = mine.locator(".spoken").inner_text()

    theirs = open_as().new_page()
    theirs.goto("/code")
    theirs.get_by_label("Je code").fill(code.lower())
    theirs.get_by_role("button", name="Verder").click()
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("Oma Truus")
    assert "Truus" not in theirs.title()
    theirs.get_by_role("radio", name="Ja", exact=True).check()
    theirs.get_by_role("button", name="Ja, graag").click()
    expect(theirs.get_by_role("heading", level=2)).to_have_text("Oma Truus")

    again = open_as().new_page()
    again.goto("/code")
    again.get_by_label("Je code").fill(key)
    again.get_by_role("button", name="Verder").click()
    again.get_by_role("button", name="Verbind dit apparaat").click()
    expect(again.get_by_text("Dit apparaat is nu van jou.")).to_be_visible()
    assert key.split()[0] not in again.url


def test_who_comes_late_waits_until_the_resident_says_yes(open_as: OpenAs, mama: Person, service: Service) -> None:
    made = mama.post("/v1/invitations", json={"name": "Tante Riet"}).json()
    service.clock.move(minutes=16)
    theirs = open_as().new_page()
    theirs.goto(made["url"])
    theirs.get_by_role("radio", name="Ja", exact=True).check()
    theirs.get_by_role("button", name="Ja, graag").click()
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Bijna klaar")
    mine = open_as(mama).new_page()
    mine.goto("/ik/kring")
    mine.get_by_role("button", name="Ja, dat is Tante Riet").click()
    expect(mine.get_by_role("status")).to_have_text("Tante Riet hoort nu bij je kring.")
    mama.tap()
    theirs.get_by_role("link", name="Naar mijn kring").click()
    expect(theirs.get_by_text("Liet vanmiddag van zich horen")).to_be_visible()
