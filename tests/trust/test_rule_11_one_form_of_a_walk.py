"""Trust 11: with a place, picture and words come from the Sketch alone; nobody ever gets both forms of one walk."""

import pytest
from sqlmodel import select

from app.models.people import Resident
from app.models.walks import Walk
from app.phatic import ink
from app.phatic.glyph import Glyph
from tests.people import make_contact

LINE = {"shape": "line", "points": 500, "every_s": 7.0}


def change_glyph(app, column: str) -> None:
    """Let the whole walk, or its visible part, have been of another form."""
    with app.state.house.db.write() as session:
        for walk in session.exec(select(Walk)):
            old = getattr(walk, column)
            assert old, column
            setattr(walk, column, next(form for form in FORMS if form != old))
            session.add(walk)


FORMS = ("loop-long-calm-round", "loop-short-calm-round")


@pytest.mark.parametrize("detail", ["area", "route"])
def test_rule_11_with_a_place_the_whole_walk_changes_nothing(app, anna, clock, detail):
    there, drawn = make_contact(anna, detail=detail), make_contact(anna, "Cas")
    clock.move(minutes=1)
    anna.walk(clock.now())
    before, before_drawn = there.feed(), drawn.feed()
    change_glyph(app, "glyph")
    assert there.feed() == before
    assert drawn.feed() != before_drawn
    change_glyph(app, "sketch_glyph")
    assert there.feed()[0]["drawing_svg"] != before[0]["drawing_svg"]
    assert there.feed()[0]["area"] == before[0]["area"]


@pytest.mark.parametrize(
    ("first", "then"), [("route", "drawing"), ("drawing", "route"), ("area", "drawing"), ("drawing", "area")]
)
def test_rule_11_no_change_of_detail_gives_the_other_form(anna, clock, first, then):
    bas = make_contact(anna, detail=first)
    clock.move(minutes=1)
    anna.walk(clock.now(), **LINE)
    clock.move(minutes=1)
    [before] = bas.feed()
    for detail in (then, first, "sign", then):
        anna.patch(f"/v1/contacts/{bas.id}", json={"detail": detail})
        clock.move(minutes=1)
        for teken in bas.feed():
            assert teken.get("drawing_svg", before["drawing_svg"]) == before["drawing_svg"]


@pytest.mark.parametrize(("first", "then"), [("route", "drawing"), ("area", "drawing"), ("drawing", "route")])
def test_rule_11_the_same_walk_shared_again_comes_in_the_form_it_had(app, anna, clock, first, then):
    bas = make_contact(anna, detail=first)
    ended_at = clock.move(minutes=1)
    walk = anna.walk(ended_at, **LINE)
    tell_apart(app)
    form = "glyph" if first == "drawing" else "sketch_glyph"
    assert bas.feed()[0]["drawing_svg"] == drawing_of(app, form)
    anna.delete(f"/v1/walks/{walk['id']}")
    assert bas.feed() == []
    clock.move(minutes=1)
    anna.patch(f"/v1/contacts/{bas.id}", json={"detail": then})
    assert anna.walk(ended_at, **LINE)["id"] != walk["id"]
    tell_apart(app)
    [shown] = bas.feed()
    assert not {"area", "route"} & set(shown), "a lower detail at once, a higher one for later walks only"
    assert shown["drawing_svg"] == drawing_of(app, form)


def tell_apart(app) -> None:
    """Let the whole walk be of another form than its visible part."""
    with app.state.house.db.write() as session:
        walk = session.exec(select(Walk).where(Walk.state == "released")).one()
        walk.glyph = next(form for form in FORMS if form != walk.sketch_glyph)
        session.add(walk)


def drawing_of(app, column: str) -> str:
    with app.state.house.db.read() as session:
        walk = session.exec(select(Walk).where(Walk.state == "released")).one()
        resident = session.get_one(Resident, walk.resident_id)
        return ink.draw(Glyph.parse(getattr(walk, column)), bytes.fromhex(resident.hand), walk.teken_id)


def test_rule_11_a_walk_near_home_has_words_and_no_place(anna, clock):
    bas, cas = make_contact(anna, detail="route"), make_contact(anna, "Cas")
    clock.move(minutes=1)
    anna.walk(clock.now(), points=40, every_s=5)
    assert [teken["words"] for teken in bas.feed()] == ["een ommetje dicht bij huis"]
    assert not {"area", "route"} & set(bas.feed()[0])
    assert [teken["words"] for teken in cas.feed()] == ["gewandeld"], "who sees no place is not told of one either"
