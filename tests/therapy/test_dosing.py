"""From weight to pump: the worked cases, rounding, and a second implementation that must agree."""

import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dayspring.knowledge import library
from dayspring.quantities import NotANumber, Quantity, UnitMismatch
from dayspring.therapy import dosing
from tests.therapy.ordering import Wish, amount, by_hand, drafted

CASES = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "dosing.toml").read_text("utf-8"), parse_float=Decimal
)["case"]


def worked(known: dict[str, object]) -> dict[str, object]:
    """Everything that can be worked out from what a case knows."""
    said: dict[str, object] = {}
    if "height" in known:
        said |= _by_basis(known)
    elif "weight" in known:
        said |= _ordered(known)
    if "bag_dose" in known:
        said |= _bag(known)
    return said


def _by_basis(known):
    bases = dosing.weight_bases(
        amount(known["weight"], "kg"), amount(known["height"], "cm"), known["sex"], library()
    )
    doses = {
        f"dose_by_{basis}": dosing.drawable_dose(
            dosing.dose_for_weight(amount(known["mg_per_kg"], "mg/kg"), bases.of(basis)), library()
        ).value
        for basis in dosing.BASES
    }
    return doses | {
        "bmi": bases.bmi.rounded(Decimal("0.1")).value,
        "ideal": bases.ideal.value,
        "adjusted": bases.adjusted.value,
        "suggested": bases.suggested,
    }


def _ordered(known):
    texts = {name: str(known[name]) for name in ("weight", "mg_per_kg", "stock", "total_volume", "minutes")}
    order = drafted(Wish(**texts, diluted_first=known.get("diluted_first", False)))
    return {
        "exact_dose": dosing.dose_for_weight(order.mg_per_kg, order.dosing_weight).value,
        "dose": order.dose.value,
        "source": order.source.value,
        "drawn": order.drawn.value,
        "concentration": order.concentration.value,
        "rate": order.rate.value,
        "exact_rate": dosing.exact_rate(order.total_volume, order.minutes).value,
        "mg_per_kg_per_h": dosing.per_kg_per_hour(order.dose, order.weight, order.minutes)
        .rounded(Decimal("0.0001"))
        .value,
        "ug_per_kg_per_min": dosing.micrograms_per_kg_per_minute(
            order.dose, order.weight, order.minutes
        ).value,
    }


def _bag(known):
    dose, volume = amount(known["bag_dose"], "mg"), amount(known["bag_volume"], "mL")
    if "speed" in known:
        speed = amount(known["speed"], "mg/h")
        rate = dosing.rate_for_speed(speed, dosing.bag_concentration(dose, volume), library())
        over = dosing.dose_over(speed, amount(known["lasting"], "min"))
        return {"rate_for_speed": rate.value, "dose_over": over.value}
    left = dosing.left_after(
        dose=dose,
        total=volume,
        rate=amount(known["first_rate"], "mL/h"),
        ran=amount(known["ran"], "min"),
        then=amount(known["then"], "mL/h"),
    )
    third = Decimal("0.0001")
    return {
        "left_dose": left.dose.rounded(third).value,
        "left_volume": left.volume.rounded(third).value,
        "left_minutes": left.minutes.rounded(third).value,
    }


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_worked_doses_come_out_number_for_number(case):
    said = worked(case["known"])
    assert case["gives"], "a case that gives nothing shows nothing"
    assert {key: said[key] for key in case["gives"]} == case["gives"]


def test_v3_adjusted_dose_before_rounding_is_39_1_mg_as_the_rulebook_has_it():
    bases = dosing.weight_bases(amount(110, "kg"), amount(165, "cm"), "female", library())
    exact = dosing.dose_for_weight(amount("0.5", "mg/kg"), bases.adjusted)
    assert abs(exact.value - Decimal("39.1")) <= Decimal("0.05")


@pytest.mark.parametrize(
    ("weight", "suggested"), [("86.6", "actual"), ("86.7", "ideal")], ids=["below 30", "from 30"]
)
def test_ideal_weight_is_offered_from_a_body_mass_index_of_30(weight, suggested):
    bases = dosing.weight_bases(amount(weight, "kg"), amount(170, "cm"), "male", library())
    assert bases.suggested == suggested


def test_without_a_height_the_ideal_weight_is_unknown_and_not_a_guess():
    bases = dosing.weight_bases(amount(110, "kg"), None, "female", library())
    assert (bases.ideal, bases.adjusted, bases.bmi) == (None, None, None)
    with pytest.raises(NotANumber, match="Height is unknown"):
        bases.of("ideal")


@pytest.mark.parametrize(("sex", "height"), [("other", "180"), ("unknown", "180"), ("male", "150")])
def test_devine_is_silent_for_other_sexes_and_below_its_base_height(sex, height):
    bases = dosing.weight_bases(amount(120, "kg"), amount(height, "cm"), sex, library())
    assert bases.ideal is None
    assert bases.suggested == "actual"
    assert height in bases.why


def test_an_unknown_basis_is_refused_by_name():
    bases = dosing.weight_bases(amount(70, "kg"), amount(170, "cm"), "male", library())
    with pytest.raises(NotANumber, match="“lean”"):
        bases.of("lean")


def test_pounds_do_not_pass_for_kilograms():
    with pytest.raises(UnitMismatch):
        dosing.dose_for_weight(amount("0.5", "mg/kg"), amount(150, "[lb_av]"))
    with pytest.raises(UnitMismatch):
        dosing.weight_bases(amount(150, "[lb_av]"), None, "male", library())


@pytest.mark.parametrize(("strength", "must"), [("10", False), ("50", False), ("50.1", True), ("100", True)])
def test_only_a_vial_stronger_than_50_must_be_diluted_first(strength, must):
    assert dosing.must_be_diluted_first(amount(strength, "mg/mL"), library()) is must


def test_a_bag_that_ran_longer_than_it_lasts_is_empty_and_not_below_empty():
    left = dosing.left_after(
        dose=amount(40, "mg"),
        total=amount(100, "mL"),
        rate=amount(150, "mL/h"),
        ran=amount(90, "min"),
        then=amount(150, "mL/h"),
    )
    assert (left.volume.value, left.dose.value, left.minutes.value) == (0, 0, 0)


WEIGHTS = st.decimals("30", "250", places=1).map(str)
PER_KG = st.decimals("0.1", "1.5", places=2).map(str)
TOTALS = st.decimals("20", "500", places=1).map(str)
MINUTES = st.integers(10, 100).map(str)
STOCKS = st.sampled_from(["10", "50"])


@given(WEIGHTS, PER_KG)
def test_no_dose_is_carried_over_a_limit_by_rounding(weight, mg_per_kg):
    order = drafted(Wish(weight=weight, mg_per_kg=mg_per_kg))
    per_kg = Fraction(str(order.dose.value)) / Fraction(weight)
    for key in ("iv_dose_per_kg_warn", "iv_dose_per_kg_review", "iv_dose_per_kg_block"):
        most = Fraction(str(library().limit(key).value))
        if Fraction(mg_per_kg) <= most:
            assert per_kg <= most
    exact = Fraction(mg_per_kg) * Fraction(weight)
    assert abs(Fraction(str(order.dose.value)) - exact) < Fraction(1, 2)


@given(WEIGHTS, PER_KG, TOTALS, MINUTES, STOCKS)
def test_a_second_implementation_in_fractions_agrees_within_a_thousandth(
    weight, mg_per_kg, total, minutes, stock
):
    wish = Wish(weight=weight, mg_per_kg=mg_per_kg, total_volume=total, minutes=minutes, stock=stock)
    order, hand = drafted(wish), by_hand(wish)
    pairs = {
        "exact_dose": dosing.dose_for_weight(order.mg_per_kg, order.dosing_weight),
        "dose": order.dose,
        "drawn": order.drawn,
        "exact_rate": dosing.exact_rate(order.total_volume, order.minutes),
        "rate": order.rate,
    }
    for name, ours in pairs.items():
        assert abs(Fraction(str(ours.value)) - hand[name]) <= hand[name] / 1000, name


def test_a_dose_of_nothing_has_no_deviation_and_says_so():
    nothing = Quantity(Decimal(0), "mg")
    with pytest.raises(NotANumber):
        dosing.deviation(amount(1, "mg"), nothing)
