"""The recalibration: fits only what it may, asks what `validate` asks, gets better, and says what it cannot reach."""

from __future__ import annotations

import argparse
import math
import tomllib
from dataclasses import replace

import numpy as np
import pytest

from dayspring.commands import calibrate as command
from dayspring.pharmacology.calibrate import HARDER, calibrate
from dayspring.pharmacology.calibrate_free import (
    MOOD,
    PRESSURE,
    Free,
    in_rows,
    rows_of,
    suggested,
    values_of,
    with_numbers,
)
from dayspring.pharmacology.calibrate_said import lines, markdown
from dayspring.pharmacology.calibrate_search import Problem, distance, fitted_rows, search
from dayspring.pharmacology.calibrate_shows import mood_shows, pressure_shows, tried
from dayspring.pharmacology.calibrate_write import rewritten
from dayspring.pharmacology.parameters import RECALIBRATED, REFERENCE, parameters
from dayspring.pharmacology.published import published
from dayspring.pharmacology.validate import validate

EVERY = (*MOOD, *PRESSURE)
BY_KEY = {row.key: row for row in published()}


@pytest.fixture(scope="module")
def done():
    return calibrate(people=100, rounds=2, last=150, priced=1)


@pytest.mark.parametrize("name", [REFERENCE, RECALIBRATED])
def test_what_is_fitted_is_what_validate_prints(name):
    crowd = tried(parameters(name), {}, people=60, seed=5, threads=1, base=name)
    shown, table = mood_shows(crowd) | pressure_shows(crowd), validate(name, people=60, seed=5)
    for key, value in shown.items():
        within = 0.5 if key.startswith("t_peak") else 1e-9 * max(1.0, abs(value))
        assert value == pytest.approx(table[key].model, abs=within), key


def test_every_target_that_a_number_of_the_model_can_move_is_fitted(done):
    apart = {row.key for row in published() if row.use == "target"} - {row.key for row in done.rows}
    # Two comparators are put in, and the switch at nothing is a promise: no number moves them.
    assert apart == {"t_control_saline", "t_control_in_patient", "t_masked"}


def test_a_row_that_is_only_compared_with_moves_no_number(done):
    assert {row.use for row in done.rows} == {"fit", "target"}
    shown = {row.key: 1e9 for row in published()}
    assert not [row.key for row in fitted_rows(published(), shown) if row.use in ("check", "stress")]


def test_the_reference_is_left_as_it_is_and_the_start_is_where_the_second_reading_put_it():
    start = suggested()
    for one in EVERY:
        for row in rows_of(one):
            held = start.rows[row.removesuffix(":spread")]
            assert (held.spread if row.endswith(":spread") else held.value) == pytest.approx(one.suggested)
    assert parameters(REFERENCE)["weights.spines"] == 0.82


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.key)
def test_a_number_goes_to_steps_and_back_and_never_beyond_its_bounds(one):
    for value in (one.lowest, one.suggested, one.highest):
        assert one.at(one.steps(value)) == pytest.approx(value)
    assert one.at(-99.0) == one.lowest and one.at(99.0) == one.highest
    assert one.bound(one.at(99.0)) == "highest" and one.bound(one.suggested) == ""


@pytest.mark.parametrize(
    ("key", "shown", "far"),
    [
        ("t_growth", 1.4, 1.0), ("t_growth", 0.95, -0.5), ("t_growth", 1.1, 0.0),
        ("nasal_day_28_difference", 7.31, 1.0), ("nasal_day_28_difference", 0.64, -1.0),
        ("kept_anhedonia", 0.7, -1.0), ("kept_anhedonia", 1.3, 1.0),
    ],
)  # fmt: skip
def test_one_tolerance_is_the_bound_on_that_side(key, shown, far):
    assert distance(BY_KEY[key], shown) == pytest.approx(far)


def line(**more) -> Problem:
    """A problem of which the answer is known: the value is the number itself, or twice it."""
    free = tuple(
        Free(key=key, suggested=1.0, prior=1.0, lowest=0.2, highest=1.5, log=False) for key in ("a", "b")
    )
    rows = (BY_KEY["t_growth"], replace(BY_KEY["t_steepness"], value=1.6, lowest=1.5, highest=1.7))
    return Problem(
        free=free, rows=rows, shows=lambda v: {"t_growth": v["a"], "t_steepness": 2.0 * v["b"]}, **more
    )


def test_a_search_of_which_the_answer_is_known_finds_it():
    found = search(line(), np.array([0.4, 0.4]), 30)
    assert found.shown["t_growth"] == pytest.approx(1.1, abs=0.04)
    assert found.shown["t_steepness"] == pytest.approx(1.6, abs=0.04)
    assert all(now < before for before, now in zip(found.costs, found.costs[1:], strict=False))
    assert found.left[1] < found.left[0] < 1.0 and not found.alike(0.5)


def test_what_can_only_be_reached_beyond_a_bound_stops_at_the_bound_and_says_so():
    far = replace(line().rows[0], value=2.0, lowest=1.8, highest=2.2)
    found = search(replace(line(), rows=(far, line().rows[1])), np.zeros(2), 30)
    assert found.values["a"] == 1.5 and found.problem.free[0].bound(found.values["a"]) == "highest"
    assert found.shown["t_steepness"] == pytest.approx(1.6, abs=0.04)


def test_two_numbers_that_only_their_sum_shows_are_called_alike():
    both = replace(
        line(), shows=lambda v: {"t_growth": v["a"] + v["b"], "t_steepness": 1e-3 * v["a"] + v["a"] + v["b"]}
    )
    found = search(both, np.zeros(2), 10)
    assert found.condition > 1e3
    ((one, other, together),) = found.alike(0.5)
    assert {one, other} == {"a", "b"} and together < -0.5


def test_a_row_that_is_bound_harder_comes_nearer():
    clash = (line().rows[0], replace(line().rows[1], value=1.4, lowest=1.35, highest=1.45))
    one = replace(line(), rows=clash, shows=lambda v: {"t_growth": v["a"], "t_steepness": v["a"]})
    usual, harder = (search(p, np.zeros(2), 30) for p in (one, replace(one, pull={"t_steepness": HARDER})))
    gaps = [abs(1.4 - found.shown["t_steepness"]) for found in (usual, harder)]
    assert gaps[1] < gaps[0]


def test_two_rounds_bring_more_targets_within_their_bounds_than_before(done):
    assert done.mood.costs[-1] < 0.2 * done.mood.costs[0]
    assert done.pressure.costs[-1] < done.pressure.costs[0]
    met = {name: done.met(name, "target")[0] for name in ("reference", "suggested", "fitted")}
    assert met["fitted"] > max(met["reference"], met["suggested"])


def test_the_set_that_is_kept_meets_all_targets_but_one_and_that_one_is_known():
    table = validate(RECALIBRATED, people=4000)
    assert {row.published.key for row in table.of("target") if row.misses_by} == {"t_relapse_1_0"}


def test_the_rows_tell_the_numbers_apart(done):
    assert math.isfinite(done.mood.condition) and done.mood.condition < 1000
    assert all(0.0 < left <= 1.0 for left in (*done.mood.left, *done.pressure.left))


def test_the_table_names_every_row_every_number_and_every_miss(done):
    for said in ("\n".join(lines(done)), "\n".join(markdown(done))):
        assert all(row.endpoint in said for row in done.rows)
        assert all(one.key in said for one in EVERY)
        missed = sum(done.verdict(row, "fitted") != "ok" for row in done.rows)
        assert said.count("| misses by") + said.count("  misses by") >= missed
        assert all(price.row.endpoint in said for price in done.prices)
    targets = [r for r in done.rows if r.use == "target" and done.verdict(r, "fitted") != "ok"]
    assert len(done.prices) == 1 and done.prices[0].row in targets


def test_the_file_that_is_written_holds_the_numbers_and_every_row_that_was_there(done):
    text = command.CHANGES.read_text(encoding="utf-8")
    new = tomllib.loads(rewritten(text, done))
    before = tomllib.loads(text)
    for key, value in in_rows(done.free, done.values).items():
        row = new
        for part in key.removesuffix(":spread").split("."):
            row = row[part]
        assert float(row["spread"] if key.endswith(":spread") else row["value"]) == value
        assert (row["source"], row["standing"]) == ("recalibration", "calibrated") and row["means"]
    assert new["plasticity"]["cooperation"] == before["plasticity"]["cooperation"]
    assert new["patient"]["systolic_rise_factor"] == before["patient"]["systolic_rise_factor"]
    assert rewritten(rewritten(text, done), done) == rewritten(text, done)


def test_a_spread_is_moved_and_the_value_stays():
    moved = with_numbers(suggested(), {"patient.setting_gain:spread": 0.4, "weights.fast": 0.5})
    assert (moved.rows["patient.setting_gain"].spread, moved["patient.setting_gain"]) == (0.4, 1.0)
    assert moved["weights.fast"] == 0.5 and suggested()["weights.fast"] == 0.7


def test_people_who_are_tried_with_another_spread_are_the_same_people():
    wide, narrow = (
        tried(with_numbers(suggested(), {"patient.setting_gain:spread": spread}), {}, people=50, seed=1, threads=1)
        for spread in (1.0, 0.5)
    )  # fmt: skip
    one, other = wide.people()["setting_gain"], narrow.people()["setting_gain"]
    assert np.log(other) == pytest.approx(0.5 * np.log(one))
    assert np.array_equal(wide.people()["survival"], narrow.people()["survival"])


def test_values_at_no_steps_are_the_suggested_ones():
    assert values_of(EVERY, np.zeros(len(EVERY))) == {one.key: one.suggested for one in EVERY}


def asked(*words: str) -> int:
    parser = argparse.ArgumentParser()
    for flags, more in command.OPTIONS:
        parser.add_argument(*flags, **more)
    return command.run(parser.parse_args(words))


def test_the_command_prints_the_table_and_writes_only_when_told(capsys, tmp_path, monkeypatch):
    kept = tmp_path / "changes.toml"
    kept.write_text(command.CHANGES.read_text(encoding="utf-8"), encoding="utf-8")
    before = kept.read_text(encoding="utf-8")
    monkeypatch.setattr(command, "CHANGES", kept)
    few = ("--people", "20", "--last", "20", "--rounds", "0", "--threads", "1", "--priced", "0")
    assert asked(*few) == 0 and kept.read_text(encoding="utf-8") == before
    assert "Targets" in capsys.readouterr().out
    assert asked(*few, "--markdown", "--write") == 0
    assert kept.read_text(encoding="utf-8") != before and "### Targets" in capsys.readouterr().out


def test_too_few_people_are_refused(capsys):
    assert asked("--people", "3") == 2
    assert "--people 3 is too few; 10 is the fewest" in capsys.readouterr().err


@pytest.mark.long
def test_the_numbers_in_the_file_are_those_that_the_search_finds_again():
    done, ps = calibrate(threads=2), parameters(RECALIBRATED)
    for key, value in in_rows(done.free, done.values).items():
        row = ps.rows[key.removesuffix(":spread")]
        assert (row.spread if key.endswith(":spread") else row.value) == pytest.approx(value, rel=0.03), key
