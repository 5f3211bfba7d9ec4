"""`python -m bench.privacy.table FOLDER`: a row a run, from the JSON that the bench left, as two Markdown tables."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from bench.privacy.report import DISC, LUCK, SEEN, SHOWN, SIMPLE, best_allowed, second_allowed
from bench.privacy.score import LEARNT

RUN = ("town", "homes x walks", "seed", "disc only")
HEAD = (*RUN, "best attack (bar)", "by luck", "bits", "best of the simple", "second place (bar)", "pictures", "seen")
OTHERS = (*RUN, "`area`", LEARNT, "`route` and `drawing`", "two accounts", "their discs only")
HOME, AREA, SECOND, POOLED = "home, from `route`", "home, from `area`", "second place, from `route`", "pooled"

Row = tuple[str, ...]


def runs(folder: Path) -> list[dict[str, Any]]:
    """What every run in a folder found."""
    return [json.loads(path.read_text()) for path in sorted(folder.glob("privacy-*.json"))]


def together(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Runs that differ in their seed alone, as one run each: on three hundred homes chance counts for less.

    Attacks are put together one by one, so the best of them is the best on all homes.
    """
    same: dict[str, list[dict[str, Any]]] = {}
    for run in found:
        asked = {name: run[name] for name in ("town", "residents", "walks", "rests", "visits", "taste", "wander")}
        same.setdefault(json.dumps(asked, sort_keys=True), []).append(run)
    return [_as_one(runs) for runs in same.values() if len(runs) > 1]


def _as_one(runs: list[dict[str, Any]]) -> dict[str, Any]:
    seeds, homes = sorted(run["seed"] for run in runs), sum(run["residents"] for run in runs)
    use = {name: float(np.mean([run["use"][name] for run in runs])) for name in runs[0]["use"]}
    # The best by luck of one run is no figure of all: luck evens out, and more so for more homes.
    use.pop(LUCK)
    attacks = {
        group: {name: _mean([run["attacks"][group][name] for run in runs]) for name in lines}
        for group, lines in runs[0]["attacks"].items()
    }
    return runs[0] | {"seed": ", ".join(map(str, seeds)), "residents": homes, "use": use, "attacks": attacks}


def _mean(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """What an attack found and learnt on all places."""
    places = [line["places"] for line in lines]
    found = float(np.average([line["within_50"] for line in lines], weights=places))
    bits = [line["bits"] for line in lines]
    return {"within_50": found, "bits": None if None in bits else float(np.average(bits, weights=places))}


def row(run: dict[str, Any]) -> Row:
    """Homes found within 50 m, and walks with a picture, in percent."""
    found, use = _within_50(run), run["use"]
    home, second = found[HOME], found.get(SECOND, {})
    name = max((name for name in home if name != DISC), key=lambda name: home[name])
    bits = [line["bits"] for line in run["attacks"][HOME].values() if line["bits"] is not None]
    return (
        *_what(run),
        f"{home[DISC]:.1f} %",
        f"{home[name]:.1f} % ({best_allowed(home[DISC], run['walks']):.1f}), {name}",
        f"{use[LUCK]:.1f} %" if LUCK in use else "",
        f"{max(bits):.2f}",
        f"{max(home[simple] for simple in SIMPLE):.1f} %",
        f"{_best(second):.1f} % ({second_allowed(second[DISC]):.1f})" if second else "",
        f"{use[SHOWN]:.1f} %",
        f"{use[SEEN]:.0f} %",
    )


def others(run: dict[str, Any]) -> Row:
    """Homes found within 50 m by who sees something else than one account at `route`."""
    found = _within_50(run)
    names = (LEARNT, "`route` and `drawing`", "two accounts of one home", "two accounts, their discs only")
    pooled = (f"{found[POOLED][name]:.1f} %" if name in found[POOLED] else "" for name in names)
    return (*_what(run), f"{found[HOME][DISC]:.1f} %", f"{_best(found[AREA]):.1f} %", *pooled)


def as_markdown(head: Row, table: list[Row]) -> str:
    """A table with a head."""
    lines = [head, ("---",) * len(head), *table]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _what(run: dict[str, Any]) -> Row:
    habits = "".join(f", {name}" for name in ("rests", "wander") if run[name])
    return run["town"], f"{run['residents']} x {run['walks']}{habits}", str(run["seed"])


def _within_50(run: dict[str, Any]) -> dict[str, dict[str, float]]:
    return {group: {name: one["within_50"] for name, one in lines.items()} for group, lines in run["attacks"].items()}


def _best(lines: dict[str, float]) -> float:
    return max(share for name, share in lines.items() if name != DISC)


if __name__ == "__main__":
    found = runs(Path(sys.argv[1]))
    print(as_markdown(HEAD, list(map(row, found + together(found)))))
    print("", as_markdown(OTHERS, list(map(others, found))), sep="\n")
