"""Make the still pictures under `app/static`, in the same ink: `python -m bench.artwork` writes them anew."""

from pathlib import Path

import numpy as np
import resvg_py

from app.channels.picture import INK, PAPER
from app.phatic.strokes import ALONG, BOX, GRID, Floats, Hand, Numbers, bundle, evened, flecks, paths, pressed, wave

STATIC = Path(__file__).parents[1] / "app" / "static"
OCHRE = "#d9973f"
SEED = b"the hand of the house, no secret"
HAND = Hand(nib=0.13, width=9, contrast=0.3, dry=0.5, side=0.5, slant=0, sense=1, tremble=0.08)

Corners = list[tuple[float, float]]


def bezier(corners: Corners) -> tuple[Floats, Floats]:
    """Sample a chain of cubic curves; every third corner lies on the line."""
    places = np.array(corners, dtype=np.float64)
    rest = 1 - ALONG
    weights = (rest * rest * rest, 3 * ALONG * rest * rest, 3 * ALONG * ALONG * rest, ALONG * ALONG * ALONG)
    curves = []
    for at in range(0, len(places) - 1, 3):
        first, second, third, last = (
            weight[:, None] * place for weight, place in zip(weights, places[at : at + 4], strict=True)
        )
        curves.append((first + second + third + last)[1 if at else 0 :])
    x, y = np.concatenate(curves).T
    return x, y


def stroke(x: Floats, y: Floats, brush: float, name: str, *, count: int, nodes: int, hand: Hand = HAND) -> str:
    """Return one brush stroke as a group of paths, in units of the picture."""
    numbers = Numbers(SEED, name.encode())
    even_x, even_y, _ = evened(x, y)
    line = pressed(even_x - BOX / 2, even_y - BOX / 2, hand, brush, numbers)
    bristles = bundle(hand, count, brush, numbers)
    drawn = paths(line, [(bristles, nodes), (flecks(bristles, count, numbers), 5)], hand.tremble)
    return f'<g transform="scale({1 / GRID})">{"".join(drawn)}</g>'


def drawing(width: int, height: int, inside: str) -> str:
    """Return a picture: ink in the page's colour when used as `#ink`, near-black when shown as an image."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" color="{INK}">'
        f'<g id="ink" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">{inside}</g>'
        "</svg>"
    )


WAY: Corners = [
    *((24, 262), (110, 300), (262, 292), (268, 246), (274, 204), (122, 232), (120, 190)),
    *((118, 150), (236, 150), (300, 176), (330, 188), (360, 190), (394, 186)),
]
ROOF: Corners = [(356, 121), (378, 104), (396, 84), (411, 68), (424, 82), (446, 108), (470, 123)]
LEFT: Corners = [(371, 120), (370, 140), (372, 160), (370, 181)]
RIGHT: Corners = [(455, 122), (456, 142), (454, 160), (456, 180)]
LAND: Corners = [(512, 190), (470, 184), (420, 183), (346, 187)]


def welcome() -> str:
    """Draw a way through the fields to a house where a light is on."""
    window = (
        f'<circle cx="413" cy="143" r="27" fill="{OCHRE}" fill-opacity=".2" stroke="none"/>'
        f'<path d="M402 131l22-1 1 25-22 1z" fill="{OCHRE}" stroke="{OCHRE}" stroke-width="3"/>'
    )
    house = (
        stroke(*bezier(ROOF), 4.6, "roof", count=5, nodes=20)
        + stroke(*bezier(LEFT), 3.6, "left", count=4, nodes=8)
        + stroke(*bezier(RIGHT), 3.6, "right", count=4, nodes=8)
    )
    land = stroke(*bezier(LAND), 3.4, "land", count=4, nodes=14)
    way = stroke(*bezier(WAY), 10.5, "way", count=8, nodes=40)
    return drawing(520, 300, window + house + land + way)


def icon(corner: int) -> str:
    """Draw an open ring with a light in it, on paper; `corner` is the radius of the paper's corners."""
    turns = 0.62 + 0.97 * ALONG
    radius = 78 - 8 * ALONG
    x, y = BOX / 2 + radius * wave(turns + 0.25), BOX / 2 + radius * wave(turns)
    ring = stroke(x, y, 17, "icon", count=9, nodes=34, hand=Hand(0.13, 17, 0.22, 0.62, 0.5, 0, 1, 0.06))
    paper = f'<rect width="{BOX}" height="{BOX}" rx="{corner}" fill="{PAPER}" stroke="none"/>'
    light = f'<circle cx="130" cy="130" r="21" fill="{OCHRE}" stroke="none"/>'
    return drawing(BOX, BOX, paper + light + ring)


def main() -> None:
    """Write the welcome drawing and the icons."""
    (STATIC / "ink").mkdir(parents=True, exist_ok=True)
    (STATIC / "icons").mkdir(parents=True, exist_ok=True)
    (STATIC / "ink" / "welcome.svg").write_text(welcome(), encoding="ascii")
    (STATIC / "icons" / "icon.svg").write_text(icon(58), encoding="ascii")
    for name, size, corner in (("icon-192", 192, 58), ("icon-512", 512, 58), ("icon-maskable-512", 512, 0)):
        image = resvg_py.svg_to_bytes(svg_string=icon(corner), width=size, skip_system_fonts=True)
        (STATIC / "icons" / f"{name}.png").write_bytes(image)


if __name__ == "__main__":
    main()
