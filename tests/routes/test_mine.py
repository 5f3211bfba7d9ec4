"""What somebody may ask about themselves: the log, and a ZIP that holds everything of theirs and nobody else's."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from fastapi import FastAPI

from app.phatic.gpx import Limits, read
from tests.house import NOON, HandClock
from tests.people import Person, make_contact, make_resident
from tests.quiet import live_through_quiet

SECRETS = ("tvl_", "token_hash", "hand", "planes", "fingerprint", "sketch", "paper_key", "secret")


def unpacked(person: Person) -> dict[str, bytes]:
    """Return the files of somebody's export, by name."""
    answer = person.get("/v1/me/export")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    with ZipFile(BytesIO(answer.content)) as archive:
        return {name.removeprefix("teken-van-leven/"): archive.read(name) for name in archive.namelist()}


def said(files: dict[str, bytes], name: str) -> Any:
    return json.loads(files[name])


@pytest.fixture
def lived(anna: Person, bas: Person) -> Person:
    """Anna after a walk that somebody may see as a route, a tap, a wave, and an address."""
    make_contact(anna, "Cor", detail="route")
    walk = anna.walk(NOON - timedelta(hours=1))
    assert anna.post(f"/v1/walks/{walk['id']}/release").status_code == 200
    anna.tap(words="koffie gehad")
    bas.post("/v1/waves", json={"resident_id": anna.id})
    anna.post("/v1/subscriptions", json={"channel": "email", "address": "anna@post.example"})
    bas.post("/v1/subscriptions", json={"channel": "email", "address": "bas@post.example"})
    return anna


def test_an_export_holds_everything_of_the_resident(lived: Person):
    files = unpacked(lived)
    assert said(files, "me.json")["name"] == "Anna"
    assert [one["name"] for one in said(files, "circle.json")] == ["Bas", "Cor"]
    assert {one["name"] for one in said(files, "consents.json")} == {"Bas", "Cor"}
    assert {one["kind"] for one in said(files, "teken.json")} == {"checkin", "walk", "wave"}
    assert [one["address"] for one in said(files, "subscriptions.json")] == ["anna@post.example"]
    assert len(said(files, "walks.json")) == len(said(files, "devices.json")) == 1
    assert said(files, "log.json")[-1]["kind"] == "exported"


def test_what_was_agreed_paused_proposed_and_asked_comes_along(app: FastAPI, anna: Person):
    live_through_quiet(app, anna)
    files = unpacked(anna)
    [agreed] = said(files, "agreement.json")
    assert (agreed["kind"], agreed["plan"]) == ("calm", "Sleutel bij Riet")
    assert agreed["rhythm"]["state"]
    assert agreed["rhythm_days_known"] == 1
    [consent] = said(files, "agreement_consents.json")
    assert (consent["kind"], consent["helped_by"]) == ("calm", "Riet")
    assert consent["words"] in files["index.html"].decode()
    [pause] = said(files, "pauses.json")
    assert pause["words"] == "Bij mijn zus"
    assert pause["ended_at"] < pause["until_at"]
    [proposal] = said(files, "proposals.json")
    assert (proposal["by"], proposal["wish"], proposal["answer"]) == ("Bas", {"detail": "route"}, "no")
    [spoke] = said(files, "representatives.json")
    assert (spoke["name"], spoke["kind"], spoke["checked_by"]) == ("Joop Smit", "mentor", "De Kring")
    [silence] = said(files, "silences.json")
    assert (silence["outcome"], [one["who"] for one in silence["asked"]]) == ("sign", ["", "", "Bas"])
    [rest] = said(files, "rests.json")
    assert (rest["reason"], rest["said_by"], "thawed_at" in rest) == ("admitted", ["Cas"], True)
    everything = b"".join(files.values()).decode()
    assert "not_now" not in everything, "who declined is theirs"
    readme, page = files["README.txt"].decode(), files["index.html"].decode()
    for name in (name for name in files if name.endswith(".json")):
        assert name in readme, name
        assert f'href="{name}"' in page, name


def test_pictures_places_and_routes_are_files_that_other_programs_open(lived: Person):
    files = unpacked(lived)
    [walk] = [one for one in said(files, "teken.json") if one["kind"] == "walk"]
    assert files[f"drawings/{walk['id']}.svg"].startswith(b"<svg")
    assert said(files, f"places/{walk['id']}-area.geojson")["type"] in {"Polygon", "MultiPolygon"}
    route = said(files, f"places/{walk['id']}-route.geojson")
    runs = [route["coordinates"]] if route["type"] == "LineString" else route["coordinates"]
    track = read(files[f"places/{walk['id']}-route.gpx"], Limits())
    assert len(track.lat) == sum(len(run) for run in runs)
    assert track.at is None


def test_the_first_page_of_an_export_needs_no_network(lived: Person):
    index = unpacked(lived)["index.html"].decode()
    assert "koffie gehad" in index.casefold()
    assert "<svg" in index
    assert "src=" not in index
    assert "http://" not in index.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "https://" not in index
    assert "<script" not in index


def test_an_export_holds_no_secret_and_nothing_of_others(lived: Person, bas: Person):
    dora = make_resident(lived.client, "Dorothea")
    make_contact(dora, "Eefje")
    dora.tap(words="woorden van dora")
    files = unpacked(lived)
    everything = b"\n".join(files.values()).decode()
    for foreign in ("Dorothea", "Eefje", "woorden van dora", dora.id, "bas@post.example", bas.token, lived.token):
        assert foreign not in everything
    for name, content in files.items():
        if name.endswith(".json"):
            assert not any(f'"{secret}' in content.decode() for secret in SECRETS), name


def test_rule_22_a_contact_takes_along_what_is_their_own_and_nothing_of_the_resident(lived: Person, bas: Person):
    files = unpacked(bas)
    everything = b"\n".join(files.values()).decode()
    assert said(files, "subscriptions.json")[0]["address"] == "bas@post.example"
    assert [(one["circle_of"], one["detail"]) for one in said(files, "grants.json")] == [("Anna", "drawing")]
    assert len(said(files, "waves.json")) == 1
    for foreign in ("Cor", "koffie", "anna@post.example", lived.id, "Bas", "<svg"):
        assert foreign not in everything


def test_who_declined_stands_in_no_export(lived: Person):
    code = lived.post("/v1/invitations", json={"name": "Gijsbert"}).json()["code"]
    lived.client.post(f"/v1/invitations/{code}/decline")
    assert "Gijsbert" not in {one["name"] for one in said(unpacked(lived), "circle.json")}


def test_a_cookie_alone_takes_nothing_along_by_a_get(app: FastAPI, anna: Person):
    anna.client.cookies.set("teken_resident", anna.token)
    answer = anna.client.get("/v1/me/export")
    anna.client.cookies.clear()
    assert answer.status_code == 403
    assert app


def test_the_log_is_read_newest_first_and_page_by_page(anna: Person, bas: Person, clock: HandClock):
    clock.move(days=1)
    anna.patch(f"/v1/contacts/{bas.id}", json={"detail": "sign"})
    first = anna.get("/v1/me/log", params={"limit": 3}).json()
    assert first["items"][0] == {
        "number": 5,
        "kind": "contact-changed",
        "sentence": "Bas ziet nu alleen woorden. Eerst was dat: woorden en een tekening.",
        "day": clock.now().date().isoformat(),
        "part": "afternoon",
    }
    rest = anna.get("/v1/me/log", params={"limit": 3, "cursor": first["next"]}).json()
    assert [line["number"] for line in first["items"] + rest["items"]] == [5, 4, 3, 2, 1]
    assert rest["next"] is None


def test_a_cursor_of_another_list_opens_no_log(anna: Person):
    assert anna.get("/v1/me/log", params={"cursor": "x" * 40}).status_code == 422
