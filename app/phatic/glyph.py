"""One of 48 forms: the kind of walk it was, and nothing of where."""

from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    """How the walk went round."""

    LOOP = "loop"
    BACK = "back"
    EIGHT = "eight"
    WANDER = "wander"


class Size(StrEnum):
    """Three sizes: the one named exception to "no length" (`trust.md` 11)."""

    SHORT = "short"
    MIDDLE = "middle"
    LONG = "long"


class Texture(StrEnum):
    """How much it turned."""

    CALM = "calm"
    WINDING = "winding"


class Aspect(StrEnum):
    """How far it stretched."""

    ROUND = "round"
    STRETCHED = "stretched"


@dataclass(frozen=True, slots=True)
class Glyph:
    """At most 6 bits of a walk (`privacy.md`): 4 x 3 x 2 x 2 = 48 forms."""

    shape: Shape
    size: Size
    texture: Texture
    aspect: Aspect

    def __str__(self) -> str:
        return f"{self.shape}-{self.size}-{self.texture}-{self.aspect}"

    @classmethod
    def parse(cls, text: str) -> "Glyph":
        """Read what `str()` wrote; ValueError otherwise."""
        shape, size, texture, aspect = text.split("-")
        return cls(Shape(shape), Size(size), Texture(texture), Aspect(aspect))
