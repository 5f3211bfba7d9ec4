"""Reads a GeoJSON line whose moments stand in `properties.coordTimes`."""

from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from app.errors import Unreadable, Unsupported
from app.phatic.columns import moments, track_of
from app.phatic.limits import Limits
from app.phatic.track import Track

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Position = Annotated[list[Number], Field(min_length=2, max_length=4)]
LINES = {"Feature", "FeatureCollection", "LineString"}
NO_LINES = {"Point", "MultiPoint", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}


class Part(BaseModel):
    """Of everything that GeoJSON may hold, only what is named is kept."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class Line(Part):
    """A LineString: longitude, latitude and perhaps a height per position."""

    type: Literal["LineString"]
    coordinates: list[Position]


class Other(Part):
    """A geometry that is not a walk: a place, an area."""

    type: Literal["Point", "MultiPoint", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"]


class Times(Part):
    """The moments, as RFC 3339, one per position."""

    coordTimes: list[str] | None = None  # noqa: N815 -- the name in the files


class Feature(Part):
    """A geometry with its properties."""

    type: Literal["Feature"]
    geometry: Annotated[Line | Other, Field(discriminator="type")] | None
    properties: Times | None = None


class Collection(Part):
    """Several features; each line is a run."""

    type: Literal["FeatureCollection"]
    features: list[Feature]


class Kind(Part):
    """What a JSON object says that it is."""

    type: str = Field(strict=True)


DOCUMENT = TypeAdapter(Annotated[Collection | Feature | Line, Field(discriminator="type")])


def read(data: bytes, limits: Limits) -> Track:
    """Read the lines of a feature, a collection or a bare LineString.

    Source: RFC 7946; `coordTimes` as written by togeojson.

    Returns:
        A track that is not yet cleaned: one run per line; no times unless every line has them.

    Raises:
        Unsupported: another JSON object.
        Unreadable: `unreadable-track`, `unusable-coordinates`, `unusable-times` (another number of moments than of
            positions), `too-complex` or `no-track`.
    """
    if sum(data.count(mark) for mark in (b"[", b"{", b",")) > limits.elements:
        raise Unreadable("too-complex")  # before a tree of millions of values is made of it
    lines = _lines(data)
    counts = [len(line.coordinates) for line, _ in lines]
    if sum(counts) > limits.points or len(lines) > limits.segments:
        raise Unreadable("too-complex")
    if any(times is not None and len(times) != count for count, (_, times) in zip(counts, lines, strict=True)):
        raise Unreadable("unusable-times")
    places = np.array([p[:2] for line, _ in lines for p in line.coordinates], dtype=np.float64).reshape(-1, 2)
    texts = [text for (_, times), count in zip(lines, counts, strict=True) for text in times or [""] * count]
    at = moments([text[: limits.number] for text in texts])
    return track_of(places[:, 1], places[:, 0], at, np.cumsum([0, *counts]).tolist())


def _lines(data: bytes) -> list[tuple[Line, list[str] | None]]:
    document = _document(data)
    if isinstance(document, Line):
        return [(document, None)]
    features = document.features if isinstance(document, Collection) else [document]
    return [
        (feature.geometry, feature.properties.coordTimes if feature.properties else None)
        for feature in features
        if isinstance(feature.geometry, Line)
    ]


def _document(data: bytes) -> Collection | Feature | Line:
    try:
        return DOCUMENT.validate_json(data)
    except ValidationError as refusal:
        first = refusal.errors(include_url=False, include_input=False, include_context=False)[0]
        if first["type"] == "json_invalid":
            raise Unreadable("unreadable-track") from None
        if first["type"].startswith("union_tag"):
            raise _not_a_line(data) from None
        raise Unreadable("unusable-coordinates" if "coordinates" in first["loc"] else "unreadable-track") from None


def _not_a_line(data: bytes) -> Unreadable:
    """Tell GeoJSON without a line from JSON that is something else."""
    try:
        kind = Kind.model_validate_json(data).type
    except ValidationError:
        return Unsupported()
    if kind in LINES:
        return Unreadable("unreadable-track")
    return Unreadable("no-track") if kind in NO_LINES else Unsupported()
