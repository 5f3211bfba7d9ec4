"""The differential test: wherever gpxpy and our reader both accept a file, they find the same points.

Known differences, each asked for: a moment before GPS began counts as none; gpxpy cuts fractions at a microsecond;
gpxpy drops a moment with blanks around it and takes one with single digits; gpxpy finds no point below a prefixed
root, takes NaN, infinity and latitude 91, and refuses a whole file for an unknown `fix`. Such files are not compared.
"""

from collections import Counter
from datetime import UTC
from pathlib import Path

import gpxpy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Unreadable
from app.phatic import gpx
from app.phatic.columns import FIRST_MOMENT
from app.phatic.limits import Limits
from tests.walks import opening

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "gpx"
LIMITS = Limits()
LARGE = 400_000  # bytes; gpxpy takes seconds over the largest two

degree = st.decimals(-90, 90, allow_nan=False, places=7) | st.sampled_from(
    ["0", "-0.0", "1e-5", "+4.5", "90", ".5", "7."]
)
# Whole milliseconds: both round a float of seconds, and nothing is learnt from the last bit of the year 6430.
moment = st.datetimes().map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000).isoformat())
zone = st.sampled_from(["Z", "", "+02:00", "-11:30", "+14:00"])
time_text = st.just("") | st.tuples(moment, zone).map("".join)
extra = st.sampled_from(
    [
        "",
        "<ele>3.5</ele>",
        "<!-- <time>2001-01-01T00:00:00Z</time> -->",
        "<extensions><y><time>x</time></y></extensions>",
    ]
)
name = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="<&>\ufffe\uffff"))


@st.composite
def point(draw):
    time = draw(time_text)
    timed = f"<time>{time}</time>" if time else draw(st.sampled_from(["", "<time/>", "<time></time>"]))
    parts = draw(st.permutations([timed, draw(extra)]))
    return f'<trkpt lat="{draw(degree)}" lon="{draw(degree)}">{"".join(parts)}</trkpt>'


@st.composite
def document(draw):
    segment = st.lists(point(), max_size=6).map(lambda points: f"<trkseg>{''.join(points)}</trkseg>")
    track = st.tuples(name, st.lists(segment, max_size=3)).map(
        lambda t: f"<trk><name>{t[0]}</name>{''.join(t[1])}</trk>"
    )
    others = st.sampled_from(["", '<wpt lat="1" lon="2"/>', '<rte><rtept lat="3" lon="4"/></rte>'])
    body = "".join(draw(st.tuples(others, st.lists(track, max_size=3).map("".join), others)))
    return f"{opening(draw(st.sampled_from(['1.1', '1.0', ''])))}{body}</gpx>".encode()


def ours(data: bytes) -> Counter:
    track = gpx.read(data, LIMITS)
    at = np.full(len(track), np.nan) if track.at is None else track.at
    return Counter(zip(track.lat.tolist(), track.lon.tolist(), np.nan_to_num(at).round(3).tolist(), strict=True))


def theirs(data: bytes) -> Counter:
    parsed = gpxpy.parse(data.decode("utf-8-sig"))
    return Counter((p.latitude, p.longitude, _seconds(p.time)) for p in parsed.walk(only_points=True))


def _seconds(time) -> float:
    if time is None:
        return 0.0
    at = (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    return round(at, 3) if at >= FIRST_MOMENT else 0.0


@given(document())
@settings(max_examples=80, deadline=None)
def test_both_find_the_same_points(data):
    expected = theirs(data)
    if expected:
        assert ours(data) == expected
    else:
        with pytest.raises(Unreadable, match="no-track"):
            ours(data)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are for development; the invented ones above suffice")
def test_both_find_the_same_points_in_real_files():
    compared = 0
    for path in sorted(path for path in REAL.glob("*.gpx") if path.stat().st_size < LARGE):
        data = path.read_bytes()
        try:
            expected = theirs(data)
            got = ours(data)
        except (Unreadable, gpxpy.gpx.GPXException):
            continue
        assert got == expected, path.name
        compared += 1
    assert compared > 30
