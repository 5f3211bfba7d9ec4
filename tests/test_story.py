"""A walk is shared, as it happens to people: from the upload until a contact has it, everywhere and nowhere else."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from app.main import create_app
from tests import office
from tests.house import HandClock, make_client, make_settings
from tests.listener import Listener
from tests.office import hook_to, mail_to
from tests.people import Person, make_contact, make_resident, make_upload
from tests.server import serving
from tests.walks import as_gpx, walk


def until(found: Any, patience_s: float = 20) -> Any:
    """Return what `found` gives, as soon as it gives anything."""
    ends = time.monotonic() + patience_s
    while not (got := found()):
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.1)
    return got


def test_a_walk_is_shared_and_taken_back(tmp_path, database_url):
    """Anna's phone brings a walk in; an hour later Bas has a drawing of it, and then she takes it back."""
    app = create_app(make_settings(tmp_path, database_url, hold_minutes=30), with_worker=False)
    house, clock = app.state.house, HandClock()
    house.clock = clock
    with office.opened() as post:
        worker = post.worker(house)
        anna = make_resident(make_client(app))
        phone = make_upload(anna)
        bas, cas = make_contact(anna, "Bas", detail="drawing"), make_contact(anna, "Cas", detail="route")
        mail_to(house, bas)
        hook_to(house, cas, post)

        begins = datetime.fromtimestamp(clock.now().timestamp() - 3600, UTC)
        track = as_gpx(walk(points=500, every_s=7, begins=begins))
        held = phone.post("/v1/walks", content=track).json()["walk"]
        assert held["state"] == "held"
        previews = {who.id: preview(anna, held, who) for who in (bas, cas)}
        clock.move(minutes=29)
        worker.run_once()
        assert (bas.feed(), cas.feed(), post.mails, post.posts) == ([], [], [], [])

        clock.move(minutes=32)
        worker.run_once()
        for who in (bas, cas):
            assert who.get("/v1/teken").json() == {"items": [json.loads(previews[who.id])], "next": None}
            assert previews[who.id] == preview(anna, held, who)
        assert "drawing_svg" in bas.feed()[0]
        assert "route" in cas.feed()[0]
        assert "area" not in bas.feed()[0]
        [mail] = post.mails
        assert "Woensdagmiddag gewandeld." in mail.get_body(("plain",)).get_content()
        assert [posted["words"] for posted in post.posts] == ["gewandeld"]

        worker.run_once()
        assert phone.post("/v1/walks", content=track).status_code == 200, "the same walk again changes nothing"
        assert (len(post.mails), len(post.posts)) == (1, 1)
        assert bas.post(f"/v1/teken/{bas.feed()[0]['id']}/waves").status_code == 201
        assert [teken["kind"] for teken in anna.feed()] == ["wave", "walk"]

        assert anna.delete(f"/v1/walks/{held['id']}").status_code == 204
        assert (bas.feed(), cas.feed()) == ([], [])
        assert [teken["kind"] for teken in anna.feed()] == ["wave"]
    house.close()


def preview(anna: Person, held: dict[str, Any], who: Person) -> str:
    """Return the very bytes that a contact gets."""
    teken_id = held["previews"]["sign"]["id"]
    answer = anna.get(f"/v1/teken/{teken_id}/preview", params={"contact_id": who.id})
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize("points", [500, 3600], ids=["small", "large"])
def test_from_the_upload_to_the_contacts_page_in_a_real_process(server, points):
    anna = server.resident()
    bas = make_contact(anna, detail="area")
    with Listener(server.url, bas.token).opened() as line:
        shared = anna.walk(datetime.now(UTC), points=points, every_s=3600 / points)
        event = line.next()
    assert event.name == "teken"
    assert json.loads(event.data) == bas.feed()[0] == shared["previews"]["area"]


def test_an_address_says_yes_and_then_has_the_tap_by_mail(tmp_path):
    """The server's own worker asks the address, and after the yes sends to it."""
    with office.opened() as post:
        settings = {"TEKEN_SMTP_URL": post.smtp_url, "TEKEN_MAIL_FROM": "teken@huis.example"}
        with serving(tmp_path, **settings) as server:
            anna = server.resident()
            bas = make_contact(anna)
            quiet = {"from": "03:00", "until": "03:00"}
            asked = bas.post(
                "/v1/subscriptions", json={"channel": "email", "email": "bas@post.example", "quiet_hours": quiet}
            )
            assert asked.status_code == 201, asked.text
            question = until(lambda: post.mails)[0].get_body(("plain",)).get_content()
            secret = question.rpartition("/v/")[2].split()[0]
            verified = bas.post(f"/v1/subscriptions/{asked.json()['subscription']['id']}/verify", json={"code": secret})
            assert verified.status_code == 200, verified.text
            anna.tap()
            assert until(lambda: post.mails[1:])[0]["Subject"] == "Een teken van leven"
            assert len(bas.feed()) == 1
        assert "bas@post.example" not in server.said
        assert anna.token not in server.said
