"""The tables of the docs that point from a rule to its test: no rule is left out, and each test is there."""

import re
from pathlib import Path

LATER = {37, 38}  # issues that are not built yet
ROOT = Path(__file__).parent.parent
LINK = re.compile(r"\[([^\]]+)\]\(\.\./(tests/[\w/]+\.py)\)")


def rows_of(page: str) -> dict[int, list[tuple[str, str]]]:
    """Return for each numbered row what its last cell points to: a name and a file."""
    rows = re.findall(r"^\| (\d+) \|.*\| (.*) \|$", (ROOT / "docs" / page).read_text(), re.MULTILINE)
    return {int(number): LINK.findall(cell) for number, cell in rows}


def test_each_rule_of_the_ladder_points_to_one_test_that_is_there():
    rows = rows_of("silence.md")
    assert list(rows) == list(range(1, 15))
    for number, links in rows.items():
        [(name, path)] = links
        assert f"def {name}(" in (ROOT / path).read_text(), number


def test_each_rule_of_trust_points_to_tests_that_are_there():
    rows = rows_of("trust.md")
    assert list(rows) == list(range(1, 39))
    for number, links in rows.items():
        assert bool(links) is (number not in LATER), number
        assert [path for _, path in links if not (ROOT / path).exists()] == []
