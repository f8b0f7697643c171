"""`dayspring fit`: what it prints, its exit status, and what it refuses to read."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from dayspring.commands import fit

INFUSION = {"mg": 41, "minutes": 40}
CASE = {
    "patient": {"weight_kg": 82, "age_years": 41},
    "outside": {"pregnancy": False, "psychosis": False, "severe_liver_disease": False},
    "doses": [{"at_h": h, **INFUSION} for h in (0, 72, 168)],
    "ratings": [
        {"at_h": h, "instrument": "phq9", "points": p}
        for h, p in ((-24, 19), (0, 20), (72, 14), (168, 11), (240, 9))
    ],
    "plan": {"doses": [{"at_h": 336, **INFUSION}], "times_h": [336, 504]},
}


@pytest.fixture
def asked(tmp_path: Path):
    def ask(case: object, *words: str) -> int:
        file = tmp_path / "history.json"
        file.write_text(case if isinstance(case, str) else json.dumps(case))
        parser = argparse.ArgumentParser()
        for flags, more in fit.OPTIONS:
            parser.add_argument(*flags, **more)
        return fit.run(parser.parse_args([str(file), *words]))

    return ask


def test_the_numbers_what_was_learnt_and_the_forecast_are_printed(asked, capsys):
    assert asked(CASE) == 0
    said = capsys.readouterr().out
    assert "MADRS before treatment" in said and "spread left" in said
    assert "neither alone is this person's" in said
    assert "Forecast, for this person; how long it lasts is typical for people like this:" in said
    assert said.count("PHQ-9") == 2 and "above 10:" in said


def test_the_same_seed_prints_the_same(asked, capsys):
    printed = []
    for seed in ("1", "1", "2"):
        asked(CASE, "--seed", seed)
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1] != printed[2]


def test_json_holds_the_same_numbers_and_the_sources(asked, capsys):
    assert asked(CASE, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["numbers"]) == {"madrs_before_points", "drug_gain", "setting_gain", "survival"}
    assert len(found["forecast"]["quantiles"]["phq9"]["0.5"]) == 2
    assert any(line.startswith("rating.phq9_points 2") for line in found["leans_on"])


def test_a_withheld_forecast_says_why_and_ends_with_one(asked, capsys):
    assert asked(CASE | {"outside": {"pregnancy": True}}) == 1
    said = capsys.readouterr().out
    assert "The forecast is withheld:" in said and "There is a pregnancy" in said
    assert said.count("Nobody has said whether") == 2 and "PHQ-9 " not in said


def test_without_a_plan_nothing_is_forecast_and_that_is_said(asked, capsys):
    assert asked({key: value for key, value in CASE.items() if key != "plan"}) == 0
    assert "nothing is forecast" in capsys.readouterr().out


@pytest.mark.parametrize(
    "case, words, says",
    [
        ("{", (), "no JSON"),
        (CASE | {"ratings": [{"at_h": 0, "instrument": "phq9", "points": 40}]}, (), "ratings[0]"),
        (CASE | {"plan": {"times_h": [10]}}, (), "10 h lies before the newest rating"),
        (CASE, ("--parameters", "other"), "no set of parameters is called other"),
        (CASE, ("--profile", "home"), "home"),
        (CASE, ("--share", "0.9"), "0.9"),
    ],
)
def test_what_cannot_be_read_ends_with_two_and_says_what_clashes(asked, capsys, case, words, says):
    assert asked(case, *words) == 2
    told = capsys.readouterr()
    assert says in told.err and not told.out


def test_a_file_that_is_not_there_is_named(capsys):
    assert (
        fit.run(
            argparse.Namespace(
                history="/nowhere.json", parameters="reference-2026", profile="research", share=None
            )
        )
        == 2
    )
    assert "/nowhere.json cannot be read" in capsys.readouterr().err
