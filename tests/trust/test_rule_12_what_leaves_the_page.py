"""Trust 12: off the page only kind, words and, in mail, the drawing leave; what is taken back goes from everywhere."""

import pytest
from sqlmodel import select

from app.models.outbox import OutboxItem
from tests.house import make_app, make_client
from tests.office import hook_to, mail_to
from tests.people import make_contact, make_resident


@pytest.mark.parametrize("detail", ["area", "route"])
def test_rule_12_neither_a_mail_nor_a_webhook_holds_a_place(app, anna, clock, post, detail):
    bas, cor = (make_contact(anna, name, detail=detail) for name in ("Bas", "Cor"))
    mail_to(app.state.house, bas)
    hook_to(app.state.house, cor, post)
    clock.move(minutes=1)
    anna.walk(clock.now())
    [shown] = bas.feed()
    assert detail in shown
    post.worker(app.state.house).run_once()
    [mail], [hook] = post.mails, post.posts
    left = mail.as_string() + str(hook)
    assert "drawing" in left or "svg" in left or "image/png" in left
    for place in coordinates(shown):
        assert f"{place:.3f}" not in left
    assert "coordinates" not in left
    assert "svg" not in str(hook), "a drawing leaves in mail only"


def coordinates(shown: dict) -> list[float]:
    found, todo = [], [shown["area"]["coordinates"]]
    while todo:
        one = todo.pop()
        todo += one if isinstance(one, list) else []
        found += [one] if isinstance(one, float) else []
    assert found
    return found


def test_rule_12_taking_back_empties_page_feed_and_what_is_unsent(app, anna, bas, clock, post):
    mail_to(app.state.house, bas)
    clock.move(hours=8)  # the receiver's night: what is told waits
    teken = anna.tap()
    assert anna.delete(f"/v1/teken/{teken['id']}").status_code == 204
    assert bas.feed() == []
    assert teken["id"] not in bas.get("/kring").text
    clock.move(hours=12)
    post.worker(app.state.house).run_once()
    assert post.mails == []
    with app.state.house.db.read() as session:
        assert {item.state for item in session.exec(select(OutboxItem))} == {"dropped"}


def test_rule_12_the_page_says_which_ways_cannot_be_taken_back(tmp_path, sqlite_url, clock):
    app = make_app(tmp_path, sqlite_url, clock=clock)
    anna = make_resident(make_client(app))
    make_contact(anna, detail="route")
    clock.move(minutes=1)
    walk = anna.walk(clock.now())
    for path in (f"/ik/wandelingen/{walk['id']}", "/ik/wat-ziet"):
        assert "per mail of naar een ander apparaat ging, kunnen we niet terughalen" in anna.get(path).text
    app.state.house.close()
