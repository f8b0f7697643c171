"""The numbers are those of the rulebook, and they stand in an order that makes sense."""

from decimal import Decimal

import pytest

from dayspring.knowledge import library
from dayspring.quantities import Quantity

# Rulebook 4.1 to 4.5, 5.1, 5.2, 5.4, 6, 7, 8: the last number that is still allowed, or the setting.
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
    # 4.1 im
    "im_start_dose": "0.5",
    "im_dose_per_kg_review": "1",
    "im_dose_per_kg_block": "1.5",
    # 4.1 sc
    "sc_start_dose": "0.5",
    "sc_second_dose": "0.6",
    "sc_third_dose": "0.75",
    "sc_fourth_dose": "0.9",
    "sc_dose_per_kg_review": "0.9",
    "sc_dose_per_kg_block": "1",
    "sc_sessions": "8",
    # 4.1, 4.2 esketamine
    "esk_start_dose_trd": "56",
    "esk_second_dose_trd": "84",
    "esk_start_dose_mdsi": "84",
    "esk_lower_dose_mdsi": "56",
    "esk_start_dose_older_eu": "28",
    "esk_device_dose": "28",
    "esk_sprays_per_device": "2",
    "esk_rest_between_devices": "5",
    "esk_dose_block": "84",
    "esk_sessions": "8",
    "esk_weekly_sessions": "4",
    # 4.1 in racemic
    "inr_start_dose": "20",
    "inr_second_dose": "50",
    "inr_dose_review": "0",
    # 4.1 sl, 7 HOME-DOSE, HOME-MONTH
    "sl_test_dose_per_kg_low": "1",
    "sl_test_dose_per_kg_high": "2",
    "sl_home_dose_warn": "300",
    "sl_home_dose_review": "400",
    "sl_home_dose_block": "450",
    "sl_home_dose_per_kg_block": "6",
    "sl_interval": "72",
    "sl_doses_in_week": "2",
    "sl_doses_in_month": "8",
    "sl_first_home_share": "50",
    "inhibitor_start_share": "50",
    "home_doses_in_pack": "4",
    "home_doses_in_month": "8",
    "home_sessions_before_judging": "6",
    "home_vitals_every": "3",
    "home_refills": "5",
    "home_refill_window": "6",
    # 4.1 oral
    "oral_start_dose_per_kg_low": "0.5",
    "oral_start_dose_per_kg_high": "1",
    "oral_home_dose_per_kg_block": "2.5",
    "oral_clinic_dose_per_kg_block": "7",
    # 4.1 pain, 1.2 IND-CRPS
    "pain_bolus_per_kg_block": "0.35",
    "pain_speed_per_kg_block": "2",
    "pain_dose_that_separates": "80",
    "pain_hours_short": "2",
    "crps_speed": "22",
    "crps_days": "4",
    "crps_speed_per_kg": "0.35",
    "crps_hours": "4",
    "crps_ten_days": "10",
    # 4.5
    "fasting_solids_heavy": "8",
    "fasting_solids_nasal": "2",
    "fasting_liquids_nasal": "30",
    "fasting_nasal_medicine": "1",
    "fasting_solids_mouth": "4",
    "fasting_liquids_mouth": "2",
    # 5.2, 6
    "stay_after_spray": "120",
    "esk_pressure_second": "40",
    "stay_after_injection": "120",
    "inj_pressure_sixth": "90",
    "stay_after_tablets": "90",
    "stay_of_supporter": "4",
    "stay_after_pain_end": "60",
    # 8
    "crs_remission_madrs": "10",
    "crs_relapse_madrs": "22",
    "crs_retreat_early": "30",
    "crs_switch_gap": "72",
    "crs_lasting_apart": "4",
    "crs_lasting_without": "8",
    "crs_pain_relief": "30",
    "crs_taper_watch": "12",
    "belief_sessions": "3",
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
    ("im_dose_per_kg_least", "im_dose_per_kg_low", "im_start_dose", "im_second_dose", "im_third_dose"),
    ("im_dose_per_kg_warn", "im_dose_per_kg_review", "im_dose_per_kg_block"),
    ("im_dose_review", "im_dose_block"),
    ("im_volume_least", "im_volume_warn", "im_volume_block"),
    ("sc_dose_per_kg_least", "sc_dose_per_kg_low", "sc_start_dose", "sc_second_dose", "sc_third_dose"),
    ("sc_third_dose", "sc_fourth_dose", "sc_dose_per_kg_block"),
    ("sc_dose_per_kg_warn", "sc_dose_per_kg_review", "sc_dose_per_kg_block"),
    ("sc_dose_review", "sc_dose_block"),
    ("sc_volume_least", "sc_volume_warn", "sc_volume_block"),
    ("sc_anxiety_first", "sc_anxiety_second", "sc_anxiety_third"),
    ("sc_home_dose_per_kg_review", "sc_home_dose_per_kg_block", "sc_dose_per_kg_block"),
    ("esk_start_dose_older_eu", "esk_start_dose_trd", "esk_dose_block"),
    ("esk_interval", "esk_interval_eu"),
    ("esk_pressure_first", "esk_pressure_second", "esk_pressure_third", "esk_pressure_fourth"),
    ("esk_pressure_fourth", "esk_pressure_fifth"),
    ("inr_dose_review", "inr_dose_least", "inr_start_dose", "inr_dose_block"),
    ("sl_start_dose", "sl_second_dose", "sl_third_dose", "sl_fourth_dose", "sl_home_dose_review"),
    ("sl_home_dose_warn", "sl_home_dose_review", "sl_home_dose_block"),
    ("sl_clinic_dose_warn", "sl_clinic_dose_review", "sl_clinic_dose_block"),
    ("sl_tablet_small", "sl_tablet_large"),
    ("sl_test_dose_per_kg_low", "sl_test_dose_per_kg_high", "sl_home_dose_per_kg_block"),
    ("sl_doses_in_week", "sl_doses_in_month"),
    ("home_doses_in_pack", "home_sessions_before_judging", "home_doses_in_month"),
    ("oral_dose_per_kg_low", "oral_start_dose", "oral_second_dose", "oral_third_dose"),
    ("oral_home_dose_per_kg_review", "oral_home_dose_per_kg_block", "oral_clinic_dose_per_kg_block"),
    ("oral_dose_least", "oral_home_dose_review", "oral_home_dose_block"),
    ("pain_speed_per_kg_least", "pain_start_speed_per_kg", "pain_second_speed_per_kg"),
    ("crps_speed_per_kg", "pain_speed_per_kg_review", "pain_speed_per_kg_block"),
    ("crps_speed", "pain_speed_review", "pain_speed_block"),
    ("pain_dose_that_separates", "pain_dose_review", "pain_dose_block"),
    ("pain_hours_short", "pain_hours", "pain_hours_long", "pain_hours_block"),
    ("pain_concentration_least", "pain_concentration_block", "source_strength"),
    ("pain_rate_least", "pain_rate_block"),
    ("pain_in_year_review", "pain_in_year_block"),
    ("fasting_solids_nasal", "fasting_solids_mouth", "fasting_solids", "fasting_solids_heavy"),
    ("inj_pressure_first", "inj_pressure_second", "inj_pressure_third", "inj_pressure_fourth"),
    ("inj_pressure_fourth", "inj_pressure_fifth", "inj_pressure_sixth", "stay_after_injection"),
    ("tab_pressure_first", "tab_pressure_second", "tab_pressure_third"),
    ("crs_reinduction_least", "crs_reload_most", "crs_reinduction_most"),
    ("crs_relapse_madrs_from", "crs_relapse_madrs_until"),
    ("crs_remission_madrs", "crs_relapse_madrs"),
    ("belief_therapy_from", "belief_therapy_until"),
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


@pytest.mark.parametrize(
    ("start", "block", "least"),
    [
        *(
            (f"{r}_start_dose", f"{r}_dose_per_kg_block", f"{r}_dose_per_kg_least")
            for r in ("iv", "im", "sc")
        ),
        ("esk_start_dose_trd", "esk_dose_block", "esk_dose_least"),
        ("inr_start_dose", "inr_dose_block", "inr_dose_least"),
        ("sl_start_dose", "sl_home_dose_block", "sl_dose_least"),
        ("oral_start_dose", "oral_home_dose_per_kg_block", "oral_dose_per_kg_low"),
        ("pain_start_speed_per_kg", "pain_speed_per_kg_block", "pain_speed_per_kg_least"),
        ("crps_speed_per_kg", "pain_speed_per_kg_block", "pain_speed_per_kg_least"),
    ],
)
def test_a_tenfold_slip_of_the_start_dose_meets_a_hard_limit_both_ways(start, block, least):
    dose = library().limit(start).quantity
    assert not library().limit(block).allows(dose.times(10))
    assert not library().limit(least).allows(dose.times(Decimal("0.1")))


def test_four_days_of_22_mg_an_hour_are_just_within_what_may_be_signed():
    whole = library().limit("crps_speed").value * library().limit("crps_days").value * 24
    assert whole == 2112
    assert library().limit("pain_dose_block").allows(Quantity(whole, "mg"))


def test_a_protocol_that_is_laid_out_keeps_every_number_of_its_route_apart_from_another_routes():
    for key, row in library().protocols.items():
        route = row["route"]
        own = {"in": ("esk_", "inr_"), "sc": ("sc_", "sl_"), "iv": ("iv_", "pain_", "crps_", "belief_")}
        for tier, keys in row["ceilings"].items():
            assert all(limit.startswith(own.get(route, (f"{route}_",))) for limit in keys), (key, tier)
