"""The numbers are those of the rulebook, and they stand in an order that makes sense."""

from decimal import Decimal

import pytest

from dayspring.knowledge import library

# Rulebook 4.1, 4.3, 4.4, 5.1, 5.2, 5.4, 6: the last number that is still allowed, or the setting.
RULEBOOK = {
    "iv_start_dose": "0.5",
    "iv_dose_per_kg_warn": "0.75",
    "iv_dose_per_kg_review": "1",
    "iv_dose_per_kg_block": "1.5",
    "iv_infusion_minutes": "40",
    "iv_interval": "48",
    "iv_sessions": "6",
    "ideal_weight_offered_from_bmi": "30",
    "devine_base_men": "50",
    "devine_base_women": "45.5",
    "devine_per_inch": "2.3",
    "adjusted_weight_share": "0.4",
    "weight_age": "30",
    "weight_change_reweigh": "5",
    "weight_change_second_reading": "10",
    "volume_step": "0.01",
    "dose_step": "0.5",
    "rate_step": "0.1",
    "rounding_deviation": "2",
    "source_strength": "50",
    "fasting_solids": "6",
    "fasting_liquids": "2",
    "consent_max_age": "12",
    "systolic_before_dose_go": "140",
    "diastolic_before_dose_go": "90",
    "systolic_before_dose_block": "159",
    "diastolic_before_dose_block": "99",
    "systolic_before_dose_low": "90",
    "pulse_before_dose_go_low": "50",
    "pulse_before_dose_go_high": "110",
    "pulse_before_dose_block_low": "45",
    "pulse_before_dose_block_high": "120",
    "spo2_before_dose_go": "94",
    "spo2_before_dose_block": "90",
    "respiration_before_dose_low": "10",
    "respiration_before_dose_high": "24",
    "moaas_before_dose": "5",
    "pressure_every_during": "10",
    "pressure_every_after": "15",
    "sedation_every_during": "10",
    "sedation_every_after": "15",
    "dissociation_first": "20",
    "dissociation_second": "40",
    "dissociation_third": "60",
    "systolic_during_recheck": "159",
    "diastolic_during_recheck": "99",
    "systolic_during_pause": "179",
    "diastolic_during_pause": "109",
    "systolic_during_stop": "199",
    "diastolic_during_stop": "119",
    "systolic_resume": "169",
    "diastolic_resume": "104",
    "pulse_during_held": "120",
    "pulse_held_for": "5",
    "pulse_during_once": "140",
    "pulse_during_low": "45",
    "systolic_during_low": "90",
    "spo2_during_low": "94",
    "spo2_during_stop": "90",
    "spo2_held_for": "30",
    "respiration_during_low": "8",
    "moaas_during_note": "5",
    "moaas_during_pause": "4",
    "moaas_during_stop": "3",
    "moaas_resume": "4",
    "resume_rate_share": "0.5",
    "stay_after_iv_end": "90",
    "systolic_discharge": "140",
    "diastolic_discharge": "90",
    "pressure_discharge_rise": "20",
    "systolic_discharge_top": "159",
    "diastolic_discharge_top": "99",
    "spo2_discharge": "94",
    "spo2_discharge_fall": "2",
    "moaas_discharge": "5",
    "dissociation_discharge": "4",
}


@pytest.mark.parametrize(("key", "number"), RULEBOOK.items())
def test_the_number_is_the_one_of_the_rulebook(key, number):
    assert library().limit(key).value == Decimal(number)


CLIMBING = [
    ("iv_dose_per_kg_least", "iv_dose_per_kg_low", "iv_start_dose"),
    ("iv_start_dose", "iv_dose_per_kg_warn", "iv_dose_per_kg_review", "iv_dose_per_kg_block"),
    ("iv_dose_review", "iv_dose_block"),
    ("iv_speed_review", "iv_speed_block"),
    ("iv_rate_least", "iv_rate_block"),
    ("iv_concentration_least", "iv_concentration_block", "source_strength"),
    ("iv_minutes_least", "iv_minutes_short", "iv_minutes_block"),
    ("weight_least", "weight_low", "weight_high", "weight_most"),
    ("weight_readings_agree", "weight_change_reweigh", "weight_change_second_reading"),
    ("systolic_before_dose_low", "systolic_before_dose_go", "systolic_before_dose_block"),
    ("systolic_before_dose_block", "systolic_resume", "systolic_during_pause", "systolic_during_stop"),
    ("diastolic_before_dose_block", "diastolic_resume", "diastolic_during_pause", "diastolic_during_stop"),
    ("systolic_during_recheck", "systolic_resume"),
    ("pulse_before_dose_block_low", "pulse_before_dose_go_low", "pulse_before_dose_go_high"),
    ("pulse_before_dose_go_high", "pulse_before_dose_block_high", "pulse_during_once"),
    ("spo2_before_dose_block", "spo2_before_dose_go"),
    ("moaas_during_stop", "moaas_during_pause", "moaas_during_note"),
    ("systolic_discharge", "systolic_discharge_top", "systolic_during_pause"),
    ("doses_in_week", "doses_in_month"),
]


@pytest.mark.parametrize("keys", CLIMBING, ids=lambda keys: keys[0])
def test_limits_of_one_thing_climb_and_share_a_unit(keys):
    limits = [library().limit(key) for key in keys]
    values = [limit.value for limit in limits]
    assert values == sorted(values)
    assert len(set(values)) == len(values)
    assert len({limit.unit for limit in limits}) == 1


KINDS = sorted({key.split("_possible_")[0] for key in library().limits if "_possible_" in key})


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_plausible_is_possible_and_what_is_safe_is_plausible(kind):
    low, high = (library().limit(f"{kind}_possible_{edge}").value for edge in ("low", "high"))
    likely = [library().limit(f"{kind}_plausible_{edge}").value for edge in ("low", "high")]
    assert low <= likely[0] < likely[1] <= high


def test_a_tenfold_slip_of_the_start_dose_meets_a_hard_limit_both_ways():
    start = library().limit("iv_start_dose").quantity
    assert not library().limit("iv_dose_per_kg_block").allows(start.times(10))
    assert not library().limit("iv_dose_per_kg_least").allows(start.times(Decimal("0.1")))
