"""Every kind of order reckoned a second time, in fractions, from the rulebook's own numbers.

No line of the package is used here, and none of its knowledge: steps and ceilings are written out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil, floor

STOCK = {"ketamine-10": Fraction(10), "ketamine-50": Fraction(50), "ketamine-100": Fraction(100)}
# By protocol: what may be had per kilogram (mg/kg) and in all (mg); the last of each is the hard one.
CEILINGS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "iv_depression": (("0.75", "1", "1.5"), ("120", "150")),
    "im_depression": (("0.75", "1", "1.5"), ("120", "150")),
    "sc_depression": (("0.75", "0.9", "1"), ("100", "120")),
    "in_esketamine_trd": ((), ("84",)),
    "in_racemic_depression": ((), ("0", "50")),
    "sl_clinic_depression": (("6",), ("300", "400", "450")),
    "sl_home_depression": (("6",), ("300", "400", "450")),
    "oral_clinic_depression": (("2.5", "7"), ("200", "300")),
    "oral_home_depression": (("2", "2.5"), ("200", "300")),
    "iv_pain": ((), ("560", "2200")),
}
PAIN_SPEEDS, PAIN_SPEEDS_IN_ALL, PAIN_BOLUS = ("1", "2"), ("100", "200"), "0.35"
DEVICE = {"in_esketamine_trd": Fraction(28), "in_racemic_depression": Fraction(10)}
TABLETS = {"sl": (Fraction(100), Fraction(50)), "oral": (Fraction(100), Fraction(25))}


def nearest(value: Fraction, step: str) -> Fraction:
    """To the nearest step, halves to the even one."""
    return round(value / Fraction(step)) * Fraction(step)


def below(tops: Iterable[Fraction], exact: Fraction, rounded: Fraction, step: str) -> Fraction:
    """Rounded, but one step lower where rounding up went over a ceiling that the exact number keeps."""
    return rounded - Fraction(step) if any(exact <= top < rounded for top in tops) else rounded


def dosing_weight(wish: Mapping[str, str]) -> Fraction:
    actual = Fraction(wish["weight"])
    if wish["basis"] == "actual":
        return actual
    base = Fraction(50) if wish["sex"] == "male" else Fraction("45.5")
    ideal = nearest(base + Fraction("2.3") * (Fraction(wish["height"]) / Fraction("2.54") - 60), "0.1")
    return ideal if wish["basis"] == "ideal" else nearest(ideal + (actual - ideal) * 2 / 5, "0.1")


def tops(protocol: str, weight: Fraction) -> list[Fraction]:
    per_kg, whole = CEILINGS[protocol]
    return [Fraction(top) * weight for top in per_kg] + [Fraction(top) for top in whole]


def units(exact: Fraction, one: Fraction, most: Iterable[Fraction]) -> int:
    """Whole things nearest to the wish, the lower of two equally near, never up over a ceiling."""
    low = floor(exact / one)
    up = exact - low * one > (low + 1) * one - exact
    return low + 1 if up and not any(exact <= top < (low + 1) * one for top in most) else low


def reckoned(protocol: str, wish: Mapping[str, str]) -> dict[str, Fraction]:
    """Every number of the order, and `exact`, the dose before anything was rounded."""
    weight = dosing_weight(wish)
    most = tops(protocol, weight)
    if "asked" in wish or protocol.startswith(("sl", "oral")):
        return _whole(protocol, wish, weight, most)
    stock = STOCK[wish["product"]]
    if "speed_per_kg" in wish:
        return _long(wish, weight, stock / (2 if stock == 100 else 1), most)
    exact = Fraction(wish["mg_per_kg"]) * weight
    dose = below(most, exact, nearest(exact, "0.5"), "0.5")
    said = {"exact": exact, "dose": dose, "dosing_weight": weight}
    if "minutes" not in wish:
        drawn = nearest(dose / stock, "0.01")
        if any(dose <= top < drawn * stock for top in most):
            drawn -= Fraction("0.01")
        return said | {"drawn": drawn}
    total, minutes = Fraction(wish["total_volume"]), Fraction(wish["minutes"])
    source = stock / (2 if stock == 100 else 1)
    rate = nearest(total * 60 / minutes, "0.1")
    return said | {"drawn": nearest(dose / source, "0.01"), "rate": rate}


def _whole(
    protocol: str, wish: Mapping[str, str], weight: Fraction, most: list[Fraction]
) -> dict[str, Fraction]:
    exact = Fraction(wish["asked"]) if "asked" in wish else Fraction(wish["mg_per_kg"]) * weight
    if protocol in DEVICE:
        count = units(exact, DEVICE[protocol], most)
        return {"exact": exact, "devices": Fraction(count), "dose": count * DEVICE[protocol]}
    large, small = TABLETS[protocol.split("_")[0]]
    count = units(exact, small, most)
    many, few = divmod(count * small, large)
    return {
        "exact": exact,
        "dose": count * small,
        "large_count": Fraction(many),
        "small_count": few / small,
        "dosing_weight": weight,
    }


def _long(
    wish: Mapping[str, str], weight: Fraction, source: Fraction, most: list[Fraction]
) -> dict[str, Fraction]:
    speed = Fraction(wish["speed_per_kg"]) * weight
    bag, volume = Fraction(wish["bag_dose"]), Fraction(wish["bag_volume"])
    exact = speed * Fraction(wish["lasting"]) + Fraction(wish["bolus"])
    dose = below(most, exact, nearest(exact, "0.5"), "0.5")
    rate = nearest(speed * volume / bag, "0.1")
    speeds = [Fraction(s) * weight for s in PAIN_SPEEDS] + [Fraction(s) for s in PAIN_SPEEDS_IN_ALL]
    if any(speed <= top < rate * bag / volume for top in speeds):
        rate -= Fraction("0.1")
    return {
        "exact": exact,
        "dose": dose,
        "speed": speed,
        "rate": rate,
        "bags": Fraction(ceil(dose / bag)),
        "drawn": nearest(bag / source, "0.01"),
        "dosing_weight": weight,
    }


def beyond_a_hard_limit(protocol: str, wish: Mapping[str, str]) -> bool:
    """Whether the exact wish is above what may ever be had, by the lighter of dosing and actual weight."""
    said = reckoned(protocol, wish)
    weight = min(said.get("dosing_weight", Fraction(wish["weight"])), Fraction(wish["weight"]))
    per_kg, whole = CEILINGS[protocol]
    exact = said["exact"]
    if per_kg and exact > Fraction(per_kg[-1]) * weight:
        return True
    if exact > Fraction(whole[-1]):
        return True
    if protocol == "iv_pain":
        bolus, speed = Fraction(wish["bolus"]), said["speed"]
        return (
            bolus > Fraction(PAIN_BOLUS) * weight
            or speed > Fraction(PAIN_SPEEDS[-1]) * weight
            or speed > Fraction(PAIN_SPEEDS_IN_ALL[-1])
        )
    return False
