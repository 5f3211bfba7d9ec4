"""Charter 9: every act beyond looking at a sign is a line that the resident reads; lines stay; looking is none."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlmodel import col

from app.flows import record, watch
from app.main import openapi_bytes
from app.models.record import LogLine
from app.phatic.wording import log_en, log_nl
from tests.people import Person
from tests.reached import agree, make_reachable
from tests.silences import home_of
from tests.work import make_case, make_office, make_silence

HTML = {"Accept": "text/html"}


def kinds(anna: Person) -> list[str]:
    """Return the kinds of the whole log, newest first."""
    found, cursor = [], None
    while True:
        page = anna.get("/v1/me/log", params={"limit": 50} | ({"cursor": cursor} if cursor else {})).json()
        found += [line["kind"] for line in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return found


def new(anna: Person, before: list[str]) -> list[str]:
    """Return what was added, oldest first; what stood there stays as it was."""
    after = kinds(anna)
    assert after[len(after) - len(before) :] == before
    return list(reversed(after[: len(after) - len(before)]))


@pytest.mark.parametrize(
    ("act", "line"),
    [
        (lambda anna, _: anna.put("/v1/agreement", json={"kind": "greetings"}), "agreed"),
        (lambda anna, _: anna.patch("/v1/me", json={"language": "en"}), "settings-changed"),
        (lambda anna, _: anna.get("/v1/me/export"), "exported"),
        (lambda anna, bas: anna.patch(f"/v1/contacts/{bas.id}", json={"detail": "area"}), "contact-changed"),
        (lambda anna, bas: anna.patch(f"/v1/contacts/{bas.id}", json={"quiet": True}), "contact-set"),
        (lambda anna, _: anna.post("/v1/devices", json={"name": "horloge", "kind": "upload"}), "device-added"),
        (
            lambda anna, bas: bas.post("/v1/agreement/proposals", json={"resident_id": anna.id, "kind": "greetings"}),
            "proposed",
        ),
        (lambda anna, bas: bas.post(f"/v1/residents/{anna.id}/freeze", json={"reason": "died"}), "freeze-asked"),
        (lambda _, bas: bas.delete(f"/v1/contacts/{bas.id}"), "contact-left"),
    ],
)
def test_rule_9_an_act_is_one_line(anna, bas, act, line):
    before = kinds(anna)
    assert act(anna, bas).status_code < 300
    assert new(anna, before) == [line]


def test_rule_9_an_episode_is_read_from_its_first_question_to_its_end(app, anna):
    home = home_of(app.state.house, anna, Bas=make_reachable(app, anna))
    agree(anna)
    before = kinds(anna)
    for hours in (48, 2, 2):
        home.clock.move(hours=hours)
        with home.house.db.write() as session:
            watch.look(session, home.resident.id, home.now, keys=home.house.keys)
    home.answers("Bas", "claim")
    home.answers("Bas", "spoke")
    anna.tap()
    assert new(anna, before) == [
        "silence-opened",
        "silence-asked",
        "silence-claimed",
        "silence-spoke",
        "silence-closed",
    ]


def test_rule_9_every_act_of_a_caseworker_is_a_line_with_their_name(client, clock):
    office = make_office(client)
    anna, case = make_case(office)
    make_silence(client, anna.id)
    before = kinds(anna)
    follow_up = (clock.now() + timedelta(hours=2)).isoformat()
    office.fenna.get("/v1/caseload")
    office.fenna.get(f"/v1/cases/{case}")
    office.fenna.post(f"/v1/cases/{case}/acknowledgements", json={"reason": "Ik bel", "follow_up_at": follow_up})
    office.fenna.post(f"/v1/cases/{case}/ways-back")
    office.fenna.post(f"/v1/cases/{case}/closings", json={"outcome": "well"})
    office.fenna.delete(f"/v1/cases/{case}")
    done = new(anna, before)
    assert done == [
        "caseload-opened",
        "case-opened",
        "case-acknowledged",
        "way-back-asked",
        "case-closed",
        "care-ended-by-organisation",
    ]
    said = [line["sentence"] for line in anna.get("/v1/me/log").json()["items"][: len(done)]]
    assert [one for one in said if not one.startswith("Fenna van Buurtteam")] == []


def test_rule_9_ambient_looking_is_no_line(anna, bas, clock):
    anna.tap()
    clock.move(hours=1)
    anna.walk(clock.now() - timedelta(minutes=5))
    before = kinds(anna)
    [teken, *_] = bas.feed()
    for who, path in (
        (bas, "/v1/teken"),
        (bas, "/v1/circle"),
        (bas, "/v1/me"),
        (bas, "/v1/episodes"),
        (bas, "/v1/agreement/proposals"),
        (bas, "/kring"),
        (bas, f"/kring/{bas.id}/over"),
        (anna, "/v1/teken"),
        (anna, "/v1/me/log"),
        (anna, f"/v1/teken/{teken['id']}/preview?contact_id={bas.id}"),
        (anna, "/ik"),
    ):
        assert who.get(path, headers=HTML if not path.startswith("/v1") else {}).status_code == 200, path
    assert bas.post("/v1/waves", json={"resident_id": anna.id}).status_code in {200, 201}
    assert new(anna, before) == []


def test_rule_9_a_no_and_a_silence_of_others_are_in_no_line(app, anna):
    bas = make_reachable(app, anna)
    bas.post("/v1/agreement/proposals", json={"resident_id": anna.id, "detail": "route"})
    [one] = anna.get("/v1/agreement/proposals").json()["items"]
    before = kinds(anna)
    anna.post(f"/v1/agreement/proposals/{one['id']}/decline")
    code = anna.post("/v1/invitations", json={"name": "Cor"}).json()["code"]
    anna.client.post(f"/v1/invitations/{code}/decline")
    assert new(anna, before) == ["invited"]


def test_rule_9_lines_are_only_added(app, anna, bas):
    """There is no way to change or drop one, and the chain holds."""
    paths = json.loads(openapi_bytes(app))["paths"]
    assert {path: sorted(ways) for path, ways in paths.items() if path.endswith("/log")} == {"/v1/me/log": ["get"]}
    anna.patch(f"/v1/contacts/{bas.id}", json={"detail": "area"})
    with app.state.house.db.read() as session:
        assert record.verify(session, UUID(anna.id))


def test_rule_9_a_line_that_somebody_changed_in_the_database_shows(app, anna):
    with app.state.house.db.write() as session:
        session.exec(update(LogLine).where(col(LogLine.resident_id) == UUID(anna.id)).values(kind="exported"))
    with app.state.house.db.read() as session:
        assert not record.verify(session, UUID(anna.id))


def test_rule_9_every_line_is_words_in_both_languages(anna, bas):
    assert log_nl.TEXTS.keys() == log_en.TEXTS.keys()
    bas.delete(f"/v1/contacts/{bas.id}")
    lines = anna.get("/v1/me/log").json()["items"]
    assert len(lines) == 5
    for line in lines:
        assert line["sentence"].endswith(".")
        assert line["kind"] not in line["sentence"]
        assert not any(character.isdigit() for character in line["sentence"])
