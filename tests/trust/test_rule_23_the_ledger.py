"""Trust 23: what was revoked, withdrawn or erased stays so after a restore: nobody is served before the replay."""

import json
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
import typer
from sqlmodel import select

from app import cli
from app.errors import Conflict, Unreadable
from app.flows import backup, record, replaying, watch
from app.house import House
from app.ledger import Ended, Ledger
from app.models.people import Resident, Viewer
from app.models.silence import Agreement, AgreementConsent, Freeze, Pause, Proposal, Representative, Silence
from app.models.walks import Walk
from tests.house import make_app, make_client
from tests.people import Person, make_contact, make_resident, make_upload
from tests.quiet import live_through_quiet
from tests.reached import agree, make_reachable


def live(client) -> dict[str, Person]:
    """A resident with two contacts, an app, a walk and a tap; and another resident with a contact."""
    anna = make_resident(client, "Anna")
    bas, cor = make_contact(anna, "Bas", detail="route"), make_contact(anna, "Cor")
    dora = make_resident(client, "Dora")
    return {"anna": anna, "bas": bas, "cor": cor, "app": make_upload(anna), "dora": dora, "eef": make_contact(dora)}


def save(house: House, path: Path) -> None:
    with house.db.read() as session:
        backup.write(session, path, house.clock.now())


def put_back(house: House, path: Path) -> None:
    with house.db.write() as session:
        backup.restore(session, path, force=True)


def replay(house: House) -> int:
    with house.db.write() as session:
        return replaying.replay(session, house.db.ledger, house.clock.now())


def end_much(who: dict[str, Person], walk: dict, tap: dict) -> None:
    anna = who["anna"]
    upload = next(one for one in anna.get("/v1/devices").json()["items"] if one["kind"] == "upload")
    ways = (f"/v1/devices/{upload['id']}", f"/v1/contacts/{who['cor'].id}", f"/v1/walks/{walk['id']}")
    for way in (*ways, f"/v1/teken/{tap['id']}"):
        assert anna.delete(way).status_code == 204
    assert who["dora"].delete("/v1/me").status_code == 204


def test_rule_23_revoked_is_401_withdrawn_absent_erased_gone_after_a_restore(app, client, clock, tmp_path):
    house, who = app.state.house, live(client)
    clock.move(minutes=1)
    walk, tap = who["anna"].walk(clock.now()), who["anna"].tap()
    cli.keep_what_ended(house)
    save(house, tmp_path / "backup.zip")
    end_much(who, walk, tap)
    put_back(house, tmp_path / "backup.zip")
    assert who["app"].post("/v1/check-ins", json={}).status_code == 201, "an old database, as it was"
    assert (len(who["bas"].feed()), who["dora"].get("/v1/me").status_code) == (2, 200)
    with pytest.raises(typer.Exit):
        cli.keep_what_ended(house)
    assert replay(house) == 5
    cli.keep_what_ended(house)
    assert [who[name].get("/v1/me").status_code for name in ("app", "cor", "dora", "eef")] == [401] * 4
    assert walk["id"] not in {sign["id"] for sign in who["bas"].feed()}
    assert tap["id"] not in {sign["id"] for sign in who["anna"].feed()}
    with house.db.read() as session:
        [kept] = session.exec(select(Walk)).all()
        assert (kept.state, kept.sketch, kept.glyph) == ("withdrawn", None, None)
    assert who["anna"].get("/v1/me").status_code == 200
    assert replay(house) == 0, "twice is as good as once"


def test_rule_23_a_renewal_closes_the_old_way_in_after_a_restore_too(app, client, tmp_path):
    house, who = app.state.house, live(client)
    save(house, tmp_path / "backup.zip")
    code = who["anna"].post(f"/v1/contacts/{who['bas'].id}/renewals").json()["code"]
    assert client.post(f"/v1/invitations/{code}/accept", json={}).status_code == 201
    put_back(house, tmp_path / "backup.zip")
    assert who["bas"].get("/v1/me").status_code == 200
    replay(house)
    assert who["bas"].get("/v1/me").status_code == 401


def test_rule_23_what_a_resident_stopped_about_silence_stays_stopped(app, client, tmp_path):
    """An agreement that was ended, and somebody who spoke for them; the erased have no such rows either."""
    house, anna, dora = app.state.house, make_resident(client, "Anna"), make_resident(client, "Dora")
    for who in (anna, dora):
        live_through_quiet(app, who)
    save(house, tmp_path / "backup.zip")
    agree(anna, "greetings")
    assert anna.delete("/v1/representative").status_code == 204
    assert dora.delete("/v1/me").status_code == 204
    put_back(house, tmp_path / "backup.zip")
    assert anna.get("/v1/agreement").json()["kind"] == "calm", "an old database, as it was"
    assert replay(house) == 3
    assert anna.get("/v1/agreement").json()["kind"] == "greetings"
    assert anna.get("/v1/representative").json() == {}
    with house.db.read() as session:
        for model in (Agreement, AgreementConsent, Pause, Proposal, Representative, Silence, Freeze):
            assert {row.resident_id for row in session.exec(select(model))} == {UUID(anna.id)}
    assert replay(house) == 0


def test_rule_23_an_agreement_that_was_made_anew_is_not_ended_by_an_older_end(app, client, tmp_path):
    house, anna = app.state.house, make_resident(client, "Anna")
    make_reachable(app, anna)
    agree(anna)
    agree(anna, "greetings")
    agree(anna)
    save(house, tmp_path / "backup.zip")
    put_back(house, tmp_path / "backup.zip")
    assert replay(house) == 0
    assert anna.get("/v1/agreement").json()["kind"] == "calm"


def test_rule_23_a_window_that_was_ended_stays_dark(app, client, tmp_path):
    house, who = app.state.house, live(client)
    made = who["bas"].post("/v1/displays", json={}).json()
    window = Person(client, made["display"]["id"], made["token"])
    save(house, tmp_path / "backup.zip")
    assert who["bas"].delete(f"/v1/displays/{window.id}").status_code == 204
    put_back(house, tmp_path / "backup.zip")
    assert window.get("/v1/teken").status_code == 200
    replay(house)
    assert window.get("/v1/teken").status_code == 401


def test_rule_23_a_contact_who_erased_themselves_stays_erased(app, client, tmp_path):
    house, who = app.state.house, live(client)
    save(house, tmp_path / "backup.zip")
    who["bas"].delete("/v1/me")
    put_back(house, tmp_path / "backup.zip")
    replay(house)
    assert who["bas"].get("/v1/me").status_code == 401
    with house.db.read() as session:
        assert len(session.exec(select(Viewer)).all()) == 2


def test_rule_23_a_copied_file_is_noticed_without_any_word(tmp_path, sqlite_url, clock, capsys):
    """Whoever restores by copying the file says nothing; the ledger does."""
    app = make_app(tmp_path, sqlite_url, clock=clock)
    house, who = app.state.house, live(make_client(app))
    cli.keep_what_ended(house)
    with closing(sqlite3.connect(tmp_path / "teken.db")) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    for name in ("bas", "cor", "eef"):
        who[name].delete("/v1/me")
    house.close()
    for left in tmp_path.glob("teken.db*"):
        left.unlink()
    shutil.copy(tmp_path / "copy.db", tmp_path / "teken.db")
    app = make_app(tmp_path, sqlite_url, clock=clock)
    with pytest.raises(typer.Exit):
        cli.keep_what_ended(app.state.house)
    said = capsys.readouterr().err
    assert "older than its ledger" in said
    assert said.strip().endswith("Run: teken ledger replay")
    app.state.house.close()


def test_rule_23_what_a_crash_cut_off_is_done_again_at_the_start(app, client):
    """Between the ledger's line and the commit, the power went."""
    house, who = app.state.house, live(client)
    cli.keep_what_ended(house)
    house.db.ledger.append([Ended("grant", (UUID(who["bas"].id),))])
    cli.keep_what_ended(house)
    assert who["bas"].get("/v1/me").status_code == 401


def test_rule_23_a_failed_transaction_is_not_in_the_ledger(app):
    house = app.state.house
    before = house.db.ledger.last()
    with suppress(RuntimeError), house.db.write() as session:
        session.info["ledger"] = [Ended("device", (uuid4(),))]
        raise RuntimeError
    assert house.db.ledger.last() == before


def test_rule_23_the_ledger_holds_ids_only_and_drops_a_torn_line(tmp_path):
    ledger = Ledger(tmp_path / "folder" / "ledger")
    ids = [uuid4() for _ in range(300)]
    for number, one in enumerate(ids, 1):
        assert ledger.append([Ended("device", (one,))] * (1 + number % 90)) == number
    with ledger.path.open("ab") as file:
        file.write(b'{"n":301,"ended":[["dev')
    assert ledger.last() == 300
    assert ledger.append([Ended("teken", (ids[0],))]) == 301
    lines = [json.loads(line) for line in ledger.path.read_text().splitlines()]
    assert [line["n"] for line in lines] == list(range(1, 302))
    assert {len(str(UUID(one))) for line in lines for _, *some in line["ended"] for one in some} == {36}
    assert ledger.path.stat().st_mode & 0o777 == 0o600
    assert [number for number, _ in ledger.after(299)] == [300, 301]


def test_rule_23_a_backup_is_portable_and_holds_no_plain_word(app, client, clock, tmp_path, sqlite_template):
    house, who = app.state.house, live(client)
    who["anna"].tap(words="hoogstpersoonlijk")
    save(house, tmp_path / "backup.zip")
    with ZipFile(tmp_path / "backup.zip") as archive:
        plain = b"".join(archive.read(name) for name in archive.namelist())
        assert "resident.jsonl" in archive.namelist()
    assert not {word for word in (b"Anna", b"Bas", b"hoogstpersoonlijk", who["anna"].token.encode()) if word in plain}
    (tmp_path / "other").mkdir()
    shutil.copy(sqlite_template, tmp_path / "other" / "teken.db")
    other = make_app(tmp_path / "other", clock=clock)
    with other.state.house.db.write() as session:
        backup.restore(session, tmp_path / "backup.zip", force=False)
    here = Person(make_client(other), who["anna"].id, who["anna"].token)
    assert here.get("/v1/teken").json() == who["anna"].get("/v1/teken").json()
    with pytest.raises(Conflict, match="not-empty"), other.state.house.db.write() as session:
        backup.restore(session, tmp_path / "backup.zip", force=False)
    (tmp_path / "none.zip").write_bytes(b"no zip")
    with pytest.raises(Unreadable), other.state.house.db.write() as session:
        backup.restore(session, tmp_path / "none.zip", force=True)
    assert here.get("/v1/me").status_code == 200, "a restore that fails changes nothing"
    other.state.house.close()


def last_words(who: Person) -> str:
    return who.get("/v1/me/log").json()["items"][0]["sentence"]


def test_rule_23_an_account_that_rests_is_not_woken_by_a_restore(app, client, clock, tmp_path):
    """After a death nobody gets a message about it; nor does one rest again that its own resident had woken."""
    house, anna = app.state.house, make_resident(client, "Anna")
    contacts = [make_reachable(app, anna, name) for name in ("Bas", "Cas")]
    agree(anna)
    save(house, tmp_path / "before.zip")
    for contact in contacts:
        assert contact.post(f"/v1/residents/{anna.id}/freeze", json={"reason": "died"}).status_code == 200
    save(house, tmp_path / "resting.zip")
    put_back(house, tmp_path / "before.zip")
    assert replay(house) == 1
    clock.move(days=30)
    with house.db.write() as session:
        resident = session.get_one(Resident, UUID(anna.id))
        assert resident.frozen_at
        assert session.get_one(Agreement, resident.id).next_due_at is None, "the watch does not look at it"
        assert watch.look(session, resident.id, house.clock.now(), keys=house.keys) == "not-watched"
        assert record.verify(session, resident.id)
    assert "rust weer" in last_words(anna)

    anna.tap()
    put_back(house, tmp_path / "resting.zip")
    assert replay(house) == 1
    with house.db.read() as session:
        assert session.get_one(Resident, UUID(anna.id)).frozen_at is None
        assert session.get_one(Agreement, UUID(anna.id)).next_due_at
    assert "loopt weer" in last_words(anna)
    assert replay(house) == 0
