"""A virtual trial: chance is handed in, analyses agree with closed forms, and what is planted is found."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dayspring.pharmacology import Dose, Patient, Population, simulate, survival
from dayspring.pharmacology.each import Place, each
from dayspring.pharmacology.published import known
from dayspring.pharmacology.reading import FaultyFile
from dayspring.pharmacology.student import quantile, two_sided
from dayspring.pharmacology.trial import allotted, session_gain, trial
from dayspring.pharmacology.trial_analysis import AnalysisRefused, last_visit, mixed_model, paired
from dayspring.pharmacology.trial_design import read_design
from dayspring.pharmacology.validate_withdrawal import DESIGN
from dayspring.pharmacology.withdrawal import TooFewWell

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "pharmacology"


def example(name: str):
    return read_design((EXAMPLES / f"{name}.toml").read_text())


def seeded(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def ratings(n=80, visits=4, gap=-5.0, seed=0):
    rng = seeded(seed)
    before, treated = rng.normal(33, 5, n), np.arange(n) < n // 2
    people = rng.normal(0, 4, (n, 1))
    scores = 0.5 * before[:, None] + gap * treated[:, None] + people + rng.normal(0, 3, (n, visits))
    return scores, before, treated


def inside(t: float, df: int) -> float:
    """P(|T| < t) in closed form, where there is one: Abramowitz and Stegun 26.7.3 and 26.7.4."""
    angle = math.atan(t / math.sqrt(df))
    sine, cosine = math.sin(angle), math.cos(angle)
    return {
        1: 2 / math.pi * angle,
        2: sine,
        4: sine * (1 + cosine**2 / 2),
        5: 2 / math.pi * (angle + sine * (cosine + 2 / 3 * cosine**3)),
    }[df]


@pytest.mark.parametrize("df", [1, 2, 4, 5])
@pytest.mark.parametrize("t", [0.1, 1.0, 2.0, 7.5])
def test_students_t_is_its_closed_form(t, df):
    assert two_sided(t, df) == pytest.approx(1 - inside(t, df), rel=1e-9)
    assert two_sided(-t, df) == two_sided(t, df)


@pytest.mark.parametrize(("df", "t"), [(10, 2.228139), (19, 2.093024), (30, 2.042272), (math.inf, 1.959964)])
def test_the_quantile_is_that_of_the_tables(df, t):
    assert quantile(0.95, df) == pytest.approx(t, abs=1e-6)


def test_on_whole_data_the_mixed_model_is_the_last_visit_alone():
    scores, before, treated = ratings()
    mixed, alone = mixed_model(scores, before, treated), last_visit(scores[:, -1], before, treated)
    assert mixed.difference == pytest.approx(alone.difference, abs=1e-6)
    assert mixed.error == pytest.approx(alone.error, rel=1e-5) and mixed.df == alone.df


def test_the_last_visit_alone_is_ordinary_least_squares():
    scores, before, treated = ratings()
    design = np.column_stack([np.ones(80), treated, before])
    weights = np.linalg.lstsq(design, scores[:, -1], rcond=None)[0]
    assert last_visit(scores[:, -1], before, treated).difference == pytest.approx(weights[1])


def test_where_the_worse_leave_one_arm_the_mixed_model_is_nearer_the_truth():
    mixed, alone = [], []
    for seed in range(60):
        scores, before, treated = ratings(seed=seed, gap=0.0, n=120)
        gone = ~treated & (scores[:, 1] > np.median(scores[:, 1]))
        seen = np.where(gone[:, None] & (np.arange(4) > 1), np.nan, scores)
        mixed.append(mixed_model(seen, before, treated).difference)
        alone.append(last_visit(seen[:, -1], before, treated).difference)
    assert abs(np.mean(mixed)) < 0.5 < 1.5 < abs(np.mean(alone))


def test_the_mixed_model_covers_what_is_not_there_at_its_stated_rate():
    hits = 0
    for seed in range(200):
        scores, before, treated = ratings(seed=1000 + seed, gap=-2.0, n=40, visits=3)
        lost = seeded(seed).random((40, 3)) < 0.15
        seen = np.where(np.logical_or.accumulate(lost, axis=1), np.nan, scores)
        found = mixed_model(seen, before, treated)
        hits += found.low <= -2.0 <= found.high
    assert 180 <= hits <= 199


def test_a_paired_change_is_the_t_test():
    change = seeded().normal(-3, 4, 20)
    found = paired(np.append(change, np.nan))
    error = change.std(ddof=1) / math.sqrt(20)
    assert (found.difference, found.error, found.df) == (
        pytest.approx(change.mean()),
        pytest.approx(error),
        19,
    )
    assert found.high - found.low == pytest.approx(2 * 2.093024 * error, rel=1e-6)


def test_too_few_at_the_last_visit_is_refused_with_both_numbers():
    scores, before, treated = ratings(n=4)
    scores[:2, -1] = np.nan
    with pytest.raises(AnalysisRefused, match=r"2 people .* 4 are the fewest"):
        mixed_model(scores, before, treated)


# Freireich 1963, as every textbook of survival prints it: weeks in remission, 6-MP and placebo.
LEFT = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_survival_agrees_with_the_textbook():
    days, event = np.array(LEFT + PLACEBO, float), np.array(ENDED + [1] * 21, bool)
    first = np.arange(42) < 21
    found = survival.compared(days, event, first)
    assert found.hazard_ratio == pytest.approx(0.2211, abs=2e-4)
    assert found.p == pytest.approx(math.erfc(math.sqrt(16.793 / 2)), rel=2e-3)
    assert (survival.median(days[first], event[first]), survival.median(days[~first], event[~first])) == (
        23,
        8,
    )
    assert survival.still_at(days[first], event[first], 10) == pytest.approx(0.753, abs=1e-3)


def test_without_an_event_in_one_arm_there_is_no_ratio():
    days, event = np.ones(4), np.array([True, True, False, False])
    with pytest.raises(survival.NoEvents, match="second"):
        survival.compared(days, event, np.array([True, True, False, False]))


def test_every_block_of_chance_holds_every_arm_in_its_share():
    arms = allotted([20, 40], seeded())
    assert all(sorted(arms[at : at + 3].tolist()) == [0, 1, 1] for at in range(0, 60, 3))


def test_the_same_seed_plays_the_same_trial_whatever_the_threads():
    design = example("one_against_midazolam")
    assert trial(design, seeded(7)) == trial(design, seeded(7), threads=2)
    assert trial(design, seeded(7)).estimate != trial(design, seeded(8)).estimate


def test_every_person_is_the_same_by_either_tier_and_by_themselves():
    doses = [Dose(at_h=0, mg=35, minutes=40), Dose(at_h=72, mg=84, route="nasal", form="esketamine")]
    people, place = Population.draw(300, seeded()), Place(parameters="dayspring-2026", profile="clinic")
    columns = ("madrs_points", "relapse_probability")
    fast, slow = (each(people, doses, [24, 96, 336], columns, place, compiled=c) for c in (True, False))
    for name in columns:
        assert fast[name] == pytest.approx(slow[name], abs=0.01)
    alone = simulate(people.patient(170), doses, [24, 96, 336], profile="clinic", parameters="dayspring-2026")
    assert slow["madrs_points"][170] == pytest.approx(alone["madrs_points"], abs=0.01)


@pytest.mark.parametrize("name", ["saline", "midazolam", "in_patient"])
def test_a_comparator_does_to_the_typical_person_what_was_read_of_it(name):
    gain = session_gain(name, Place())
    sham = simulate(Patient(setting_gain=gain), [Dose(at_h=0, route="sham")], [24])
    assert sham["madrs_points"][0] - 33 == pytest.approx(known("comparators")[name], abs=1e-6)


def test_where_the_drug_has_no_share_a_large_trial_finds_nothing_and_else_it_does():
    design = example("one_against_midazolam")
    arms = tuple(replace(arm, people=400, session="") for arm in design.arms)
    first_day = replace(design, arms=arms, visits_h=(4.0, 24.0), per_10_points=1.0)
    none = replace(first_day, place=Place(drug_share=0.0))
    assert abs(trial(none, seeded()).estimate.difference) < 1.5
    found = trial(first_day, seeded()).estimate
    assert found.difference < -4 and found.p < 1e-6


def test_power_grows_with_people_and_says_its_own_error():
    design = example("one_against_midazolam")
    small = replace(design, power=replace(design.power, people=(8, 60), trials=40))
    few, many = trial(small, seeded(), power=True).power
    assert few.power + 2 * few.error < many.power and 0 < many.error < 0.09


def test_power_without_a_difference_is_the_chance_of_a_false_alarm():
    design = example("one_against_midazolam")
    arm = design.arms[1]
    alike = replace(design, arms=(arm, replace(arm, name="the same")), method="last_visit")
    (point,) = trial(
        replace(alike, power=replace(design.power, people=(30,), trials=200)), seeded(), power=True
    ).power
    assert 0.01 <= point.power <= 0.10


def test_who_leaves_is_counted_and_the_worse_leave_more_where_the_design_says_so():
    design = example("one_against_midazolam")
    arms = tuple(replace(arm, people=300, leaves_per_week=1.0) for arm in design.arms)
    found = trial(replace(design, arms=arms, per_10_points=3.0), seeded()).visits
    seen = {(v.arm, v.day): v.seen for v in found}
    assert seen["ketamine", 1] < 300 and seen["midazolam", 3] < seen["ketamine", 3]


def test_before_and_after_is_each_person_beside_themselves():
    found = trial(example("belief_study"), seeded())
    assert found.estimate.method == "paired" and found.estimate.high < 0
    assert [v.arm for v in found.visits] == ["ketamine", "ketamine"]


def test_stopping_costs_more_than_going_on_where_stopping_ends_the_visits():
    design = example("withdrawal")
    on, off = design.arms
    arms = (replace(on, people=150), replace(off, people=150, doses=()))
    found = trial(replace(design, arms=arms), seeded()).withdrawn
    assert found.hazard_ratio < 0.8 and found.high < 1.05
    assert found.arms[0].relapsed_percent < found.arms[1].relapsed_percent
    shares = [share for _, share in found.arms[1].curve]
    assert shares == sorted(shares, reverse=True) and 0 <= shares[-1] < 1


def test_a_run_in_after_which_nobody_is_well_is_refused_with_both_numbers(monkeypatch):
    monkeypatch.setattr("dayspring.pharmacology.withdrawal.MOST_DRAWN", 200)
    design = example("withdrawal")
    none = replace(design, run_in=replace(design.run_in, doses=(), at_most_points=1.0), patient=Patient())
    with pytest.raises(TooFewWell, match="90 must be"):
        trial(none, seeded())


def test_the_example_of_stopping_is_the_study_that_validation_plays():
    assert read_design(DESIGN.read_text()) == example("withdrawal")


TWO_ARMS = """
[[arm]]
name = "a"
[[arm.dose]]
at = "0 d"
mg = 35
[[arm]]
name = "b"
[visits]
at = ["1 d"]
"""


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ('name = "b"', 'name = "a"', "arm.name", "'a'"),
        ('name = "b"', 'name = "b"\nsession = "sugar"', "arm[2].session", "sugar"),
        ('name = "b"', 'name = "b"\npeople = 0', "arm[2].people", "0"),
        ("mg = 35", "mg = 35\nmg_per_kg = 1", "arm[1].dose[1].mg", "mg_per_kg"),
        ('at = ["1 d"]', "", "visits", "empty"),
        ('at = ["1 d"]', 'at = ["0 d"]', "visits.at", "0"),
        ('at = ["1 d"]', 'at = ["1 d"]\n[analysis]\nmethod = "guess"', "analysis.method", "guess"),
        ('at = ["1 d"]', 'at = ["1 d"]\n[power]\npeople = [1]', "power.people", "[1]"),
        ('at = ["1 d"]', 'at = ["1 d"]\n[run_in]\nends = "1 wk"', "run_in", "parallel"),
        ('[[arm]]\nname = "b"', "", "arm", "1 times"),
    ],
)  # fmt: skip
def test_a_design_that_cannot_be_meant_is_named_by_its_place(old, new, place, says):
    read_design(TWO_ARMS)
    assert old in TWO_ARMS
    with pytest.raises(FaultyFile) as wrong:
        read_design(TWO_ARMS.replace(old, new, 1))
    assert any(at == place and says in words for at, words in wrong.value.faults), wrong.value.faults


def test_nothing_of_a_result_is_lost_as_plain_values():
    said = trial(example("belief_study"), seeded()).to_dict()
    assert said["estimate"]["difference"] < 0 and said["withdrawn"] is None
    assert not any(math.isnan(v["change"]) for v in said["visits"])
