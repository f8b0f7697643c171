"""`dayspring screen` as it is typed in a shell."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from dayspring.cli import main
from tests.therapy.documents import document
from tests.therapy.test_screening import clear


@pytest.fixture
def facts(tmp_path):
    def written(**changes):
        file = tmp_path / "facts.json"
        file.write_text(json.dumps(document(clear() | changes)))
        return str(file)

    return written


def test_a_clear_person_is_eligible_and_every_reason_has_its_source(facts, capsys):
    assert main(["screen", facts(), "--on", "2026-03-01"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Eligible.")
    assert "IND-TRD  Two or more antidepressants" in said
    assert said.count("      by: ") == said.count("      on: ") > 3


def test_a_hold_is_said_before_anything_else(facts, capsys):
    assert main(["screen", facts(aneurysm="yes"), "--on", "2026-03-01"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Not eligible.\n\nStands against it\n  EX-ANEURYSM")


def test_a_question_without_an_answer_is_printed_as_a_question(facts, capsys):
    assert main(["screen", facts(avm="unknown"), "--on", "2026-03-01"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Needs review.")
    assert "\nNot known yet\n  Has an arteriovenous malformation ever been found?" in said


def test_json_says_the_same_decision_with_sources_by_title(facts, capsys):
    assert main(["screen", facts(avm="yes"), "--on", "2026-03-01", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["status"], said["on"]) == ("not_eligible", "2026-03-01")
    assert said["planned"]["protocol"] == "iv_depression"
    [hold] = [found for found in said["findings"] if found["kind"] == "BLOCK"]
    assert hold["rule"] == "EX-AVM" and hold["source_title"] and hold["standing_means"]


def test_faults_are_named_by_their_place_and_nothing_is_decided(tmp_path, capsys):
    file = tmp_path / "facts.json"
    file.write_text(json.dumps({"planned": {"route": "iv"}, "vitals": {"pulse": "fast"}, "hight": 1}))
    assert main(["screen", str(file)]) == 2
    out, err = capsys.readouterr()
    assert out == "" and [line.split(":")[0] for line in err.splitlines()] == ["$.hight", "$.vitals.pulse"]


@pytest.mark.parametrize("arguments", [[], ["nowhere.json"], ["-", "--on", "tomorrow"]])
def test_a_command_without_a_file_or_a_day_that_can_be_read_ends_with_two(arguments, capsys):
    assert main(["screen", *arguments]) == 2
    assert capsys.readouterr().err


def test_the_shell_prints_the_schema_and_reads_standard_input():
    def shell(*arguments, **more):
        command = [sys.executable, "-m", "dayspring", "screen", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, **more)

    printed = shell("--schema")
    assert json.loads(printed.stdout)["properties"]["planned"]["properties"]["protocol"]["enum"]
    said = shell("-", "--on", "2026-03-01", "--json", input=json.dumps(document(clear())))
    assert json.loads(said.stdout)["status"] == "eligible", said.stderr
