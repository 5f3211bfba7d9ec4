"""`python -m bench.privacy`: attack what contacts received, print the table and the bars, write JSON and a picture."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.demo.town import Town, oeverdam
from bench.privacy import report
from bench.privacy.osm import read_town
from bench.privacy.picture import paint
from bench.privacy.residents import VISITS, inhabitants
from bench.privacy.trial import Order, Outcome, attempt, learn


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every bar holds, 1 when one does not, 2 when an attack does not even break its baseline."""
    asked = _asked(arguments)
    town = oeverdam(asked.seed) if asked.city == "generated" else read_town(Path(asked.city), asked.seed)
    order = Order(
        residents=asked.residents,
        walks=asked.walks,
        seed=asked.seed,
        rests=asked.rests,
        visits=tuple(asked.visits),
        taste=asked.taste,
        wander=asked.wander,
        with_baselines=not asked.without_baselines,
        with_two=not asked.without_two,
    )
    begun = time.monotonic()
    outcomes = run(town, order)
    rows, figures = report.tables(outcomes), report.use(outcomes)
    checked = report.bars(rows, figures, order)
    print(f"{town.name}: {order.residents} residents x {order.walks} walks, seed {order.seed}, {_took(begun)}")
    print(report.as_text(rows, figures, checked))
    _write(asked.out, town, order, outcomes)
    if unbroken := report.unbroken(rows):
        print("\nThe attacks prove nothing:", *unbroken, sep="\n  ", file=sys.stderr)
        return 2
    return 0 if all(bar.holds for bar in checked) else 1


def run(town: Town, order: Order) -> list[Outcome]:
    """Every resident's trial, with a word on standard error now and then."""
    rng, outcomes = np.random.default_rng((order.seed, 0)), []
    people = inhabitants(town, order.residents, rng, rests=order.rests, taste=order.taste, wander=order.wander)
    for number, who in enumerate(people):
        outcomes.append(attempt(town, who, number, order))
        if number % 10 == 9:
            print(f"{number + 1} of {order.residents}", file=sys.stderr)
        if number:
            outcomes[number].case = None  # its street map is large, and only one is painted
    learn(outcomes)
    return outcomes


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.privacy", description=__doc__)
    parser.add_argument("--city", default="generated", help="an OpenStreetMap extract, or `generated`")
    parser.add_argument("--residents", type=int, default=100)
    parser.add_argument("--walks", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rests", action="store_true", help="a third of the walks with a rest at one of 12 spots")
    parser.add_argument(
        "--visits", type=float, nargs=2, default=VISITS, metavar="MINUTES", help="how long they stay with the friend"
    )
    parser.add_argument("--taste", type=float, default=0.0, help="how differently people like streets (0: not at all)")
    parser.add_argument("--wander", action="store_true", help="every walk a round that was never made before")
    parser.add_argument("--without-baselines", action="store_true")
    parser.add_argument("--without-two", action="store_true", help="leave out two accounts of one home")
    parser.add_argument("--out", type=Path, default=Path("bench/out"), help="folder for JSON and picture")
    return parser.parse_args(arguments)


def _took(begun: float) -> str:
    return f"{time.monotonic() - begun:.0f} s"


def _write(folder: Path, town: Town, order: Order, outcomes: Sequence[Outcome]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    habits = ("-rests" if order.rests else "") + ("-wander" if order.wander else "")
    name = f"privacy-{town.name.lower()}-{order.residents}x{order.walks}-{order.seed}{habits}"
    rows, figures = report.tables(outcomes), report.use(outcomes)
    plain = report.as_json(town.name, order, rows, figures, report.bars(rows, figures, order))
    (folder / f"{name}.json").write_text(json.dumps(plain, indent=1) + "\n")
    if outcomes[0].case:
        paint(outcomes[0].case, folder / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
