"""The table, the bars and the JSON of a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.demo.streets import Floats
from app.phatic.glyph import Aspect, Shape, Size, Texture
from bench.privacy.score import SIMPLE, Score
from bench.privacy.trial import Order, Outcome, forms_bits

BROKEN = {"raw: clustering of ends": 95.0, "centred circle: circle fit": 90.0, "trim with total: hidden distance": 80.0}
DISC = "disc only"
LUCK = "best attack within 50 m by luck alone, %"
SHOWN, SEEN = "walks with a picture, %", "visible share of the way, %"
BEST, BEST_OVER_DISC, BEST_OVER_DISC_YEAR, SIMPLE_OVER_DISC, SECOND = 10.0, 5.0, 10.0, 3.0, 5.0
PICTURES, PICTURES_RESTS = 80.0, 65.0
YEAR = 365
FEW = 30
FORMS = len(Shape) * len(Size) * len(Texture) * len(Aspect)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: percentages, metres, ranks, and the mean of the bits learnt at the best temper."""

    places: int
    within_50: float
    within_100: float
    median_m: float
    rank: float
    of: float
    credible: float | None
    bits: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the design: what it asks, what was measured, and whether that holds."""

    name: str
    measured: float
    asked: str
    holds: bool


def line_of(scores: Sequence[Score]) -> Line:
    """What many scores of one attack come to."""
    error = np.array([one.error_m for one in scores])
    credible = [one.credible for one in scores if one.credible is not None]
    bits = [one.bits for one in scores if one.bits is not None]
    return Line(
        len(scores),
        float((error < 50).mean() * 100),
        float((error < 100).mean() * 100),
        float(np.median(error)),
        float(np.median([one.rank for one in scores])),
        float(np.median([one.of for one in scores])),
        float(np.median(credible)) if credible else None,
        float(np.mean(bits, axis=0).max()) if len(bits) == len(scores) else None,
    )


def tables(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Line]]:
    """All rows, by what the attacker has."""
    groups: dict[str, dict[str, list[Score]]] = {}
    for one in outcomes:
        for group, scores in (
            ("home, from `route`", one.home),
            ("home, from `area`", one.area),
            ("second place, from `route`", one.second),
            ("baselines", one.baselines),
            ("pooled", one.pooled),
        ):
            for name, score in scores.items():
                groups.setdefault(group, {}).setdefault(name, []).append(score)
    return {group: {name: line_of(scores) for name, scores in rows.items()} for group, rows in groups.items()}


def use(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """What the pictures are still good for, and what a drawing can carry."""
    bits, forms = forms_bits(outcomes)
    shared = np.concatenate([one.visible for one in outcomes])
    lucky = best_by_luck(outcomes)
    return {
        LUCK: float(lucky.mean()),
        "best attack by luck alone in 19 of 20 draws, at most, %": float(np.percentile(lucky, 95)),
        SHOWN: 100 * sum(one.pictures for one in outcomes) / sum(one.walks for one in outcomes),
        SEEN: 100 * float(shared.mean()),
        "visible share where there is a picture, %": 100 * float(shared[shared > 0].mean()) if shared.any() else 0.0,
        "overlap with the true way (IoU, 100 m), %": 100 * float(np.concatenate([o.overlap for o in outcomes]).mean()),
        "bytes of a route, median": float(np.median(np.concatenate([[0.0], *[one.octets for one in outcomes]]))),
        "discs a resident": float(np.mean([one.discs for one in outcomes])),
        "of them where somebody rested": float(np.mean([one.rests for one in outcomes])),
        "discs over the home": float(np.mean([one.discs_over_home for one in outcomes])),
        "forms drawn (of 48)": float(forms),
        "bits in a drawing, at most": bits,
        "bits that its forms allow": float(np.log2(FORMS)),
    }


def best_by_luck(outcomes: Sequence[Outcome]) -> Floats:
    """Percentage of homes (d,) that the best of all attacks would find if pictures told nothing, per draw."""
    attacks = [name != DISC for name in outcomes[0].home]
    right = np.mean([one.luck for one in outcomes if one.luck is not None], axis=0)
    return 100 * right[attacks].max(axis=0)


def bars(rows: dict[str, dict[str, Line]], figures: dict[str, float], order: Order) -> list[Bar]:
    """The bars of the design, held against this run."""
    home, second = rows["home, from `route`"], rows.get("second place, from `route`", {})
    disc = home[DISC].within_50
    attacks = {name: line.within_50 for name, line in home.items() if name != DISC}
    best = max(attacks, key=lambda name: attacks[name])
    found = [_at_most(f"best attack within 50 m ({best})", attacks[best], best_allowed(disc, order.walks))]
    found += [_at_most(f"{name} within 50 m", attacks[name], disc + SIMPLE_OVER_DISC) for name in SIMPLE]
    if second:
        worst = max((name for name in second if name != DISC), key=lambda name: second[name].within_50)
        most = second_allowed(second[DISC].within_50)
        found.append(_at_most(f"second place within 50 m ({worst})", second[worst].within_50, most))
    pictures = PICTURES_RESTS if order.rests else PICTURES
    share = figures[SHOWN]
    return [*found, Bar("walks with a picture", share, f">= {pictures:.0f} %", share >= pictures)]


def best_allowed(disc: float, walks: int) -> float:
    """How many homes the best attack may find, in percent, where the disc alone gives so many."""
    return disc + BEST_OVER_DISC_YEAR if walks >= YEAR else max(BEST, disc + BEST_OVER_DISC)


def second_allowed(disc: float) -> float:
    """The same of second places: beyond the disc an attack may add what the best of many finds by chance."""
    return max(SECOND, disc + SIMPLE_OVER_DISC)


def _at_most(name: str, measured: float, allowed: float) -> Bar:
    return Bar(name, measured, f"<= {allowed:.1f} %", measured <= allowed + 1e-9)


def unbroken(rows: dict[str, dict[str, Line]]) -> list[str]:
    """Baselines that an attack ought to break and did not: then the bench proves nothing."""
    lines = rows.get("baselines", {})
    return [
        f"{name}: {lines[name].within_50:.1f} % within 50 m, should be at least {least:.0f} %"
        for name, least in BROKEN.items()
        if name in lines and lines[name].places >= FEW and lines[name].within_50 < least
    ]


def as_text(rows: dict[str, dict[str, Line]], figures: dict[str, float], checked: Sequence[Bar]) -> str:
    """For reading."""
    head = f"{'':44}{'n':>4}{'< 50 m':>9}{'< 100 m':>9}{'median':>9}{'rank':>7}{'of':>6}{'50 % set':>10}{'bits':>7}"
    text = []
    for group, lines in rows.items():
        text += ["", group, head]
        text += [_row(name, line) for name, line in lines.items()]
    text += ["", "use"] + [f"  {name:50}{value:10.1f}" for name, value in figures.items()]
    text += ["", "bars"]
    text += [f"  {'PASS' if b.holds else 'FAIL'}  {b.name:60}{b.measured:6.1f} %   {b.asked}" for b in checked]
    return "\n".join(text)


def _row(name: str, line: Line) -> str:
    credible = "" if line.credible is None else f"{line.credible:.0f}"
    bits = "" if line.bits is None else f"{line.bits:.2f}"
    return (
        f"  {name:42}{line.places:4}{line.within_50:8.1f}%{line.within_100:8.1f}%{line.median_m:7.0f} m"
        f"{line.rank:7.0f}{line.of:6.0f}{credible:>10}{bits:>7}"
    )


def as_json(
    town: str, order: Order, rows: dict[str, dict[str, Line]], figures: dict[str, float], checked: Sequence[Bar]
) -> dict[str, Any]:
    """For other programs."""
    plain = {group: {name: _plain(line) for name, line in lines.items()} for group, lines in rows.items()}
    asked = {"residents": order.residents, "walks": order.walks, "seed": order.seed}
    habits = {"rests": order.rests, "visits": list(order.visits), "taste": order.taste, "wander": order.wander}
    return {"town": town, **asked, **habits, "attacks": plain, "use": figures, "bars": [_plain(bar) for bar in checked]}


def _plain(thing: Line | Bar) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in thing.__dataclass_fields__}
