"""Orders for tests, and the arithmetic of an order done a second time, by other means, in fractions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from dayspring.knowledge import library
from dayspring.quantities import Quantity, typed
from dayspring.therapy import dosing
from dayspring.therapy.orders import Order, OrderFinding, draft_order, limits_of

PLANNED = datetime(2026, 3, 9, 10, tzinfo=UTC)


def amount(value: object, unit: str) -> Quantity:
    return Quantity(Decimal(str(value)), unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a prescriber means, as the text they would type into the fields of the order's page."""

    weight: str = "68"
    height: str = "170"
    sex: str = "female"
    mg_per_kg: str = "0.5"
    basis: str = "actual"
    stock: str = "50"
    total_volume: str = "100"
    minutes: str = "40"
    diluted_first: bool = False


UNITS = {"weight": "kg", "mg_per_kg": "mg/kg", "stock": "mg/mL", "total_volume": "mL", "minutes": "min"}


def drafted(
    wish: Wish, *, product: str = "", planned_for: datetime = PLANNED, not_after: date | None = None
) -> Order:
    """The order that these texts make; raises as the software raises when a text is no number."""
    read = {name: typed(getattr(wish, name), unit) for name, unit in UNITS.items()}
    height = typed(wish.height, "cm") if wish.height else None
    return draft_order(
        knowledge=library(),
        route="iv",
        drug="ketamine",
        form="racemic",
        protocol="iv_depression",
        session_no=1,
        mg_per_kg=read["mg_per_kg"],
        basis=wish.basis,
        bases=dosing.weight_bases(read["weight"], height, wish.sex, library()),
        weight_measured_at=planned_for - timedelta(hours=1),
        product=product or f"ketamine-{wish.stock}",
        stock=read["stock"],
        total_volume=read["total_volume"],
        minutes=read["minutes"],
        planned_for=planned_for,
        not_after=not_after or planned_for.date(),
        diluted_first=wish.diluted_first,
    )


def said_of(order: Order, **known: object) -> tuple[OrderFinding, ...]:
    """What the limits say when nothing else is the matter: weighed today, twice, and no other dose."""
    quiet: dict[str, object] = {
        "weight_age": timedelta(hours=1),
        "last_doses": (),
        "committed": (),
        "second_reading": order.weight,
    }
    return limits_of(order, library(), **{**quiet, **known})  # type: ignore[arg-type]


def kinds(found: tuple[OrderFinding, ...]) -> dict[str, str]:
    return {finding.rule: finding.kind for finding in found}


def by_hand(wish: Wish) -> Mapping[str, Fraction]:
    """A second person's numbers, from the true label and the true scale. No line of the package is used."""
    weight, minutes, total = Fraction(wish.weight), Fraction(wish.minutes), Fraction(wish.total_volume)
    dosing_weight = weight
    if wish.basis != "actual":
        inches = Fraction(wish.height) / Fraction("2.54")
        start = Fraction(50) if wish.sex == "male" else Fraction("45.5")
        ideal = _to_step(start + Fraction("2.3") * (inches - 60), Fraction(1, 10))
        dosing_weight = ideal
        if wish.basis == "adjusted":
            dosing_weight = _to_step(ideal + Fraction("0.4") * (weight - ideal), Fraction(1, 10))
    exact = Fraction(wish.mg_per_kg) * dosing_weight
    dose = _to_step(exact, Fraction(1, 2))
    for most in (Fraction("0.75"), Fraction(1), Fraction("1.5")):
        if exact <= most * dosing_weight < dose:
            dose -= Fraction(1, 2)
    source = Fraction(wish.stock) / (2 if wish.diluted_first else 1)
    return {
        "weight": weight,
        "exact_dose": exact,
        "dose": dose,
        "drawn": _to_step(dose / source, Fraction(1, 100)),
        "total_volume": total,
        "minutes": minutes,
        "exact_rate": total * 60 / minutes,
        "rate": _to_step(total * 60 / minutes, Fraction(1, 10)),
    }


def _to_step(value: Fraction, step: Fraction) -> Fraction:
    return round(value / step) * step


def entered(wish: Wish) -> dict[str, str]:
    """The six entries of the second check as the second person would type them."""
    hand = by_hand(wish)
    keys = ("weight", "dose", "drawn", "total_volume", "minutes", "rate")
    return {key: _text(hand[key]) for key in keys}


def _text(value: Fraction) -> str:
    text = format(Decimal(value.numerator) / Decimal(value.denominator), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
