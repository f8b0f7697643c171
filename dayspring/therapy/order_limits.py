"""What the limits say about an order. Nothing it claims about itself is believed: all is recomputed.

BLOCK cannot be signed or started. REVIEW needs the prescriber's written reason. WARN is shown.
The same call guards signing and, with that moment's `at` and doses, the start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from dayspring.knowledge import Library
from dayspring.quantities import Quantity
from dayspring.therapy import drips, held, infusions, injections, sprays, tablets
from dayspring.therapy.doses_together import interval, windows
from dayspring.therapy.first_doses import home_first, slowed, start, step
from dayspring.therapy.held import HELD, MEASURES, Row, ceilings, kinds_for, rows_for
from dayspring.therapy.on_the_shelf import shelf, source
from dayspring.therapy.order_findings import (
    NOBODY,
    SEVERITY,
    DoseAt,
    Known,
    OrderFinding,
    Taker,
    block,
    short,
)
from dayspring.therapy.order_kinds import SAID, AnyOrder, Drip, Injection, Order, Spray, Tablets
from dayspring.therapy.order_weights import weight_basis, weight_reading
from dayspring.therapy.takers import liver, older

__all__ = ["HELD", "MEASURES", "dose_ceilings", "limits_of"]


def limits_of(
    order: AnyOrder,
    knowledge: Library,
    *,
    weight_age: timedelta,
    last_doses: Iterable[DoseAt],
    committed: Iterable[DoseAt],
    at: datetime | None = None,
    previous_weight: Quantity | None = None,
    second_reading: Quantity | None = None,
    taker: Taker = NOBODY,
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
        taker=taker,
    )
    found = [finding for rule in RULES for finding in rule(order, knowledge, known)]
    return tuple(sorted(found, key=lambda finding: SEVERITY.index(finding.kind)))


def dose_ceilings(
    route: str, weight: Quantity, knowledge: Library, protocol: str = ""
) -> tuple[Quantity, ...]:
    """The doses that the upper limits of an infusion by that route allow at this weight, in mg."""
    if held.runs_long(protocol, knowledge):
        return ceilings(held.LONG, weight, knowledge)
    return ceilings(HELD.get((Order.kind, route, "", Order.setting), ()), weight, knowledge)


def held_numbers(order: AnyOrder, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """Each number of the order against its own limits; a route without limits is no route without danger."""
    rows = rows_for(order, knowledge)
    if rows is None:
        yield block(
            "route",
            f"No limits are known for {order.drug} by the route “{order.route}” as {order.kind} "
            f"({order.setting}), so it cannot be ordered.",
        )
        return
    for name, kind, key in rows:
        limit, amount = knowledge.limit(key), MEASURES[name](order)
        if not limit.allows(amount):
            side = "above" if limit.at_most is not None else "below"
            yield OrderFinding(
                kind=kind, rule=key, limit=limit, says=f"The {name} of {short(amount)} is {side} {limit}."
            )


def as_planned(order: AnyOrder, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """The order is of the protocol's kind, drug, route and setting."""
    row = knowledge.protocols.get(order.protocol)
    if row is None:
        yield block("protocol", f"No protocol is called {order.protocol}.")
        return
    if order.kind not in kinds_for(order.protocol, knowledge):
        wanted = " or ".join(SAID[kind] for kind in kinds_for(order.protocol, knowledge))
        yield block("protocol", f"Protocol {order.protocol} is {wanted}; this order is {SAID[order.kind]}.")
    for word, default in (("drug", ""), ("route", ""), ("setting", Order.setting)):
        if (ordered := getattr(order, word)) != (planned := row.get(word, default)):
            yield block(
                "protocol",
                f"The {word} of protocol {order.protocol} is {planned}; the order says {ordered}.",
            )


FOLLOWS: dict[str, Callable[..., Iterator[OrderFinding]]] = {
    Order.kind: infusions.follows,
    Injection.kind: injections.follows,
    Spray.kind: sprays.follows,
    Tablets.kind: tablets.follows,
    Drip.kind: drips.follows,
}


def arithmetic(order: AnyOrder, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """The numbers of the order follow from one another, as its kind has it."""
    rows: tuple[Row, ...] = rows_for(order, knowledge) or ()
    yield from FOLLOWS[order.kind](order, knowledge, rows)


def validity(order: AnyOrder, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """An order is not given after its last day."""
    if known.at.date() > order.not_after:
        yield block("not_after", f"The order ends on {order.not_after}; {known.at.date()} is after it.")


# What may be nothing: a bolus that is not given, one of two strengths of tablets. No dose rests on a height.
MAY_BE_NOTHING = ("bolus", "small_count", "large_count")
NO_AMOUNT = ("height", "session_no")


def _not_positive(order: AnyOrder) -> Iterator[OrderFinding]:
    for name in type(order).__dataclass_fields__:
        amount = getattr(order, name)
        number = amount.value if isinstance(amount, Quantity) else amount
        if name in NO_AMOUNT or not isinstance(number, int | Decimal):
            continue
        if number < 0 or (number == 0 and name not in MAY_BE_NOTHING):
            yield block("not_positive", f"The order's {name} is {amount}; it must be above nothing.")


RULES: tuple[Callable[[AnyOrder, Library, Known], Iterator[OrderFinding]], ...] = (
    held_numbers,
    as_planned,
    shelf,
    source,
    weight_basis,
    weight_reading,
    arithmetic,
    validity,
    interval,
    start,
    step,
    slowed,
    home_first,
    older,
    liver,
    windows,
)
