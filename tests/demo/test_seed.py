"""A small Oeverdam: what its people leave behind, and that starting again changes nothing."""

import re
from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlmodel import col, select
from starlette.testclient import TestClient

from app.demo import seed, work
from app.demo.people import CASEWORKER, SEES_DRAWING, SEES_ROUTE, VILLAGERS, WALKER
from app.flows import circle, sessions, walk
from app.house import House
from app.models.circle import Contact
from app.models.people import Device, Resident
from app.models.walks import Change, Teken, Walk
from app.phatic.when import local_day
from tests.house import HandClock, make_app, make_client
from tests.people import Person

ANNIE = replace(VILLAGERS[0], walks=1.0, taps=1.0)
FEW, DAYS = (ANNIE,), 3
ROWS = (Resident, Device, Contact, Walk, Teken, Change)


@pytest.fixture
def town(tmp_path: Path, sqlite_url: str, clock: HandClock) -> Generator[FastAPI]:
    app = make_app(tmp_path, sqlite_url, clock=clock, hold_minutes=30)
    seed.fill(app.state.house, FEW, DAYS)
    yield app
    app.state.house.close()


@pytest.fixture
def lived(town: FastAPI) -> House:
    return town.state.house


def count(house: House) -> dict[str, int]:
    with house.db.read() as session:
        return {row.__name__: len(session.exec(select(row)).all()) for row in ROWS}


def signs(house: House) -> list[Teken]:
    with house.db.read() as session:
        return list(session.exec(select(Teken).order_by(col(Teken.happened_at))))


def somebody(town: FastAPI, kind: str, name: str) -> Person:
    return Person(make_client(town), "", town.state.house.keys.demo_token(kind, name))


def link(town: FastAPI, kind: str, name: str) -> str:
    return f"/demo/{town.state.house.keys.demo_token(kind, name)}"


def test_every_day_has_its_signs_up_to_this_morning(lived: House):
    now = lived.clock.now()
    days = {(sign.kind, sign.day) for sign in signs(lived)}
    today = local_day(now, "Europe/Amsterdam")
    assert {("walk", today), ("checkin", today)} <= days
    assert len({day for kind, day in days if kind == "walk"}) == DAYS
    assert all(sign.happened_at <= now and sign.told_at and sign.told_at <= now for sign in signs(lived))


def test_walks_went_through_the_blur_and_its_hold(lived: House):
    with lived.db.read() as session:
        walks = session.exec(select(Walk)).all()
    assert all(one.glyph and one.fingerprint and one.state == walk.RELEASED for one in walks)
    assert all(one.release_at - one.arrived_at >= timedelta(minutes=30) for one in walks)
    assert any(one.sketch for one in walks)


def test_filling_again_adds_nothing(house: House):
    seed.fill(house, FEW, DAYS)
    before = count(house)
    seed.fill(house, FEW, DAYS)
    assert count(house) == before
    assert before["Walk"] == DAYS


def test_days_later_only_the_days_between_are_added(lived: House, clock: HandClock):
    before = signs(lived)
    clock.move(days=2)
    seed.fill(lived, FEW, DAYS)
    after = signs(lived)
    assert {sign.id for sign in before} < {sign.id for sign in after}
    assert len([sign for sign in after if sign.kind == "walk"]) == DAYS + 2
    assert len({(sign.kind, sign.contact_id, sign.happened_at) for sign in after}) == len(after)


def test_what_was_taken_back_does_not_return(lived: House):
    with lived.db.write() as session:
        for sign in session.exec(select(Teken)):
            walk.take_back(session, sign, lived.clock.now())
    seed.fill(lived, FEW, DAYS)
    # A wave that was put away stays, untold: whoever waved must not learn of it.
    assert [sign for sign in signs(lived) if sign.told_at or sign.kind != "wave"] == []


def test_a_contact_at_drawing_sees_a_drawing_and_no_place(town: FastAPI):
    shown = somebody(town, "tvl_c_", SEES_DRAWING).feed()
    walked = [sign for sign in shown if sign["kind"] == "walk"]
    assert all("area" not in sign and "route" not in sign for sign in shown)
    assert walked
    assert all(sign["drawing_svg"].startswith("<svg") for sign in walked)


def test_a_contact_at_route_sees_a_route(town: FastAPI):
    [walked] = [sign for sign in somebody(town, "tvl_c_", SEES_ROUTE).feed() if sign["kind"] == "walk"]
    assert walked["route"]["type"] in {"LineString", "MultiLineString"}
    assert walked["area"]["type"] in {"Polygon", "MultiPolygon"}


@pytest.mark.parametrize(
    ("kind", "name", "page", "cookie"),
    [
        ("tvl_r_", WALKER, "/ik", "teken_resident"),
        ("tvl_c_", SEES_DRAWING, "/kring", "teken_contact"),
        ("tvl_c_", SEES_ROUTE, "/kring", "teken_contact"),
    ],
)
def test_a_link_opens_again_and_again(town: FastAPI, kind: str, name: str, page: str, cookie: str):
    for _ in range(3):
        answer = make_client(town).get(link(town, kind, name))
        assert (answer.status_code, answer.headers["location"]) == (303, page)
        seat = answer.headers["set-cookie"]
        assert seat.startswith(f"{cookie}={link(town, kind, name).removeprefix('/demo/')}")
        assert "HttpOnly" in seat
        assert "SameSite=lax" in seat


def test_the_caseworkers_link_opens_after_days_of_silence(town: FastAPI):
    lived: House = town.state.house
    with lived.db.write() as session:
        work.sit_down(session, lived)
    with lived.db.write() as session:
        sessions.forget_old(session, lived.clock.now() + timedelta(days=3))
    answer = make_client(town).get(link(town, "tvl_w_", CASEWORKER))
    assert (answer.status_code, answer.headers["location"]) == (303, "/werk")
    assert make_client(town).get("/demo/tvl_w_wrong").status_code == 404


def test_links_open_again_after_a_restart_whatever_was_tried(town: FastAPI):
    lived: House = town.state.house
    now = lived.clock.now()
    with lived.db.write() as session:
        resident = session.exec(select(Resident)).one()
        for device in session.exec(select(Device)):
            device.revoked_at = now
        for contact in session.exec(select(Contact)).all():
            circle.end(session, resident, contact, now)
    assert make_client(town).get(link(town, "tvl_r_", WALKER)).status_code == 404
    seed.fill(lived, FEW, DAYS)
    for kind, name in (("tvl_r_", WALKER), ("tvl_c_", SEES_DRAWING), ("tvl_c_", SEES_ROUTE)):
        assert make_client(town).get(link(town, kind, name)).status_code == 303


def test_a_contact_who_was_let_go_stays_away(town: FastAPI):
    lived: House = town.state.house
    lone = replace(ANNIE, name="Gerda", seed=5, circle=ANNIE.circle[:1])
    seed.fill(lived, (ANNIE, lone), DAYS)
    with lived.db.write() as session:
        contact = session.exec(select(Contact).where(Contact.detail == "drawing")).all()[0]
        circle.end(session, session.get_one(Resident, contact.resident_id), contact, lived.clock.now())
        ended = contact.id
    before = count(lived)["Contact"]
    seed.fill(lived, (ANNIE, lone), DAYS)
    with lived.db.read() as session:
        assert session.get_one(Contact, ended).state == "ended"
    assert count(lived)["Contact"] == before


def test_a_link_that_was_copied_wrongly_leads_nowhere(town: FastAPI):
    assert make_client(town).get("/demo/tvl_r_wrong").status_code == 404


def test_outside_the_demo_there_is_no_such_door(tmp_path: Path, sqlite_url: str):
    app = make_app(tmp_path, sqlite_url, demo=False, rate_limits="on")
    lived: House = app.state.house
    try:
        assert TestClient(app).get(f"/demo/{lived.keys.demo_token('tvl_r_', WALKER)}").status_code == 404
        with pytest.raises(RuntimeError):
            seed.fill(lived, FEW, DAYS)
        assert count(lived)["Resident"] == 0
    finally:
        lived.close()


def test_welcome_prints_four_links_with_the_port_that_is_served(lived: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(seed, "fill", lambda _house: None)  # the whole town would take seconds
    said = seed.welcome(lived, "http://127.0.0.1:8123")
    links = re.findall(r"http://127\.0\.0\.1:8123/demo/(\S+)", said)
    assert [link[:6] for link in links] == ["tvl_r_", "tvl_c_", "tvl_c_", "tvl_w_"]
    assert seed.welcome(lived, "http://127.0.0.1:8123") == said


def test_nothing_raw_reaches_the_disk(lived: House, tmp_path: Path):
    raw = seed._gpx(ANNIE, next(deed for deed in seed.deeds_of(ANNIE, _today(lived)) if isinstance(deed, seed.Walked)))
    marks = {b"trkpt", b"coordinates", *re.findall(rb'l(?:at|on)="(\d+\.\d{5})', raw)}
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        kept = path.read_bytes()
        assert not [mark for mark in marks if mark in kept]


def _today(house: House):
    return local_day(house.clock.now(), "Europe/Amsterdam")
