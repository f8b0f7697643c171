"""Which limits hold which number of an order, by kind, route, drug and setting. What has no table cannot be ordered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dayspring.knowledge import Library
from dayspring.quantities import Quantity, converted
from dayspring.therapy import dosing
from dayspring.therapy.aim import CLINIC, HOME
from dayspring.therapy.order_findings import BLOCK, REVIEW, WARN
from dayspring.therapy.order_kinds import (
    AnyOrder,
    Drip,
    Injection,
    Order,
    Spray,
    Tablets,
    in_hand,
    lighter,
    most,
)

Row = tuple[str, str, str]
SPEEDS = ("mg/h", "mg/kg/h")

WEIGHT: tuple[Row, ...] = (
    ("weight", BLOCK, "weight_most"),
    ("weight", BLOCK, "weight_least"),
    ("weight", REVIEW, "weight_high"),
    ("weight", REVIEW, "weight_low"),
)
IV: tuple[Row, ...] = (
    ("dose per kg", BLOCK, "iv_dose_per_kg_block"),
    ("dose per kg", REVIEW, "iv_dose_per_kg_review"),
    ("dose per kg", WARN, "iv_dose_per_kg_warn"),
    ("dose per kg", BLOCK, "iv_dose_per_kg_least"),
    ("dose per kg", REVIEW, "iv_dose_per_kg_low"),
    ("dose", BLOCK, "iv_dose_block"),
    ("dose", REVIEW, "iv_dose_review"),
    ("speed", BLOCK, "iv_speed_block"),
    ("speed", REVIEW, "iv_speed_review"),
    ("rate", BLOCK, "iv_rate_block"),
    ("rate", BLOCK, "iv_rate_least"),
    ("concentration", BLOCK, "iv_concentration_block"),
    ("concentration", BLOCK, "iv_concentration_least"),
    ("duration", BLOCK, "iv_minutes_least"),
    ("duration", REVIEW, "iv_minutes_short"),
    ("duration", BLOCK, "iv_minutes_block"),
    *WEIGHT,
    ("source strength", BLOCK, "source_strength"),
)
LONG: tuple[Row, ...] = (
    ("speed", BLOCK, "pain_speed_per_kg_block"),
    ("speed", REVIEW, "pain_speed_per_kg_review"),
    ("speed", BLOCK, "pain_speed_per_kg_least"),
    ("speed in all", BLOCK, "pain_speed_block"),
    ("speed in all", REVIEW, "pain_speed_review"),
    ("length", BLOCK, "pain_hours_block"),
    ("length", REVIEW, "pain_hours_long"),
    ("length", REVIEW, "pain_hours_short"),
    ("dose", BLOCK, "pain_dose_block"),
    ("dose", REVIEW, "pain_dose_review"),
    ("dose", WARN, "pain_dose_that_separates"),
    ("concentration", BLOCK, "pain_concentration_block"),
    ("concentration", BLOCK, "pain_concentration_least"),
    ("rate", BLOCK, "pain_rate_block"),
    ("rate", BLOCK, "pain_rate_least"),
    ("bag", BLOCK, "pain_bag_volume"),
    *WEIGHT,
    ("source strength", BLOCK, "source_strength"),
)
BAGS: tuple[Row, ...] = (
    *LONG,
    ("bolus per kg", BLOCK, "pain_bolus_per_kg_block"),
    ("time of one bag", BLOCK, "pain_bag_hours"),
)


def _injected(r: str) -> tuple[Row, ...]:
    return (
        ("dose per kg", BLOCK, f"{r}_dose_per_kg_block"),
        ("dose per kg", REVIEW, f"{r}_dose_per_kg_review"),
        ("dose per kg", WARN, f"{r}_dose_per_kg_warn"),
        ("dose per kg", BLOCK, f"{r}_dose_per_kg_least"),
        ("dose per kg", REVIEW, f"{r}_dose_per_kg_low"),
        ("dose", BLOCK, f"{r}_dose_block"),
        ("dose", REVIEW, f"{r}_dose_review"),
        ("drawn volume", BLOCK, f"{r}_volume_block"),
        ("drawn volume", WARN, f"{r}_volume_warn"),
        ("drawn volume", BLOCK, f"{r}_volume_least"),
        *WEIGHT,
    )


def _under_the_tongue(place: str) -> tuple[Row, ...]:
    return (
        ("dose", BLOCK, f"sl_{place}_dose_block"),
        ("dose per kg", BLOCK, f"sl_{place}_dose_per_kg_block"),
        ("dose", REVIEW, f"sl_{place}_dose_review"),
        ("dose", WARN, f"sl_{place}_dose_warn"),
        ("dose in hand", BLOCK, "sl_dose_least"),
        *WEIGHT,
    )


def _swallowed(place: str) -> tuple[Row, ...]:
    return (
        ("dose", BLOCK, f"oral_{place}_dose_block"),
        ("dose", REVIEW, f"oral_{place}_dose_review"),
        ("dose per kg", BLOCK, f"oral_{place}_dose_per_kg_block"),
        ("dose per kg", REVIEW, f"oral_{place}_dose_per_kg_review"),
        ("dose per kg", BLOCK, "oral_dose_per_kg_low"),
        ("dose in hand", BLOCK, "oral_dose_least"),
        *WEIGHT,
    )


ESKETAMINE: tuple[Row, ...] = (
    ("dose", BLOCK, "esk_dose_block"),
    ("dose in hand", BLOCK, "esk_dose_least"),
    ("rest after each device", BLOCK, "esk_rest_between_devices"),
)
COMPOUNDED: tuple[Row, ...] = (
    ("dose", BLOCK, "inr_dose_block"),
    ("dose", REVIEW, "inr_dose_review"),
    ("dose in hand", BLOCK, "inr_dose_least"),
    ("rest after each device", REVIEW, "inr_rest_between_sprays"),
)

HELD: Mapping[tuple[str, str, str, str], tuple[Row, ...]] = {
    (Order.kind, "iv", "", CLINIC): IV,
    (Injection.kind, "im", "", CLINIC): _injected("im"),
    (Injection.kind, "sc", "", CLINIC): _injected("sc"),
    (Injection.kind, "sc", "", HOME): _injected("sc"),
    (Spray.kind, "in", "esketamine", CLINIC): ESKETAMINE,
    (Spray.kind, "in", "ketamine", CLINIC): COMPOUNDED,
    (Tablets.kind, "sl", "", CLINIC): _under_the_tongue(CLINIC),
    (Tablets.kind, "sl", "", HOME): _under_the_tongue(HOME),
    (Tablets.kind, "oral", "", CLINIC): _swallowed(CLINIC),
    (Tablets.kind, "oral", "", HOME): _swallowed(HOME),
    (Drip.kind, "iv", "", CLINIC): BAGS,
}


def runs_long(protocol: str, knowledge: Library) -> bool:
    """Whether a protocol's dose is a speed, as of an infusion for pain, and so is held by the limits for pain."""
    start = knowledge.protocols.get(protocol, {}).get("start_dose", "")
    row = knowledge.limits.get(start)
    return row is not None and row.unit in SPEEDS


def kind_of(protocol: str, knowledge: Library) -> str:
    """The kind of order that a protocol asks for. Raises KeyError naming a protocol that does not exist."""
    if protocol not in knowledge.protocols:
        raise KeyError(f"no protocol is called {protocol}")
    kind = str(knowledge.protocols[protocol].get("kind", Order.kind))
    return Drip.kind if kind == Order.kind and runs_long(protocol, knowledge) else kind


def kinds_for(protocol: str, knowledge: Library) -> tuple[str, ...]:
    """The kinds that a protocol may be ordered as: what runs long may also be one infusion of one bag."""
    kind = kind_of(protocol, knowledge)
    return (kind, Order.kind) if kind == Drip.kind else (kind,)


def rows_for(order: AnyOrder, knowledge: Library) -> tuple[Row, ...] | None:
    """The rows that hold this order; None where no limits are known for such an order."""
    if isinstance(order, Order) and order.route == "iv" and runs_long(order.protocol, knowledge):
        return LONG
    keys = ((order.kind, order.route, drug, order.setting) for drug in (order.drug, ""))
    return next((HELD[key] for key in keys if key in HELD), None)


def ceilings(rows: Iterable[Row], weight: Quantity, knowledge: Library) -> tuple[Quantity, ...]:
    """The doses that the upper limits among `rows` allow at this weight, in mg."""
    upper = [(n, limit.quantity) for n, _, key in rows if (limit := knowledge.limit(key)).at_most is not None]
    per_kg = [dosing.dose_for_weight(top, weight) for name, top in upper if name == "dose per kg"]
    return (*per_kg, *(top for name, top in upper if name == "dose"))


# What is measured -----------------------------------------------------------------------------------


def dose_per_kg(order: AnyOrder) -> Quantity:
    """The highest dose that the order speaks of, wished for or written, by the lighter of both weights."""
    per_kg = most(order).per(lighter(order))
    wished = None if isinstance(order, Spray | Drip) else order.mg_per_kg
    return per_kg if wished is None else max(per_kg, wished)


def whole_speed(order: AnyOrder) -> Quantity:
    """Milligrams an hour, by the highest of what is written and what the pump would give."""
    if isinstance(order, Drip):
        return max(order.speed, order.flows)
    assert isinstance(order, Order), f"{order.kind} has no speed"
    return Quantity(most(order).per(converted(order.minutes, "h")).value, "mg/h")


def speed(order: AnyOrder) -> Quantity:
    """Milligrams per kilogram and hour, by the lighter weight."""
    return Quantity(whole_speed(order).per(lighter(order)).value, "mg/kg/h")


def _bag(order: Any) -> Quantity:
    bag: Quantity = order.bag_volume if isinstance(order, Drip) else order.total_volume
    return bag


# A row of the table of a kind names only what that kind has.
MEASURES: Mapping[str, Callable[[Any], Quantity]] = {
    "dose per kg": dose_per_kg,
    "dose": most,
    "dose in hand": in_hand,
    "speed": speed,
    "speed in all": whole_speed,
    "rate": lambda order: order.rate,
    "concentration": lambda order: order.concentration,
    "duration": lambda order: order.minutes,
    "length": lambda order: converted(order.minutes, "h"),
    "weight": lambda order: order.weight,
    "source strength": lambda order: order.source,
    "drawn volume": lambda order: order.drawn,
    "bag": _bag,
    "bolus per kg": lambda order: order.bolus.per(lighter(order)),
    "time of one bag": lambda order: Quantity(order.bag_volume.per(order.rate).value, "h"),
    "rest after each device": lambda order: order.rest,
}
