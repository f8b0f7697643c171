"""What cannot be meant is refused with both things that clash; what was not fitted says so."""

from __future__ import annotations

import pytest

from dayspring.pharmacology import (
    Dose,
    DoseRefused,
    NoSuchColumn,
    ParametersBroken,
    Patient,
    PatientRefused,
    ShareRefused,
    SimulationRefused,
    cite,
    simulate,
)

ONE = [Dose(at_h=0, mg=35, minutes=40)]


@pytest.mark.parametrize(
    "dose, words",
    [
        ({"mg": -1.0}, "mg is -1.0"),
        ({"mg": float("nan")}, "mg is nan"),
        ({"at_h": -2.0, "mg": 35.0}, "at_h is -2.0"),
        ({"mg": 35.0, "minutes": float("inf")}, "minutes is inf"),
        ({"mg": 35.0, "route": "rectal"}, "rectal.*known: iv, im"),
        ({"mg": 35.0, "form": "arketamine"}, "arketamine.*racemic, esketamine"),
        ({"mg": 35.0, "route": "oral", "minutes": 40.0}, "40 minutes clash with the route oral"),
        ({"mg": 35.0, "route": "sham"}, "35 mg clash with sham"),
    ],
)
def test_a_dose_that_cannot_be_meant_is_refused(dose, words):
    with pytest.raises(DoseRefused, match=words):
        Dose(**{"at_h": 0.0} | dose)


@pytest.mark.parametrize(
    "patient, words",
    [
        ({"weight_kg": 0.0}, "weight_kg is 0.0; it must be above 0"),
        ({"clearance_factor": -0.4}, "clearance_factor is -0.4"),
        ({"age_years": -1.0}, "age_years is -1.0; it must be at least 0"),
        ({"survival": float("nan")}, "survival is nan"),
        ({"madrs_before_points": 60.0}, "60.0; the scale ends at 60"),
    ],
)
def test_a_patient_who_cannot_be_meant_is_refused(patient, words):
    with pytest.raises(PatientRefused, match=words):
        Patient(**patient)


@pytest.mark.parametrize(
    "times, words",
    [
        ([], "shape"),
        ([-1.0, 2.0], "-1.0"),
        ([0.0, 5.0, 5.0], "5.0 to 5.0"),
        ([0.0, 9.0, 4.0], "9.0 to 4.0"),
        ([0.0, float("nan")], "finite"),
        ([[1.0], [2.0]], "shape"),
    ],
)
def test_hours_that_do_not_follow_each_other_are_refused(times, words):
    with pytest.raises(SimulationRefused, match=words):
        simulate(Patient(), ONE, times)


def test_a_set_of_parameters_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(ParametersBroken, match=r"reference-1999; there are .*reference-2026"):
        simulate(Patient(), ONE, [1.0], parameters="reference-1999")


@pytest.mark.parametrize("share", [-0.1, 0.61, float("nan")])
def test_a_drug_share_that_the_switch_does_not_have_is_refused(share):
    with pytest.raises(ShareRefused, match=r"outside 0 to 0\.6"):
        simulate(Patient(), ONE, [1.0], drug_share=share)


def test_a_column_that_does_not_exist_is_refused_with_those_that_do():
    run = simulate(Patient(), ONE, [1.0])
    with pytest.raises(NoSuchColumn, match=r"mood.*madrs_points"):
        run["mood"]
    with pytest.raises(NoSuchColumn, match="mood"):
        run.unit("mood")


def test_every_column_has_a_unit_and_a_value_for_each_time():
    run = simulate(Patient(), ONE, [0.0, 1.0, 24.0])
    table = run.to_dict()
    assert tuple(table) == run.columns and len(table) > 30
    assert all(len(values) == 3 for values in table.values())
    assert all(run.unit(name) for name in run.columns)
    assert (run.unit("racemic_ketamine_ng_per_ml"), run.unit("systolic_mmhg")) == ("ng/mL", "mmHg")
    assert (run.unit("pulse_per_min"), run.unit("time_h")) == ("per minute", "h")


@pytest.mark.parametrize(
    "patient, doses, words",
    [
        ({"age_years": 17.0}, ONE, ["17", "18"]),
        ({}, [Dose(at_h=0, mg=110, minutes=40)], ["1.57 mg/kg", "1.5 mg/kg"]),
        ({}, [*ONE, Dose(at_h=19, mg=35, minutes=40)], ["0 h", "19 h", "20 h"]),
        ({}, [*ONE, Dose(at_h=48, route="ablate")], ["48 h", "no patient"]),
    ],
)
def test_a_course_outside_what_was_fitted_says_so_with_both_numbers(patient, doses, words):
    (said,) = simulate(Patient(**patient), doses, [24.0]).outside
    assert all(word in said for word in words), said


@pytest.mark.parametrize(
    "patient, doses",
    [
        ({"age_years": 18.0}, ONE),
        ({}, [Dose(at_h=0, mg=105, minutes=40)]),
        ({}, [*ONE, Dose(at_h=20, mg=35, minutes=40)]),
    ],
)
def test_the_boundary_itself_was_fitted(patient, doses):
    assert simulate(Patient(**patient), doses, [24.0]).outside == ()


def test_a_run_cites_what_it_leaned_on_and_nothing_else():
    said = "\n".join(cite(simulate(Patient(), ONE, [24.0])))
    assert "Kamp J" in said and "racemic.central_l" in said
    assert "esketamine." not in said.replace("esketamine.efficacy", "") and "routes." not in said
    assert "antidepressant" not in said and "setting.judged_at_h" not in said

    nasal = Dose(at_h=0, mg=56, route="nasal", form="esketamine")
    patient = Patient(antidepressant_started_h=0.0)
    more = "\n".join(cite(simulate(patient, [nasal], [24.0], drug_share=0.3)))
    assert "routes.nasal.spray_mg" in more and "esketamine.central_l" in more and "racemic." not in more
    assert "antidepressant.onset_d" in more and "setting.judged_at_h" in more
