"""A prescriber's order: how it is computed, written, bound, entered a second time, and met at the pump.

Two rules keep this file honest.
1. An order says all that its safety rests on, and `bound` covers all of it: a change is another order.
2. A strength is never typed alone. A rate is handed out only when what was prepared is what was ordered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from dayspring.knowledge import Library
from dayspring.quantities import NotANumber, Quantity, typed
from dayspring.therapy import dosing
from dayspring.therapy.dosing import WeightBases
from dayspring.therapy.drips import draft_drip
from dayspring.therapy.injections import draft_injection
from dayspring.therapy.order_findings import DoseAt, OrderFinding, Taker
from dayspring.therapy.order_kinds import SAID, UNITS, AnyOrder, Drip, Injection, Order, Spray, Tablets
from dayspring.therapy.order_limits import dose_ceilings, limits_of
from dayspring.therapy.order_written import bound, order_dict, order_from
from dayspring.therapy.sprays import draft_spray
from dayspring.therapy.tablets import draft_tablets

__all__ = [
    "ENTRIES",
    "UNITS",
    "AnyOrder",
    "DoseAt",
    "Drip",
    "Entry",
    "Injection",
    "Order",
    "OrderFinding",
    "Spray",
    "Tablets",
    "Taker",
    "bound",
    "check_entered",
    "draft_drip",
    "draft_injection",
    "draft_order",
    "draft_spray",
    "draft_tablets",
    "entries_for",
    "given_in_room",
    "limits_of",
    "order_dict",
    "order_from",
    "rate_to_set",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One number that the second person enters without seeing the order's."""

    key: str
    says: str
    unit: str


_WEIGHT = Entry(key="weight", says="weights", unit="kg")
_DOSE = Entry(key="dose", says="doses", unit="mg")
_DRAWN = Entry(key="drawn", says="drawn volumes", unit="mL")
_RATE = Entry(key="rate", says="rates", unit="mL/h")

# Of an infusion.
ENTRIES = (
    _WEIGHT,
    _DOSE,
    _DRAWN,
    Entry(key="total_volume", says="total volumes", unit="mL"),
    Entry(key="minutes", says="durations", unit="min"),
    _RATE,
)
_ENTRIES: Mapping[str, tuple[Entry, ...]] = {
    Order.kind: ENTRIES,
    Injection.kind: (_WEIGHT, _DOSE, _DRAWN),
    Spray.kind: (
        _DOSE,
        Entry(key="device_dose", says="doses of one device", unit="mg"),
        Entry(key="devices", says="numbers of devices", unit="1"),
    ),
    Tablets.kind: (
        _WEIGHT,
        _DOSE,
        Entry(key="large", says="strengths of the larger tablet", unit="mg"),
        Entry(key="large_count", says="numbers of larger tablets", unit="1"),
        Entry(key="small", says="strengths of the smaller tablet", unit="mg"),
        Entry(key="small_count", says="numbers of smaller tablets", unit="1"),
    ),
    Drip.kind: (
        _WEIGHT,
        Entry(key="speed", says="speeds", unit="mg/h"),
        Entry(key="lasting", says="durations", unit="h"),
        Entry(key="bolus", says="boluses", unit="mg"),
        Entry(key="bag_dose", says="doses in a bag", unit="mg"),
        Entry(key="bag_volume", says="volumes of a bag", unit="mL"),
        Entry(key="bags", says="numbers of bags", unit="1"),
        _DRAWN,
        _RATE,
    ),
}


def entries_for(order: AnyOrder) -> tuple[Entry, ...]:
    """The numbers that the second person enters for an order of this kind."""
    return _ENTRIES[order.kind]


def draft_order(
    *,
    knowledge: Library,
    route: str,
    drug: str,
    form: str,
    protocol: str,
    session_no: int,
    mg_per_kg: Quantity,
    basis: str,
    bases: WeightBases,
    weight_measured_at: datetime,
    product: str,
    stock: Quantity,
    total_volume: Quantity,
    minutes: Quantity,
    planned_for: datetime,
    not_after: date,
    diluted_first: bool = False,
) -> Order:
    """The whole order from what a prescriber chooses. Raises NotANumber for what cannot be divided.

    It refuses nothing clinical: an unwise draft is made, and limits_of says what is wrong
    with it. Rounding never carries the dose over a limit that the exact dose keeps.
    """
    weight = bases.of(basis)
    ceilings = dose_ceilings(route, weight, knowledge, protocol)
    dose = dosing.drawable_dose(dosing.dose_for_weight(mg_per_kg, weight), knowledge, ceilings)
    source = dosing.first_dilution(stock, knowledge) if diluted_first else stock
    return Order(
        route=route,
        drug=drug,
        form=form,
        protocol=protocol,
        session_no=session_no,
        mg_per_kg=mg_per_kg,
        basis=basis,
        dosing_weight=weight,
        weight=bases.actual,
        weight_measured_at=weight_measured_at,
        height=bases.height,
        sex=bases.sex,
        dose=dose,
        product=product,
        stock=stock,
        source=source,
        drawn=dosing.drawn_volume(dose, source, knowledge),
        total_volume=total_volume,
        concentration=dosing.bag_concentration(dose, total_volume),
        minutes=minutes,
        rate=dosing.pump_rate(total_volume, minutes, knowledge),
        planned_for=planned_for,
        not_after=not_after,
    )


def check_entered(order: AnyOrder, entered: Mapping[str, str]) -> tuple[str, ...]:
    """What differs between the order and a second person's own numbers; empty when all agree exactly."""
    differences = []
    for entry in entries_for(order):
        ordered = _number(order, entry)
        text = entered.get(entry.key, "")
        try:
            second = typed(text, entry.unit)
        except NotANumber as wrong:
            differences.append(f"The second of the two {entry.says} was not entered: {wrong}")
            continue
        if second != ordered:
            one, other = (str(number).strip() for number in (ordered, second))
            differences.append(f"The two {entry.says} differ: {one} and {other}.")
    foreign = sorted(set(entered) - {entry.key for entry in entries_for(order)})
    return (*differences, *(f"“{key}” is no entry of a second check." for key in foreign))


def _number(order: AnyOrder, entry: Entry) -> Quantity:
    """The order's own number for an entry; a count of things is a pure number."""
    value = getattr(order, entry.key)
    return value if isinstance(value, Quantity) else Quantity(Decimal(value), entry.unit)


def given_in_room(order: AnyOrder) -> bool:
    """Whether a session with a pump can give this order: one infusion from one bag, and nothing else."""
    return isinstance(order, Order)


def rate_to_set(
    order: AnyOrder, *, product: str, stock: Quantity, drawn: Quantity, total_volume: Quantity
) -> Quantity | tuple[str, ...]:
    """The rate for the pump, if what was prepared is exactly what was ordered; else every difference.

    Only an infusion of one bag has one; any other order is refused by its name.
    """
    if not isinstance(order, Order):
        return (f"The room gives infusions of one bag; this order is {SAID[order.kind]}.",)
    pairs = (
        ("products", order.product, product),
        ("vial strengths", order.stock, stock),
        ("drawn volumes", order.drawn, drawn),
        ("total volumes", order.total_volume, total_volume),
    )
    differs = tuple(
        f"The two {name} differ: {ordered} ordered and {prepared} prepared."
        for name, ordered, prepared in pairs
        if ordered != prepared
    )
    return differs or order.rate
