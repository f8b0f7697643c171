"""Tablets: whole ones, the ceilings of clinic and home, and the first dose at home."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dayspring.knowledge import library
from dayspring.quantities import NotANumber
from dayspring.therapy.orders import DoseAt, Taker, check_entered
from tests.therapy.ordering import PLANNED, amount, kinds, ordered, said_of

SL, HOME, ORAL = "sl_clinic_depression", "sl_home_depression", "oral_clinic_depression"
TOLERATED = Taker(tolerated=True)


def had(mg: int, route: str = "sl", setting: str = "clinic") -> DoseAt:
    return DoseAt(
        at=PLANNED - timedelta(days=7), route=route, drug="ketamine", dose=amount(mg, "mg"), setting=setting
    )


@pytest.mark.parametrize(
    ("protocol", "asked", "large", "small", "dose"),
    [
        (SL, "300", 3, 0, 300),
        (SL, "350", 3, 1, 350),
        (SL, "50", 0, 1, 50),
        (SL, "75", 0, 1, 50),
        (SL, "76", 1, 0, 100),
        (SL, "440", 4, 1, 450),
        (ORAL, "80", 0, 3, 75),
        (ORAL, "160", 1, 2, 150),
    ],
)
def test_a_dose_is_made_of_whole_tablets_the_lower_count_of_two_equally_near(
    protocol, asked, large, small, dose
):
    order = ordered(protocol, asked=asked)
    assert (order.large_count, order.small_count, order.dose) == (large, small, amount(dose, "mg"))


def test_from_the_larger_tablet_alone_no_smaller_one_is_used():
    order = ordered(SL, asked="160", product="ketamine-tablet-100")
    assert (order.large_count, order.small_count, order.dose) == (2, 0, amount(200, "mg"))


def test_a_dose_per_kilogram_is_worked_out_before_it_is_counted():
    order = ordered(ORAL, mg_per_kg="1", weight="80")
    assert (order.asked, order.dose) == (amount(80, "mg"), amount(75, "mg"))


@pytest.mark.parametrize("texts", [{}, {"asked": "100", "mg_per_kg": "1"}], ids=["neither", "both"])
def test_exactly_one_of_dose_and_dose_per_kilogram_is_needed(texts):
    with pytest.raises(NotANumber, match="one of a dose and a dose per kilogram"):
        ordered(SL, **texts)


def test_less_than_half_a_tablet_is_refused_and_none_is_halved():
    with pytest.raises(NotANumber, match="25 mg is nearer to no tablet than to one of 50 mg"):
        ordered(SL, asked="25")


@pytest.mark.parametrize(
    ("protocol", "changed", "key", "kind"),
    [
        (HOME, {"asked": "300"}, "sl_home_dose_warn", None),
        (HOME, {"asked": "350"}, "sl_home_dose_warn", "WARN"),
        (HOME, {"asked": "400"}, "sl_home_dose_review", None),
        (HOME, {"asked": "450", "weight": "80"}, "sl_home_dose_review", "REVIEW"),
        (HOME, {"asked": "450", "weight": "80"}, "sl_home_dose_block", None),
        (HOME, {"asked": "451", "weight": "80"}, "sl_home_dose_block", "BLOCK"),
        (HOME, {"asked": "450", "weight": "75"}, "sl_home_dose_per_kg_block", None),
        (HOME, {"asked": "450", "weight": "74.9"}, "sl_home_dose_per_kg_block", "BLOCK"),
        (SL, {"asked": "500"}, "sl_clinic_dose_block", "BLOCK"),
        (SL, {"asked": "100"}, "sl_first_dose", None),
        (SL, {"asked": "150"}, "sl_first_dose", "REVIEW"),
        ("oral_home_depression", {"mg_per_kg": "2.5", "weight": "70"}, "oral_home_dose_per_kg_block", None),
        ("oral_home_depression", {"mg_per_kg": "2.6"}, "oral_home_dose_per_kg_block", "BLOCK"),
        (ORAL, {"mg_per_kg": "2.6"}, "oral_clinic_dose_per_kg_review", "REVIEW"),
        (ORAL, {"mg_per_kg": "7.1", "weight": "42"}, "oral_clinic_dose_per_kg_block", "BLOCK"),
        (ORAL, {"asked": "325"}, "oral_clinic_dose_block", "BLOCK"),
        (SL, {"asked": "80"}, "whole_deviation", "REVIEW"),
        (SL, {"asked": "95"}, "whole_deviation", None),
    ],
)
def test_each_limit_speaks_just_past_its_bound_and_not_on_it(protocol, changed, key, kind):
    found = said_of(ordered(protocol, **changed), taker=TOLERATED)
    assert kinds(found).get(key) == kind


def test_a_wish_that_whole_tablets_round_down_to_the_ceiling_is_still_stopped():
    order = ordered(HOME, asked="470", weight="90")
    assert order.dose == amount(450, "mg")
    assert kinds(said_of(order, taker=TOLERATED))["sl_home_dose_block"] == "BLOCK"


# The first dose at home -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "target", "known", "stopped"),
    [
        ("100", "200", {}, False),
        ("150", "200", {}, True),
        ("100", None, {}, True),
        ("300", "300", {}, True),
        ("300", "300", {"taker": TOLERATED}, False),
        ("300", "300", {"last_doses": [had(200, setting="home")]}, False),
        ("300", "300", {"last_doses": [had(200)]}, True),
    ],
    ids=["half", "more than half", "no target named", "all of it", "tolerated", "a later one", "not known"],
)
def test_the_first_dose_at_home_is_half_the_target_unless_a_clinic_dose_was_tolerated(
    asked, target, known, stopped
):
    texts = {"asked": asked} | ({"target": target} if target else {})
    found = kinds(said_of(ordered(HOME, **texts), **known))
    assert found.get("sl_first_home_share") == ("BLOCK" if stopped else None)


def test_a_target_above_the_ceiling_does_not_raise_the_first_home_dose():
    found = kinds(said_of(ordered(HOME, asked="300", target="600", weight="90")))
    assert found["sl_first_home_share"] == "BLOCK"


# Beside a medicine that slows the drug ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "medicines", "before", "kind"),
    [
        ("50", ("clarithromycin",), [], None),
        ("100", ("clarithromycin",), [], "REVIEW"),
        ("100", (), [], None),
        ("100", ("clarithromycin",), [had(50)], None),
    ],
)
def test_beside_a_medicine_that_slows_the_drug_the_first_dose_is_half(asked, medicines, before, kind):
    share = library().limit("inhibitor_start_share")
    taker = Taker(slowed=medicines, start_share=share)
    found = {f.rule: f for f in said_of(ordered(SL, asked=asked), taker=taker, last_doses=before)}
    assert (found[share.key].kind if share.key in found else None) == kind
    assert kind is None or "clarithromycin" in found[share.key].says


@pytest.mark.parametrize(
    "changed",
    [
        {"large_count": 2},
        {"large_count": 0, "small_count": 2},
        {"small_count": -1},
        {"dose": amount(150, "mg")},
        {"large": amount(50, "mg")},
        {"small": amount(100, "mg")},
        {"product": "ketamine-capsule-25"},
        {"large_product": "ketamine-50"},
        {"mg_per_kg": amount(1, "mg/kg")},
        {"route": "oral"},
        {"setting": "home"},
        {"drug": "esketamine"},
        {"dosing_weight": amount(90, "kg")},
    ],
    ids=str,
)
def test_tablets_whose_words_do_not_fit_together_are_stopped(changed):
    found = said_of(replace(ordered(SL, asked="100"), **changed))
    assert found
    assert found[0].kind == "BLOCK"


def test_the_second_check_of_tablets_counts_each_strength():
    order = ordered(SL, asked="350")
    right = {
        "weight": "68",
        "dose": "350",
        "large": "100",
        "large_count": "3",
        "small": "50",
        "small_count": "1",
    }
    assert check_entered(order, right) == ()
    assert len(check_entered(order, right | {"large_count": "2", "small_count": "3"})) == 2
