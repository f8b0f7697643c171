"""Amounts keep their units, exact decimals stay exact, and what can be misread is not read."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dayspring.quantities import NotANumber, Quantity, UnitMismatch, converted, plain, typed


def mg(value: str) -> Quantity:
    return Quantity(Decimal(value), "mg")


@pytest.mark.parametrize("meet", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
def test_milligrams_and_micrograms_never_meet_unconverted(meet):
    with pytest.raises(UnitMismatch, match="mcg"):
        getattr(mg("1"), meet)(Quantity(Decimal(1), "ug"))


def test_a_bare_number_is_not_an_amount():
    with pytest.raises(UnitMismatch):
        mg("1") + Decimal(1)  # type: ignore[operator]


@pytest.mark.parametrize("inexact", [0.5, 1, "0.5"])
def test_only_an_exact_decimal_can_be_an_amount(inexact):
    with pytest.raises(TypeError, match="not an exact decimal"):
        Quantity(inexact, "mg")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_finite_is_no_amount(value):
    with pytest.raises(NotANumber):
        mg(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".5",
        "5.",
        "0,5",
        "1e3",
        "+5",
        "-5",
        "4.8.8",
        "5 0",
        "½",
        "٣",
        "0x1",
        "nan",
        "05",
        "00.5",
        "1_0",
    ],
)
def test_what_can_be_misread_is_refused(text):
    with pytest.raises(NotANumber):
        typed(text, "mg")


def test_a_key_that_stuck_is_refused():
    assert typed("9" * 12, "mg").value == 999999999999
    with pytest.raises(NotANumber):
        typed("9" * 13, "mg")


@pytest.mark.parametrize(("text", "value"), [("0", "0"), ("0.5", "0.5"), (" 40 ", "40"), ("0.50", "0.5")])
def test_a_plain_number_is_read_as_it_stands(text, value):
    assert typed(text, "mg").value == Decimal(value)


@given(st.decimals("0", "99999", places=3))
def test_what_is_written_plainly_reads_back_the_same(value):
    assert typed(plain(value), "mg").value == value


@pytest.mark.parametrize(
    ("amount", "unit", "value"),
    [
        (Quantity(Decimal(100), "[lb_av]"), "kg", "45.359237"),
        (Quantity(Decimal("0.5"), "mg"), "ug", "500"),
        (Quantity(Decimal(500), "ug"), "mg", "0.5"),
        (Quantity(Decimal("2.5"), "mL/min"), "mL/h", "150"),
        (Quantity(Decimal("2.54"), "cm"), "[in_i]", "1"),
    ],
)
def test_a_lawful_conversion_is_exact(amount, unit, value):
    assert converted(amount, unit) == Quantity(Decimal(value), unit)


@pytest.mark.parametrize(("unit", "to"), [("mg", "mL"), ("mg/kg", "mg"), ("kg", "cm"), ("mL/h", "mg/h")])
def test_what_is_another_kind_has_no_conversion(unit, to):
    with pytest.raises(UnitMismatch, match="no lawful conversion"):
        converted(Quantity(Decimal(1), unit), to)


@pytest.mark.parametrize(
    ("value", "step", "nearest"),
    [
        ("34.15", "0.5", "34"),
        ("34.25", "0.5", "34"),
        ("34.75", "0.5", "35"),
        ("69.75", "0.1", "69.8"),
        ("40", "0.5", "40"),
    ],
)
def test_rounding_goes_to_the_nearest_step_and_halves_to_the_even_one(value, step, nearest):
    rounded = mg(value).rounded(Decimal(step))
    assert str(rounded) == f"{nearest} mg"


@given(st.decimals("0", "9999", places=4), st.sampled_from(["0.01", "0.1", "0.5", "1"]))
def test_rounding_never_moves_further_than_half_a_step(value, step):
    rounded = mg(str(value)).rounded(Decimal(step)).value
    assert abs(rounded - value) <= Decimal(step) / 2
    assert rounded % Decimal(step) == 0


def test_division_makes_the_unit_and_refuses_nothing_as_a_divisor():
    assert mg("40").per(Quantity(Decimal(100), "mL")) == Quantity(Decimal("0.4"), "mg/mL")
    assert mg("40").per(mg("20")) == Quantity(Decimal(2), "1")
    with pytest.raises(NotANumber, match="0 mL"):
        mg("40").per(Quantity(Decimal(0), "mL"))


@pytest.mark.parametrize(
    ("value", "text"), [("40.0", "40"), ("0.50", "0.5"), ("4E+1", "40"), ("100", "100"), ("1E-3", "0.001")]
)
def test_no_trailing_zero_no_exponent_and_no_naked_point_is_shown(value, text):
    assert plain(Decimal(value)) == text
