from datetime import timedelta

import pytest

from app.phatic.teken import DETAILS
from tests.house import NOON, HandClock, make_app, make_client
from tests.people import Person, make_contact, make_resident
from tests.walks import as_fit, as_geojson, as_tcx, gpx_of_points, walk, walk_gpx

BEGINS = NOON - timedelta(hours=2)
SMALL = {"begins": BEGINS, "points": 300, "every_s": 10.0}
FORMS = {
    "raw": lambda data: {"content": data},
    "a raw GPX": lambda data: {"content": data, "headers": {"Content-Type": "application/gpx+xml"}},
    "a form": lambda data: {"files": {"file": ("walk.gpx", data)}},
}
FORMATS = {"gpx": None, "tcx": as_tcx, "fit": as_fit, "geojson": as_geojson}
REFUSED = {
    "text": (b"no walk at all", 415, "unsupported-format"),
    "nothing": (b"", 422, "unreadable-track"),
    "half a file": (walk_gpx(**SMALL)[:2000], 422, "unreadable-track"),
    "an entity": (b'<!DOCTYPE gpx [<!ENTITY a "b">]><gpx>&a;</gpx>', 422, "unsafe-xml"),
    "no track": (b'<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"/>', 422, "no-track"),
    "one point": (gpx_of_points('<trkpt lat="52.1" lon="5.1"/>'), 422, "too-short"),
    "a latitude of 91": (gpx_of_points('<trkpt lat="91" lon="5.1"/>' * 5), 422, "unusable-coordinates"),
    "the day after tomorrow": (
        walk_gpx(begins=NOON + timedelta(days=2), points=300, every_s=10.0),
        422,
        "future-track",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_walk_comes_raw_or_as_a_form(anna: Person, bas: Person, form: str):
    answer = anna.post("/v1/walks", **FORMS[form](walk_gpx(**SMALL)))
    assert answer.status_code == 201
    shared = answer.json()["walk"]
    assert set(shared) == {"id", "state", "release_at", "occurred_at", "previews"}
    assert shared["state"] == "released"
    assert [teken["id"] for teken in bas.feed()] == [shared["previews"]["drawing"]["id"]]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_walk_comes_in_any_format(anna: Person, kind: str):
    write = FORMATS[kind]
    data = walk_gpx(**SMALL) if write is None else write(walk(**SMALL))
    answer = anna.post("/v1/walks", content=data)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(("data", "status", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_walk_is_refused_and_stores_nothing(anna: Person, data: bytes, status: int, code: str):
    answer = anna.post("/v1/walks", content=data)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert anna.get("/v1/walks").json() == {"items": [], "next": None}


def test_a_file_over_the_setting_is_too_large(tmp_path, sqlite_url: str):
    app = make_app(tmp_path, sqlite_url, max_upload_mb=0.01)
    anna = make_resident(make_client(app))
    for how in ({"content": b"x" * 10_486}, {"files": {"file": ("x.gpx", b"x" * 10_486)}}):
        answer = anna.post("/v1/walks", **how)
        assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    app.state.house.close()


@pytest.mark.parametrize("hold", [0, 30])
def test_each_preview_is_what_a_contact_with_that_detail_gets(tmp_path, database_url: str, hold: int):
    app = make_app(tmp_path, database_url, hold_minutes=hold)
    anna = make_resident(make_client(app))
    contacts = {detail: make_contact(anna, f"Cor {detail}", detail=detail) for detail in DETAILS}
    previews = anna.walk(NOON - timedelta(hours=1))["previews"]
    walk_id = anna.get("/v1/walks").json()["items"][0]["id"]
    assert anna.post(f"/v1/walks/{walk_id}/release").status_code == 200
    assert {detail: contact.feed() for detail, contact in contacts.items()} == {
        detail: [preview] for detail, preview in previews.items()
    }
    app.state.house.close()


def test_the_same_track_is_the_first_walk_in_whatever_form(anna: Person, clock: HandClock):
    data = walk_gpx(**SMALL)
    first = anna.post("/v1/walks", content=data)
    clock.move(hours=3)
    again = [anna.post("/v1/walks", **form(data)) for form in FORMS.values()]
    again.append(anna.post("/v1/walks", content=walk_gpx(**SMALL, creator="another app", heart_rate=True)))
    assert [(answer.status_code, answer.json()["walk"]["id"]) for answer in again] == [
        (200, first.json()["walk"]["id"])
    ] * 4
    assert len(anna.feed()) == 1


def test_the_same_track_of_somebody_else_is_theirs(anna: Person, dora: Person):
    ids = [person.post("/v1/walks", content=walk_gpx(**SMALL)).json()["walk"]["id"] for person in (anna, dora)]
    assert ids[0] != ids[1]


def test_a_withdrawn_walk_has_nothing_left_to_show(anna: Person, bas: Person):
    shared = anna.walk(NOON - timedelta(hours=1))
    path = f"/v1/walks/{shared['id']}"
    assert [anna.delete(path).status_code for _ in range(2)] == [204, 204]
    assert set(anna.get(path).json()["walk"]) == {"id", "state", "release_at", "occurred_at"}
    late = anna.post(f"{path}/release")
    assert (late.status_code, late.json()["code"]) == (409, "withdrawn")
    assert bas.feed() == []


def test_walks_are_listed_newest_first_and_paged(anna: Person, clock: HandClock):
    ids = []
    for _ in range(3):
        ids.append(anna.walk(clock.now() - timedelta(hours=1), points=120, every_s=20.0)["id"])
        clock.move(days=1)
    first = anna.get("/v1/walks", params={"limit": 2}).json()
    rest = anna.get("/v1/walks", params={"limit": 2, "cursor": first["next"]}).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None


def test_the_answer_shows_all_four_even_where_nobody_sees_a_place(anna: Person, clock: HandClock):
    walk = anna.walk(clock.now())
    assert walk["state"] == "released"
    assert "route" in walk["previews"]["route"]
    assert "area" in walk["previews"]["area"]
    later = anna.get(f"/v1/walks/{walk['id']}").json()["walk"]["previews"]["route"]
    assert "route" not in later, "the Sketch was not kept"
