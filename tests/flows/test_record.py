"""The log only grows, says who did what in words, and shows when somebody changed it."""

from datetime import timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import delete, update
from sqlmodel import Session, col

from app.flows import circle, record
from app.models.people import Resident
from app.models.record import LogLine
from app.phatic.wording import log_en, log_nl
from tests.house import NOON, HandClock
from tests.people import Person, make_contact, make_resident, make_upload


def lines(app: FastAPI, person: Person) -> list[record.Told]:
    """Return a resident's whole log, oldest first."""
    with app.state.house.db.read() as session:
        return record.every_line(session, session.get_one(Resident, UUID(person.id)))


INVITATION, LAST = 3, 11


@pytest.fixture
def eventful(anna: Person, bas: Person) -> Person:
    """Anna after a day on which much happened; what Bas did alone is no line."""
    anna.patch(f"/v1/contacts/{bas.id}", json={"detail": "route"})
    anna.patch(f"/v1/contacts/{bas.id}", json={"quiet": True})
    anna.patch("/v1/me", json={"name": "Annie"})
    walk = anna.walk(NOON - timedelta(hours=1))
    anna.delete(f"/v1/walks/{walk['id']}")
    anna.delete(f"/v1/teken/{anna.tap()['id']}")
    make_upload(anna)
    bas.get("/v1/teken")
    bas.post("/v1/waves", json={"resident_id": anna.id})
    anna.delete(f"/v1/contacts/{bas.id}")
    return anna


def test_what_happened_is_read_in_words_in_its_order(app: FastAPI, eventful: Person):
    assert [line.sentence for line in lines(app, eventful)] == [
        "Je begon met Teken van leven.",
        "Een apparaat werd verbonden.",
        "Je maakte een uitnodiging voor Bas.",
        "Bas kwam in je kring, en ziet woorden en een tekening.",
        "Bas ziet nu ook een vage lijn. Eerst was dat: woorden en een tekening.",
        "Je veranderde iets voor Bas.",
        "Je veranderde iets aan je eigen gegevens.",
        "Je haalde een wandeling weg. Niemand ziet die nog.",
        "Je haalde een teken weg. Niemand ziet dat nog.",
        "Horloge werd verbonden.",
        "Je haalde Bas uit je kring. Die ziet niets meer.",
    ]


def test_who_comes_late_is_told_as_waiting_and_then_confirmed(app: FastAPI, anna: Person, clock: HandClock):
    url = anna.post("/v1/invitations", json={"name": "Cor"}).json()["url"]
    clock.move(hours=1)
    made = anna.client.post(f"/v1/invitations/{url.rsplit('/', 1)[1]}/accept", json={}).json()
    anna.post(f"/v1/contacts/{made['contact']['id']}/confirm")
    assert [line.kind for line in lines(app, anna)[-2:]] == ["contact-waiting", "contact-confirmed"]


def test_who_declined_is_in_no_line_and_their_name_goes(app: FastAPI, anna: Person, clock: HandClock):
    code = anna.post("/v1/invitations", json={"name": "Cor"}).json()["code"]
    before = lines(app, anna)
    anna.client.post(f"/v1/invitations/{code}/decline")
    assert lines(app, anna) == before
    with app.state.house.db.write() as session:
        circle.forget_dead_invitations(session, clock.move(days=15))
    assert lines(app, anna)[-1].sentence == "Je maakte een uitnodiging voor iemand."


def test_who_leaves_is_told_as_leaving(app: FastAPI, anna: Person, bas: Person):
    bas.delete(f"/v1/contacts/{bas.id}")
    assert lines(app, anna)[-1].sentence == "Bas stapte uit je kring."


def test_a_renewal_that_is_used_is_a_line(app: FastAPI, anna: Person, bas: Person):
    code = anna.post(f"/v1/contacts/{bas.id}/renewals").json()["code"]
    anna.client.post(f"/v1/invitations/{code}/accept", json={})
    assert [line.kind for line in lines(app, anna)[-2:]] == ["renewal-made", "renewal-used"]


def test_two_residents_have_a_log_of_their_own(app: FastAPI, eventful: Person):
    dora = make_resident(eventful.client, "Dora")
    make_contact(dora, "Eef")
    assert [line.number for line in lines(app, dora)] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "exported"},
        {"names": {"contact": "somebody else"}},
        {"written_at": NOON - timedelta(days=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_edited_line_shows(app: FastAPI, eventful: Person, change: dict[str, object]):
    with app.state.house.db.write() as session:
        assert record.verify(session, UUID(eventful.id))
        session.exec(update(LogLine).where(col(LogLine.number) == INVITATION).values(**change))
        assert not record.verify(session, UUID(eventful.id))


@pytest.mark.parametrize("number", [1, 5, LAST])
def test_a_removed_line_shows(app: FastAPI, eventful: Person, number: int):
    with app.state.house.db.write() as session:
        session.exec(delete(LogLine).where(col(LogLine.number) == number))
        assert not record.verify(session, UUID(eventful.id))


def test_an_emptied_log_shows(app: FastAPI, eventful: Person):
    with app.state.house.db.write() as session:
        session.exec(delete(LogLine))
        assert not record.verify(session, UUID(eventful.id))


def test_a_line_whose_chain_was_made_anew_shows(app: FastAPI, eventful: Person):
    """Without the resident's own key nobody can chain again what they changed."""
    with app.state.house.db.write() as session:
        line = session.get_one(LogLine, (UUID(eventful.id), LAST))
        line.kind = "contact-left"
        line.chain = "0" * len(line.chain)
        session.add(line)
        session.flush()
        assert not record.verify(session, UUID(eventful.id))


def test_every_kind_has_its_sentence_in_both_languages():
    assert log_nl.TEXTS.keys() == log_en.TEXTS.keys()


def test_a_stolen_table_has_no_name_in_its_lines(app: FastAPI, eventful: Person):
    with app.state.house.db.read() as session:
        stored = stored_names(session)
    assert len(stored) == len(lines(app, eventful))
    assert not any(b"orloge" in names for names in stored)


def stored_names(session: Session) -> list[bytes]:
    return [bytes(names) for names in session.connection().exec_driver_sql("SELECT names FROM log_line").scalars()]
