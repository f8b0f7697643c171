"""A forecast is an interval with a label, or nothing and why: every edge of what may be drawn has a test."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from dayspring.knowledge import library
from dayspring.pharmacology import Dose, Patient
from dayspring.pharmacology.fit import fit
from dayspring.pharmacology.forecast import QUANTILES, Fan, ForecastRefused, forecast
from dayspring.pharmacology.history import History, Rating
from dayspring.pharmacology.history_file import CONDITIONS, read_history
from dayspring.pharmacology.posterior import LASTING_TYPICAL, TYPICAL
from tests.pharmacology.virtual import SIX

pytestmark = pytest.mark.hazard("H59")

DAYS = (-7, 0, 3, 7, 10, 14, 17)
HOURS = [24.0 * day for day in (21, 28, 42, 56)]
STALE = float(library().limits["forecast_rating_age"].value)


def history(*points: float, **more: object) -> History:
    points = points or (20, 19, 15, 12, 11, 9, 9)
    told = tuple(
        Rating(at_h=24.0 * d, instrument="phq9", points=p) for d, p in zip(DAYS, points, strict=True)
    )
    return History(**{"patient": Patient(), "doses": SIX, "ratings": told} | more)


def fan(
    told: History | None = None, plan: tuple[Dose, ...] = (), hours: list[float] = HOURS, **more: object
) -> Fan:
    return forecast(fit(told or history()), plan, hours, np.random.default_rng(1), **more)


# What may be drawn ------------------------------------------------------------------------------------


def test_quantiles_are_in_order_and_within_the_scale():
    for points in ((0,) * 7, (27,) * 7, (20, 19, 15, 12, 11, 9, 9)):
        for instrument, most in (("madrs", 60), ("phq9", 27)):
            of = np.array([fan(history(*points)).quantiles[instrument][share] for share in QUANTILES])
            assert (np.diff(of, axis=0) >= 0).all() and of.min() >= 0 and of.max() <= most


def test_the_interval_is_as_wide_as_the_self_test_says_and_widens_with_time():
    width = fan().width("phq9")
    assert 4.5 < width[0] < width[-1] < 8.5


def test_the_probability_above_a_threshold_is_the_share_of_what_is_drawn_above_it():
    shown = fan(thresholds={"phq9": 12.0, "madrs": 0.0})
    middle = shown.quantiles["phq9"][0.5]
    assert ((shown.above["phq9"] > 0.5) == (middle > 12.0)).all()
    assert (shown.above["madrs"] > 0.97).all()
    assert (fan(thresholds={"phq9": 20.0}).above["phq9"] < shown.above["phq9"]).all()


def test_without_another_threshold_those_of_relapse_are_asked():
    assert fan().thresholds == {"madrs": 22.0, "phq9": 10.0}


def test_the_same_draws_of_chance_give_the_same_fan_and_others_nearly():
    learnt = fit(history())
    first, again, other = (forecast(learnt, (), HOURS, np.random.default_rng(n)) for n in (1, 1, 2))
    assert np.array_equal(first.quantiles["phq9"][0.5], again.quantiles["phq9"][0.5])
    assert np.abs(first.quantiles["phq9"][0.5] - other.quantiles["phq9"][0.5]).max() < 1.0


def test_one_who_was_rated_worse_is_forecast_worse_and_a_session_more_lowers_the_score():
    worse = history(22, 22, 21, 21, 20, 21, 21)
    assert (fan(worse).quantiles["phq9"][0.5] > fan().quantiles["phq9"][0.5] + 4).all()
    more = tuple(Dose(at_h=24.0 * day, mg=35, minutes=40) for day in (24, 31, 38))
    assert (fan(plan=more).quantiles["phq9"][0.5][1:] < fan().quantiles["phq9"][0.5][1:]).all()


def test_a_mood_of_the_last_rating_is_carried_on_and_is_forgotten():
    low, high = (fan(history(20, 19, 15, 12, 11, 9, last), hours=[24.0 * 18, 24.0 * 56]) for last in (4, 16))
    near, far = high.quantiles["phq9"][0.5] - low.quantiles["phq9"][0.5]
    assert near > far > 0


def test_what_a_forecast_leans_on_is_told_with_the_noise_of_ratings():
    keys = {row.key for row in fan().leans_on}
    assert {"mood.spread_logit", "rating.phq9_points", "weights.spines", "racemic.central_l"} <= keys
    assert not any(key.startswith("esketamine.") for key in keys)


def test_fewer_draws_may_be_asked_for_and_never_more_than_there_are():
    assert np.abs(fan(draws=250).quantiles["phq9"][0.5] - fan().quantiles["phq9"][0.5]).max() < 1.5
    for draws in (0, 1001):
        with pytest.raises(ForecastRefused, match=f"{draws} draws clash with the 1000"):
            fan(draws=draws)


# Whose it is ------------------------------------------------------------------------------------------


def test_where_ratings_do_not_move_what_is_believed_the_label_says_typical():
    before = history(ratings=tuple(Rating(at_h=h, instrument="phq9", points=18) for h in (-168, 0)))
    assert fan(before).label == TYPICAL
    assert fan().label == LASTING_TYPICAL


# What may not be drawn --------------------------------------------------------------------------------


def held_back(told: History, plan: tuple[Dose, ...] = ()) -> str:
    shown = fan(told, plan)
    assert not shown.quantiles and not shown.above, "a forecast that is withheld shows nothing"
    return " ".join(shown.withheld)


def test_a_forecast_from_an_old_rating_is_withheld_and_from_a_fresh_one_is_not():
    newest = 24.0 * DAYS[-1]
    assert not fan(history(now_h=newest + 24 * STALE), hours=[2000.0]).withheld
    shown = fan(history(now_h=newest + 24 * (STALE + 1)), hours=[2000.0])
    assert f"{STALE + 1:.0f} days old" in shown.withheld[0] and not shown.quantiles


def test_a_dose_after_the_newest_rating_makes_it_as_old_as_the_dose_says():
    later = (*SIX, Dose(at_h=24.0 * (DAYS[-1] + STALE + 2), mg=35, minutes=40))
    assert "days old" in held_back(history(doses=later))


def test_nothing_is_drawn_for_anybody_under_eighteen():
    assert "17 years old" in held_back(history(patient=Patient(age_years=17)))
    assert not fan(history(patient=Patient(age_years=18))).withheld


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("answer", ["true", "null"])
def test_nothing_is_drawn_with_a_condition_that_nobody_was_fitted_with_or_that_nobody_asked_about(
    condition, answer
):
    said = ", ".join(f'"{key}": {answer if key == condition else "false"}' for key in CONDITIONS)
    told = read_history(f'{{"patient": {{}}, "doses": [], "ratings": [], "outside": {{{said}}}}}')
    assert CONDITIONS[condition] in held_back(told)


def test_nothing_is_drawn_above_the_highest_infusion_that_was_fitted():
    assert "nothing above 1.5 mg/kg" in held_back(history(), (Dose(at_h=600, mg=106, minutes=40),))
    assert not fan(plan=(Dose(at_h=600, mg=105, minutes=40),)).withheld


def test_nothing_is_drawn_for_sessions_closer_than_were_fitted():
    pair = tuple(Dose(at_h=h, mg=35, minutes=40) for h in (600, 619))
    assert "closer than the 20 h" in held_back(history(), pair)
    assert "closer than the 20 h" in held_back(history(), (Dose(at_h=SIX[-1].at_h + 19, mg=35, minutes=40),))


def test_every_reason_is_told_and_not_only_the_first():
    told = history(patient=Patient(age_years=15), also_outside=("There is a pregnancy.",), now_h=5000)
    assert len(fan(told, hours=[6000.0]).withheld) == 3


@pytest.mark.parametrize("measure", ["systolic", "cadss", "dose", "relapse"])
def test_nothing_but_the_two_totals_is_forecast_least_of_all_safety_from_a_pressure(measure):
    with pytest.raises(ForecastRefused, match=f"{measure}.*what may be drawn is madrs, phq9"):
        fan(instruments=(measure,))


def test_a_fan_proposes_no_dose_no_interval_and_no_day_to_stop():
    assert {f.name for f in fields(Fan)} == {
        "times_h", "quantiles", "above", "thresholds", "withheld", "label", "leans_on",
    }  # fmt: skip


def test_not_to_respond_changes_what_is_expected_and_never_what_is_planned():
    plan = (Dose(at_h=600, mg=35, minutes=40),)
    none = fit(history(22, 22, 22, 22, 22, 22, 22))
    before = replace(none.history)
    forecast(none, plan, HOURS[2:], np.random.default_rng(1))
    assert none.history == before and plan[0].mg == 35


@pytest.mark.parametrize(
    "plan, hours, words",
    [
        ((), [], "times_h is"),
        ((), [500.0, 500.0], "each later than the last"),
        ((), [float("inf")], "times_h is"),
        ((), [300.0], "300 h lies before the newest rating at 408 h"),
        ((Dose(at_h=100, mg=35, minutes=40),), [500.0], "planned at 100 h; it is 408 h already"),
    ],
)
def test_what_is_past_or_no_time_at_all_is_refused_with_both_numbers(plan, hours, words):
    with pytest.raises(ForecastRefused, match=words):
        fan(plan=plan, hours=hours)
