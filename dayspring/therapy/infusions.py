"""Whether the numbers of one infusion follow from one another, to what a syringe and a pump can show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dayspring.knowledge import Library
from dayspring.therapy import dosing
from dayspring.therapy.held import Row, ceilings
from dayspring.therapy.order_findings import BLOCK, OrderFinding, block, moved, unlike
from dayspring.therapy.order_kinds import Order, in_hand


def follows(order: Order, knowledge: Library, rows: Iterable[Row]) -> Iterator[OrderFinding]:
    """Dose, volume, concentration and rate follow from the wish, the vial, the bag and the time."""
    top = ceilings(rows, order.dosing_weight, knowledge)
    yield from unlike(
        (
            ("dose", order.dose, dosing.drawable_dose(order.asked, knowledge, top)),
            ("drawn volume", order.drawn, dosing.drawn_volume(order.dose, order.source, knowledge)),
            ("concentration", order.concentration, dosing.bag_concentration(order.dose, order.total_volume)),
            ("rate", order.rate, dosing.pump_rate(order.total_volume, order.minutes, knowledge)),
        )
    )
    if order.drawn > order.total_volume:
        yield block("arithmetic", f"{order.drawn} of drug does not fit into a total of {order.total_volume}.")
    yield from moved(
        BLOCK,
        knowledge.limit("rounding_deviation"),
        (
            ("dose", order.dose, order.asked),
            ("dose in the drawn volume", in_hand(order), order.asked),
            ("rate", order.rate, dosing.exact_rate(order.total_volume, order.minutes)),
        ),
    )
