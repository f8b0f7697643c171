"""Orders for tests, and the arithmetic of an order done a second time, by other means, in fractions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dayspring.knowledge import Library, library
from dayspring.quantities import Quantity, typed
from dayspring.therapy import dosing
from dayspring.therapy.drips import draft_drip
from dayspring.therapy.held import kind_of
from dayspring.therapy.injections import draft_injection
from dayspring.therapy.order_kinds import AnyOrder
from dayspring.therapy.orders import Order, OrderFinding, draft_order, limits_of
from dayspring.therapy.sprays import draft_spray
from dayspring.therapy.tablets import draft_tablets

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


def said_of(
    order: AnyOrder, *, knowledge: Library | None = None, **known: object
) -> tuple[OrderFinding, ...]:
    """What the limits say when nothing else is the matter: weighed today, twice, and no other dose."""
    quiet: dict[str, object] = {
        "weight_age": timedelta(hours=1),
        "last_doses": (),
        "committed": (),
        "second_reading": order.weight,
    }
    return limits_of(order, knowledge or library(), **{**quiet, **known})  # type: ignore[arg-type]


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


# Orders of every kind, from the texts that a prescriber would type ------------------------------------------

TYPED = {
    "mg_per_kg": "mg/kg",
    "asked": "mg",
    "target": "mg",
    "total_volume": "mL",
    "minutes": "min",
    "speed": "mg/h",
    "speed_per_kg": "mg/kg/h",
    "lasting": "h",
    "bolus": "mg",
    "bag_dose": "mg",
    "bag_volume": "mL",
}


def ordered(
    protocol: str,
    *,
    weight: str = "68",
    height: str = "170",
    sex: str = "female",
    basis: str = "actual",
    product: str = "",
    planned_for: datetime = PLANNED,
    **texts: str,
) -> AnyOrder:
    """An order by that protocol; raises as the software raises when a text is no number."""
    row = library().protocols[protocol]
    kind = kind_of(protocol, library())
    if kind == "drip" and "minutes" in texts:
        kind = "infusion"
    bases = dosing.weight_bases(typed(weight, "kg"), typed(height, "cm"), sex, library())
    shared: dict[str, Any] = {
        "knowledge": library(),
        **{word: row[word] for word in ("route", "drug", "form")},
        "protocol": protocol,
        "session_no": 1,
        "weight_measured_at": planned_for - timedelta(hours=1),
        "planned_for": planned_for,
        "not_after": planned_for.date() + timedelta(days=9),
        **{name: typed(text, TYPED[name]) for name, text in texts.items()},
    }
    if kind != "infusion":
        shared["setting"] = row["setting"]
    if kind == "spray":
        shared |= {"weight": bases.actual, "product": product or "spravato"}
        return draft_spray(**shared)
    shared |= {"bases": bases, "basis": basis}
    if kind == "tablets":
        return draft_tablets(**shared, product=product)
    shared["product"] = product = product or "ketamine-50"
    stock = library().drugs["ketamine"]["products"][product]["stock"]
    shared["stock"] = amount(stock, "mg/mL")
    if kind == "injection":
        return draft_injection(**shared)
    shared["diluted_first"] = stock == 100
    return draft_order(**shared) if kind == "infusion" else draft_drip(**shared)


# One plain order of each kind that meets no limit as a first dose.
PLAIN: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "infusion": ("iv_depression", {"mg_per_kg": "0.5", "total_volume": "100", "minutes": "40"}),
    "injection": ("im_depression", {"mg_per_kg": "0.5"}),
    "spray": ("in_esketamine_trd", {"asked": "56"}),
    "tablets": ("sl_clinic_depression", {"asked": "100"}),
    "drip": (
        "iv_pain",
        {
            "speed_per_kg": "0.5",
            "lasting": "4",
            "bag_dose": "250",
            "bag_volume": "250",
            "product": "ketamine-50",
        },
    ),
}


def plain_order(kind: str, **changed: Any) -> AnyOrder:
    protocol, texts = PLAIN[kind]
    return ordered(protocol, **{**texts, **changed})
