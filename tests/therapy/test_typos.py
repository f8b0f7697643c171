"""Every slip of one hand: what is typed wrong once, by either person, and how many reach *start* (H05).

The way to *start* is the real one: read what was typed, draft, limits, second check, the drug as prepared.
Two second persons are tried. The *careful* one reckons from the plan, the true scale and the true label.
The *trusting* one takes dose per kg, duration and total from the order itself, and only the scale and the
label are their own; then the hard limits must carry the rest.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from dayspring.quantities import NotANumber
from dayspring.therapy import order_limits, orders
from tests.therapy.ordering import (
    Wish,
    amount,
    by_hand,
    drafted,
    entered,
    said_of,
)

pytestmark = pytest.mark.hazard("H05")

RIGHT = (
    Wish(),
    Wish(weight="80", sex="male", height="180"),
    Wish(weight="62", mg_per_kg="0.75", total_volume="46.5"),
    Wish(weight="110", height="165", basis="ideal"),
    Wish(weight="54.5", height="160", mg_per_kg="1", stock="10", total_volume="250", minutes="60"),
    Wish(weight="97.2", height="190", sex="male", stock="100", diluted_first=True),
)
TYPED = ("mg_per_kg", "weight", "minutes", "stock", "total_volume")
FOLD = 5


@dataclass(frozen=True)
class Fate:
    """Where a slip ended: `read`, `limit`, `second`, `prepared`, or `start`; with `asked` if a reason was."""

    where: str
    asked: bool = False
    fold: Fraction = Fraction(1)
    more: bool = False


def slips(text: str) -> set[str]:
    """Each slip of a typed number: drop, add, change, double, swap; the point moved or lost, a comma."""
    found: set[str] = set()
    for i, char in enumerate(text):
        found.add(text[:i] + text[i + 1 :])
        found.add(text[:i] + char + text[i:])
        found.add(text[:i] + text[i : i + 2][::-1] + text[i + 2 :])
        found |= {text[:i] + digit + text[i + 1 :] for digit in "0123456789.,"}
    for i in range(len(text) + 1):
        found |= {text[:i] + digit + text[i:] for digit in "0123456789.,"}
    return (found | set(shifted(text))) - {text}


def shifted(text: str) -> Iterator[str]:
    """The point moved by up to three places either way; three places are also milligrams for micrograms."""
    for places in range(1, 4):
        for moved in (Fraction(text) * 10**places, Fraction(text) / 10**places):
            yield format(float(moved), ".9f").rstrip("0").rstrip(".")
    yield text.replace(".", ",") if "." in text else text + ",0"


def folds(order: orders.Order, meant: Wish) -> tuple[Fraction, Fraction]:
    """Dose and speed of the drug that would flow from the true vial, each over what was meant."""
    hand = by_hand(meant)
    source = Fraction(meant.stock) / (2 if meant.diluted_first else 1)
    flows = Fraction(str(order.drawn.value)) * source
    minutes = Fraction(str(order.total_volume.value)) * 60 / Fraction(str(order.rate.value))
    return flows / hand["dose"], flows / minutes / (hand["dose"] / hand["minutes"])


def tenfold(fates: list[Fate]) -> list[Fate]:
    """Those that reached start with a dose or a speed far from what was meant, up or down."""
    return [f for f in fates if f.where == "start" and f.fold >= FOLD]


def fate(typed: Wish, meant: Wish, second: dict[str, str], *, check: bool = True) -> Fate:
    """The whole way of one order that was typed as `typed` when `meant` was right."""
    try:
        order = drafted(typed, product=label(meant))
    except NotANumber:
        return Fate("read")
    before = amount(meant.weight, "kg")
    found = said_of(order, previous_weight=before, second_reading=None)
    if any(finding.kind == "BLOCK" for finding in found):
        return Fate("limit")
    asked = any(finding.kind == "REVIEW" for finding in found)
    if check and orders.check_entered(order, second):
        return Fate("second", asked)
    ready = orders.rate_to_set(
        order,
        product=order.product,
        stock=amount(meant.stock, "mg/mL") if check else order.stock,
        drawn=order.drawn,
        total_volume=order.total_volume,
    )
    if isinstance(ready, tuple):
        return Fate("prepared", asked)
    both = folds(order, meant)
    return Fate("start", asked, max(max(f, 1 / f) for f in both), more=max(both) >= FOLD)


def label(meant: Wish) -> str:
    """The vial as it is scanned: no slip of a hand changes it."""
    return f"ketamine-{meant.stock}"


def trusting(typed: Wish, meant: Wish) -> dict[str, str]:
    """A second person who believes the order's wishes; only the scale and the label are their own."""
    copied = replace(meant, mg_per_kg=typed.mg_per_kg, minutes=typed.minutes, total_volume=typed.total_volume)
    try:
        return entered(copied)
    except (ValueError, ZeroDivisionError):
        return {}


def prescriber_slips() -> Iterator[tuple[Wish, Wish]]:
    for meant in RIGHT:
        for name in TYPED:
            for text in sorted(slips(getattr(meant, name))):
                yield meant, replace(meant, **{name: text})


SLIPS = tuple(prescriber_slips())


def told(title: str, fates: list[Fate]) -> None:
    counted = Counter(f.where for f in fates)
    print(f"{title}: {len(fates)} slips; {dict(sorted(counted.items()))}; reached start: {counted['start']}")


def same(typed: Wish, meant: Wish) -> bool:
    """Whether the slip changed nothing but the look of a number, such as 80 typed 80.0."""
    try:
        return orders.order_dict(drafted(typed, product=label(meant))) == orders.order_dict(drafted(meant))
    except NotANumber:
        return False


def test_the_right_orders_themselves_reach_start():
    assert [fate(meant, meant, entered(meant)).where for meant in RIGHT] == ["start"] * len(RIGHT)


@pytest.mark.parametrize(
    "slip", ["5", "0.05", "0.55", "00.5", "0,5", ".5", "0..5", "50", "0.6", "500", "0.0005", "0.", "05"]
)
def test_the_slips_of_0_5_are_among_those_tried(slip):
    assert slip in slips("0.5")


def test_no_slip_of_the_prescriber_passes_a_careful_second_person_but_one_that_rounds_away():
    changed = [(meant, typed) for meant, typed in SLIPS if not same(typed, meant)]
    fates = [fate(typed, meant, entered(meant)) for meant, typed in changed]
    told("prescriber slips, careful second person", fates)
    assert len(fates) > 1000
    for (meant, typed), ended in zip(changed, fates, strict=True):
        if ended.where == "start":
            assert at_the_pump(drafted(typed)) == at_the_pump(drafted(meant)), typed
    assert tenfold(fates) == []


def at_the_pump(order: orders.Order) -> tuple[object, ...]:
    """All that reaches the patient: the vial, what is drawn, what it is made up to, how fast it runs."""
    return (order.source, order.dose, order.drawn, order.total_volume, order.minutes, order.rate)


def test_no_tenfold_slip_passes_a_trusting_second_person_without_a_written_reason():
    changed = [(meant, typed) for meant, typed in SLIPS if not same(typed, meant)]
    fates = [fate(typed, meant, trusting(typed, meant)) for meant, typed in changed]
    told("prescriber slips, trusting second person", fates)
    started = [f for f in fates if f.where == "start"]
    unasked = [f for f in started if not f.asked]
    print(
        f"  {len(unasked)} without a written reason, worst {float(max(f.fold for f in unasked)):.2f}-fold; "
        f"{len(started) - len(unasked)} only after one, of which {len(tenfold(started))} are {FOLD}-fold"
    )
    assert tenfold(unasked) == []
    # What a reason can still let through is too little drug, never too much.
    assert [f for f in tenfold(started) if f.more] == []


def test_no_slip_of_the_second_person_passes():
    fates = []
    for meant in RIGHT:
        right = entered(meant)
        for key, text in right.items():
            wrong = [slip for slip in sorted(slips(text)) if not _equal(slip, text)]
            fates += [fate(meant, meant, right | {key: slip}) for slip in wrong]
    told("second person's slips", fates)
    assert len(fates) > 1000
    assert {f.where for f in fates} == {"second"}


def _equal(slip: str, text: str) -> bool:
    try:
        return Fraction(slip) == Fraction(text)
    except ValueError:
        return False


# Tests of the tests -------------------------------------------------------------------------------


def test_without_the_hard_limits_tenfold_slips_pass_a_trusting_second_person(monkeypatch):
    monkeypatch.setattr(order_limits, "HELD", {"iv": ()})
    passed = len(tenfold([fate(typed, meant, trusting(typed, meant)) for meant, typed in SLIPS]))
    print(f"without hard limits {passed} tenfold slips reach start")
    assert passed > 0


def test_without_the_second_check_tenfold_slips_pass_the_limits():
    passed = len(tenfold([fate(typed, meant, {}, check=False) for meant, typed in SLIPS]))
    print(f"without the second check and the label {passed} tenfold slips reach start")
    assert passed > 0
