"""Trust 14: one wave per contact and day is shown, more change nothing; waves never push; they can be silent."""

from sqlmodel import select

from app.models.outbox import OutboxItem
from tests.office import mail_to
from tests.people import make_contact


def waves_of(anna) -> list[str]:
    return [teken["id"] for teken in anna.feed() if teken["kind"] == "wave"]


def test_rule_14_the_day_has_one_wave_of_each_contact(anna, bas, clock):
    cas = make_contact(anna, "Cas")
    teken = anna.tap()
    first = bas.post(f"/v1/teken/{teken['id']}/waves")
    cas.post("/v1/waves", json={"resident_id": anna.id})
    before = anna.get("/v1/teken").content
    for answer in (bas.post(f"/v1/teken/{teken['id']}/waves"), bas.post("/v1/waves", json={"resident_id": anna.id})):
        assert answer.status_code in {200, 201}
        assert answer.json() == first.json()
    assert anna.get("/v1/teken").content == before
    assert len(waves_of(anna)) == 2
    clock.move(days=1)
    assert bas.post("/v1/waves", json={"resident_id": anna.id}).json() != first.json()
    assert len(waves_of(anna)) == 3


def test_rule_14_a_wave_lays_nothing_ready_to_be_sent(app, anna, bas, post):
    house = app.state.house
    mail_to(house, bas)
    mail_to(house, make_contact(anna, "Cas"), "cas@post.example")
    bas.post("/v1/waves", json={"resident_id": anna.id})
    with house.db.read() as session:
        assert session.exec(select(OutboxItem)).all() == []
    post.worker(house).run_once()
    assert post.mails == []


def test_rule_14_no_waves_of_somebody_is_silent(anna, bas):
    anna.patch(f"/v1/contacts/{bas.id}", json={"takes_waves": False})
    answer = bas.post("/v1/waves", json={"resident_id": anna.id})
    assert answer.status_code == 201
    assert answer.json()["teken"]["kind"] == "wave"
    assert waves_of(anna) == []
    assert "takes_waves" not in bas.get("/v1/circle").text


def test_rule_14_putting_a_wave_away_is_silent(anna, bas):
    first = bas.post("/v1/waves", json={"resident_id": anna.id}).json()
    place = f"/v1/teken/{first['teken']['id']}"
    assert anna.delete(place).status_code == 204
    assert anna.delete(place).status_code == 404
    assert waves_of(anna) == []
    again = bas.post("/v1/waves", json={"resident_id": anna.id})
    assert (again.status_code, again.json()) == (200, first), "no receipt: it was not seen, nor put away"
    assert waves_of(anna) == []
