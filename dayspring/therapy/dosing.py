"""From a weight to a number on a pump: weight bases, dose, volume drawn, concentration, rate, what is left.

Every function is exact in decimals and rounds only where its name or promise says so. None of them
decides whether a dose may be given: that is order_limits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from dayspring.knowledge import Library
from dayspring.quantities import NotANumber, Quantity, UnitMismatch, converted

PER_KG = "mg/kg"
BASES = ("actual", "ideal", "adjusted")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightBases:
    """The three weights a dose can rest on, side by side. None is unknown, and `why` says what is missing.

    `suggested` is only an offer; the prescriber names the basis.
    """

    height: Quantity | None
    sex: str
    actual: Quantity
    ideal: Quantity | None
    adjusted: Quantity | None
    bmi: Quantity | None
    suggested: str
    why: str

    def of(self, basis: str) -> Quantity:
        """The weight of that basis; raises NotANumber when it is not one of the three or is unknown."""
        if basis not in BASES:
            raise NotANumber(f"“{basis}” is no weight basis; the bases are {', '.join(BASES)}")
        weight: Quantity | None = getattr(self, basis)
        if weight is None:
            raise NotANumber(f"The {basis} weight is unknown: {self.why}")
        return weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a bag still holds, and the minutes until it is empty at a given rate."""

    volume: Quantity
    dose: Quantity
    minutes: Quantity


def weight_bases(weight: Quantity, height: Quantity | None, sex: str, knowledge: Library) -> WeightBases:
    """Actual, ideal and adjusted weight and the one on offer. Without height or sex they stay unknown."""
    _in(weight, "kg")
    ideal = adjusted = bmi = None
    suggested, why = "actual", "Height is unknown, so body mass index and ideal weight are unknown."
    if height is not None:
        bmi = body_mass_index(weight, height)
        ideal = ideal_weight(height, sex, knowledge)
        adjusted = None if ideal is None else adjusted_weight(weight, ideal, knowledge)
        suggested, why = _offer(bmi, ideal, height, sex, knowledge)
    return WeightBases(
        height=height,
        sex=sex,
        actual=weight,
        ideal=ideal,
        adjusted=adjusted,
        bmi=bmi,
        suggested=suggested,
        why=why,
    )


def _offer(
    bmi: Quantity, ideal: Quantity | None, height: Quantity, sex: str, knowledge: Library
) -> tuple[str, str]:
    from_bmi = knowledge.limit("ideal_weight_offered_from_bmi")
    index = bmi.rounded(knowledge.limit("bmi_step").value)
    if bmi < from_bmi.quantity:
        return "actual", f"Body mass index {index} is below {from_bmi}."
    if ideal is None:
        return "actual", f"Ideal weight is not defined for sex “{sex}” and a height of {height}."
    return "ideal", f"Body mass index {index} is not below {from_bmi}; ideal weight is offered."


def body_mass_index(weight: Quantity, height: Quantity) -> Quantity:
    """Weight divided by the square of the height, in kg/m2."""
    metres = converted(_in(height, "cm"), "m").value
    if not metres:
        raise NotANumber(f"A height of {height} gives no body mass index for {weight}")
    return Quantity(_in(weight, "kg").value / (metres * metres), "kg/m2")


def ideal_weight(height: Quantity, sex: str, knowledge: Library) -> Quantity | None:
    """Devine:  base(sex) + slope × (inches above the base height), to the step of a scale.

    None where Devine says nothing: a sex other than male or female, or a height below the base height.
    """
    base = {"male": "devine_base_men", "female": "devine_base_women"}.get(sex)
    over = converted(_in(height, "cm"), "[in_i]") - knowledge.limit("devine_base_height").quantity
    if base is None or over.value < 0:
        return None
    slope = knowledge.limit("devine_per_inch").value
    return _to_scale(knowledge.limit(base).quantity + Quantity(slope * over.value, "kg"), knowledge)


def adjusted_weight(actual: Quantity, ideal: Quantity, knowledge: Library) -> Quantity:
    """Ideal weight plus the agreed share of the difference to the actual weight."""
    share = knowledge.limit("adjusted_weight_share").value
    return _to_scale(ideal + (actual - ideal).times(share), knowledge)


def _to_scale(weight: Quantity, knowledge: Library) -> Quantity:
    return weight.rounded(knowledge.limit("weight_step").value)


def dose_for_weight(mg_per_kg: Quantity, weight: Quantity) -> Quantity:
    """The exact dose in mg, before anything is rounded."""
    return Quantity(_in(mg_per_kg, PER_KG).value * _in(weight, "kg").value, "mg")


def speed_for_weight(per_kg: Quantity, weight: Quantity) -> Quantity:
    """The exact speed in mg/h of a speed per kilogram."""
    return Quantity(_in(per_kg, "mg/kg/h").value * _in(weight, "kg").value, "mg/h")


def drawable_dose(exact: Quantity, knowledge: Library, ceilings: Iterable[Quantity] = ()) -> Quantity:
    """The nearest dose that can be drawn up. Rounding up never carries a dose over one of `ceilings`."""
    step = knowledge.limit("dose_step").value
    nearest = exact.rounded(step)
    if any(exact <= ceiling < nearest for ceiling in ceilings):
        return _down(exact, step)
    return nearest


def _down(amount: Quantity, step: Decimal) -> Quantity:
    steps = (amount.value / step).to_integral_value(rounding=ROUND_FLOOR)
    return Quantity(steps * step, amount.unit)


def whole_units(exact: Quantity, one: Quantity, ceilings: Iterable[Quantity] = ()) -> int:
    """How many whole devices or tablets come nearest; of two equally near the lower. Up never passes a ceiling."""
    least = int((exact.value / one.value).to_integral_value(rounding=ROUND_FLOOR))
    below, above = one.times(least), one.times(least + 1)
    nearer_below = exact - below <= above - exact
    return least if nearer_below or any(exact <= top < above for top in ceilings) else least + 1


def first_dilution(stock: Quantity, knowledge: Library) -> Quantity:
    """The strength after the first dilution of a strong vial with an equal volume."""
    return Quantity(stock.value / knowledge.limit("first_dilution_times").value, _in(stock, "mg/mL").unit)


def must_be_diluted_first(source: Quantity, knowledge: Library) -> bool:
    """Whether this strength may not be drawn into a bag or syringe as it is."""
    return not knowledge.limit("source_strength").allows(source)


def drawn_volume(dose: Quantity, source: Quantity, knowledge: Library) -> Quantity:
    """The volume of `source` that holds the dose, to what a syringe can show."""
    exact = Quantity(dose.per(_in(source, "mg/mL")).value, "mL")
    return exact.rounded(knowledge.limit("volume_step").value)


def bag_concentration(dose: Quantity, total: Quantity) -> Quantity:
    """Milligrams in each millilitre once the dose is made up to `total`."""
    return _in(dose, "mg").per(_in(total, "mL"))


def exact_rate(total: Quantity, minutes: Quantity) -> Quantity:
    """The rate in mL/h that empties `total` in `minutes`; divided last, so that a half is a half."""
    in_one_minute = converted(Quantity(_in(total, "mL").value, "mL/min"), "mL/h")
    return Quantity(in_one_minute.per(_in(minutes, "min")).value, "mL/h")


def pump_rate(total: Quantity, minutes: Quantity, knowledge: Library) -> Quantity:
    """The rate in mL/h, to what a pump can be set to."""
    return exact_rate(total, minutes).rounded(knowledge.limit("rate_step").value)


def per_kg_per_hour(dose: Quantity, weight: Quantity, minutes: Quantity) -> Quantity:
    """How fast the drug goes in, for this weight, in mg/kg/h."""
    per_kg = _in(dose, "mg").per(_in(weight, "kg"))
    return Quantity(per_kg.per(converted(minutes, "h")).value, "mg/kg/h")


def micrograms_per_kg_per_minute(dose: Quantity, weight: Quantity, minutes: Quantity) -> Quantity:
    """The same speed in µg/kg/min, the unit of many protocols."""
    micrograms = converted(_in(dose, "mg"), "ug")
    return Quantity(micrograms.per(_in(weight, "kg")).per(_in(minutes, "min")).value, "ug/kg/min")


def deviation(rounded: Quantity, exact: Quantity) -> Quantity:
    """How far rounding moved an amount, in percent of the exact one."""
    share = (rounded - exact).per(exact)
    return Quantity(abs(share.value) * 100, "%")


def rate_for_speed(speed: Quantity, concentration: Quantity, knowledge: Library) -> Quantity:
    """The pump rate that gives `speed` mg/h from a bag of this concentration."""
    rate = Quantity(_in(speed, "mg/h").value / _in(concentration, "mg/mL").value, "mL/h")
    return rate.rounded(knowledge.limit("rate_step").value)


def dose_over(speed: Quantity, lasting: Quantity) -> Quantity:
    """What runs in at `speed` mg/h in the given time."""
    return Quantity(_in(speed, "mg/h").value * converted(lasting, "h").value, "mg")


def left_after(*, dose: Quantity, total: Quantity, rate: Quantity, ran: Quantity, then: Quantity) -> Left:
    """What a bag holds after it `ran` so many minutes at `rate`, and how long it lasts at rate `then`."""
    gone = _in(rate, "mL/h").value * converted(ran, "h").value
    volume = Quantity(max(Decimal(0), _in(total, "mL").value - gone), "mL")
    drug = Quantity(volume.value * bag_concentration(dose, total).value, "mg")
    lasts = converted(Quantity(volume.per(_in(then, "mL/h")).value, "h"), "min")
    return Left(volume=volume, dose=drug, minutes=lasts)


def _in(amount: Quantity, unit: str) -> Quantity:
    if amount.unit != unit:
        raise UnitMismatch(f"{amount} is not in {unit}")
    return amount
