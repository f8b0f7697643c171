"""`dayspring dose`: what it prints, its exit status, and what it refuses to read."""

from __future__ import annotations

import argparse
import json

import pytest

from dayspring.commands import dose
from dayspring.knowledge import library

V1 = ["--weight", "80", "--height", "180", "--sex", "male", "--mg-per-kg", "0.5", "--product", "ketamine-50",
      "--volume", "100", "--minutes", "40", "--on", "2026-03-09"]  # fmt: skip


def asked(*words: str) -> int:
    parser = argparse.ArgumentParser()
    for flags, more in dose.OPTIONS:
        parser.add_argument(*flags, **more)
    return dose.run(parser.parse_args(words))


def test_v1_is_reckoned_line_by_line(capsys):
    assert asked(*V1) == 0
    said = capsys.readouterr().out
    for line in (
        "dose: 0.5 mg/kg × 80 kg (actual) = 40 mg",
        "drawn: 40 mg ÷ 50 mg/mL = 0.8 mL",
        "bag: 40 mg ÷ 100 mL = 0.4 mg/mL",
        "rate: 100 mL in 40 min = 150 mL/h",
        "speed: 0.75 mg/kg/h = 12.5 mcg/kg/min",
        "slowed to 75 mL/h after 20 min: 20 mg in 50 mL are left, for 40 min",
        "Nothing stops it.",
    ):
        assert line in said


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--protocol", "im_depression", "--mg-per-kg", "0.5", "--product", "ketamine-50"], "= 0.8 mL"),
        (["--protocol", "in_esketamine_trd", "--mg", "56"], "devices: 56 mg ÷ 28 mg, in whole devices = 2"),
        (["--protocol", "in_racemic_depression", "--mg", "20"], "sprays: 2 × 1 = 2"),
        (["--protocol", "sl_clinic_depression", "--mg", "100"], "1 × 100 mg + 0 × 50 mg = 100 mg"),
        (
            ["--protocol", "oral_clinic_depression", "--mg-per-kg", "1"],
            "= 80 mg, rounded to 75 mg (6.25 %)",
        ),
        (
            ["--protocol", "iv_crps_four_days", "--mg-per-hour", "22", "--hours", "96", "--bag-mg", "500",
             "--bag-ml", "500", "--product", "ketamine-50"],
            "dose: 22 mg/h × 96 h = 2112 mg",
        ),
        (
            ["--protocol", "iv_pain", "--mg-per-kg", "1.25", "--volume", "250", "--minutes", "120",
             "--product", "ketamine-50"],
            "rate: 250 mL in 120 min = 125 mL/h",
        ),
    ],
)  # fmt: skip
def test_an_order_of_each_kind_is_reckoned(words, line, capsys):
    assert asked("--weight", "80", "--height", "180", "--sex", "male", *words) == 0
    assert line in capsys.readouterr().out


def test_a_strong_vial_is_shown_with_its_first_dilution(capsys):
    assert asked(*V1, "--product", "ketamine-100") == 0
    assert "first dilution: 100 mg/mL with an equal volume = 50 mg/mL" in capsys.readouterr().out


def test_a_heavy_persons_three_weights_stand_side_by_side(capsys):
    asked(*V1, "--weight", "110", "--height", "165", "--sex", "female", "--basis", "ideal")
    said = capsys.readouterr().out
    assert "weights: actual 110 kg, ideal 56.9 kg, adjusted 78.1 kg" in said
    assert "on offer: ideal weight" in said


def test_a_hard_limit_is_exit_status_1_and_names_its_source(capsys):
    assert asked(*V1, "--mg-per-kg", "1.6") == 1
    said = capsys.readouterr().out
    assert "BLOCK  iv_dose_per_kg_block  The dose per kg of 1.6 mg/kg is above 1.5 mg/kg" in said
    assert f"clinic-default: {library().sources['clinic-default'].title}" in said
    assert "Stopped." in said


def test_an_impaired_liver_is_said_with_its_source(capsys):
    asked("--weight", "80", "--protocol", "in_esketamine_trd", "--mg", "56", "--child-pugh", "B")
    said = capsys.readouterr().out
    assert "WARN  EX-HEP-B" in said
    assert f"S06: {library().sources['S06'].title}" in said


def test_the_document_holds_the_order_its_arithmetic_and_its_findings(capsys):
    assert asked(*V1, "--mg-per-kg", "0.8", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["order"]["dose"] == "64 mg"
    assert said["stopped"] is False
    assert {f["rule"]: f["kind"] for f in said["findings"]} == {
        "iv_dose_per_kg_first": "REVIEW",
        "iv_dose_per_kg_warn": "WARN",
    }
    assert all(f["source"] in library().sources for f in said["findings"])


def test_every_number_that_cannot_be_read_is_named_by_its_flag(capsys):
    assert asked("--weight", "80,5", "--mg-per-kg", ".5", "--protocol", "nobody", "--on", "soon") == 2
    said = capsys.readouterr()
    assert said.out == ""
    for word in (
        "--weight: “80,5”",
        "--mg-per-kg: “.5”",
        "--protocol: no protocol is called nobody",
        "--on:",
    ):
        assert word in said.err


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ([], "--weight: a weight is needed"),
        (["--weight", "80"], "--mg-per-kg: needed for iv_depression"),
        (["--weight", "80", "--protocol", "im_depression", "--mg-per-kg", "0.5"], "--product: one is needed"),
        ([*V1, "--product", "ketamine-20"], "--product: “ketamine-20” is no vial of ketamine"),
        ([*V1, "--minutes", "0"], "cannot be divided"),
        ([*V1, "--basis", "lean"], "“lean” is no weight basis"),
        (["--weight", "80", "--child-pugh", "D"], "--child-pugh: “D”"),
        (["--weight", "80", "--protocol", "sl_clinic_depression"], "one of a dose and a dose per kilogram"),
        (["--weight", "80", "--protocol", "in_esketamine_trd", "--mg", "9"], "nearer to no device"),
    ],
)
def test_what_is_missing_or_cannot_be_divided_is_exit_status_2(words, fault, capsys):
    assert asked(*words) == 2
    assert fault in capsys.readouterr().err
