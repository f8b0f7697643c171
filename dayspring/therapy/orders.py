"""A prescriber's order: how it is computed, written, bound, entered a second time, and met at the pump.

Two rules keep this file honest.
1. An order says all that its safety rests on, and `bound` covers all of it: a change is another order.
2. A strength is never typed alone. A rate is handed out only when what was prepared is what was ordered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from dayspring.knowledge import Library
from dayspring.quantities import NotANumber, Quantity, UnitMismatch, plain, typed
from dayspring.therapy import dosing
from dayspring.therapy.dosing import WeightBases
from dayspring.therapy.order_findings import DoseAt, OrderFinding
from dayspring.therapy.order_limits import dose_ceilings, limits_of

__all__ = [
    "ENTRIES",
    "DoseAt",
    "Entry",
    "Order",
    "OrderFinding",
    "bound",
    "check_entered",
    "draft_order",
    "limits_of",
    "order_dict",
    "order_from",
    "rate_to_set",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One dose as it is signed. `stock` is the vial's strength, `source` the strength that is drawn from:
    the same, unless a strong vial was diluted first. Limits are held against the numbers written here.
    """

    route: str
    drug: str
    form: str
    protocol: str
    session_no: int
    mg_per_kg: Quantity
    basis: str
    dosing_weight: Quantity
    weight: Quantity
    weight_measured_at: datetime
    height: Quantity | None
    sex: str
    dose: Quantity
    product: str
    stock: Quantity
    source: Quantity
    drawn: Quantity
    total_volume: Quantity
    concentration: Quantity
    minutes: Quantity
    rate: Quantity
    planned_for: datetime
    not_after: date

    def __post_init__(self) -> None:
        for name, unit in UNITS.items():
            amount = getattr(self, name)
            if amount is not None and amount.unit != unit:
                raise UnitMismatch(f"{name} is {amount}; an order holds it in {unit}")


UNITS = {
    "mg_per_kg": "mg/kg",
    "dosing_weight": "kg",
    "weight": "kg",
    "height": "cm",
    "dose": "mg",
    "stock": "mg/mL",
    "source": "mg/mL",
    "drawn": "mL",
    "total_volume": "mL",
    "concentration": "mg/mL",
    "minutes": "min",
    "rate": "mL/h",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One number that the second person enters without seeing the order's."""

    key: str
    says: str
    unit: str


ENTRIES = (
    Entry(key="weight", says="weights", unit="kg"),
    Entry(key="dose", says="doses", unit="mg"),
    Entry(key="drawn", says="drawn volumes", unit="mL"),
    Entry(key="total_volume", says="total volumes", unit="mL"),
    Entry(key="minutes", says="durations", unit="min"),
    Entry(key="rate", says="rates", unit="mL/h"),
)


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
    ceilings = dose_ceilings(route, weight, knowledge)
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


def order_dict(order: Order) -> dict[str, object]:
    """The canonical form, ready for JSON: keys sorted, amounts as “34 mg” in UCUM, times in ISO 8601."""
    return {name: _written(getattr(order, name)) for name in sorted(KINDS)}


def order_from(written: Mapping[str, object]) -> Order:
    """The order that `order_dict` wrote. Raises ValueError, or UnitMismatch, naming what is wrong."""
    if set(written) != set(KINDS):
        missing, foreign = sorted(set(KINDS) - set(written)), sorted(set(written) - set(KINDS))
        raise ValueError(f"this is no order: it lacks {missing} and has {foreign}")
    order = Order(**{name: _read(name, kind, written[name]) for name, kind in KINDS.items()})  # type: ignore[arg-type]
    if (canonical := order_dict(order)) != dict(written):
        differs = next(name for name in canonical if canonical[name] != written[name])
        raise ValueError(f"{differs} is written {written[differs]!r}, canonically {canonical[differs]!r}")
    return order


def bound(written: Mapping[str, object]) -> str:
    """The SHA-256 of the canonical order, in hex. Two orders share it only if every word is the same."""
    text = json.dumps(dict(written), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def check_entered(order: Order, entered: Mapping[str, str]) -> tuple[str, ...]:
    """What differs between the order and a second person's own numbers; empty when all agree exactly."""
    differences = []
    for entry in ENTRIES:
        ordered: Quantity = getattr(order, entry.key)
        text = entered.get(entry.key, "")
        try:
            second = typed(text, entry.unit)
        except NotANumber as wrong:
            differences.append(f"The second of the two {entry.says} was not entered: {wrong}")
            continue
        if second != ordered:
            differences.append(f"The two {entry.says} differ: {ordered} and {second}.")
    foreign = sorted(set(entered) - {entry.key for entry in ENTRIES})
    return (*differences, *(f"“{key}” is no entry of a second check." for key in foreign))


def rate_to_set(
    order: Order, *, product: str, stock: Quantity, drawn: Quantity, total_volume: Quantity
) -> Quantity | tuple[str, ...]:
    """The rate for the pump, if what was prepared is exactly what was ordered; else every difference."""
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


# Writing and reading ----------------------------------------------------------------------------

KINDS: dict[str, str] = {field.name: str(field.type) for field in fields(Order)}


def _written(value: object) -> object:
    match value:
        case Quantity():
            return f"{plain(value.value)} {value.unit}"
        case datetime() if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone and cannot stand in an order")
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case str() | int() | None:
            return value
    raise TypeError(f"{value!r} cannot stand in an order")


def _read(name: str, kind: str, value: object) -> object:
    match kind, value:
        case "Quantity" | "Quantity | None", str():
            return _quantity(name, value)
        case "Quantity | None", None:
            return None
        case "datetime", str():
            return datetime.fromisoformat(value)
        case "date", str():
            return date.fromisoformat(value)
        case ("str", str()) | ("int", int()):
            return value
    raise ValueError(f"{name} is {value!r}, which is no {kind}")


def _quantity(name: str, text: str) -> Quantity:
    number, _, unit = text.partition(" ")
    try:
        return Quantity(Decimal(number), unit)
    except InvalidOperation as wrong:
        raise ValueError(f"{name} is {text!r}, which is no amount") from wrong
