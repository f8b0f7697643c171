"""What the limits say about an order. Nothing it claims about itself is believed: all is recomputed.

BLOCK cannot be signed or started. REVIEW needs the prescriber's written reason. WARN is shown.
The same call guards signing and, with that moment's `at` and doses, the start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dayspring.knowledge import Library
from dayspring.quantities import Quantity
from dayspring.therapy import dosing
from dayspring.therapy.doses_together import interval, step, windows
from dayspring.therapy.order_findings import (
    BLOCK,
    REVIEW,
    SEVERITY,
    WARN,
    DoseAt,
    Known,
    OrderFinding,
    block,
    short,
)
from dayspring.therapy.order_weights import weight_basis, weight_reading

if TYPE_CHECKING:
    from dayspring.therapy.orders import Order

# Which limits hold which number of an order, by route. A route without a row cannot be ordered.
HELD: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "iv": (
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
        ("weight", BLOCK, "weight_most"),
        ("weight", BLOCK, "weight_least"),
        ("weight", REVIEW, "weight_high"),
        ("weight", REVIEW, "weight_low"),
        ("source strength", BLOCK, "source_strength"),
    ),
}


def limits_of(
    order: Order,
    knowledge: Library,
    *,
    weight_age: timedelta,
    last_doses: Iterable[DoseAt],
    committed: Iterable[DoseAt],
    at: datetime | None = None,
    previous_weight: Quantity | None = None,
    second_reading: Quantity | None = None,
) -> tuple[OrderFinding, ...]:
    """Everything the limits say, gravest first; empty is the only silence.

    `last_doses` are all doses given to this patient by any route, `committed` those signed and not yet
    given, without this order itself. `at` is when this dose would be given, by default when it is planned.
    """
    had = tuple(last_doses)
    if broken := tuple(_not_positive(order)):
        return broken
    known = Known(
        at=at or order.planned_for,
        weight_age=weight_age,
        previous_weight=previous_weight,
        second_reading=second_reading,
        given=had,
        others=sorted((*had, *committed), key=lambda dose: dose.at),
    )
    found = [finding for rule in RULES for finding in rule(order, knowledge, known)]
    return tuple(sorted(found, key=lambda finding: SEVERITY.index(finding.kind)))


def dose_ceilings(route: str, weight: Quantity, knowledge: Library) -> tuple[Quantity, ...]:
    """The doses that the route's upper limits allow at this weight, in mg."""
    rows = [(name, knowledge.limit(key)) for name, _, key in HELD.get(route, ())]
    upper = [(name, limit.quantity) for name, limit in rows if limit.at_most is not None]
    per_kg = [dosing.dose_for_weight(most, weight) for name, most in upper if name == "dose per kg"]
    return (*per_kg, *(most for name, most in upper if name == "dose"))


def dose_per_kg(order: Order) -> Quantity:
    """The higher of what was asked for and what the written dose comes to, by the lighter of both weights."""
    return max(order.mg_per_kg, order.dose.per(lighter(order)))


def lighter(order: Order) -> Quantity:
    """The lighter of dosing and actual weight: no basis makes a dose look smaller than it is."""
    return min(order.dosing_weight, order.weight)


MEASURES: Mapping[str, Callable[[Order], Quantity]] = {
    "dose per kg": dose_per_kg,
    "dose": lambda order: order.dose,
    "speed": lambda order: dosing.per_kg_per_hour(order.dose, lighter(order), order.minutes),
    "rate": lambda order: order.rate,
    "concentration": lambda order: order.concentration,
    "duration": lambda order: order.minutes,
    "weight": lambda order: order.weight,
    "source strength": lambda order: order.source,
}


def held_numbers(order: Order, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """Each number of the order against its own limits; a route without limits is no route without danger."""
    rows = HELD.get(order.route)
    if rows is None:
        yield block("route", f"No limits are known for the route “{order.route}”, so it cannot be ordered.")
        return
    for name, kind, key in rows:
        limit, amount = knowledge.limit(key), MEASURES[name](order)
        if not limit.allows(amount):
            side = "above" if limit.at_most is not None else "below"
            yield OrderFinding(
                kind=kind, rule=key, limit=limit, says=f"The {name} of {short(amount)} is {side} {limit}."
            )


def vial(order: Order, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """The strength is the label's, of a vial that this clinic knows, in the order's drug and form."""
    drug = knowledge.drugs.get(order.drug, {})
    label = drug.get("products", {}).get(order.product)
    if label is None:
        yield block("vial", f"“{order.product}” is no vial of {order.drug} that this clinic knows.")
        return
    if order.stock.value != label["stock"]:
        yield block(
            "vial",
            f"{order.product} holds {label['stock']} mg/mL on its label; the order says {order.stock}.",
        )
    if order.form != drug["form"]:
        yield block("vial", f"{order.product} is {drug['form']}; the order says {order.form}.")


def arithmetic(order: Order, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """Dose, volume, concentration and rate follow from one another, to what a syringe and a pump can show."""
    exact = dosing.dose_for_weight(order.mg_per_kg, order.dosing_weight)
    ceilings = dose_ceilings(order.route, order.dosing_weight, knowledge)
    sources = (order.stock, dosing.first_dilution(order.stock, knowledge))
    if order.source not in sources:
        yield block(
            "source",
            f"A vial of {order.stock} gives {sources[0]} or, diluted first, {sources[1]}; "
            f"the order draws from {order.source}.",
        )
    for name, written, follows in (
        ("dose", order.dose, dosing.drawable_dose(exact, knowledge, ceilings)),
        ("drawn volume", order.drawn, dosing.drawn_volume(order.dose, order.source, knowledge)),
        ("concentration", order.concentration, dosing.bag_concentration(order.dose, order.total_volume)),
        ("rate", order.rate, dosing.pump_rate(order.total_volume, order.minutes, knowledge)),
    ):
        if written != follows:
            yield block(
                "arithmetic", f"The order says a {name} of {written}; its other numbers give {follows}."
            )
    if order.drawn > order.total_volume:
        yield block("arithmetic", f"{order.drawn} of drug does not fit into a total of {order.total_volume}.")
    yield from _rounding(order, knowledge, exact)


def _rounding(order: Order, knowledge: Library, exact: Quantity) -> Iterator[OrderFinding]:
    limit = knowledge.limit("rounding_deviation")
    in_drawn = Quantity(order.drawn.value * order.source.value, "mg")
    for name, rounded, before in (
        ("dose", order.dose, exact),
        ("dose in the drawn volume", in_drawn, exact),
        ("rate", order.rate, dosing.exact_rate(order.total_volume, order.minutes)),
    ):
        if not limit.allows(off := dosing.deviation(rounded, before)):
            yield OrderFinding(
                kind=BLOCK,
                rule="rounding_deviation",
                limit=limit,
                says=(
                    f"Rounding moves the {name} from {short(before)} to {short(rounded)}, {short(off)}, "
                    f"more than {limit}."
                ),
            )


def validity(order: Order, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """An order is not given after its last day."""
    if known.at.date() > order.not_after:
        yield block("not_after", f"The order ends on {order.not_after}; {known.at.date()} is after it.")


def _not_positive(order: Order) -> Iterator[OrderFinding]:
    for name in (
        "mg_per_kg",
        "dosing_weight",
        "weight",
        "dose",
        "stock",
        "source",
        "drawn",
        "total_volume",
        "concentration",
        "minutes",
        "rate",
    ):
        if (amount := getattr(order, name)).value <= 0:
            yield block("not_positive", f"The order's {name} is {amount}; it must be above nothing.")


RULES: tuple[Callable[[Order, Library, Known], Iterator[OrderFinding]], ...] = (
    held_numbers,
    vial,
    weight_basis,
    weight_reading,
    arithmetic,
    validity,
    interval,
    step,
    windows,
)
