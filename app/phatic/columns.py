"""From the texts of a file to columns of numbers, all at once and strictly."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.errors import Unreadable
from app.phatic.limits import Limits
from app.phatic.track import Track

NUMBER_CHARACTERS = b"0123456789+-.eE "
# Before GPS began to count, 6 January 1980, no receiver knew the time: year 1 and 1970 mean "no clock yet".
FIRST_MOMENT = 315_964_800.0
MOMENT = "dddd-dd-dd?dd:dd:dd"
IS_DIGIT = [at for at, mark in enumerate(MOMENT) if mark == "d"]
IS_MARK = [at for at, mark in enumerate(MOMENT) if mark in "-:"]
MARKS = np.array([ord(MOMENT[at]) for at in IS_MARK], dtype=np.uint8)
BETWEEN = [ord(mark) for mark in "Tt "]  # RFC 3339 allows a small t or a blank between day and hour
TAIL = re.compile(r"(\.[0-9]{1,12})?(?:[Zz]|([+-])([0-9]{2}):?([0-9]{2})?)?", re.ASCII)
DAY_S = 86_400


def degrees(texts: Sequence[str], limits: Limits) -> NDArray[np.float64]:
    """Convert texts to numbers, shape (n,).

    The characters are looked at first, all together: what is left for `float` is ASCII digits, sign, point and
    exponent, so that NaN, infinity, `5_2.1`, `52,1` and other scripts' digits never become a place.

    Raises:
        Unreadable: `unusable-coordinates`.
    """
    try:
        foreign = "".join(texts).encode("ascii").translate(None, NUMBER_CHARACTERS)
        if foreign or max(map(len, texts), default=0) > limits.number:
            raise Unreadable("unusable-coordinates")
        return np.fromiter(map(float, texts), dtype=np.float64, count=len(texts))
    except (ValueError, OverflowError):  # UnicodeEncodeError is a ValueError
        raise Unreadable("unusable-coordinates") from None


def moments(texts: Sequence[str]) -> NDArray[np.float64]:
    """Convert RFC 3339 texts to seconds since 1970 UTC, shape (n,); without an offset they are UTC, as GPX says.

    Returns:
        NaN where there is no moment, or one before GPS began.
    """
    texts = [text.strip() for text in texts]
    tails = [text[19:] for text in texts]
    known = {tail: _tail_seconds(tail) for tail in set(tails)}
    if len(known) == 1:  # nearly always: every moment ends in Z
        at = _whole_seconds(texts) + known[tails[0]]
    else:
        at = _whole_seconds(texts) + np.array([known[tail] for tail in tails], dtype=np.float64)
    return np.where(at >= FIRST_MOMENT, at, np.nan)


def track_of(
    lat: NDArray[np.float64], lon: NDArray[np.float64], at: NDArray[np.float64] | None, starts: Sequence[int]
) -> Track:
    """Put columns of equal length n together.

    Args:
        lat: degrees.
        lon: degrees.
        at: seconds since 1970 UTC, NaN where a point has no moment.
        starts: where segments begin, not decreasing; empty segments may be among them.

    Raises:
        Unreadable: `no-track` without a point, `unusable-coordinates` off the globe.
    """
    if not len(lat):
        raise Unreadable("no-track")
    if not (np.all(np.abs(lat) <= 90) and np.all(np.abs(lon) <= 180)):  # noqa: PLR2004 -- the globe
        raise Unreadable("unusable-coordinates")
    begins = np.unique(np.array([0, *starts], dtype=np.intp))
    if at is not None and not np.isfinite(at).any():
        at = None
    return Track(lat, lon, at, begins[begins < len(lat)])


def _tail_seconds(tail: str) -> float:
    match = TAIL.fullmatch(tail)
    if not match:
        return np.nan
    fraction, sign, hours, minutes = match.groups()
    offset = (int(hours) * 60 + int(minutes or 0)) * 60 if sign else 0
    return float(fraction or 0) + (offset if sign == "-" else -offset)


def _whole_seconds(texts: Sequence[str]) -> NDArray[np.float64]:
    try:
        bytes_ = np.array(texts, dtype=f"S{len(MOMENT)}")
    except UnicodeEncodeError:
        bytes_ = np.array([text if text.isascii() else "" for text in texts], dtype=f"S{len(MOMENT)}")
    # One byte a character: what is no digit wraps round to more than 9.
    codes = bytes_.view(np.uint8).reshape(len(texts), len(MOMENT))
    digits = codes - np.uint8(ord("0"))
    good = (digits[:, IS_DIGIT] <= 9).all(axis=1) & (codes[:, IS_MARK] == MARKS).all(axis=1)  # noqa: PLR2004 -- digits
    good &= np.isin(codes[:, 10], BETWEEN)
    year = _number(digits, 0) * 100 + _number(digits, 2)
    month, day, hour, minute, second = (_number(digits, at) for at in (5, 8, 11, 14, 17))
    # What is no moment is left out before the calendar is asked, which does not know the 77th month.
    good &= (month >= 1) & (month <= 12)  # noqa: PLR2004 -- the calendar
    months = np.where(good, (year - 1970) * 12 + month - 1, 0).astype("M8[M]")
    first, after = ((months + k).astype("M8[D]").astype(np.int64) for k in (0, 1))
    good &= (day >= 1) & (day <= after - first)
    good &= (hour <= 23) & (minute <= 59) & (second <= 60)  # noqa: PLR2004 -- the clock, with its leap second
    total = (first + day - 1) * DAY_S + hour * 3600 + minute * 60 + second
    return np.where(good, total, np.nan)


def _number(digits: NDArray[np.uint8], at: int) -> NDArray[np.int64]:
    return digits[:, at].astype(np.int64) * 10 + digits[:, at + 1]
