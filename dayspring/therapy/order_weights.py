"""The weight an order rests on: its basis is what it says, it is recent, and it was read well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from dayspring.knowledge import Library
from dayspring.quantities import NotANumber, Quantity
from dayspring.therapy import dosing
from dayspring.therapy.order_findings import BLOCK, REVIEW, WARN, Known, OrderFinding, block, short
from dayspring.therapy.order_kinds import AnyOrder, Spray


def weight_basis(order: AnyOrder, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """The dosing weight is the one that its basis gives, and a heavy patient's basis was thought about."""
    if isinstance(order, Spray):
        return
    bases = dosing.weight_bases(order.weight, order.height, order.sex, knowledge)
    try:
        weight = bases.of(order.basis)
    except NotANumber as wrong:
        yield block("weight_basis", str(wrong))
        return
    if weight != order.dosing_weight:
        yield block(
            "weight_basis",
            f"The {order.basis} weight is {weight}; the order says {order.dosing_weight}.",
        )
    if order.dosing_weight > order.weight:
        yield OrderFinding(
            kind=REVIEW,
            rule="weight_basis",
            says=f"The dosing weight {order.dosing_weight} is above the actual {order.weight}.",
        )
    if order.basis == "actual" and (order.height is None or bases.suggested != "actual"):
        yield OrderFinding(
            kind=WARN,
            rule="weight_basis",
            says=bases.why,
            limit=knowledge.limit("ideal_weight_offered_from_bmi"),
        )


def weight_reading(order: AnyOrder, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """A weight is recent, and one that moved, or has none before it, was read a second time.

    A spray's dose rests on no weight.
    """
    if isinstance(order, Spray):
        return
    oldest = knowledge.limit("weight_age")
    days = -(-known.weight_age // timedelta(days=1))
    if timedelta(days=int(oldest.value)) < known.weight_age:
        yield OrderFinding(
            kind=BLOCK,
            rule="weight_age",
            limit=oldest,
            says=f"The weight is {days} days old; the limit is {oldest}.",
        )
    if _read_twice(order, knowledge, known):
        return
    if known.second_reading is not None:
        yield block(
            "weight_readings_agree",
            f"The two readings of the weight differ: {order.weight} and {known.second_reading}.",
        )
    elif known.previous_weight is None:
        yield OrderFinding(
            kind=REVIEW,
            rule="weight_second_reading",
            says=f"{order.weight} is the first weight known; it needs a second reading. "
            f"If it was {short(order.weight)[:-3]} pounds, the dose is more than twice too high.",
        )
    else:
        yield from _weight_moved(order, knowledge, known.previous_weight)


def _read_twice(order: AnyOrder, knowledge: Library, known: Known) -> bool:
    second = known.second_reading
    agree = knowledge.limit("weight_readings_agree")
    return second is not None and agree.allows(dosing.deviation(second, order.weight))


def _weight_moved(order: AnyOrder, knowledge: Library, before: Quantity) -> Iterator[OrderFinding]:
    moved = dosing.deviation(order.weight, before)
    for kind, key, asks in (
        (BLOCK, "weight_change_second_reading", "it needs a second reading"),
        (REVIEW, "weight_change_reweigh", "weigh again"),
    ):
        limit = knowledge.limit(key)
        if not limit.allows(moved):
            yield OrderFinding(
                kind=kind,
                rule=key,
                limit=limit,
                says=(
                    f"The weight went from {before} to {order.weight}, {short(moved)}, over {limit}; {asks}."
                ),
            )
            return
