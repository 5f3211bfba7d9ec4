"""A drawing as PNG, for mail: its readers show no SVG and know no `currentColor`."""

from typing import Final

import resvg_py

PAPER: Final = "#f7f2e8"
INK: Final = "#23262e"


def png(svg: str, width: int) -> bytes:
    """Return the drawing in ink on paper, `width` pixels wide; ValueError when it is no SVG."""
    inked = svg.replace("currentColor", INK)
    return resvg_py.svg_to_bytes(svg_string=inked, width=width, background=PAPER, skip_system_fonts=True)
