"""Reads Garmin's binary FIT through Garmin's own decoder: places and moments of `record` messages only."""

import numpy as np
from garmin_fit_sdk import FIT_EPOCH_S, Decoder, Profile, Stream

from app.errors import Unreadable
from app.phatic.columns import FIRST_MOMENT, track_of
from app.phatic.limits import Limits
from app.phatic.track import Track

RECORD = Profile["mesg_num"]["RECORD"]
SEMICIRCLE = 180 / 2**31  # degrees


def read(data: bytes, limits: Limits) -> Track:
    """Read all records that have a position, in one run.

    Source: FIT protocol and profile as decoded by `garmin-fit-sdk`, which hands its errors back as a list.

    Args:
        data: a FIT file, or several in a chain.
        limits: messages count as elements.

    Returns:
        A track that is not yet cleaned: NaN for a point without a moment.

    Raises:
        Unreadable: `unreadable-track`, `too-complex`, `no-track` or `unusable-coordinates`.
    """
    records = Records(limits)
    # Nothing is converted or expanded: the two positions and the timestamp are whole numbers as they stand.
    _, errors = Decoder(Stream.from_byte_array(bytearray(data))).read(
        apply_scale_and_offset=False,
        convert_datetimes_to_dates=False,
        convert_types_to_strings=False,
        expand_sub_fields=False,
        expand_components=False,
        merge_heart_rates=False,
        mesg_listener=records.add,
    )
    for error in errors:
        raise error if isinstance(error, Unreadable) else Unreadable("unreadable-track")
    columns = np.array(records.rows, dtype=np.float64).reshape(-1, 3)
    at = np.where(columns[:, 2] >= FIRST_MOMENT, columns[:, 2], np.nan)
    return track_of(columns[:, 0] * SEMICIRCLE, columns[:, 1] * SEMICIRCLE, at, [])


class Records:
    """Keeps what is wanted of each message as it is decoded."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.messages = 0
        self.rows: list[tuple[float, float, float]] = []

    def add(self, number: int, message: dict) -> None:
        """Take one message, and empty it, because the decoder would keep them all."""
        self.messages += 1
        if self.messages > self.limits.elements or len(self.rows) > self.limits.points:
            raise Unreadable("too-complex")
        if number == RECORD:
            lat, lon, stamp = (message.get(name) for name in ("position_lat", "position_long", "timestamp"))
            if isinstance(lat, int) and isinstance(lon, int):
                self.rows.append((lat, lon, stamp + FIT_EPOCH_S if isinstance(stamp, int) else np.nan))
        message.clear()
