"""The dose kernel against a second implementation in fractions, on random orders of every kind.

Two rules keep this file honest.
1. The second implementation (`second_kernel`) uses neither the package nor its knowledge.
2. A difference is any difference at all: after rounding the numbers are equal or the test fails.
"""

import random
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest

from dayspring.quantities import NotANumber
from dayspring.therapy.order_kinds import AnyOrder, in_hand
from tests.therapy import second_kernel
from tests.therapy.ordering import ordered, said_of

pytestmark = pytest.mark.hazard("H05")

VIALS = tuple(second_kernel.STOCK)


def tenths(dice: random.Random, low: int, high: int) -> str:
    """A number between two tenths, as a person writes it."""
    return _text(Decimal(dice.randint(low, high)) / 10)


def hundredths(dice: random.Random, low: int, high: int) -> str:
    return _text(Decimal(dice.randint(low, high)) / 100)


def _text(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def somebody(dice: random.Random) -> dict[str, str]:
    return {
        "weight": tenths(dice, 300, 2500),
        "height": tenths(dice, 1525, 2000),
        "sex": dice.choice(("male", "female")),
        "basis": dice.choice(("actual", "actual", "ideal", "adjusted")),
    }


def wish_for(protocol: str, dice: random.Random) -> dict[str, str]:
    """What a prescriber might type, well inside and well outside the limits."""
    wish = somebody(dice)
    match protocol:
        case "iv_depression":
            return wish | {
                "mg_per_kg": hundredths(dice, 10, 170),
                "product": dice.choice(VIALS),
                "total_volume": tenths(dice, 200, 5000),
                "minutes": str(dice.randint(10, 100)),
            }
        case "im_depression" | "sc_depression":
            return wish | {"mg_per_kg": hundredths(dice, 10, 170), "product": dice.choice(VIALS)}
        case "in_esketamine_trd":
            return wish | {"asked": tenths(dice, 150, 1200)}
        case "in_racemic_depression":
            return wish | {"asked": tenths(dice, 60, 700), "product": "ketamine-spray-10"}
        case "iv_pain":
            return wish | {
                "speed_per_kg": hundredths(dice, 5, 220),
                "lasting": str(dice.randint(1, 100)),
                "bolus": tenths(dice, 0, 900),
                "bag_dose": str(dice.choice((100, 200, 250, 300, 500, 700))),
                "bag_volume": str(dice.choice((100, 250, 300, 500, 1000))),
                "product": dice.choice(VIALS),
            }
        case _:
            by_weight = {"mg_per_kg": hundredths(dice, 60, 750)}
            return wish | dice.choice(({"asked": tenths(dice, 300, 5500)}, by_weight))


def pairs(protocol: str, order: AnyOrder, hand: dict[str, Fraction]) -> list[tuple[str, Fraction, Fraction]]:
    """Each number of the order beside the one of the second implementation."""
    found = []
    for name, expected in hand.items():
        ours = getattr(order, "asked" if name == "exact" else name)
        value = Fraction(ours if isinstance(ours, int) else str(ours.value))
        found.append((name, value, expected))
    return found


def compared(number: int, seed: int) -> Counter[str]:
    """How many orders of each kind were compared, differed, were beyond a hard limit, and escaped it."""
    dice, told = random.Random(seed), Counter[str]()
    protocols = sorted(second_kernel.CEILINGS)
    for i in range(number):
        protocol = protocols[i % len(protocols)]
        wish = wish_for(protocol, dice)
        hand = second_kernel.reckoned(protocol, wish)
        try:
            order = ordered(protocol, **wish)
        except NotANumber:
            assert hand["dose"] == 0, f"{protocol} {wish} was refused, and by hand is {hand}"
            told["nothing to give"] += 1
            continue
        told[order.kind] += 1
        for name, ours, by_hand in pairs(protocol, order, hand):
            assert ours == by_hand, f"{protocol} {wish}: {name} is {ours}, and by hand {by_hand}"
        stopped = any(finding.kind == "BLOCK" for finding in said_of(order))
        if second_kernel.beyond_a_hard_limit(protocol, wish):
            told["beyond a hard limit"] += 1
            assert stopped, f"{protocol} {wish} is beyond a hard limit and is not stopped"
        elif not stopped:
            told["let through"] += 1
            held = Fraction(str(in_hand(order).value))
            weight = hand.get("dosing_weight", Fraction(wish["weight"]))
            hard = [t[-1] for t in second_kernel.CEILINGS[protocol] if t]
            per_kg, whole = second_kernel.CEILINGS[protocol]
            assert held <= Fraction(whole[-1]), f"{protocol} {wish} holds {held} mg, over {hard}"
            assert not per_kg or held <= Fraction(per_kg[-1]) * weight, f"{protocol} {wish} holds {held} mg"
    return told


def test_twenty_thousand_random_orders_agree_with_fractions_and_none_escapes_a_hard_limit(capsys):
    told = compared(20_000, seed=20261125)
    with capsys.disabled():
        print(f"\n  {sum(told[k] for k in KINDS)} orders, difference 0: {dict(told)}")
    assert all(told[kind] > 1000 for kind in KINDS)
    assert told["beyond a hard limit"] > 1000
    assert told["let through"] > 1000


KINDS = ("infusion", "injection", "spray", "tablets", "drip")


@pytest.mark.long
def test_a_million_random_orders_agree_with_fractions_and_none_escapes_a_hard_limit(capsys):
    told = compared(1_000_000, seed=1)
    with capsys.disabled():
        print(f"\n  {sum(told[k] for k in KINDS)} orders, difference 0: {dict(told)}")
    assert sum(told[kind] for kind in KINDS) > 900_000


@pytest.mark.parametrize("by", ["0.01", "0.5"])
def test_a_second_implementation_that_is_off_by_one_step_is_noticed(monkeypatch, by):
    right = second_kernel.nearest
    monkeypatch.setattr(second_kernel, "nearest", lambda value, step: right(value, step) + Fraction(by))
    with pytest.raises(AssertionError, match="by hand"):
        compared(50, seed=3)


def test_a_limit_that_is_not_held_is_noticed(monkeypatch):
    monkeypatch.setattr("tests.therapy.test_dose_kernel.said_of", lambda order: ())
    with pytest.raises(AssertionError, match="beyond a hard limit"):
        compared(500, seed=4)
