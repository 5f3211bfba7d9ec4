"""How much one file may hold before it is refused unread; every reader keeps to the same figures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one upload. All are counts, `body` is in bytes; one more is refused.

    A year of one person's walks stays far below them; a file made to hurt meets one within milliseconds.
    """

    body: int = 8 * 1024 * 1024
    depth: int = 64
    elements: int = 400_000
    points: int = 50_000
    namespaces: int = 64
    attributes: int = 32
    segments: int = 256
    number: int = 64
