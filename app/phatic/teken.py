"""Decides what is told: from what happened and what was granted to the whitelisted object that a contact gets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from app.phatic import ink
from app.phatic.glyph import Glyph
from app.phatic.when import Part
from app.phatic.wording import say, when_words

Detail = Literal["sign", "drawing", "area", "route"]
Kind = Literal["checkin", "walk", "wave", "made", "rest"]
DETAILS: tuple[Detail, ...] = ("sign", "drawing", "area", "route")
PLACED: tuple[Detail, ...] = ("area", "route")


class AreaOut(BaseModel):
    """GeoJSON (RFC 7946), bare, at most 4 decimals: in which part of town, as cells."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list[Any]


class RouteOut(BaseModel):
    """GeoJSON (RFC 7946), bare, at most 4 decimals: the blurred line, ends and usual places left out.

    Within 1.5 km of a hidden place nothing is where it was. A walk that stays so near is a loop on the side to which it
    went, or a ring when it made a round.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["LineString", "MultiLineString"]
    coordinates: list[Any]


class ResidentName(BaseModel):
    """Who gave the sign, by chosen name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    name: str


class TekenOut(BaseModel):
    """The whole of what a contact can receive: a whitelist. What is not granted is absent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    resident: ResidentName
    kind: Kind
    words: str
    when_words: str
    drawing_svg: str | None = None
    area: AreaOut | None = None
    route: RouteOut | None = None


@dataclass(frozen=True, slots=True)
class WalkFacts:
    """What is left of a walk after the blur. `area` and `route` are there only with a Sketch."""

    glyph: Glyph | None
    sketch_glyph: Glyph | None
    area: AreaOut | None
    route: RouteOut | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a teken is made of. `hand` is the resident's secret style seed."""

    id: UUID
    resident_id: UUID
    resident_name: str
    hand: bytes
    kind: Kind
    day: date
    part: Part
    own_words: str | None = None
    walk: WalkFacts | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """The detail that counts now for one teken, and the one that counted when it happened."""

    now: Detail
    at_first: Detail


@dataclass(frozen=True, slots=True)
class Grant:
    """One line of a contact's consent: this detail, from when until when (None: still)."""

    detail: Detail
    from_at: datetime
    until_at: datetime | None


def granted(history: Sequence[Grant], happened_at: datetime) -> Granted:
    """Return which detail counts for a teken (`trust.md` 8): the lowest that held at any time since it happened.

    So a higher detail counts for what happens after the change, a lower one for everything. Neither depends on when
    it is told: a walk that is taken back and shared again comes in the form it had. `history` is in the order of time
    and not empty.
    """
    since = [grant for grant in history if grant.until_at is None or grant.until_at > happened_at]
    return Granted(now=lowest(since), at_first=since[0].detail)


def lowest(grants: Sequence[Grant]) -> Detail:
    """Return the detail that tells least."""
    return min((grant.detail for grant in grants), key=DETAILS.index)


def at_most(detail: Granted, most: Detail) -> Granted:
    """Return what may be shown where less than the grant is shown; which drawing it is stays as it was."""
    return Granted(now=min(detail.now, most, key=DETAILS.index), at_first=detail.at_first)


def view(facts: Facts, detail: Granted, *, language: str, today: date, read_later: bool = False) -> TekenOut:
    """Return the very object that a viewer with this detail gets."""
    placed = facts.walk if facts.walk and detail.now in PLACED else None
    return TekenOut(
        id=facts.id,
        resident=ResidentName(id=facts.resident_id, name=facts.resident_name),
        kind=facts.kind,
        words=_words(facts, detail, language),
        when_words=when_words(language, day=facts.day, part=facts.part, today=today, read_later=read_later),
        drawing_svg=None if detail.now == "sign" else _drawing(facts, detail),
        area=placed.area if placed else None,
        route=placed.route if placed and detail.now == "route" else None,
    )


def _words(facts: Facts, detail: Granted, language: str) -> str:
    if facts.own_words:
        return facts.own_words
    is_near = facts.walk is not None and facts.walk.sketch_glyph is None and detail.now in PLACED
    return say(language, "teken.walk.near" if is_near else f"teken.{facts.kind}")


def _drawing(facts: Facts, detail: Granted) -> str | None:
    """Draw the whole walk's form, or the Sketch's for whoever had a place when the walk ended.

    Which of the two is settled then, so that no change of detail ever gives one person both (`trust.md` 11).
    """
    if facts.kind == "wave":
        return None
    if facts.walk is None:
        return _small(facts.kind, facts.hand, facts.id)
    glyph = facts.walk.sketch_glyph if detail.at_first in PLACED else facts.walk.glyph
    return _large(glyph, facts.hand, facts.id) if glyph else _small("checkin", facts.hand, facts.id)


@lru_cache(maxsize=2048)
def _large(glyph: Glyph, hand: bytes, teken_id: UUID) -> str:
    return ink.draw(glyph, hand, teken_id)


@lru_cache(maxsize=2048)
def _small(kind: Kind, hand: bytes, teken_id: UUID) -> str:
    return ink.draw_rest(hand, teken_id) if kind == "rest" else ink.draw_small(hand, teken_id)
