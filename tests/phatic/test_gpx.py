"""The acceptance rows of reading GPX, as far as reader and cleaning decide them."""

import time
from dataclasses import fields
from datetime import UTC, datetime

import numpy as np
import pytest

from app.errors import TooLarge, Unreadable
from app.phatic import formats, gpx, track
from app.phatic.limits import Limits
from app.phatic.track import Track
from tests import hostile
from tests.walks import (
    SHAPES,
    as_gpx,
    backwards,
    gpx_of_points,
    opening,
    spiked,
    walk,
    walk_gpx,
)

LIMITS = Limits()


def read(data: bytes) -> Track:
    return track.clean(formats.read(data, LIMITS))


def code_of(data: bytes) -> str:
    with pytest.raises(Unreadable) as refusal:
        read(data)
    return refusal.value.code


def assert_same(one: Track, other: Track) -> None:
    for field in fields(Track):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("noise_m", [0.0, 5.0])
def test_row_1_an_hour_is_as_long_as_was_walked(shape, noise_m):
    one = walk(shape=shape, noise_m=noise_m)
    got = read(as_gpx(one))
    assert len(got) == 3600
    assert track.length_m(got) == pytest.approx(one.truth_m, rel=0.02)
    assert got.ended_at == datetime.fromtimestamp(one.at[-1], tz=UTC)


def test_row_1_raw_noise_would_double_the_walk():
    one = walk()
    jitter = np.random.default_rng(3).normal(0, 1.5 / 111_195, (2, 3600))
    noisy = type(one)(one.lat + jitter[0], one.lon + jitter[1] / np.cos(np.radians(52.1)), one.at, one.truth_m)
    got = read(as_gpx(noisy))
    assert np.hypot(*np.diff(track.metres(got), axis=0).T).sum() > 2 * one.truth_m
    assert track.length_m(got) == pytest.approx(one.truth_m, rel=0.02)


def test_row_2_what_other_makers_write_is_read_and_dropped():
    one = walk(points=600)
    plain = read(as_gpx(one))
    # A Garmin with a heart rate, an Apple Health export with a zone, a GPX 1.0 without creator and with empty segments.
    assert_same(read(as_gpx(one, heart_rate=True, digits=3)), plain)
    assert_same(read(as_gpx(one, creator="Apple Health Export", offset_h=0)), plain)
    assert_same(read(as_gpx(one, version="1.0", creator=None, empty_segments=7)), plain)
    assert [field.name for field in fields(Track)] == ["lat", "lon", "at", "starts"]


def test_row_2_fractions_of_a_second_are_kept():
    one = walk(points=60, every_s=0.25)
    at = read(as_gpx(one, digits=6)).at
    assert at is not None
    np.testing.assert_allclose(at, one.at, atol=1e-6)


TWINS = {
    "prefixed root": lambda one: as_gpx(one, prefix="g"),
    "no namespace": lambda one: as_gpx(one, version=""),
    "1.0": lambda one: as_gpx(one, version="1.0"),
    "UTF-16 little endian": lambda one: (
        b"\xff\xfe" + as_gpx(one).decode().replace("UTF-8", "UTF-16").encode("utf-16-le")
    ),
    "UTF-16 big endian": lambda one: b"\xfe\xff" + as_gpx(one).decode().replace("UTF-8", "UTF-16").encode("utf-16-be"),
    "UTF-8 mark": lambda one: b"\xef\xbb\xbf" + as_gpx(one),
    "mark and blanks": lambda one: b"\xef\xbb\xbf\r\n " + as_gpx(one),
    "leading newline": lambda one: b"\n" + as_gpx(one),
    "leading blanks, UTF-16": lambda one: ("\r\n\t" + as_gpx(one).decode()).encode("utf-16"),
    "two hours east": lambda one: as_gpx(one, offset_h=2),
    "five hours west": lambda one: as_gpx(one, offset_h=-5),
    "Latin-1": lambda one: as_gpx(one, name="café").decode().replace("UTF-8", "ISO-8859-1").encode("latin-1"),
    "Windows-1252": lambda one: as_gpx(one, name="€").decode().replace("UTF-8", "windows-1252").encode("cp1252"),
    "no declaration": lambda one: as_gpx(one).partition(b"?>\n")[2],
    "no zone": lambda one: as_gpx(one).replace(b"Z</time>", b"</time>"),
    "blanks around times": lambda one: as_gpx(one).replace(b"<time>", b"<time>\n  ").replace(b"</time>", b" </time>"),
    "comments inside": lambda one: as_gpx(one).replace(b"<time>", b"<!-- t --><time>").replace(b"T09:", b"T<!---->09:"),
    "CDATA": lambda one: as_gpx(one).replace(b"<time>", b"<time><![CDATA[").replace(b"</time>", b"]]></time>"),
    "three segments": lambda one: as_gpx(one, segments=3),
    "blanks around numbers": lambda one: as_gpx(one).replace(b'lat="', b'lat=" ').replace(b'" lon', b'\n" lon'),
    "a time elsewhere": lambda one: as_gpx(one).replace(b"<ele>", b"<extensions><time>1</time></extensions><ele>"),
    "waypoints and routes too": lambda one: as_gpx(one).replace(
        b"<trk>",
        b'<wpt lat="99" lon="x"><time>2001-01-01T00:00:00Z</time></wpt><rte><rtept lat="" lon="1"/></rte><trk>',
    ),
}


@pytest.mark.parametrize("twin", TWINS)
def test_row_3_a_twin_is_read_as_the_plain_one(twin):
    one = walk(points=300)
    assert_same(read(TWINS[twin](one)), read(as_gpx(one)))


@pytest.mark.parametrize("where", [(900, 2500), (10, 11), (1, 3598)])
def test_row_4_spikes_are_removed(where):
    one = walk()
    got = read(as_gpx(spiked(one, where)))
    assert len(got) == 3598
    assert_same(got, read(as_gpx(one.part(~np.isin(np.arange(3600), where)))))


@pytest.mark.parametrize("at_start", [0, 1, 2])
def test_row_4_fixes_before_the_receiver_settled_are_removed(at_start):
    one = walk()
    assert len(read(as_gpx(spiked(one, range(at_start + 1))))) == 3599 - at_start


@pytest.mark.parametrize("lon", [179.999, 180.0])
@pytest.mark.parametrize("shape", ["loop", "eight"])
def test_row_4_the_antimeridian_is_no_wall(lon, shape):
    one = walk(-16.8, lon, shape=shape)
    assert np.ptp(one.lon) > 300
    got = read(as_gpx(one))
    assert len(got) == 3600
    assert np.abs(np.diff(got.lon)).max() < 0.001
    assert track.length_m(got) == pytest.approx(one.truth_m, rel=0.02)


def test_row_5_a_clock_that_runs_backwards_is_refused():
    assert code_of(as_gpx(backwards(walk()))) == "unusable-times"


def test_row_5_a_clock_that_stands_still_is_refused():
    one = walk()
    assert code_of(as_gpx(type(one)(one.lat, one.lon, np.full(3600, one.at[0]), 0.0))) == "unusable-times"


NO_TRACKS = {
    "route only": f'{opening()}<rte><rtept lat="52" lon="5"/><rtept lat="52.1" lon="5"/></rte></gpx>',
    "waypoints only": f'{opening()}<wpt lat="52" lon="5"/><wpt lat="52.1" lon="5"/></gpx>',
    "empty segment": f"{opening()}<trk><trkseg/></trk></gpx>",
    "no segment": f"{opening()}<trk><name>x</name></trk></gpx>",
    "nothing": f"{opening()}</gpx>",
    "points elsewhere": f'{opening()}<trkpt lat="52" lon="5"/><trk><trkpt lat="52" lon="5"/></trk></gpx>',
    "points deeper": f'{opening()}<x><trk><trkseg><trkpt lat="52" lon="5"/></trkseg></trk></x></gpx>',
}


@pytest.mark.parametrize("name", NO_TRACKS)
def test_row_6_without_a_track_there_is_no_walk(name):
    assert code_of(NO_TRACKS[name].encode()) == "no-track"


@pytest.mark.parametrize("times", [True, False])
def test_row_7_who_went_nowhere_has_no_walk(times):
    one = walk()
    still = type(one)(np.full(1000, one.lat[0]), np.full(1000, one.lon[0]), one.at[:1000], 0.0)
    assert code_of(as_gpx(still, times=times)) == "too-short"
    assert code_of(walk_gpx(points=1, times=times)) == "too-short"


@pytest.mark.parametrize("name", hostile.unreadable())
def test_row_8_what_is_no_document_is_refused(name):
    assert code_of(hostile.unreadable()[name]) == "unreadable-track"


@pytest.mark.parametrize("name", hostile.unusable_places())
def test_row_9_a_place_that_is_none_is_refused(name):
    assert code_of(hostile.unusable_places()[name]) == "unusable-coordinates"


@pytest.mark.parametrize("text", ["52", "+52.5", "-0", ".5", "5.", "5.2e1", "0.52E+02", "90", "-90"])
def test_row_9_an_ordinary_number_is_a_place(text):
    data = gpx_of_points(f'<trkpt lat="{text}" lon="5"/>')
    assert gpx.read(data, LIMITS).lat == pytest.approx([float(text)])


@pytest.mark.parametrize("name", hostile.doctypes())
def test_row_10_a_doctype_is_refused_at_once(name):
    data = hostile.doctypes()[name]
    begun = time.process_time()
    assert code_of(data) == "unsafe-xml"
    assert time.process_time() - begun < 0.05


@pytest.mark.parametrize("name", hostile.too_complex())
def test_row_11_too_much_is_refused_within_a_second(name):
    data = hostile.too_complex()[name]
    assert len(data) <= LIMITS.body
    begun = time.process_time()
    assert code_of(data) == "too-complex"
    assert time.process_time() - begun < 1.0


def test_row_11_as_much_as_is_allowed_is_read():
    most = walk(points=50_000, noise_m=0)
    assert len(read(as_gpx(most, segments=256))) == 50_000
    deep = f"<extensions>{'<a>' * 58}{'</a>' * 58}</extensions><ele>"
    assert len(read(hostile.small_gpx().replace(b"<ele>", deep.encode(), 1))) == 120


def test_row_12_a_long_comment_is_no_harm():
    comment = b"<!--" + b" xmlns" * 175_000 + b"-->"
    data = as_gpx(walk()).replace(b"<trk>", comment + b"<trk>")
    begun = time.process_time()
    assert len(read(data)) == 3600
    assert time.process_time() - begun < 0.5


def test_row_12_a_long_attribute_is_read_in_one_piece():
    data = as_gpx(walk(points=60), creator="x" * 7_900_000)
    begun = time.process_time()
    assert len(read(data)) == 60
    assert time.process_time() - begun < 0.5


def test_row_13_one_byte_over_is_too_large():
    data = hostile.small_gpx()
    limits = Limits(body=len(data))
    assert len(formats.read(data, limits)) == 120
    with pytest.raises(TooLarge) as refusal:
        formats.read(data + b"\n", limits)
    assert refusal.value.code == "too-large"


@pytest.mark.parametrize("name", hostile.unsupported())
def test_row_14_other_formats_are_named_so(name):
    assert code_of(hostile.unsupported()[name]) == "unsupported-format"


def test_row_15_two_hundred_names_leave_nothing_behind():
    one = walk(points=60)
    plain = read(as_gpx(one))
    for i in range(200):
        name = f"&lt;script&gt;alert({i})&lt;/script&gt;'; DROP TABLE walk; --"
        assert_same(read(as_gpx(one, prefix=f"p{i}", name=name)), plain)


def test_an_error_holds_no_word_of_the_file():
    with pytest.raises(Unreadable) as refusal:
        read(hostile.one_bad('lat="secret" lon="5"'))
    assert "secret" not in repr(refusal.value)
    assert refusal.value.__cause__ is None


def test_a_moment_that_is_none_leaves_its_point_untimed():
    good = b"2026-05-12T09:30:01Z"
    assert good in hostile.small_gpx()
    for bad in ("2026-02-30T09:30:01Z", "2026-77-12T09:30:01Z", "2026-05-12T24:30:01Z", "2026-05-12T09:30:01+2", "x"):
        assert len(read(hostile.small_gpx().replace(good, bad.encode()))) == 119
    for bad in (
        "\u0662026-05-12T09:30:01Z",
        "2026-05-12T09:30:0\u0661Z",
        "today",
        "NaT",
        "1970-01-01T00:00:00Z",
        "9" * 999,
    ):
        assert len(read(hostile.small_gpx().replace(good, bad.encode()))) == 119


@pytest.mark.parametrize(
    "text", ["2026-05-12t09:30:01z", "2026-05-12 09:30:01Z", "2026-05-12T11:30:01+0200", "2026-05-12T09:30:01"]
)
def test_a_moment_may_be_written_in_several_ways(text):
    data = hostile.small_gpx().replace(b"2026-05-12T09:30:01Z", text.encode())
    assert_same(read(data), read(hostile.small_gpx()))


def test_the_limit_of_elements_is_exact():
    data = as_gpx(walk(points=60))
    assert len(formats.read(data, Limits(elements=3 + 3 * 60))) == 60
    with pytest.raises(Unreadable, match="too-complex"):
        formats.read(data, Limits(elements=2 + 3 * 60))
