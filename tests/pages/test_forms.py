"""What the forms do, and refuse, without a browser; on both databases."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.house import NOON, HandClock, make_app, make_client
from tests.people import Person, make_contact, make_resident

OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
READY = "Je teken ligt klaar voor je kring"


def cookie(person: Person, kind: str = "resident") -> dict[str, str]:
    return OURS | {"Cookie": f"teken_{kind}={person.token}"}


def see(person: Person, path: str, kind: str = "resident") -> str:
    answer = person.client.get(path, headers=cookie(person, kind))
    assert answer.status_code == 200, answer.text
    return answer.text


def do(person: Person, path: str, kind: str = "resident", **fields: str) -> str:
    """Send a form and return where the page goes on, or what it says."""
    answer = person.client.post(path, data=fields, headers=cookie(person, kind))
    assert answer.status_code in {200, 303}, answer.text
    return answer.headers.get("location") or answer.text


def test_a_button_that_was_hit_twice_is_taken_back_whole(anna: Person, bas: Person):
    assert do(anna, "/ik/teken") == do(anna, "/ik/teken") == "/ik"
    assert READY in see(anna, "/ik")
    assert do(anna, "/ik/toch-niet") == "/ik?gezegd=undone"
    assert bas.feed() == []
    assert anna.feed() == []


def test_after_a_minute_a_tap_stays(anna: Person, bas: Person, clock: HandClock):
    do(anna, "/ik/teken")
    clock.move(seconds=60)
    assert READY not in see(anna, "/ik")
    assert do(anna, "/ik/toch-niet") == "/ik?gezegd=too-late"
    assert len(bas.feed()) == 1


def test_an_undone_tap_leaves_the_sign_before_it(anna: Person, bas: Person, clock: HandClock):
    do(anna, "/ik/teken")
    before = bas.get("/v1/teken").content
    clock.move(minutes=10)
    do(anna, "/ik/teken")
    do(anna, "/ik/toch-niet")
    assert bas.get("/v1/teken").content == before


def test_a_rest_is_told_in_its_own_words(anna: Person, bas: Person):
    do(anna, "/ik/rust")
    assert bas.feed()[0]["words"] == "goed, vandaag even niet"
    assert "Vanmiddag: goed, vandaag even niet" in see(bas, "/kring", "contact")


@pytest.mark.parametrize("path", ["/begin", "/code", "/p/l_x", "/u/l_x/ja", "/u/l_x/nee", "/ik/teken", "/v/v_x"])
def test_a_form_from_elsewhere_is_refused(anna: Person, path: str):
    headers = cookie(anna) | {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    answer = anna.client.post(path, data={"name": "x", "code": "K7MWX3PF"}, headers=headers)
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
    assert anna.feed() == []


def test_looking_at_an_invitation_uses_nothing_up(anna: Person):
    made = anna.post("/v1/invitations", json={"name": "Bas", "detail": "area"}).json()
    link = made["url"].removeprefix("http://127.0.0.1:8000")
    for _ in range(2):
        text = see(anna, link)
    assert re.search(r"<title>[^<]*Anna", text) is None
    assert "og:" not in text
    assert '"description"' not in text
    assert "Is het stil, dan betekent dat hier niets." in text
    answer = anna.client.post(f"{link}/ja", data={"sixteen_or_older": "true"}, headers=OURS)
    assert answer.headers["location"] == "/kring"
    again = anna.client.get(link, headers=OURS)
    assert again.status_code == 409


def test_not_now_is_said_to_nobody(anna: Person):
    made = anna.post("/v1/invitations", json={"name": "Bas"}).json()
    link = made["url"].removeprefix("http://127.0.0.1:8000")
    answer = anna.client.post(f"{link}/nee", headers=OURS)
    assert "Je krijgt niets." in answer.text
    assert anna.get("/v1/circle").json()["items"] == []


def test_who_is_in_a_circle_already_keeps_one_token(anna: Person, bas: Person):
    dora = make_resident(anna.client, "Dora")
    made = dora.post("/v1/invitations", json={"name": "Bas"}).json()
    answer = anna.client.post(f"/u/{made['url'].rsplit('/', 1)[1]}/ja", headers=cookie(bas, "contact"))
    assert answer.status_code == 303
    assert f"teken_contact={bas.token}" in answer.headers["set-cookie"]
    cards = see(bas, "/kring", "contact")
    assert "Anna" in cards
    assert "Dora" in cards


def test_the_preview_is_what_the_contact_sees(anna: Person):
    saar = make_contact(anna, "Saar", detail="route")
    walk = anna.walk(NOON - timedelta(hours=1))
    assert walk["state"] == "released"
    anna.tap()
    pictures = re.findall(r'<path d="([^"]+)"', see(saar, "/kring", "contact"))
    shown = see(anna, f"/ik/wat-ziet?wie={saar.id}")
    assert pictures
    assert [path for path in pictures if path not in shown] == []


def test_a_lower_detail_works_at_the_next_look(anna: Person):
    saar = make_contact(anna, "Saar", detail="route")
    anna.walk(NOON - timedelta(hours=1))
    assert 'class="map' in see(saar, "/kring", "contact")
    do(anna, f"/ik/kring/{saar.id}", detail="sign", role="contact")
    text = see(saar, "/kring", "contact")
    assert 'class="map' not in text
    assert "<svg" not in text.split("<main", 1)[1].split("</main>", 1)[0]


def test_cookies_are_held_as_tightly_as_the_address_allows(tmp_path: Path, sqlite_url: str):
    for url, name in (("http://127.0.0.1:8000", "teken_resident"), ("https://teken.example", "__Host-teken_resident")):
        app = make_app(tmp_path, sqlite_url, public_url=url)
        kept = make_client(app).post("/begin", data={"name": "Anna"}, headers=OURS).headers["set-cookie"]
        assert kept.startswith(f"{name}=tvl_r_")
        assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(kept.split("; "))
        assert ("Secure" in kept) is url.startswith("https")
        app.state.house.close()


def test_where_sign_up_is_closed_no_button_leads_there(tmp_path: Path, sqlite_url: str):
    app = make_app(tmp_path, sqlite_url, open_signup=False)
    client = make_client(app)
    assert 'href="/begin"' not in client.get("/", headers=OURS).text
    assert client.get("/begin", headers=OURS).status_code == 403
    assert client.post("/begin", data={"name": "Anna"}, headers=OURS).status_code == 403
    app.state.house.close()


def test_a_demo_link_opens_nothing_outside_the_demo(tmp_path: Path, sqlite_url: str):
    app = make_app(tmp_path, sqlite_url, demo=False, rate_limits="on", open_signup=True)
    anna = make_resident(make_client(app), "Anna")
    assert anna.client.get(f"/demo/{anna.token}", headers=OURS).status_code == 404
    app.state.house.close()


def test_a_demo_link_opens_again_and_again(anna: Person, bas: Person):
    for person, home in ((anna, "/ik"), (bas, "/kring"), (anna, "/ik")):
        assert person.client.get(f"/demo/{person.token}", headers=OURS).headers["location"] == home


def test_guessing_codes_on_the_page_ends_too(tmp_path: Path, sqlite_url: str):
    app = make_app(tmp_path, sqlite_url, rate_limits="on")
    client = make_client(app)
    for _ in range(10):
        assert client.get("/c/K7MWX3PF", headers=OURS).status_code == 404
    assert client.get("/c/K7MWX3PF", headers=OURS).status_code == 429
    app.state.house.close()


@pytest.mark.parametrize("typed", ["{}", "p_{}", "{} ", "P {}"])
def test_the_key_on_paper_is_understood_however_it_is_typed(client: TestClient, typed: str):
    started = client.post("/v1/residents", json={"name": "Anna"}).json()
    key = started["paper_key"].removeprefix("p_").replace("-", " ").lower()
    asked = client.post("/code", data={"code": typed.format(key)}, headers=OURS)
    [way] = re.findall(r'action="(/p/[^"]+)"', asked.text)
    paired = client.post(way, headers=OURS)
    assert paired.headers["location"] == "/ik?gezegd=paired"
    assert client.get("/v1/me", headers={"Authorization": f"Bearer {started['token']}"}).status_code == 401


@pytest.mark.parametrize("name", ["", "   ", "twee\nregels", "x" * 81])
def test_a_name_of_more_than_one_line_is_asked_again(client: TestClient, name: str):
    answer = client.post("/begin", data={"name": name}, headers=OURS)
    assert answer.status_code == 422
    assert "Vul een naam in" in answer.text
    assert "set-cookie" not in answer.headers


def test_names_cannot_bring_markup_along(client: TestClient):
    anna = make_resident(client, "<img src=x onerror=alert(1)>")
    bas = make_contact(anna, "<script>1</script>")
    anna.tap()
    for text in (see(anna, "/ik/kring"), see(bas, "/kring", "contact"), see(anna, "/ik/wat-ziet")):
        assert "<img" not in text
        assert "<script>" not in text


def test_an_app_gets_a_problem_and_a_person_a_page(client: TestClient):
    assert client.get("/ik", headers=OURS).headers["content-type"].startswith("text/html")
    assert client.get("/ik", headers={"Accept": "*/*"}).headers["content-type"] == "application/problem+json"
    assert client.get("/v1/me", headers=OURS).headers["content-type"] == "application/problem+json"


def test_a_device_that_is_not_known_is_told_to_ask_for_a_code(client: TestClient):
    answer = client.get("/ik", headers=OURS | {"Cookie": "teken_resident=tvl_r_gone"})
    assert answer.status_code == 401
    assert "Vraag een nieuwe code" in answer.text


def test_english_readers_read_english(client: TestClient):
    text = client.get("/", headers=OURS | {"Accept-Language": "en-GB,nl;q=0.4"}).text
    assert '<html lang="en"' in text
    assert "Just so, as a sign of life" in text


def test_mail_is_asked_for_checked_and_stopped(bas: Person):
    wrong = bas.client.post("/kring/berichten", data={"address": "geen adres"}, headers=cookie(bas, "contact"))
    assert wrong.status_code == 422
    assert "Dit lijkt geen mailadres." in wrong.text
    assert do(bas, "/kring/berichten", "contact", address="bas@voorbeeld.nl") == "/kring/berichten?gezegd=asked"
    text = see(bas, "/kring/berichten", "contact")
    assert "Wacht op jou" in text
    [way] = re.findall(r'action="(/kring/berichten/[^"]+/weg)"', text)
    do(bas, way, "contact")
    assert "bas@voorbeeld.nl" not in see(bas, "/kring/berichten", "contact")


def test_a_contact_who_leaves_needs_no_reason(anna: Person, bas: Person):
    assert "Je bent eruit" in do(bas, f"/kring/{bas.id}/weg", "contact")
    assert anna.get("/v1/circle").json()["items"] == []


def test_a_stranger_finds_nothing(anna: Person, bas: Person, dora: Person, eef: Person):
    walk = anna.walk(NOON - timedelta(hours=1))
    for path in (f"/ik/wandelingen/{walk['id']}", f"/ik/kring/{bas.id}", f"/ik/kring/{bas.id}/weg"):
        assert dora.client.get(path, headers=cookie(dora)).status_code == 404
    assert eef.client.get(f"/kring/{bas.id}/weg", headers=cookie(eef, "contact")).status_code == 404
    for path in (f"/ik/wandelingen/{walk['id']}/toch-niet", f"/ik/kring/{bas.id}/weg", f"/ik/kring/{bas.id}"):
        assert dora.client.post(path, headers=cookie(dora)).status_code == 404


def test_pages_are_not_part_of_the_contract(app: FastAPI):
    assert all(path.startswith(("/v1/", "/livez", "/readyz", "/metrics")) for path in app.openapi()["paths"])
