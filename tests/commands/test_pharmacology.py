"""`dayspring simulate`, `trial` and `validate`: what they print, their exit status, and what they refuse."""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from dayspring.commands import simulate, trial, validate, waiting
from dayspring.pharmacology import Population, simulate_population
from dayspring.pharmacology.course_file import read_course
from dayspring.pharmacology.parts import joined, part_shows, parts_of

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "pharmacology"
ONE, SIX = str(EXAMPLES / "one_infusion.toml"), str(EXAMPLES / "six_infusions.toml")


def asked(verb, *words: str) -> int:
    parser = argparse.ArgumentParser()
    for flags, more in verb.OPTIONS:
        parser.add_argument(*flags, **more)
    return verb.run(parser.parse_args(words))


def test_one_course_is_a_small_table_that_says_it_was_not_measured(capsys):
    assert asked(simulate, ONE) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["day", "brain", "blocked", "CADSS", "systolic", "refilled", "MADRS", "PHQ-9"]
    assert lines[1].split()[6] == "33.00" and lines[7].split()[6] == "18.72"
    assert lines[-1] == "one person, reference-2026, research. Calculated, not measured."


def test_csv_holds_every_column_and_every_time(capsys):
    assert asked(simulate, ONE, "--csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 11 and float(rows[2]["racemic_ketamine_ng_per_ml"]) == pytest.approx(209.4, abs=0.1)


def test_json_names_its_sources_and_the_same_seed_draws_the_same_people(capsys):
    said = []
    for seed in ("3", "3", "4"):
        assert asked(simulate, SIX, "--population", "50", "--seed", seed, "--json") == 0
        said.append(json.loads(capsys.readouterr().out))
    assert said[0] == said[1] and said[0]["columns"] != said[2]["columns"]
    assert said[0]["people"] == 50 and said[0]["sources"] and said[0]["profile"] == "clinic"


@pytest.mark.parametrize("people", [300, 20_000])
def test_parts_put_together_are_the_whole_bit_for_bit(people):
    course = read_course(Path(SIX).read_text().replace('"8 wk"', '"2 d"'))
    drawn = Population.draw(people, np.random.default_rng(1), around=course.patient)
    found = [part_shows(course, part, ("madrs_points",), people) for part in parts_of(drawn)]
    one = joined(course, found, ("madrs_points",))
    whole = simulate_population(
        drawn, course.doses, course.times_h, columns=("madrs_points",), tier="numpy",
        profile=course.place.profile, parameters=course.place.parameters,
    )  # fmt: skip
    assert one.to_dict() == whole.to_dict() and one.exact == whole.exact


def test_a_page_holds_its_picture_and_nothing_from_outside(tmp_path):
    out = tmp_path / "course.html"
    assert asked(simulate, SIX, "--population", "50", "--html", "--out", str(out)) == 0
    page = out.read_text()
    assert "<svg" in page and "<table" in page
    assert "http" not in page and "<script" not in page


def test_a_picture_is_a_png_as_wide_as_its_sheet(tmp_path):
    out = tmp_path / "course.png"
    assert asked(simulate, ONE, "--png", "--out", str(out)) == 0
    head = out.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(head[16:20], "big") > 1200


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([ONE, "--csv", "--json"], "clashes"),
        ([ONE, "--png"], "--out"),
        ([ONE, "--population", "-5"], "-5"),
        ([ONE, "--cluster", "localhost:1"], "population"),
        (["no-such.toml"], "no-such.toml"),
    ],
)
def test_a_command_that_cannot_be_meant_is_status_2_and_says_why(words, says, capsys):
    assert asked(simulate, *words) == 2
    assert says in capsys.readouterr().err


def test_a_cluster_without_dask_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "dask", None)
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    assert asked(simulate, SIX, "--population", "20", "--cluster", "localhost:1") == 2
    assert "dayspring[cluster]" in capsys.readouterr().err


def test_every_fault_of_a_file_stands_on_its_own_line(tmp_path, capsys):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[[dose]]\nat = "soon"\nmg = -1\n[times]\nat = ["1 d"]')
    assert asked(simulate, str(wrong)) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["dose[1].at", "dose[1].mg"]


def test_progress_is_only_for_somebody_who_looks(monkeypatch, capsys):
    with waiting.Progress(100) as told:
        told(50)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with waiting.Progress(100) as told:
        told(50)
        told(50)
    assert "100 of 100 people" in capsys.readouterr().err


def test_whoever_waits_at_a_terminal_is_told_for_how_long(monkeypatch, capsys):
    monkeypatch.setattr(waiting.Waiting, "EVERY_S", 0.01)
    with waiting.Waiting(70):
        time.sleep(0.05)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with waiting.Waiting(70):
        time.sleep(0.1)
    assert "playing 70 people for 0 s" in capsys.readouterr().err


def test_a_trial_prints_arms_difference_and_method(capsys):
    assert asked(trial, str(EXAMPLES / "one_against_midazolam.toml")) == 0
    said = capsys.readouterr().out
    assert "ketamine beside midazolam: -" in said and "by mixed model for repeated measures" in said
    assert said.rstrip().endswith("Calculated, not measured.")


def test_a_withdrawal_prints_who_relapsed_and_the_ratio(capsys):
    assert asked(trial, str(EXAMPLES / "withdrawal.toml")) == 0
    said = capsys.readouterr().out
    assert "% were well when chance decided" in said and "hazard ratio" in said


def test_a_trial_as_json_is_the_same_for_the_same_seed(capsys):
    said = []
    for seed in ("1", "1", "2"):
        assert asked(trial, str(EXAMPLES / "belief_study.toml"), "--json", "--seed", seed) == 0
        said.append(json.loads(capsys.readouterr().out))
    assert said[0] == said[1] != said[2]


def test_power_without_sizes_is_refused(capsys):
    assert asked(trial, str(EXAMPLES / "belief_study.toml"), "--power") == 2
    assert "[power]" in capsys.readouterr().err


def test_validation_prints_hits_and_misses_and_how_many_of_each(capsys):
    assert asked(validate, "--people", "20") == 0
    said = capsys.readouterr().out
    assert "misses by" in said and "reference-2026, 20 people (seed 2026): fit" in said


def test_validation_as_json_holds_what_the_table_shows(capsys):
    assert asked(validate, "--people", "20", "--json", "--parameters", "dayspring-2026") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["parameters"] == "dayspring-2026" and {row["use"] for row in said["rows"]} == {
        "fit", "target", "stress", "check",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--parameters", "other"], "other"),
        (["--people", "1"], "too few"),
        (["--json", "--markdown"], "clashes"),
    ],
)
def test_a_validation_that_cannot_be_meant_is_status_2(words, says, capsys):
    assert asked(validate, *words) == 2
    assert says in capsys.readouterr().err
