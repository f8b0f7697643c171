"""An order as it is written, bound and read again. An infusion is written without its kind, as it always was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from dayspring.quantities import Quantity, plain
from dayspring.therapy.order_kinds import KINDS, AnyOrder, Order

FIELDS: Mapping[str, Mapping[str, str]] = {
    kind: {field.name: str(field.type) for field in fields(cls)} for kind, cls in KINDS.items()
}


def order_dict(order: AnyOrder) -> dict[str, object]:
    """The canonical form, ready for JSON: keys sorted, amounts as “34 mg” in UCUM, times in ISO 8601."""
    written: dict[str, object] = {name: _written(getattr(order, name)) for name in FIELDS[order.kind]}
    if order.kind != Order.kind:
        written["kind"] = order.kind
    return {name: written[name] for name in sorted(written)}


def order_from(written: Mapping[str, object]) -> AnyOrder:
    """The order that `order_dict` wrote. Raises ValueError, or UnitMismatch, naming what is wrong."""
    kind = written.get("kind", Order.kind)
    if kind not in KINDS or written.get("kind") == Order.kind:
        raise ValueError(f"{kind!r} is no kind of order; the kinds that are named are {sorted(KINDS)[:-1]}")
    wanted = FIELDS[str(kind)]
    names = set(written) - {"kind"}
    if names != set(wanted):
        missing, foreign = sorted(set(wanted) - names), sorted(names - set(wanted))
        raise ValueError(f"this is no order: it lacks {missing} and has {foreign}")
    made: Callable[..., AnyOrder] = KINDS[str(kind)]
    order = made(**{name: _read(name, type_, written[name]) for name, type_ in wanted.items()})
    if (canonical := order_dict(order)) != dict(written):
        differs = next(name for name in canonical if canonical[name] != written[name])
        raise ValueError(f"{differs} is written {written[differs]!r}, canonically {canonical[differs]!r}")
    return order


def bound(written: Mapping[str, object]) -> str:
    """The SHA-256 of the canonical order, in hex. Two orders share it only if every word is the same."""
    text = json.dumps(dict(written), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


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
        case ("int", bool()):
            pass
        case ("str", str()) | ("int", int()):
            return value
    raise ValueError(f"{name} is {value!r}, which is no {kind}")


def _quantity(name: str, text: str) -> Quantity:
    number, _, unit = text.partition(" ")
    try:
        return Quantity(Decimal(number), unit)
    except InvalidOperation as wrong:
        raise ValueError(f"{name} is {text!r}, which is no amount") from wrong
