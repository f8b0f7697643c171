"""A population is its people: the same numbers however it is cut, and each person as if alone."""

from __future__ import annotations

import numpy as np
import pytest

from dayspring.pharmacology import (
    Dose,
    NoSuchColumn,
    Patient,
    PatientRefused,
    Population,
    SimulationRefused,
    parameters,
    simulate,
    simulate_population,
)

COURSE = [
    Dose(at_h=0, mg=35, minutes=40),
    Dose(at_h=48, mg=56, route="nasal", form="esketamine"),
    Dose(at_h=96, mg=50, route="sublingual"),
]
TIMES = [0.0, 1.0, 24.0, 49.0, 97.5, 240.0]
COLUMNS = ("madrs_points", "phq9_points", "blocked_share", "relapse_probability", "cadss_points")


def people(n: int = 37) -> Population:
    return Population.draw(n, np.random.default_rng(7))


def summary(chunk: int):
    return simulate_population(people(), COURSE, TIMES, columns=COLUMNS, chunk=chunk)


@pytest.mark.parametrize("chunk", [1, 2, 7, 36, 128])
def test_the_summary_is_the_same_bit_for_bit_whatever_the_chunk(chunk):
    whole, cut = summary(37), summary(chunk)
    assert whole.to_dict() == cut.to_dict()


def test_each_person_of_a_crowd_is_as_alone():
    crowd = people(9)
    spread = simulate_population(crowd, COURSE, TIMES, columns=COLUMNS, shares=(0.0, 1.0))
    alone = [simulate(crowd.patient(n), COURSE, TIMES) for n in range(9)]
    for name in COLUMNS:
        each = np.array([run[name] for run in alone])
        assert np.array_equal(spread.mean[name], each.mean(axis=0))
        assert np.array_equal(spread.quantiles[name][0.0], each.min(axis=0))
        assert np.array_equal(spread.quantiles[name][1.0], each.max(axis=0))


def test_fewer_people_of_the_same_generator_are_the_first_of_more():
    few, many = people(5), people(50)
    assert all(np.array_equal(few[name], many[name][:5]) for name in few.columns)


def test_the_drawn_spread_is_the_one_that_the_rows_state():
    crowd = Population.draw(20_000, np.random.default_rng(3))
    rows = parameters().rows
    for name in crowd.columns:
        row = rows.get(f"patient.{name}")
        if row is None or row.spread is None:
            assert len(np.unique(crowd[name])) == 1, name
            continue
        value = np.log(crowd[name] / row.value) if row.spread_of == "log" else crowd[name] - row.value
        assert np.std(value) == pytest.approx(row.spread, rel=0.03), name
        assert np.mean(value) == pytest.approx(0.0, abs=0.03 * row.spread + 0.05), name
    assert crowd["madrs_before_points"].min() == 22 and crowd["madrs_before_points"].max() == 50


def test_people_are_drawn_around_the_patient_who_is_named():
    crowd = Population.draw(400, np.random.default_rng(3), around=Patient(weight_kg=95, clearance_factor=0.4))
    assert set(crowd["weight_kg"]) == {95.0}
    assert np.median(crowd["clearance_factor"]) == pytest.approx(0.4, rel=0.1)
    assert crowd.patient(0).weight_kg == 95 and crowd.patient(0).antidepressant_started_h is None


def test_only_what_was_asked_for_is_summarised():
    only = simulate_population(people(3), COURSE, TIMES, ["mean"])
    assert set(only.columns) == {"time_h", "madrs_points mean", "phq9_points mean"}
    shares = simulate_population(
        people(3), COURSE, TIMES, ["quantiles"], shares=[0.1], columns=["brain_ic50"]
    )
    assert set(shares.columns) == {"time_h", "brain_ic50 q0.1"}
    assert only.people == 3


@pytest.mark.parametrize(
    "more, error, words",
    [
        ({"summary": ["median"]}, SimulationRefused, "median.*mean, variance, quantiles"),
        ({"chunk": 0}, SimulationRefused, "chunk of 0.*3 people"),
        ({"shares": [1.5]}, SimulationRefused, "1.5.*0 to 1"),
        ({"columns": ["mood"]}, NoSuchColumn, "mood.*madrs_points"),
    ],
)
def test_a_summary_that_does_not_exist_is_refused_with_what_does(more, error, words):
    with pytest.raises(error, match=words):
        simulate_population(people(3), COURSE, TIMES, **more)


def test_a_population_of_nobody_is_refused():
    with pytest.raises(PatientRefused, match="0 people"):
        Population.draw(0, np.random.default_rng(1))
    with pytest.raises(PatientRefused, match="0 were given"):
        Population.of([])
