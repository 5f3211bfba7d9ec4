"""Asks whether a known weakness is in what we depend on (`make audit`), and never calls not knowing good."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[1] / "requirements.txt"
CLEAN, WEAK, UNKNOWN = 0, 1, 2
SHOWN = 5
# No pip and no resolving: the lock is whole, and its hashes say which bytes are meant.
COMMAND = ["pip_audit", "-r", str(LOCK), "--disable-pip", "--require-hashes", "--format", "json"]
QUIETLY = ["--progress-spinner", "off", "--timeout", "10"]


def audit(*options: str) -> tuple[int, list[str]]:
    """Run pip-audit over the lock with more of its own options; returns the exit code and what to say."""
    command = [sys.executable, "-m", *COMMAND, *QUIETLY, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own words
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        why = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return UNKNOWN, [f"The audit did not happen: {why[:200]}", *ADVICE]
    return verdict(found)


ADVICE = [
    "So nothing is known about weaknesses. Run it where a vulnerability service can be reached, name another",
    '(make audit OPTIONS="--vulnerability-service osv --osv-url https://mirror.example/v1/query"), or give sbom.json',
    "(make sbom) to a scanner that has its database at hand.",
]


def verdict(found: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """Judge a report: a weakness counts first, and what could not be looked up is not called good."""
    weak = [one for one in found if one.get("vulns")]
    unknown = [one["name"] for one in found if "skip_reason" in one]
    said = [
        f"{one['name']} {one['version']}: {vuln['id']}, mended in {', '.join(vuln['fix_versions']) or 'no version yet'}"
        for one in weak
        for vuln in one["vulns"]
    ]
    if unknown or not found:
        some = ", ".join(unknown[:SHOWN])
        said += [f"{len(unknown)} of {len(found)} packages could not be looked up ({some}, ...).", *ADVICE]
    if weak:
        return WEAK, said
    if said:
        return UNKNOWN, said
    return CLEAN, [f"No known weakness in {len(found)} packages."]


if __name__ == "__main__":
    code, lines = audit(*sys.argv[1:])
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(code)
