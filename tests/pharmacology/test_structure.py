"""What the recalibrated set switches on: neutral it is the reference, switched on it is what is written."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dayspring.pharmacology import Dose, Patient, Population, ProfileUnknown, parameters, simulate
from dayspring.pharmacology.tiers import TIERS
from tests.pharmacology import oracle
from tests.pharmacology.tier import here

NEW = "dayspring-2026"
FOUR = [Dose(at_h=24.0 * day, mg=40, minutes=40) for day in (0, 2, 4, 7)]
DAYS = [0.5, 24.0, 47.0, 72.0, 120.0, 169.0, 216.0, 240.0]


def people() -> Population:
    """Drawn people, half of them beside an antidepressant, of whom many get well enough to recover."""
    crowd = Population.draw(10, np.random.default_rng(11), around=Patient(drug_gain=2.5), parameters_of=NEW)
    kept = (np.arange(10) % 2).astype(float)
    return replace(crowd, columns={**crowd.columns, "antidepressant_kept": kept})


@pytest.mark.parametrize("tier", TIERS)
def test_the_whole_structure_agrees_with_tiny_steps(tier):
    crowd, ps = people(), parameters(NEW)
    theirs = oracle.solved(crowd, FOUR, DAYS, ps)
    expected = {
        "madrs_points": (0.02, lambda x: oracle.madrs(x, crowd, ps)),
        "refilled_share": (0.002, lambda x: oracle.refilled(x, crowd, ps)),
        "recovery_share": (0.002, lambda x: x[oracle.L]),
        "expectancy_share": (1e-6, lambda x: x[oracle.X]),
        "adapted_brain_ic50": (5e-4, lambda x: x[oracle.FOLLOW]),
        "mature_spines_units": (0.002, lambda x: x[oracle.M]),
    }
    ours = [simulate(crowd.patient(n), FOUR, DAYS, parameters=NEW, tier=here(tier)) for n in range(10)]
    for name, (allowed, of) in expected.items():
        should = np.array([of(x) for x in theirs]).T
        apart = np.abs(np.array([run[name] for run in ours]) - should).max()
        assert should.max() > 0 and apart < allowed, (name, apart)
    assert max(run["recovery_share"].max() for run in ours) > 0.05


def test_visits_fill_up_slowly_in_a_clinic_and_at_once_in_research():
    shams = [Dose(at_h=24.0 * day, route="sham") for day in range(0, 24, 3)]
    after = [24.0 * day + 23.9 for day in range(0, 24, 3)]
    research, clinic = (
        simulate(Patient(), shams, after, parameters=NEW, profile=p)["expectancy_share"]
        for p in ("research", "clinic")
    )
    assert research[0] > 0.9 * research[-1]
    assert 0.3 < clinic[0] / clinic[-1] < 0.5 and (np.diff(clinic) > 0).all()
    assert clinic[-1] <= 1.0


def test_one_dose_leaves_little_that_lasts_and_a_series_leaves_more_than_its_parts():
    whole = simulate(Patient(), FOUR, [24.0 * 28], parameters=NEW)["mature_spines_units"][0]
    alone = [
        simulate(Patient(), [dose], [24.0 * 28], parameters=NEW)["mature_spines_units"][0] for dose in FOUR
    ]
    assert whole > 1.5 * sum(alone)
    linear = simulate(Patient(), FOUR, [24.0 * 28])["mature_spines_units"][0]
    parts = [simulate(Patient(), [dose], [24.0 * 28])["mature_spines_units"][0] for dose in FOUR]
    assert linear == pytest.approx(sum(parts), rel=1e-4)


def test_who_stays_well_keeps_more_of_it_and_more_so_beside_an_antidepressant():
    course = [Dose(at_h=24.0 * day, mg=35, minutes=40) for day in (0, 2, 4, 7, 9, 11)]
    free, kept, unwell = (
        simulate(Patient(drug_gain=gain, antidepressant_kept=on), course, [24.0 * 60], parameters=NEW)
        for gain, on in ((2.0, False), (2.0, True), (0.3, False))
    )
    assert unwell["recovery_share"][0] == 0.0 < free["recovery_share"][0]
    assert kept["madrs_points"][0] < free["madrs_points"][0] - 1.0


def test_more_spines_are_needed_by_whom_half_is_filled_later():
    fast, slow = (
        simulate(Patient(half_filled_factor=k), FOUR, [72.0], parameters=NEW)["refilled_share"][0]
        for k in (0.5, 2.0)
    )
    assert fast > 1.5 * slow


def test_pressure_answers_early_and_is_half_gone_within_the_hour():
    minutes = np.arange(0.0, 181.0)
    rise = simulate(Patient(), FOUR[:1], minutes / 60, parameters=NEW)["systolic_mmhg"] - 122.0
    late = simulate(Patient(), FOUR[:1], minutes / 60)["systolic_mmhg"] - 122.0
    assert 30 <= rise.argmax() <= 45 and rise[70] < 0.55 * rise.max()
    assert rise[70] / rise.max() < late[70] / late.max()
    double = replace(FOUR[0], mg=80.0)
    more = simulate(Patient(), [double], minutes / 60, parameters=NEW)["systolic_mmhg"] - 122.0
    assert more.max() / rise.max() < 1.6


def test_the_rise_of_pressure_is_the_patients_own_and_rest_is_not_moved_by_it():
    none, usual, twice = (
        simulate(Patient(systolic_rise_factor=k), FOUR[:1], [0.0, 0.7], parameters=NEW)["systolic_mmhg"]
        for k in (0.0, 1.0, 2.0)
    )
    assert none[1] == 122.0
    assert usual[0] == pytest.approx(122.0, abs=1e-9) and twice[0] == pytest.approx(122.0, abs=1e-9)
    assert twice[1] - twice[0] == pytest.approx(2 * (usual[1] - usual[0]))


def test_the_reference_knows_nothing_of_all_this():
    crowd = people()
    for n in range(3):
        run = simulate(crowd.patient(n), FOUR, DAYS, profile="clinic")
        assert run["recovery_share"].max() == 0.0
        assert np.array_equal(run["madrs_points"], simulate(crowd.patient(n), FOUR, DAYS)["madrs_points"])


def test_a_kind_of_place_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(ProfileUnknown, match=r"ward.*research, clinic"):
        simulate(Patient(), FOUR, DAYS, parameters=NEW, profile="ward")


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_the_switch_holds_the_whole_change_of_the_first_day_here_too(share):
    def lost(dose: Dose, drug_share: float | None) -> float:
        run = simulate(Patient(), [dose], [24.0], drug_share=drug_share, parameters=NEW, profile="clinic")
        return float(33.0 - run["madrs_points"][0])

    drug, sham = Dose(at_h=0, mg=35, minutes=40), Dose(at_h=0, route="sham")
    assert lost(drug, share) == pytest.approx(lost(drug, None), abs=1e-6)
    assert 1 - lost(sham, share) / lost(drug, share) == pytest.approx(share, abs=1e-6)


def test_a_run_leans_on_the_parts_that_were_awake_and_the_place_it_was_in():
    def keys(**more: str) -> set[str]:
        return {row.key for row in simulate(Patient(), FOUR, [24.0], **more).leans_on}

    old, new = keys(), keys(parameters=NEW, profile="clinic")
    assert not [
        key for key in old if key.startswith(("recovery.", "plasticity.cooperation", "profiles.clinic"))
    ]
    assert {"recovery.smoothing_d", "plasticity.cooperation_most", "profiles.clinic.drug"} <= new
    assert "profiles.research.drug" in old - new
