"""Measure the ink: milliseconds per drawing and bytes, 48 forms in 20 hands; `--sheet FILE.html` shows them."""

import argparse
import statistics
import time
from itertools import product
from pathlib import Path
from uuid import UUID

from app.phatic import ink
from app.phatic.glyph import Aspect, Glyph, Shape, Size, Texture

GLYPHS = [Glyph(*words) for words in product(Shape, Size, Texture, Aspect)]
HANDS = [bytes([number]) * 32 for number in range(20)]


def all_drawings() -> list[str]:
    """Draw every form in every hand, each as another teken."""
    return [
        ink.draw(glyph, hand, UUID(int=1000 * row + column))
        for row, hand in enumerate(HANDS)
        for column, glyph in enumerate(GLYPHS)
    ]


def small_drawings() -> list[str]:
    """Draw 48 check-ins in every hand."""
    return [ink.draw_small(hand, UUID(int=1000 * row + at)) for row, hand in enumerate(HANDS) for at in range(48)]


def rest_drawings() -> list[str]:
    """Draw 48 times "vandaag even niet" in every hand."""
    return [ink.draw_rest(hand, UUID(int=1000 * row + at)) for row, hand in enumerate(HANDS) for at in range(48)]


def sheet(rows: int) -> str:
    """Return a page with the 48 forms, a check-in and a rest, in light and dark, `rows` hands each."""
    cells = []
    for number, hand in enumerate(HANDS[:rows]):
        cells += [ink.draw(glyph, hand, UUID(int=1000 * number + at)) for at, glyph in enumerate(GLYPHS)]
        cells += [ink.draw_small(hand, UUID(int=at)) for at in range(3)]
        cells += [ink.draw_rest(hand, UUID(int=at)) for at in range(3)]
        cells += ["<svg viewBox='0 0 1 1'></svg>"] * 6
    grid = "display:grid;grid-template-columns:repeat(12,1fr);gap:4px;padding:12px"
    light = f'<div style="background:#f7f2e8;color:#23262e;{grid}">{"".join(cells)}</div>'
    dark = f'<div style="background:#191c26;color:#ece6d8;{grid}">{"".join(cells[:60])}</div>'
    return f'<!doctype html><meta charset="utf-8"><title>Ink</title><body style="margin:0">{light}{dark}'


def main() -> None:
    """Print one line per kind of drawing: the best of five rounds, and the bytes."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sheet", type=Path, metavar="FILE.html", help="write the drawings for looking")
    options.add_argument("--hands", type=int, default=3, help="hands on the sheet")
    given = options.parse_args()
    for name, drawings in (("draw", all_drawings), ("draw_small", small_drawings), ("draw_rest", rest_drawings)):
        best = float("inf")
        for _ in range(5):
            begin = time.perf_counter()
            made = drawings()
            best = min(best, time.perf_counter() - begin)
        sizes = sorted(map(len, made))
        print(
            f"{name:<11} {1000 * best / len(made):6.3f} ms   bytes min {sizes[0]} median "
            f"{statistics.median(sizes):.0f} max {sizes[-1]}   ({len(made)} drawings)"
        )
    if given.sheet:
        given.sheet.write_text(sheet(given.hands), encoding="utf-8")


if __name__ == "__main__":
    main()
