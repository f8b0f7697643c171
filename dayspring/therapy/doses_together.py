"""Doses beside one another: the least time between two, and the most within a week or four weeks.

Counting looks both ways. A dose already signed for a coming day has its place in every window, by any route.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from dayspring.knowledge import Library
from dayspring.quantities import Quantity, converted
from dayspring.therapy.order_findings import BLOCK, REVIEW, DoseAt, Known, OrderFinding, short

if TYPE_CHECKING:
    from dayspring.therapy.orders import Order

WINDOWS = (
    ("week_window", "doses_in_week", "dose_per_kg_in_week"),
    ("month_window", "doses_in_month", "dose_per_kg_in_month"),
)


def interval(order: Order, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """No dose, given or signed for another day, lies closer than the minimum interval, before or after."""
    least = knowledge.limit("iv_interval")
    for other in known.others:
        apart = Quantity(_hours(abs(known.at - other.at)), "h")
        if not least.allows(apart):
            yield OrderFinding(
                kind=BLOCK,
                rule=least.key,
                limit=least,
                says=(
                    f"A dose of {other.dose} ({other.route}) on {other.at:%d %b %Y %H:%M} is {short(apart)} "
                    f"away; at least {least} must lie between."
                ),
            )


def windows(order: Order, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """In each stretch of time with this dose in it, past and coming doses of all routes keep the limits."""
    ours = DoseAt(at=known.at, route=order.route, drug=order.drug, dose=order.dose)
    lighter = Quantity(min(order.dosing_weight.value, order.weight.value), "kg")
    doses = sorted((*known.others, ours), key=lambda dose: dose.at)
    for window, count_key, dose_key in WINDOWS:
        long = timedelta(hours=int(knowledge.limit(window).value))
        stretches = [
            [d for d in doses if first.at <= d.at < first.at + long]
            for first in doses
            if first.at <= ours.at < first.at + long
        ]
        most = max(len(stretch) for stretch in stretches)
        heaviest = max(sum((_counted(d, knowledge) for d in stretch), Decimal(0)) for stretch in stretches)
        amounts = (
            (count_key, Quantity(Decimal(most), "1")),
            (dose_key, Quantity(heaviest, "mg").per(lighter)),
        )
        for key, amount in amounts:
            if not (limit := knowledge.limit(key)).allows(amount):
                yield OrderFinding(
                    kind=BLOCK,
                    rule=key,
                    limit=limit,
                    says=(
                        f"With doses given and signed, {short(amount)} within "
                        f"{knowledge.limit(window).quantity} is above {limit}."
                    ),
                )


def step(order: Order, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """A first dose starts low; a later one lies a step or less from the last, up or down."""
    before = [d for d in known.given if d.at < known.at and (d.route, d.drug) == (order.route, order.drug)]
    key = "iv_dose_per_kg_step" if before else "iv_dose_per_kg_first"
    limit = knowledge.limit(key)
    last = max(before, key=lambda dose: dose.at).dose if before else Quantity(Decimal(0), "mg")
    moved = abs((order.dose - last).value) - knowledge.limit("dose_step").value
    if not limit.allows(Quantity(max(Decimal(0), moved) / order.dosing_weight.value, limit.unit)):
        said = f"a dose of {order.dose} after {last}" if before else f"a first dose of {order.dose}"
        yield OrderFinding(
            kind=REVIEW,
            rule=key,
            limit=limit,
            says=f"For {order.dosing_weight}, {said} is further than {limit}.",
        )


def _counted(dose: DoseAt, knowledge: Library) -> Decimal:
    """Milligrams as if given iv. A route or a drug without its own share counts whole."""
    limit = knowledge.limits.get(f"iv_share_of_{dose.drug}_{dose.route}")
    return dose.dose.value * (limit.value if limit else 1)


def _hours(span: timedelta) -> Decimal:
    seconds = Quantity(Decimal(span // timedelta(seconds=1)), "s")
    return converted(converted(seconds, "min"), "h").value
