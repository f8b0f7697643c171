"""Injections into a muscle and under the skin: what is drawn, and what the limits make of it."""

from dataclasses import replace
from fractions import Fraction

import pytest

from dayspring.therapy.order_kinds import in_hand
from tests.therapy.ordering import amount, kinds, ordered, said_of

pytestmark = pytest.mark.hazard("H05")


@pytest.mark.parametrize(
    ("protocol", "weight", "per_kg", "product", "dose", "drawn"),
    [
        ("im_depression", "80", "0.5", "ketamine-50", "40", "0.8"),
        ("im_depression", "80", "0.5", "ketamine-100", "40", "0.4"),
        ("im_depression", "68.3", "0.5", "ketamine-10", "34", "3.4"),
        ("sc_depression", "70", "0.6", "ketamine-50", "42", "0.84"),
        ("sc_depression", "62", "0.9", "ketamine-100", "55.5", "0.55"),
        ("sc_anxiety", "72", "0.25", "ketamine-50", "18", "0.36"),
    ],
)
def test_the_worked_injections_come_out_number_for_number(protocol, weight, per_kg, product, dose, drawn):
    order = ordered(protocol, weight=weight, mg_per_kg=per_kg, product=product)
    assert (order.dose, order.drawn) == (amount(dose, "mg"), amount(drawn, "mL"))


@pytest.mark.parametrize(
    ("protocol", "changed", "key", "kind"),
    [
        ("im_depression", {"mg_per_kg": "0.5"}, "im_dose_per_kg_first", None),
        ("im_depression", {"mg_per_kg": "0.52"}, "im_dose_per_kg_first", "REVIEW"),
        ("im_depression", {"mg_per_kg": "0.75"}, "im_dose_per_kg_warn", None),
        ("im_depression", {"mg_per_kg": "0.77"}, "im_dose_per_kg_warn", "WARN"),
        ("im_depression", {"mg_per_kg": "1"}, "im_dose_per_kg_review", None),
        ("im_depression", {"mg_per_kg": "1.01"}, "im_dose_per_kg_review", "REVIEW"),
        ("im_depression", {"mg_per_kg": "1.5"}, "im_dose_per_kg_block", None),
        ("im_depression", {"mg_per_kg": "1.51"}, "im_dose_per_kg_block", "BLOCK"),
        ("im_depression", {"mg_per_kg": "0.24"}, "im_dose_per_kg_low", "REVIEW"),
        ("im_depression", {"mg_per_kg": "0.09"}, "im_dose_per_kg_least", "BLOCK"),
        ("im_depression", {"mg_per_kg": "1", "weight": "151"}, "im_dose_block", "BLOCK"),
        ("im_depression", {"mg_per_kg": "0.7", "product": "ketamine-10"}, "im_volume_warn", "WARN"),
        ("im_depression", {"mg_per_kg": "0.75", "product": "ketamine-10"}, "im_volume_block", "BLOCK"),
        ("sc_depression", {"mg_per_kg": "0.9"}, "sc_dose_per_kg_review", None),
        ("sc_depression", {"mg_per_kg": "0.91"}, "sc_dose_per_kg_review", "REVIEW"),
        ("sc_depression", {"mg_per_kg": "1"}, "sc_dose_per_kg_block", None),
        ("sc_depression", {"mg_per_kg": "1.01"}, "sc_dose_per_kg_block", "BLOCK"),
        ("sc_depression", {"mg_per_kg": "0.5", "product": "ketamine-10"}, "sc_volume_block", "BLOCK"),
    ],
)
def test_each_limit_speaks_just_past_its_bound_and_not_on_it(protocol, changed, key, kind):
    found = said_of(ordered(protocol, **{"product": "ketamine-50", **changed}))
    assert kinds(found).get(key) == kind


@pytest.mark.parametrize("protocol", ["im_depression", "sc_depression", "sc_anxiety"])
def test_the_usual_first_injection_meets_no_limit_at_all(protocol):
    assert said_of(ordered(protocol, mg_per_kg="0.25" if protocol == "sc_anxiety" else "0.5")) == ()


def test_rounding_the_drawn_volume_up_does_not_carry_the_drug_over_the_hard_limit():
    """51 kg at 1.5 mg/kg is 76.5 mg; from 100 mg/mL the nearest mark, 0.77 mL, would hold 77 mg."""
    order = ordered("im_depression", weight="51", mg_per_kg="1.5", product="ketamine-100")
    assert order.drawn == amount("0.76", "mL")
    assert Fraction(str(in_hand(order).value)) <= Fraction("1.5") * 51


@pytest.mark.parametrize(
    "changed",
    [
        {"dose": amount("34.5", "mg")},
        {"drawn": amount("0.69", "mL")},
        {"stock": amount("100", "mg/mL")},
        {"dosing_weight": amount("69", "kg")},
        {"product": "ketamine-10"},
        {"product": "ketamine-tablet-50"},
        {"drug": "esketamine"},
        {"route": "sc"},
        {"route": "iv"},
        {"setting": "home"},
        {"drawn": amount(0, "mL")},
    ],
    ids=str,
)
def test_an_injection_whose_words_do_not_fit_together_is_stopped(changed):
    found = said_of(replace(ordered("im_depression", mg_per_kg="0.5"), **changed))
    assert found
    assert found[0].kind == "BLOCK"
