"""Trust 11: with a place, picture and words come from the Sketch alone; nobody ever gets both forms of one walk."""

import pytest
from sqlmodel import select

from app.models.walks import Walk
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


def test_rule_11_a_walk_near_home_has_words_and_no_place(anna, clock):
    bas, cas = make_contact(anna, detail="route"), make_contact(anna, "Cas")
    clock.move(minutes=1)
    anna.walk(clock.now(), points=100, every_s=5)
    assert [teken["words"] for teken in bas.feed()] == ["een ommetje dicht bij huis"]
    assert not {"area", "route"} & set(bas.feed()[0])
    assert [teken["words"] for teken in cas.feed()] == ["gewandeld"], "who sees no place is not told of one either"
