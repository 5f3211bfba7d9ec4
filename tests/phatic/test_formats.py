"""The bytes decide the format; FIT, TCX and GeoJSON give what the GPX of the same walk gives."""

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import TekenError, Unreadable, Unsupported
from app.phatic import formats, gpx, tcx, track
from app.phatic.limits import Limits
from tests.walks import as_fit, as_geojson, as_gpx, as_tcx, walk

LIMITS = Limits()
WALK = walk(points=300)
WRITTEN = {
    "TCX": as_tcx(WALK),
    "TCX with heart rates alone": as_tcx(WALK, heart_rate_only=5),
    "TCX in UTF-16": as_tcx(WALK).decode().encode("utf-16"),
    "FIT": as_fit(WALK),
    "GeoJSON": as_geojson(WALK),
    "GeoJSON collection": as_geojson(WALK, kind="FeatureCollection"),
    "GeoJSON after a mark": b"\xef\xbb\xbf\n" + as_geojson(WALK),
}


def code_of(data: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(Unreadable) as refusal:
        track.clean(formats.read(data, limits))
    return refusal.value.code


@pytest.mark.parametrize("name", WRITTEN)
def test_every_format_gives_the_same_walk(name):
    got, plain = (track.clean(formats.read(data, LIMITS)) for data in (WRITTEN[name], as_gpx(WALK)))
    np.testing.assert_allclose(got.lat, plain.lat, atol=1e-7)
    np.testing.assert_allclose(got.lon, plain.lon, atol=1e-7)
    np.testing.assert_array_equal(got.at, plain.at)
    np.testing.assert_array_equal(got.starts, plain.starts)


def test_a_line_without_moments_has_none():
    for kind in ("Feature", "LineString"):
        assert track.clean(formats.read(as_geojson(WALK, times=False, kind=kind), LIMITS)).at is None


def test_a_gpx_reader_is_not_a_tcx_reader():
    for read, data in ((gpx.read, as_tcx(WALK)), (tcx.read, as_gpx(WALK))):
        with pytest.raises(Unreadable, match="unreadable-track"):
            read(data, LIMITS)


def test_tcx_keeps_to_the_limits_and_refusals_of_gpx():
    good = as_tcx(WALK)
    assert code_of(b"<!DOCTYPE x>" + good) == "unsafe-xml"
    assert code_of(good.replace(b"<Activities>", b"<x>" * 70 + b"</x>" * 70 + b"<Activities>")) == "too-complex"
    assert code_of(good, Limits(points=299)) == "too-complex"
    assert code_of(good.replace(b"<Lap>", b"<Lap>" + b"<Track/>" * 256)) == "too-complex"
    assert code_of(good.replace(b"<Track>", b"<Track><Trackpoint/>")[:-9]) == "unreadable-track"
    assert code_of(as_tcx(WALK, heart_rate_only=9).replace(b"Position>", b"P>")) == "no-track"
    for bad in (b"NaN", b"91", b"52,1", b"", b"5" * 70, b"5_2"):
        spoilt = re.sub(rb"<LatitudeDegrees>[0-9.]+", b"<LatitudeDegrees>" + bad, good, count=1)
        assert code_of(spoilt) == "unusable-coordinates"


def test_a_spoilt_fit_is_refused():
    good = as_fit(WALK)
    assert code_of(good[:-2]) == "unreadable-track"
    assert code_of(good[:200]) == "unreadable-track"
    assert code_of(good[:1000] + bytes([good[1000] ^ 1]) + good[1001:]) == "unreadable-track"
    assert code_of(as_fit(WALK, placed=False)) == "no-track"
    assert code_of(good, Limits(elements=100)) == "too-complex"
    assert code_of(good, Limits(points=100)) == "too-complex"


def test_a_chain_of_two_fits_is_one_walk():
    halves = (as_fit(WALK.part(slice(150))), as_fit(WALK.part(slice(150, 300))))
    assert len(formats.read(b"".join(halves), LIMITS)) == 300


def edited(**changes) -> bytes:
    document = json.loads(as_geojson(WALK))
    document["geometry"] |= changes.pop("geometry", {})
    return json.dumps(document | changes).encode()


REFUSED_JSON = {
    "truncated": (as_geojson(WALK)[:500], "unreadable-track"),
    "not JSON": (b"{walk}", "unreadable-track"),
    "deep": (b'{"type":' + b"[" * 100_000, "unreadable-track"),
    "number as text": (edited(geometry={"coordinates": [["5.1", "52.1"], [5.2, 52.2]]}), "unusable-coordinates"),
    "NaN": (edited(geometry={"coordinates": [[float("nan"), 52], [5, 52]]}), "unusable-coordinates"),
    "latitude 91": (edited(geometry={"coordinates": [[5, 91], [5, 52]]}, properties={}), "unusable-coordinates"),
    "one number": (edited(geometry={"coordinates": [[5], [5, 52]]}), "unusable-coordinates"),
    "a true place": (edited(geometry={"coordinates": [[True, 52], [5, 52]]}), "unusable-coordinates"),
    "no coordinates": (edited(geometry={"coordinates": None}), "unusable-coordinates"),
    "too few moments": (edited(properties={"coordTimes": ["2026-05-12T09:30:00Z"]}), "unusable-times"),
    "moments as numbers": (edited(properties={"coordTimes": [1] * 300}), "unreadable-track"),
    "no geometry": (as_geojson(WALK).replace(b'"geometry"', b'"x"'), "unreadable-track"),
    "geometry null": (b'{"type": "Feature", "geometry": null, "properties": null}', "no-track"),
    "empty line": (edited(geometry={"coordinates": []}, properties={}), "no-track"),
    "empty collection": (b'{"type": "FeatureCollection", "features": []}', "no-track"),
    "a place": (b'{"type": "Feature", "geometry": {"type": "Point", "coordinates": [5, 52]}}', "no-track"),
    "a bare area": (b'{"type": "Polygon", "coordinates": []}', "no-track"),
    "one point": (edited(geometry={"coordinates": [[5, 52]]}, properties={}), "too-short"),
    "two equal": (edited(geometry={"coordinates": [[5, 52]] * 2}, properties={}), "too-short"),
}


@pytest.mark.parametrize("name", REFUSED_JSON)
def test_geojson_that_is_no_walk_is_refused(name):
    data, code = REFUSED_JSON[name]
    assert code_of(data) == code


def test_geojson_keeps_to_the_limits():
    assert code_of(as_geojson(WALK), Limits(points=299)) == "too-complex"
    line = b'{"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[5, 52]]}}'
    many = b'{"type": "FeatureCollection", "features": [' + b",".join([line] * 257) + b"]}"
    assert code_of(many) == "too-complex"
    assert code_of(b'{"type":"LineString","coordinates":[' + b"[1,2]," * 1_300_000 + b"[1,2]]}") == "too-complex"


@pytest.mark.parametrize("data", [b'{"a": 1}', b"{}", b'{"type": 3}', b'{"type": "Topology"}', b"[1]", b"PK\x03\x04"])
def test_what_is_none_of_the_formats_is_unsupported(data):
    with pytest.raises(Unsupported):
        formats.read(data, LIMITS)


@given(st.sampled_from([*WRITTEN.values(), as_gpx(WALK)]), st.data())
@settings(max_examples=80, deadline=None)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data, draw):
    at = draw.draw(st.integers(0, len(data) - 1))
    patch = draw.draw(st.binary(max_size=8))
    spoilt = data[:at] + patch + data[at + draw.draw(st.integers(0, 8)) :]
    try:
        track.clean(formats.read(spoilt, LIMITS))
    except TekenError:
        return
