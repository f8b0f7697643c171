"""Long infusions for pain: speed, bags, bolus, and the limits of a clinic that anaesthesia does not lead."""

from dataclasses import replace

import pytest

from dayspring.quantities import NotANumber
from dayspring.therapy.orders import check_entered
from tests.therapy.ordering import amount, kinds, ordered, said_of

FOUR_DAYS = {"speed": "22", "lasting": "96", "bag_dose": "500", "bag_volume": "500"}
PAIN = {"speed_per_kg": "0.5", "lasting": "4", "bag_dose": "250", "bag_volume": "250"}


def four_days(**changed: str):
    return ordered("iv_crps_four_days", **{**FOUR_DAYS, **changed})


def for_pain(**changed: str):
    return ordered("iv_pain", **{**PAIN, **changed})


def test_v4_22_mg_an_hour_from_500_mg_in_500_ml_for_96_hours():
    order = four_days()
    assert (order.rate, order.dose) == (amount(22, "mL/h"), amount(2112, "mg"))
    assert (order.concentration, order.drawn, order.bags) == (amount(1, "mg/mL"), amount(10, "mL"), 5)
    assert "BLOCK" not in kinds(said_of(order)).values()


def test_the_daily_infusion_of_four_hours_follows_the_weight():
    """0.35 mg/kg/h for 70 kg is 24.5 mg/h; four hours of it are 98 mg."""
    order = ordered(
        "iv_crps_ten_days", weight="70", speed_per_kg="0.35", lasting="4", bag_dose="100", bag_volume="100"
    )
    assert (order.speed, order.dose, order.rate) == (
        amount("24.5", "mg/h"), amount(98, "mg"), amount("24.5", "mL/h"),
    )  # fmt: skip
    assert said_of(order) == ()


def test_a_strong_vial_is_diluted_before_a_bag_is_made_of_it():
    order = for_pain(product="ketamine-100")
    assert (order.source, order.drawn) == (amount(50, "mg/mL"), amount(5, "mL"))
    undiluted = replace(order, source=order.stock, drawn=amount("2.5", "mL"))
    assert kinds(said_of(undiluted))["source_strength"] == "BLOCK"


def test_a_bolus_is_part_of_the_dose():
    order = for_pain(bolus="20")
    assert order.dose == amount(156, "mg")


@pytest.mark.parametrize(
    ("changed", "key", "kind"),
    [
        ({"speed_per_kg": "0.5"}, "pain_start_speed_per_kg", None),
        ({"speed_per_kg": "0.6"}, "pain_start_speed_per_kg", "REVIEW"),
        ({"speed_per_kg": "1"}, "pain_speed_per_kg_review", None),
        ({"speed_per_kg": "1.1"}, "pain_speed_per_kg_review", "REVIEW"),
        ({"speed_per_kg": "2"}, "pain_speed_per_kg_block", None),
        ({"speed_per_kg": "2.01"}, "pain_speed_per_kg_block", "BLOCK"),
        ({"bolus": "23.8"}, "pain_bolus_per_kg_block", None),
        ({"bolus": "23.9"}, "pain_bolus_per_kg_block", "BLOCK"),
        ({"lasting": "2"}, "pain_dose_that_separates", "WARN"),
        ({"lasting": "3"}, "pain_dose_that_separates", None),
        ({"lasting": "1"}, "pain_hours_short", "REVIEW"),
        ({"lasting": "9"}, "pain_hours_long", "REVIEW"),
        ({"lasting": "97"}, "pain_hours_block", "BLOCK"),
        ({"bag_dose": "600"}, "pain_concentration_block", "BLOCK"),
        ({"bag_volume": "1001"}, "pain_bag_volume", "BLOCK"),
        ({"bag_dose": "1000", "bag_volume": "1000"}, "pain_bag_hours", "BLOCK"),
    ],
)
def test_each_limit_speaks_just_past_its_bound_and_not_on_it(changed, key, kind):
    assert kinds(said_of(for_pain(**changed))).get(key) == kind


def test_the_usual_infusion_for_pain_meets_no_limit_at_all():
    assert said_of(for_pain()) == ()


def test_one_bag_over_two_hours_may_be_ordered_as_an_infusion_and_keeps_the_limits_for_pain():
    order = ordered("iv_pain", mg_per_kg="1.25", total_volume="250", minutes="120", product="ketamine-50")
    assert order.kind == "infusion"
    assert kinds(said_of(order)) == {"pain_start_speed_per_kg": "REVIEW"}
    faster = ordered("iv_pain", mg_per_kg="4.1", total_volume="250", minutes="120", product="ketamine-50")
    assert kinds(said_of(faster))["pain_speed_per_kg_block"] == "BLOCK"


@pytest.mark.parametrize("texts", [{"speed": "30"}, {"speed_per_kg": None}], ids=["both", "neither"])
def test_exactly_one_of_speed_and_speed_per_kilogram_is_needed(texts):
    wish = {key: text for key, text in {**PAIN, **texts}.items() if text}
    with pytest.raises(NotANumber, match="one of a speed and a speed per kilogram"):
        ordered("iv_pain", **wish)


@pytest.mark.parametrize(
    "changed",
    [
        {"speed": amount(35, "mg/h")},
        {"dose": amount(140, "mg")},
        {"bags": 2},
        {"drawn": amount(6, "mL")},
        {"concentration": amount("1.1", "mg/mL")},
        {"rate": amount("34.1", "mL/h")},
        {"bag_dose": amount(300, "mg")},
        {"bolus": amount(-1, "mg")},
        {"lasting": amount(5, "h")},
        {"route": "sc"},
        {"protocol": "iv_depression"},
    ],
    ids=str,
)
def test_a_long_infusion_whose_numbers_do_not_follow_from_one_another_is_stopped(changed):
    found = said_of(replace(for_pain(), **changed))
    assert found
    assert found[0].kind == "BLOCK"


def test_the_second_check_of_a_long_infusion_asks_for_all_that_the_bags_rest_on():
    right = {
        "weight": "68", "speed": "34", "lasting": "4", "bolus": "0", "bag_dose": "250", "bag_volume": "250",
        "bags": "1", "drawn": "5", "rate": "34",
    }  # fmt: skip
    assert check_entered(for_pain(), right) == ()
    for key in right:
        assert len(check_entered(for_pain(), right | {key: "7"})) == 1
