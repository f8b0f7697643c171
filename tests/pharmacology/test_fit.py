"""A fit learns what the ratings hold and nothing else, and says how well it could be done."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dayspring.pharmacology import Dose, Patient, Population, parameters, weighing
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.fit import fit, question_of
from dayspring.pharmacology.history import Cadss, History, Level, Rating
from dayspring.pharmacology.observe import noise, score
from dayspring.pharmacology.posterior import LASTING_TYPICAL, OWN, TYPICAL, Prior
from dayspring.pharmacology.question import filtered
from dayspring.pharmacology.setting import setting
from dayspring.pharmacology.surface import BASELINE, DRUG, NUMBERS, SESSION, course
from tests.pharmacology.virtual import SIX, cohort

SETS = ("reference-2026", "dayspring-2026")
MIXED = (
    Dose(at_h=0, mg=35, minutes=40),
    Dose(at_h=72, mg=56, route="nasal", form="esketamine"),
    Dose(at_h=168, route="sham"),
    Dose(at_h=240, mg=100, route="sublingual"),
)
TWICE = ("madrs_before_points", "drug_gain", "setting_gain", "survival")


def rated(*points: float, days: tuple[int, ...] = (-7, 0, 3, 7, 10, 14, 17), **more: object) -> History:
    told = tuple(
        Rating(at_h=24.0 * d, instrument="phq9", points=p) for d, p in zip(days, points, strict=True)
    )
    return History(**{"patient": Patient(), "doses": SIX, "ratings": told} | more)


BETTER = rated(20, 19, 15, 12, 11, 9, 9)


# The course that is read for any draw -----------------------------------------------------------------


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("doses", [SIX, MIXED, ()])
def test_a_course_read_for_any_draw_is_what_the_engine_says_within_two_hundredths_of_a_point(name, doses):
    people, place = (
        Population.draw(40, np.random.default_rng(3), parameters_of=name),
        setting(None, name, "clinic"),
    )
    hours = tuple(24.0 * day for day in (0, 1, 3, 7, 10, 14, 17, 28, 42, 56))
    same = Population.of([Patient()] * 40).columns
    alike = Population(columns={**same, **{name: people[name] for name in NUMBERS}})
    whole = run(alike, doses, np.array(hours), place, parameters(name))
    read = course(Patient(), doses, hours, name, place)
    numbers = np.stack([people[name] for name in NUMBERS], axis=1)
    assert np.abs(read.madrs(numbers).T - whole["madrs_points"]).max() < 0.02
    assert np.abs(read.filled(numbers).T - whole["refilled_share"]).max() < 0.002


def by_quadrature(left: np.ndarray, points: np.ndarray, at_h: list[float], seen: list[float]) -> float:
    """log p(MADRS ratings) of one draw, mood integrated over a fine grid."""
    error, mood = noise(), np.linspace(-3.0, 3.0, 901)
    width, likely = mood[1] - mood[0], 0.0
    density = np.exp(-0.5 * (mood / error.mood) ** 2) / error.mood / np.sqrt(2 * np.pi)
    for number, (at, total) in enumerate(zip(at_h, seen, strict=True)):
        if number:
            kept = np.exp(-(at - at_h[number - 1]) / error.memory_h)
            spread = error.mood * np.sqrt(1.0 - kept**2)
            way = np.exp(-0.5 * ((mood[:, None] - kept * mood) / spread) ** 2) / spread / np.sqrt(2 * np.pi)
            density = way @ density * width
        said = score(left[:, number, None] + 0.0 * mood, points, mood)[0]
        density = (
            density * np.exp(-0.5 * ((total - said) / error.madrs) ** 2) / error.madrs / np.sqrt(2 * np.pi)
        )
        likely, density = likely + np.log(density.sum() * width), density / (density.sum() * width)
    return float(likely)


def test_the_filter_integrates_mood_out_as_a_fine_grid_does_wherever_it_counts():
    days, seen = (-7, 0, 3, 7, 14, 21), [31.0, 34.0, 24.0, 19.0, 15.0, 20.0]
    hours = [24.0 * day for day in days]
    at = course(Patient(), SIX, tuple(hours), "reference-2026", setting(None, "reference-2026"))
    away = np.random.default_rng(2).standard_normal((12, 4)) * 0.7
    numbers = Prior.of(Patient(), parameters("reference-2026"), dissociation=False).numbers(away)
    found = filtered(at, numbers, np.array(hours), ["madrs"] * len(days), np.array(seen)).log_likelihood
    left = at.left(numbers)
    exact = np.array([by_quadrature(left[:, :, n], at.points, hours, seen) for n in range(len(away))])
    counts = exact > exact.max() - 8.0
    assert counts.sum() > 5 and np.abs(found - exact)[counts].max() < 0.1
    assert (found[~counts] < exact.max() - 7.0).all()


# What is learnt ---------------------------------------------------------------------------------------


def test_without_a_rating_nothing_is_learnt_and_the_label_says_typical():
    learnt = fit(rated(days=()))
    assert learnt.typical and learnt.label == TYPICAL
    assert all(0.93 < left < 1.07 for left in learnt.learnt.values())
    assert learnt.interval("madrs_before_points")[1] == pytest.approx(33, abs=0.7)


def test_six_sessions_teach_as_much_as_fishers_information_foretold():
    people = cohort(30, np.random.default_rng(4), rated=(-7, 0, 3, 7, 10, 14, 17), ahead=())
    left = np.array([list(fit(people.history(n)).learnt.values()) for n in range(30)]).mean(axis=0)
    assert left == pytest.approx([0.70, 0.87, 0.80, 0.99], abs=0.09)


def test_weekly_ratings_teach_more_and_how_long_it_lasts_is_learnt_last():
    short = cohort(20, np.random.default_rng(5), rated=(-7, 0, 3, 7, 10, 14, 17), ahead=())
    long = cohort(20, np.random.default_rng(5), rated=(-7, 0, *range(3, 57, 3)), ahead=())
    few, many = (
        np.array([list(fit(people.history(n)).learnt.values()) for n in range(20)]).mean(axis=0)
        for people in (short, long)
    )
    assert (many < few + 0.02).all() and few[DRUG] > many[DRUG]
    assert many[3] == many.max()


def test_drug_and_session_are_learnt_as_a_sum_and_a_session_without_drug_parts_them():
    sham = (Dose(at_h=0, route="sham"), *(replace(d, at_h=d.at_h + 336) for d in SIX))
    days = (-7, 0, 3, 7, 10, 14, 17, 21, 24, 28, 31, 35)
    with_sham = cohort(20, np.random.default_rng(6), doses=sham, rated=days, ahead=())
    without = cohort(20, np.random.default_rng(6), doses=sham[1:], rated=days, ahead=())
    alone, beside = (
        np.mean([[fit(people.history(n)).learnt[name] for name in TWICE] for n in range(20)], axis=0)
        for people in (without, with_sham)
    )
    assert beside[SESSION] < alone[SESSION] - 0.02
    assert np.mean([fit(without.history(n)).split for n in range(20)]) < -0.2


def test_nothing_is_said_of_how_long_it_lasts_before_ratings_after_spacing_out():
    assert fit(BETTER).label == LASTING_TYPICAL and fit(BETTER).fading is None
    days = (-7, 0, 3, 7, 10, 14, 17, 20, 23, 26, 29, 32, 35, 40)
    gone = fit(rated(20, 20, 8, 5, 4, 3, 3, 9, 16, 21, 22, 22, 22, 23, days=days))
    assert gone.label == OWN and gone.fading == "faster"


def test_dissociation_is_fitted_only_where_it_was_rated_and_follows_the_rating():
    assert "dissociation_factor" not in fit(BETTER).names
    low, high = (
        fit(replace(BETTER, cadss=(Cadss(at_h=0.67, points=points),))).interval("dissociation_factor")
        for points in (2, 40)
    )
    assert low[2] < 1.0 < high[0]


def test_clearance_follows_a_plasma_level_and_without_one_stays_as_told():
    given = Patient(clearance_factor=0.6)
    assert fit(replace(BETTER, patient=given)).patient == given
    late = [fit(replace(BETTER, levels=(Level(at_h=4.0, ng_per_ml=ng),))).patient for ng in (10.0, 60.0)]
    assert late[0].clearance_factor > 1.0 > late[1].clearance_factor


def test_half_filling_is_fitted_only_where_the_set_of_numbers_spreads_it():
    assert "half_filled_factor" not in fit(BETTER).names
    assert "half_filled_factor" in fit(BETTER, parameters="dayspring-2026").names


# How well it was done ---------------------------------------------------------------------------------


def test_no_number_close_by_is_likelier_than_the_most_likely():
    learnt = fit(BETTER)
    question = question_of(BETTER, Patient(), "reference-2026", learnt.place)
    around = learnt.best + np.vstack([0.15 * np.eye(4), -0.15 * np.eye(4)])
    top = question.density(learnt.best[None])[0][0]
    assert (question.density(around)[0] < top).all()


def test_the_same_history_gives_the_same_draws_and_other_draws_agree_with_them():
    first, again, other = fit(BETTER), fit(BETTER), fit(BETTER, rng=np.random.default_rng(8))
    assert np.array_equal(first.numbers, again.numbers)
    assert not np.array_equal(first.numbers, other.numbers)
    assert np.abs(first.draws.mean(axis=0) - other.draws.mean(axis=0)).max() < 0.15


def test_weighed_draws_are_those_of_a_long_walk(monkeypatch):
    weighed = fit(BETTER)
    monkeypatch.setattr(weighing, "ENOUGH", 2.0)
    walked = fit(BETTER)
    assert np.abs(weighed.draws.mean(axis=0) - walked.draws.mean(axis=0)).max() < 0.12
    assert np.abs(weighed.draws.std(axis=0) - walked.draws.std(axis=0)).max() < 0.1


def test_few_effective_draws_are_said_with_what_was_done_instead(monkeypatch):
    well = fit(BETTER)
    assert well.method == "importance" and not well.says and well.effective > 0.2 * well.weighed
    monkeypatch.setattr(weighing, "ENOUGH", 2.0)
    walked = fit(BETTER)
    assert walked.method == "walk"
    assert f"of {walked.weighed} weighed draws" in walked.says and "walked" in walked.says


def test_a_rating_of_nothing_at_all_does_not_break_the_fit():
    for points in (0, 27):
        learnt = fit(rated(*[points] * 7))
        assert np.isfinite(learnt.numbers).all() and learnt.effective > 50


def test_a_higher_baseline_is_believed_of_one_who_was_rated_higher():
    low, high = (fit(rated(*points)) for points in ([10] * 7, [25] * 7))
    assert low.interval(NUMBERS[BASELINE])[1] < high.interval(NUMBERS[BASELINE])[1] - 5
