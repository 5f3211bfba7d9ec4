"""Charter 3: what a contact receives is a whitelist, in the HTTP answer, the event, the webhook and the mail."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.phatic.teken import DETAILS, TekenOut
from tests.listener import Listener
from tests.office import hook_to, mail_to
from tests.people import make_contact

ALWAYS = {"id", "resident", "kind", "words", "when_words"}
ALLOWED = {
    "sign": ALWAYS,
    "drawing": ALWAYS | {"drawing_svg"},
    "area": ALWAYS | {"drawing_svg", "area"},
    "route": ALWAYS | {"drawing_svg", "area", "route"},
}
OFF_THE_PAGE = ALWAYS
FIGURES = re.compile(r"\d")
PARTS = "ochtend|middag|avond"
WHEN = re.compile(rf"^((van|gister|(maan|dins|woens|donder|vrij|zater|zon)dag)({PARTS})|eerder)$")
GEOMETRY = {"type", "coordinates"}


def check(teken: dict[str, Any], detail: str) -> None:
    """Compare every key, at every depth, with what the detail allows."""
    assert set(teken) == ALLOWED[detail]
    assert set(teken["resident"]) == {"id", "name"}
    assert not FIGURES.search(teken["words"])
    assert WHEN.match(teken["when_words"]), teken["when_words"]
    for key in {"area", "route"} & set(teken):
        assert set(teken[key]) == GEOMETRY
        numbers = re.findall(r"-?\d+\.?\d*", json.dumps(teken[key]["coordinates"]))
        assert all(len(number.partition(".")[2]) <= 4 for number in numbers)
    if "drawing_svg" in teken:
        assert not re.search(r"<(text|title|desc|metadata|!--)|data-|(lat|lon|time|date)=", teken["drawing_svg"])


@pytest.mark.parametrize("detail", DETAILS)
def test_rule_3_words_not_figures_in_the_answer(anna, clock, detail):
    bas = make_contact(anna, detail=detail)
    clock.move(minutes=1)
    anna.walk(clock.now())
    [teken] = bas.feed()
    check(teken, detail)


@pytest.mark.parametrize("kind", ["checkin", "rest"])
def test_rule_3_words_not_figures_of_a_tap(anna, kind):
    bas = make_contact(anna, detail="route")
    anna.tap(rest=kind == "rest", battery=17)
    [teken] = bas.feed()
    check(teken, "drawing")
    assert teken["kind"] == kind


@pytest.mark.parametrize("detail", DETAILS)
def test_rule_3_words_not_figures_in_the_event(server, detail):
    anna = server.resident()
    bas = make_contact(anna, detail=detail)
    with Listener(server.url, bas.token).opened() as line:
        walk = anna.walk(datetime.now(UTC) + timedelta(seconds=5))
        event = line.next()
    assert walk["state"] == "released"
    assert event.name == "teken"
    check(json.loads(event.data), detail)
    assert json.loads(event.data) == bas.feed()[0]


@pytest.mark.parametrize("detail", DETAILS)
def test_rule_3_words_not_figures_in_webhook_and_mail(app, anna, clock, post, detail):
    house = app.state.house
    bas = make_contact(anna, detail=detail)
    mail_to(house, bas)
    hook_to(house, bas, post)
    clock.move(minutes=1)
    anna.walk(clock.now())
    post.worker(house).run_once()
    [posted] = post.posts
    assert set(posted) == OFF_THE_PAGE
    assert set(posted["resident"]) == {"id", "name"}
    [mail] = post.mails
    plain = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    for text in (plain, re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL), mail["Subject"]):
        assert not FIGURES.search(re.sub(r"https?://\S+", "", text)), text
    assert ("image/png" in [part.get_content_type() for part in mail.walk()]) == (detail != "sign")
    assert "coordinates" not in mail.as_string()


def test_rule_3_words_not_figures_any_other_key_is_refused():
    with pytest.raises(ValueError, match="distance_m"):
        TekenOut.model_validate(
            {
                "id": "6f1c1d5e-3a9b-4f0e-9a55-0a3c6a7e1b11",
                "resident": {"id": "6f1c1d5e-3a9b-4f0e-9a55-0a3c6a7e1b11", "name": "Anna"},
                "kind": "walk",
                "words": "gewandeld",
                "when_words": "vanmiddag",
                "distance_m": 3100,
            }
        )
    assert set(TekenOut.model_fields) == ALLOWED["route"]
