import struct
from uuid import UUID

import pytest
import resvg_py

from app.channels import picture
from app.phatic import ink

SVG = ink.draw_small(bytes(range(32)), UUID(int=7))


@pytest.mark.parametrize("width", [120, 520])
def test_a_drawing_becomes_a_png_of_the_asked_width(width):
    image = picture.png(SVG, width)
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", image[16:24]) == (width, width)


def test_the_picture_has_its_own_ink_and_paper():
    assert picture.png(SVG, 200) == picture.png(SVG.replace("currentColor", picture.INK), 200)
    assert picture.png(SVG, 200) != picture.png(SVG.replace("currentColor", picture.PAPER), 200)
    assert picture.png(SVG, 200) != resvg_py.svg_to_bytes(svg_string=SVG, width=200)


def test_the_same_drawing_is_the_same_picture():
    assert picture.png(SVG, 300) == picture.png(SVG, 300)


def test_what_is_no_drawing_is_refused():
    with pytest.raises(ValueError, match=r"\S"):
        picture.png("zomaar", 100)
