"""What must hold whatever the numbers are: nothing is lost, doses add up, no drug does nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dayspring.pharmacology as front
from dayspring.pharmacology import Dose, Patient, Population, parameters, simulate
from dayspring.pharmacology.compartments import DEPOTS, FAST, LIVER, NORKETAMINE, depots, individual, system
from dayspring.pharmacology.tiers import TIERS
from dayspring.pharmacology.transition import Ladder, TooFast
from tests.pharmacology.tier import here

PS = parameters()


@pytest.fixture(scope="module", autouse=True, params=TIERS)
def tier(request):
    """Every law holds in both tiers."""
    global simulate
    simulate = partial(front.simulate, tier=here(request.param))
    yield request.param
    simulate = front.simulate


LEVELS = ("racemic_ketamine_ng_per_ml", "racemic_norketamine_ng_per_ml")
# What the drug alone moves, and a second session does not.
DRUG = (
    *LEVELS,
    "brain_ic50",
    "blocked_share",
    "bdnf_mtor_share",
    "refilled_share",
    "systolic_mmhg",
    "cadss_points",
)
AFTER = [0.1, 0.4, 2 / 3, 1.0, 3.0, 12.0, 24.0, 240.0]


def area(run, name: str) -> float:
    """Under the curve, by trapezoids on the run's own fine times."""
    y, t = run[name], run.times_h
    return float(np.sum(np.diff(t) * (y[1:] + y[:-1]) / 2))


def fine(until: float) -> np.ndarray:
    return np.unique(np.concatenate([np.linspace(0, 6, 3001), np.geomspace(6, until, 1500)]))


def test_two_half_infusions_equal_one_whole():
    whole = simulate(Patient(), [Dose(at_h=0, mg=35, minutes=40)], AFTER)
    halves = [Dose(at_h=0, mg=17.5, minutes=20), Dose(at_h=20 / 60, mg=17.5, minutes=20)]
    parts = simulate(Patient(), halves, AFTER)
    for name in DRUG:
        np.testing.assert_allclose(parts[name], whole[name], rtol=1e-6, atol=1e-12, err_msg=name)


def test_two_infusions_side_by_side_equal_one_of_both():
    whole = simulate(Patient(), [Dose(at_h=0, mg=35, minutes=40)], AFTER)
    both = simulate(Patient(), [Dose(at_h=0, mg=15, minutes=40), Dose(at_h=0, mg=20, minutes=40)], AFTER)
    for name in (*DRUG, "madrs_points"):
        np.testing.assert_allclose(both[name], whole[name], rtol=1e-12, err_msg=name)


def test_levels_of_doses_by_different_routes_add_up():
    doses = [
        Dose(at_h=0, mg=35, minutes=40),
        Dose(at_h=0.5, mg=40, route="im"),
        Dose(at_h=1, mg=100, route="oral"),
        Dose(at_h=1.25, mg=50, route="nasal"),
    ]
    times = [0.25, 0.75, 1.5, 4.0, 30.0]
    together = simulate(Patient(), doses, times)
    alone = [simulate(Patient(), [dose], times) for dose in doses]
    for name in (*LEVELS, "brain_ic50"):
        np.testing.assert_allclose(together[name], sum(run[name] for run in alone), rtol=1e-9, err_msg=name)


def test_a_bolus_is_the_limit_of_ever_shorter_infusions():
    times, apart = [0.5, 1.0, 4.0], []
    bolus = simulate(Patient(), [Dose(at_h=0, mg=20)], times)
    for minutes in (10.0, 1.0, 0.1):
        run = simulate(Patient(), [Dose(at_h=0, mg=20, minutes=minutes)], times)
        apart.append(float(np.abs(run["brain_ic50"] - bolus["brain_ic50"]).max()))
    assert apart[0] > 5 * apart[1] > 25 * apart[2] > 0


def test_drug_leaves_only_through_the_liver_and_the_gut_wall():
    doses = [Dose(at_h=0, mg=1, route=route) for route in ("im", "sublingual", "nasal", "oral")]
    people = Population.draw(20, np.random.default_rng(1))
    places = depots("racemic", doses, PS)
    body = individual("racemic", people, PS)
    rates = system("racemic", body, places, PS)
    parents = [0, FAST, 2, LIVER, *range(DEPOTS, DEPOTS + len(places))]
    leaves = -rates[:, parents][:, :, parents].sum(axis=1)
    for column, state in enumerate(parents):
        way = next((way for (_, way), place in places.items() if place == state), "")
        if state == LIVER:
            assert np.allclose(leaves[:, column], body["intrinsic_clearance_l_per_h"] / body["liver_l"])
        elif way == "swallowed":
            wall = (1 - body["gut_share"]) * -rates[:, state, state]
            assert np.allclose(leaves[:, column], wall)
        else:
            assert np.allclose(leaves[:, column], 0.0, atol=1e-12)
        made = rates[:, NORKETAMINE, state]
        assert np.allclose(made, PS["racemic.norketamine_yield"] * leaves[:, column], atol=1e-12)


@pytest.mark.parametrize(
    "form, clearance, norketamine", [("racemic", 79.0, 0.75 / 55), ("esketamine", 109.0, 0.55 / 45)]
)
def test_the_area_under_the_level_is_the_dose_over_the_clearance(form, clearance, norketamine):
    run = simulate(Patient(), [Dose(at_h=0, mg=40, minutes=40, form=form)], fine(240))
    assert area(run, f"{form}_ketamine_ng_per_ml") == pytest.approx(40e3 / clearance, rel=3e-3)
    assert area(run, f"{form}_norketamine_ng_per_ml") == pytest.approx(40e3 * norketamine, rel=1e-3)


def test_what_is_swallowed_makes_as_much_norketamine_as_what_is_injected():
    made = [
        area(simulate(Patient(), [Dose(at_h=0, mg=40, route=route)], fine(240)), LEVELS[1])
        for route in ("iv", "oral")
    ]
    assert made[1] == pytest.approx(made[0], rel=1e-3)


@pytest.mark.parametrize(
    "route, form, share",
    [
        ("im", "racemic", 0.93),
        ("sublingual", "racemic", 0.30),
        ("oral", "racemic", 0.20),
        ("nasal", "racemic", 0.45),
    ],
)
def test_a_route_brings_the_published_share_into_the_blood(route, form, share):
    got = area(simulate(Patient(), [Dose(at_h=0, mg=40, route=route, form=form)], fine(240)), LEVELS[0])
    all_of_it = area(simulate(Patient(), [Dose(at_h=0, mg=40, minutes=40, form=form)], fine(240)), LEVELS[0])
    assert got / all_of_it == pytest.approx(share, abs=0.01)


def test_no_drug_has_no_drug_effect():
    sham = simulate(Patient(), [Dose(at_h=0, route="sham")], AFTER)
    none = simulate(Patient(), [], AFTER)
    nothing = simulate(Patient(), [Dose(at_h=0, mg=0, minutes=40)], AFTER)
    for name in (*DRUG, "fast_gain_units", "habenula_share", "tolerance_units"):
        assert np.ptp(sham[name]) == 0.0 and np.array_equal(sham[name], none[name]), name
    assert np.array_equal(nothing["madrs_points"], sham["madrs_points"])
    assert sham["madrs_points"][6] < none["madrs_points"][6] == none["madrs_points"][0]


def test_expectancy_is_topped_up_and_never_beyond_one():
    daily = [Dose(at_h=24.0 * day, route="sham") for day in range(40)]
    level = simulate(Patient(), daily, np.linspace(0, 40 * 24, 500))["expectancy_share"]
    assert 0.9 < level.max() <= 1.0
    assert level[-1] > simulate(Patient(), daily[:1], [40 * 24.0])["expectancy_share"][0]


@given(
    lower=st.floats(0.3, 2.0),
    more=st.floats(1.05, 3.0),
    route=st.sampled_from(["iv", "im", "nasal", "oral", "sublingual"]),
)
def test_more_clearance_never_means_more_drug(lower, more, route):
    times = np.array([0.5, 1, 2, 4, 8, 24, 48])
    dose = Dose(at_h=0, mg=40, route=route, minutes=40 if route == "iv" else 0)
    slow = simulate(Patient(clearance_factor=lower), [dose], times)
    fast = simulate(Patient(clearance_factor=lower * more), [dose], times)
    assert (fast[LEVELS[0]] <= slow[LEVELS[0]] * (1 + 1e-9) + 1e-12).all()


@given(mg=st.floats(1, 200), more=st.floats(1.01, 2.0))
def test_more_drug_never_means_less_block_or_pressure(mg, more):
    small, large = (
        simulate(Patient(), [Dose(at_h=0, mg=amount, minutes=40)], AFTER) for amount in (mg, mg * more)
    )
    for name in ("blocked_share", "systolic_mmhg", "diastolic_mmhg", "pulse_per_min", "sedation_probability"):
        assert (large[name] >= small[name]).all(), name


def test_the_surge_is_largest_at_half_block_and_falls_beyond_it():
    at_peak = [
        simulate(Patient(), [Dose(at_h=0, mg=mg, minutes=40)], [40 / 60])
        for mg in (10, 20, 35, 70, 200, 2000)
    ]
    block = np.array([run["blocked_share"][0] for run in at_peak])
    surge = np.array([run["glutamate_share"][0] for run in at_peak])
    assert (np.diff(block) > 0).all() and block[-1] < 1
    assert surge.argmax() == np.abs(block - 0.5).argmin()
    assert (np.diff(surge[surge.argmax() :]) < 0).all()


def test_everything_fades_back_to_where_it_began():
    run = simulate(Patient(), [Dose(at_h=0, mg=35, minutes=40)], [0.0, 24.0 * 365 * 10])
    assert run["madrs_points"][1] == pytest.approx(run["madrs_points"][0], abs=0.01)


def test_spines_that_last_longer_hold_the_score_longer():
    course = [Dose(at_h=48.0 * n, mg=35, minutes=40) for n in range(6)]
    scores = [
        simulate(Patient(survival=z), course, [24.0 * 60])["madrs_points"][0] for z in (-2, -1, 0, 1, 2)
    ]
    assert (np.diff(scores) < 0).all()


def test_dissociation_is_tolerated_and_pressure_is_not():
    weekly = [Dose(at_h=168.0 * n, mg=35, minutes=40) for n in range(10)]
    run = simulate(Patient(), weekly, [40 / 60, 168.0 * 9 + 40 / 60])
    assert run["cadss_points"][1] < 0.8 * run["cadss_points"][0]
    assert run["systolic_mmhg"][1] == pytest.approx(run["systolic_mmhg"][0], abs=0.01)


def test_a_step_is_exact_where_two_rates_are_the_same():
    # x' = -a x, y' = a x - a y has no eigenvectors enough; y(t) = a t exp(-a t).
    rate = 3.0
    ladder = Ladder.of(np.array([[[-rate, 0.0], [rate, -rate]]]), tick_h=2.0**-10, longest_h=8.0)
    times = np.array([0.0, 1e-5, 0.1, 1 / 3, 2.0, 7.99])
    seen = ladder.rows(np.array([[0.0, 1.0]]), times)[0, :, 0, 0]
    np.testing.assert_allclose(seen, rate * times * np.exp(-rate * times), rtol=1e-11, atol=1e-18)
    assert ladder.moved(np.array([[1.0, 0.0]]), 1 / 3)[0, 1] == pytest.approx(seen[3], rel=1e-12)


def test_a_body_too_fast_to_follow_is_refused_and_not_guessed():
    with pytest.raises(TooFast, match=r"per hour.*seconds"):
        front.simulate(
            replace(Patient(), volume_factor=0.01), [Dose(at_h=0, mg=35, minutes=40)], [1.0], tier="numpy"
        )
