"""`python -m bench.privacy.table FOLDER`: a row a run, from the JSON that the bench left, as two Markdown tables."""

import json
import sys
from pathlib import Path
from typing import Any

from bench.privacy.report import DISC, SIMPLE

RUN = ("town", "homes x walks", "seed", "disc only")
HEAD = (*RUN, "best attack", "best of the simple", "second place", "pictures", "seen")
OTHERS = (*RUN, "`area`", "`route` and `drawing`", "two accounts", "their discs only")
HOME, AREA, SECOND, POOLED = "home, from `route`", "home, from `area`", "second place, from `route`", "pooled"

Row = tuple[str, ...]


def runs(folder: Path) -> list[dict[str, Any]]:
    """What every run in a folder found."""
    return [json.loads(path.read_text()) for path in sorted(folder.glob("privacy-*.json"))]


def row(run: dict[str, Any]) -> Row:
    """Homes found within 50 m, and walks with a picture, in percent."""
    found, use = _within_50(run), run["use"]
    home, second = found[HOME], found.get(SECOND, {})
    name = max((name for name in home if name != DISC), key=lambda name: home[name])
    return (
        *_what(run),
        f"{home[DISC]:.1f} %",
        f"{home[name]:.1f} % ({name})",
        f"{max(home[simple] for simple in SIMPLE):.1f} %",
        f"{_best(second):.1f} % (disc {second[DISC]:.1f} %)" if second else "",
        f"{use['walks with a picture, %']:.1f} %",
        f"{use['visible share of the way, %']:.0f} %",
    )


def others(run: dict[str, Any]) -> Row:
    """Homes found within 50 m by who sees something else than one account at `route`."""
    found = _within_50(run)
    names = ("`route` and `drawing`", "two accounts of one home", "two accounts, their discs only")
    pooled = (f"{found[POOLED][name]:.1f} %" if name in found[POOLED] else "" for name in names)
    return (*_what(run), f"{found[HOME][DISC]:.1f} %", f"{_best(found[AREA]):.1f} %", *pooled)


def as_markdown(head: Row, table: list[Row]) -> str:
    """A table with a head."""
    lines = [head, ("---",) * len(head), *table]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _what(run: dict[str, Any]) -> Row:
    rests = ", rests" if run["rests"] else ""
    return run["town"], f"{run['residents']} x {run['walks']}{rests}", str(run["seed"])


def _within_50(run: dict[str, Any]) -> dict[str, dict[str, float]]:
    return {group: {name: one["within_50"] for name, one in lines.items()} for group, lines in run["attacks"].items()}


def _best(lines: dict[str, float]) -> float:
    return max(share for name, share in lines.items() if name != DISC)


if __name__ == "__main__":
    found = runs(Path(sys.argv[1]))
    print(as_markdown(HEAD, list(map(row, found))), as_markdown(OTHERS, list(map(others, found))), sep="\n\n")
