"""Who lives in the invented town, what their days are like, and who looks on."""

from dataclasses import dataclass
from datetime import time

from app.phatic.teken import Detail

# They become visible as own words with a tap; most taps carry none.
SAYINGS = (
    "De was hangt buiten",
    "Appeltaart in de oven",
    "De merel zit er weer",
    "Krant uit, koffie op",
    "Zon in de achterkamer",
    "Soep gemaakt voor de hele week",
)


@dataclass(frozen=True, slots=True)
class Tie:
    """One grant in a circle: who looks on, what they see, whether they hold a key, how often they wave."""

    viewer: str
    detail: Detail
    has_key: bool = False
    waves: float = 0.0


@dataclass(frozen=True, slots=True)
class Villager:
    """A resident and their days. The shares are of days, between 0 and 1; the times are local.

    `seed` chooses the house and the usual rounds; `back_at` is about when a walk has ended, `taps_at` when a tap comes.
    """

    name: str
    seed: int
    walks: float
    back_at: time
    taps: float
    taps_at: time
    rests: float
    circle: tuple[Tie, ...]


# Those whose links are printed, and the residents whom the caseworker looks along with.
WALKER, SEES_DRAWING, SEES_ROUTE, CASEWORKER = "Annie", "Sanne", "Wim", "Fenna"
IN_CARE = ("Corrie", "Henk")

VILLAGERS = (
    Villager(
        name=WALKER,
        seed=0,
        walks=0.95,
        back_at=time(10, 5),
        taps=0.6,
        taps_at=time(7, 10),
        rests=0.0,
        circle=(
            Tie(SEES_DRAWING, "drawing", waves=0.8),
            Tie(SEES_ROUTE, "route", has_key=True, waves=0.3),
            Tie("Els", "area"),
            Tie("Bep", "sign", waves=0.2),
        ),
    ),
    Villager(
        name="Gerrit",
        seed=2,
        walks=0.55,
        back_at=time(15, 20),
        taps=0.7,
        taps_at=time(8, 20),
        rests=0.1,
        circle=(Tie("Els", "drawing", has_key=True, waves=0.5), Tie(SEES_ROUTE, "route", waves=0.3)),
    ),
    Villager(
        name="Fatma",
        seed=3,
        walks=0.5,
        back_at=time(9, 30),
        taps=0.8,
        taps_at=time(6, 50),
        rests=0.05,
        circle=(
            Tie("Yusuf", "drawing", has_key=True, waves=0.7),
            Tie(SEES_ROUTE, "route"),
            Tie(SEES_DRAWING, "drawing", waves=0.2),
        ),
    ),
    Villager(
        name="Corrie",
        seed=1,
        walks=0.25,
        back_at=time(11, 15),
        taps=0.85,
        taps_at=time(7, 40),
        rests=0.25,
        circle=(Tie(SEES_DRAWING, "drawing", has_key=True, waves=0.4), Tie("Bep", "sign", waves=0.4)),
    ),
    Villager(
        name="Henk",
        seed=4,
        walks=0.45,
        back_at=time(19, 10),
        taps=0.5,
        taps_at=time(6, 40),
        rests=0.08,
        circle=(Tie("Joke", "area", has_key=True, waves=0.6), Tie("Els", "sign")),
    ),
)
