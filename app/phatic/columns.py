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
MOMENT = "dddd-dd-ddTdd:dd:dd"
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
    seconds = {tail: _tail_seconds(tail) for tail in set(tails)}
    at = _whole_seconds(texts) + np.fromiter(map(seconds.__getitem__, tails), dtype=np.float64, count=len(tails))
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
    codes = np.array(texts, dtype="U19").view(np.uint32).reshape(len(texts), len(MOMENT)).astype(np.int64)
    shape = np.array([ord(c) for c in MOMENT])
    is_digit = shape == ord("d")
    digits = codes - ord("0")
    # RFC 3339 allows a blank or a small t between day and hour.
    codes[:, 10] = np.where(np.isin(codes[:, 10], (ord(" "), ord("t"))), ord("T"), codes[:, 10])
    good = np.all(np.where(is_digit, (digits >= 0) & (digits <= 9), codes == shape), axis=1)  # noqa: PLR2004 -- digits
    digits = np.where(good[:, None], digits, 0)
    year = digits[:, 0:4] @ np.array([1000, 100, 10, 1])
    month, day, hour, minute, second = (digits[:, i] * 10 + digits[:, i + 1] for i in (5, 8, 11, 14, 17))
    months = ((year - 1970) * 12 + month - 1).astype("M8[M]")
    first, after = ((months + k).astype("M8[D]").astype(np.int64) for k in (0, 1))
    good &= (month >= 1) & (month <= 12) & (day >= 1) & (day <= after - first)  # noqa: PLR2004 -- the calendar
    good &= (hour <= 23) & (minute <= 59) & (second <= 60)  # noqa: PLR2004 -- the clock, with its leap second
    total = (first + day - 1) * DAY_S + hour * 3600 + minute * 60 + second
    return np.where(good, total, np.nan)
