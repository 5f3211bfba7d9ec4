"""What we depend on can be listed and looked up by one command, and not knowing is never called good."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.audit import ADVICE, CLEAN, UNKNOWN, WEAK, audit, verdict

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==([^ ;]+)", re.MULTILINE)
LOCKED = dict(PINNED.findall((ROOT / "requirements.txt").read_text()))
GOOD = {"name": "good", "version": "1", "vulns": []}
WEAK_ONE = {"name": "weak", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"], "description": ""}]}
UNKNOWN_ONE = {"name": "dark", "skip_reason": "not found"}


def test_the_bill_of_materials_names_every_locked_package_with_its_hashes(tmp_path: Path):
    recipe = subprocess.run(["make", "-n", "sbom"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    [line] = [line for line in recipe.splitlines() if "cyclonedx" in line]
    words = line.replace("sbom.json", str(tmp_path / "sbom.json")).split()
    words[0] = sys.executable
    subprocess.run(words, cwd=ROOT, capture_output=True, check=True)  # noqa: S603  # validates what it writes
    bill = json.loads((tmp_path / "sbom.json").read_text())
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "teken-van-leven")
    named = {one["name"]: one for one in bill["components"]}
    assert {name: one["version"] for name, one in named.items()} == LOCKED
    assert len(LOCKED) > 40
    for one in named.values():
        assert one["purl"].startswith("pkg:pypi/")
        assert [hashed["alg"] for hashed in one["externalReferences"][0]["hashes"]]
    assert "pytest" not in named


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        ([GOOD, GOOD], CLEAN, "No known weakness in 2 packages."),
        ([GOOD, WEAK_ONE], WEAK, "weak 1: PYSEC-1, mended in 2"),
        ([GOOD, UNKNOWN_ONE], UNKNOWN, "1 of 2 packages could not be looked up"),
        ([WEAK_ONE, UNKNOWN_ONE], WEAK, "could not be looked up"),
        ([], UNKNOWN, "0 of 0"),
    ],
)
def test_a_report_is_judged_without_guessing(found, code, said):
    judged, lines = verdict(found)
    assert judged == code
    assert said in "\n".join(lines)


def test_where_no_service_answers_it_says_so_and_fails():
    code, lines = audit("--vulnerability-service", "osv", "--osv-url", "http://127.0.0.1:9/v1/query")
    assert code == UNKNOWN
    assert lines[0].startswith("The audit did not happen")
    assert lines[-1] == ADVICE[-1]
