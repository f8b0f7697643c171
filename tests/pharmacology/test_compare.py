"""Schedules side by side: paired, with an interval, in the order given; nothing is ranked or chosen."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from dayspring.pharmacology import Dose, Patient, Population
from dayspring.pharmacology.compare import FOR_A_POPULATION, Compared, compare
from dayspring.pharmacology.fit import fit
from dayspring.pharmacology.forecast import ForecastRefused, forecast
from tests.pharmacology.test_forecast import history

HOURS = [24.0 * day for day in (28, 42, 56)]
PEOPLE = Population.draw(60, np.random.default_rng(9))


def weekly(*days: int, mg: float = 35, **more: object) -> tuple[Dose, ...]:
    given = {"route": "iv", "minutes": 40.0} | more
    return tuple(Dose(at_h=24.0 * day, mg=mg, **given) for day in days)


NONE, MORE = (), weekly(24, 31, 38, 45)


def compared(whom: object = None, **plans: tuple[Dose, ...]) -> Compared:
    return compare(whom or fit(history()), plans, HOURS, np.random.default_rng(1))


def test_a_schedule_beside_itself_differs_by_nothing_whoever_is_asked():
    for whom in (fit(history()), PEOPLE):
        of = compared(whom, one=MORE, same=MORE).difference["same"]["phq9"]
        assert all((points == 0).all() for points in of.values())


def test_sessions_more_lower_the_expected_score_of_a_person_and_of_a_population():
    for whom in (fit(history()), PEOPLE):
        of = compared(whom, without=NONE, more=MORE).difference["more"]["phq9"]
        assert (of[0.5] < 0).all() and (of[0.05] <= of[0.5]).all() and (of[0.5] <= of[0.95]).all()


def test_the_difference_is_paired_and_so_far_narrower_than_either_forecast():
    learnt = fit(history())
    of = compared(learnt, without=NONE, more=MORE).difference["more"]["phq9"]
    alone = forecast(learnt, MORE, HOURS, np.random.default_rng(1)).width("phq9")
    assert ((of[0.95] - of[0.05]) / 2.0 < 0.6 * alone).all()


def test_the_schedules_stand_in_the_order_they_were_given_and_none_is_called_better():
    shown = compared(None, worse=NONE, better=MORE)
    assert shown.names == ("worse", "better") and tuple(shown.difference) == ("better",)
    assert compared(None, better=MORE, worse=NONE).names == ("better", "worse")
    assert {f.name for f in fields(Compared)} == {
        "times_h", "names", "expected", "difference", "withheld", "label", "says", "leans_on",
    }  # fmt: skip


def test_turning_the_order_turns_the_sign():
    there, back = compared(None, a=NONE, b=MORE), compared(None, b=MORE, a=NONE)
    assert np.allclose(there.difference["b"]["madrs"][0.5], -back.difference["a"]["madrs"][0.5], atol=1e-9)


@pytest.mark.parametrize(
    "other, words",
    [
        (weekly(24, mg=70), "The dose differs (35 mg and 70 mg)"),
        (weekly(24, route="im", minutes=0.0), "The route differs (im and iv)"),
        (weekly(24, form="esketamine"), "The form differs (esketamine and racemic)"),
    ],
)
def test_another_dose_route_or_form_is_not_compared_for_one_person_but_for_a_population(other, words):
    one = compared(None, one=weekly(24), other=other)
    assert words in one.withheld[0] and not one.difference and not one.expected
    many = compared(PEOPLE, one=weekly(24), other=other)
    assert not many.withheld and many.label == FOR_A_POPULATION


def test_schedules_that_hold_the_same_doses_on_other_days_may_be_compared_for_one_person():
    rising = (*weekly(24), *weekly(31, mg=40))
    assert not compared(None, none=NONE, rising=rising, later=(*weekly(26), *weekly(38, mg=40))).withheld


def test_no_difference_is_called_an_equivalence():
    for whom in (fit(history()), PEOPLE):
        assert "does not show that two schedules do the same" in compared(whom, a=NONE, b=MORE).says


def test_a_comparison_is_withheld_where_a_forecast_is():
    young = fit(history(patient=Patient(age_years=16)))
    assert "16 years old" in compared(young, a=NONE, b=MORE).withheld[0]
    close = compared(None, a=NONE, b=(*weekly(24), replace(weekly(24)[0], at_h=24.0 * 24 + 10)))
    assert "closer than the 20 h" in close.withheld[0] and not close.expected


def test_for_one_person_the_label_is_that_of_the_forecast():
    learnt = fit(history())
    assert compared(learnt, a=NONE, b=MORE).label == learnt.label


def test_one_schedule_or_another_measure_is_refused():
    with pytest.raises(ForecastRefused, match="1 schedule cannot be compared"):
        compared(None, a=MORE)
    with pytest.raises(ForecastRefused, match=r"systolic.*madrs, phq9"):
        compare(PEOPLE, {"a": NONE, "b": MORE}, HOURS, np.random.default_rng(1), instruments=("systolic",))


def test_a_population_is_asked_by_the_set_of_numbers_that_is_named():
    sets = [
        compare(PEOPLE, {"a": NONE, "b": MORE}, HOURS, np.random.default_rng(1), parameters=name)
        for name in ("reference-2026", "dayspring-2026")
    ]
    assert all((of.difference["b"]["madrs"][0.5] < 0).all() for of in sets)
    assert not np.allclose(sets[0].difference["b"]["madrs"][0.5], sets[1].difference["b"]["madrs"][0.5])
