"""`python -m bench.privacy.table FOLDER`: one row a run, from the JSON that the bench left there, as Markdown."""

import json
import sys
from pathlib import Path
from typing import Any

from bench.privacy.report import DISC, SIMPLE

HEAD = ("town", "homes x walks", "seed", "disc only", "best attack", "best of the simple", "second place", "pictures")
HOME, SECOND = "home, from `route`", "second place, from `route`"


def rows(folder: Path) -> list[tuple[str, ...]]:
    """The figures of every run in a folder: homes found within 50 m, and walks with a picture, in percent."""
    return [_row(json.loads(path.read_text())) for path in sorted(folder.glob("privacy-*.json"))]


def as_markdown(table: list[tuple[str, ...]]) -> str:
    """A table with a head."""
    lines = [HEAD, ("---",) * len(HEAD), *table]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _row(run: dict[str, Any]) -> tuple[str, ...]:
    found = {group: {name: one["within_50"] for name, one in lines.items()} for group, lines in run["attacks"].items()}
    home, second = found[HOME], found.get(SECOND, {})
    name = max((name for name in home if name != DISC), key=lambda name: home[name])
    rests = ", rests" if run["rests"] else ""
    return (
        run["town"],
        f"{run['residents']} x {run['walks']}{rests}",
        str(run["seed"]),
        f"{home[DISC]:.1f} %",
        f"{home[name]:.1f} % ({name})",
        f"{max(home[simple] for simple in SIMPLE):.1f} %",
        f"{_best(second):.1f} % (disc {second[DISC]:.1f} %)" if second else "",
        f"{run['use']['walks with a picture, %']:.1f} %",
    )


def _best(lines: dict[str, float]) -> float:
    return max(share for name, share in lines.items() if name != DISC)


if __name__ == "__main__":
    print(as_markdown(rows(Path(sys.argv[1]))))
