"""Trust 26: outside demo sign-up opens only with who answers for the data; the doctor says what is wrong."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import RESPONSIBLE, Settings
from tests.forked import teken as operate
from tests.house import RESPONSIBLE as NAMED
from tests.server import TEKEN

KEYS = {"TEKEN_SECRET_KEY": "s" * 40, "TEKEN_DATA_KEYS": "1:" + "d" * 40}


def teken(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run one command as an operator does, in an empty folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TEKEN_")}
    return subprocess.run(  # noqa: S603  # our own command
        [TEKEN, *arguments],
        env=kept | {"TEKEN_DATA_DIR": str(folder / "data")} | settings,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", RESPONSIBLE)
def test_rule_26_open_sign_up_needs_all_three_names(missing):
    for nothing in ("", "  "):
        with pytest.raises(ValidationError, match=f"TEKEN_{missing.upper()}"):
            Settings(_env_file=None, open_signup=True, **(NAMED | {missing: nothing}))
    assert Settings(_env_file=None, open_signup=True, **NAMED).sign_up_is_open
    assert Settings(_env_file=None, demo=True).sign_up_is_open
    assert not Settings(_env_file=None).sign_up_is_open


def test_rule_26_the_service_refuses_to_start_in_words(tmp_path):
    said = teken(tmp_path, "serve", "--port", "0", TEKEN_OPEN_SIGNUP="true")
    assert said.returncode == 1
    [line] = said.stderr.splitlines()
    assert line.startswith("TEKEN_OPEN_SIGNUP=true needs TEKEN_CONTROLLER_NAME, TEKEN_CONTROLLER_CONTACT, TEKEN_DPO")


def test_rule_26_a_resident_can_be_added_without_open_sign_up(tmp_path):
    added = teken(tmp_path, "resident", "add", "Anna", "--json", **KEYS)
    assert added.returncode == 0, added.stderr
    assert json.loads(added.stdout)["url"].startswith("http://127.0.0.1:8000/p/")


def test_rule_26_the_doctor_says_in_words_what_is_wrong(tmp_path):
    """A house without a fault, then one whose key was lost, then one that is older than its ledger."""
    added = json.loads(operate(tmp_path, "resident", "add", "Anna", "--json", **KEYS).stdout)
    well = operate(tmp_path, "doctor", "--json", **KEYS)
    assert (well.returncode, json.loads(well.stdout)["wrong"]) == (0, [])
    other = operate(tmp_path, "doctor", **KEYS | {"TEKEN_DATA_KEYS": "2:" + "e" * 40})
    assert other.returncode == 1
    assert "TEKEN_DATA_KEYS lacks the key" in other.stderr
    assert operate(tmp_path, "backup", "saved.zip", **KEYS).returncode == 0
    assert operate(tmp_path, "erase", added["resident_id"], **KEYS).returncode == 0
    back = operate(tmp_path, "restore", "saved.zip", **KEYS)
    assert back.returncode == 0, back.stderr
    sick = operate(tmp_path, "doctor", **KEYS)
    assert (sick.returncode, "teken ledger replay" in sick.stderr) == (1, True)
    refused = operate(tmp_path, "serve", "--port", "0", **KEYS)
    assert (refused.returncode, len(refused.stderr.strip().splitlines())) == (1, 1), refused.stderr
    assert operate(tmp_path, "restore", "saved.zip", "--replay", **KEYS).returncode == 1, "not empty"
    assert operate(tmp_path, "restore", "saved.zip", "--force", "--replay", **KEYS).returncode == 0
    assert operate(tmp_path, "doctor", **KEYS).returncode == 0
    assert operate(tmp_path, "erase", added["resident_id"], **KEYS).stderr.strip() == "There is nobody with this id."


def test_rule_26_where_an_organisation_works_nothing_starts_without_all_three(tmp_path):
    """Refused when it is made, and at every later start: a setting can be lost. Who wants to leave still can."""
    named = {f"TEKEN_{name.upper()}": value for name, value in NAMED.items()}
    refused = operate(tmp_path, "organisation", "add", "Buurtteam", **KEYS)
    assert (refused.returncode, "First set TEKEN_CONTROLLER_NAME" in refused.stderr) == (1, True)
    anna = json.loads(operate(tmp_path, "resident", "add", "Anna", "--json", **KEYS).stdout)
    made = operate(tmp_path, "organisation", "add", "Buurtteam", "--json", **KEYS, **named)
    assert made.returncode == 0, made.stderr
    said = "An organisation works here, and people must know who answers for their data. Set TEKEN_DPO_CONTACT."
    lost = KEYS | named | {"TEKEN_DPO_CONTACT": " "}
    for command in (("serve", "--port", "0"), ("worker",), ("doctor",)):
        answer = operate(tmp_path, *command, **lost)
        assert (answer.returncode, answer.stderr.strip().splitlines()[-1]) == (1, said), command
    assert operate(tmp_path, "doctor", **KEYS, **named).returncode == 0
    assert operate(tmp_path, "export", anna["resident_id"], "anna.zip", **lost).returncode == 0
    assert operate(tmp_path, "erase", anna["resident_id"], **lost).returncode == 0
