"""What the chart knows beside an order: doses given, doses signed for coming days, the weight's age and readings."""

from __future__ import annotations

from datetime import datetime, timedelta

from dayspring.knowledge import Library
from dayspring.quantities import Quantity
from dayspring.therapy import facts, session
from dayspring.therapy.asked import Asked
from dayspring.therapy.course import Course
from dayspring.therapy.given import given
from dayspring.therapy.orders import DoseAt, Order, OrderFinding, limits_of, order_from


def order_findings(order: Order, asked: Asked, *, order_id: str = "") -> tuple[OrderFinding, ...]:
    """Everything the limits say about this order on this chart now: signing and starting ask the same question."""
    return findings_on(order, asked.course, asked.lines, asked.knowledge, asked.at, order_id=order_id)


def findings_on(
    order: Order,
    course: Course,
    lines: object,
    knowledge: Library,
    at: datetime,
    *,
    order_id: str = "",
    starting: bool = False,
) -> tuple[OrderFinding, ...]:
    """As `order_findings`; `at` stands for the moment of giving only when `starting`."""
    weights = [w for w in course.weights if isinstance(w.fact, facts.WeightMeasured)]
    taken_for = max(order.planned_for, at)
    age = (at if starting else taken_for) - order.weight_measured_at
    before, again = _readings(weights, order)
    return limits_of(
        order,
        knowledge,
        weight_age=max(age, timedelta()),
        last_doses=doses_given(course, lines, at),
        committed=committed(course, order_id, at),
        at=at if starting else None,
        previous_weight=before,
        second_reading=again,
    )


def _readings(weights: list[facts.Stamped], order: Order) -> tuple[Quantity | None, Quantity | None]:
    """The weight before the order's, from another day, and a second reading of the same day."""
    same_day = [w for w in weights if w.happened_at.date() == order.weight_measured_at.date()]
    earlier = [w for w in weights if w.happened_at.date() < order.weight_measured_at.date()]
    before = earlier[-1].fact.weight if earlier else None  # type: ignore[attr-defined]
    again = same_day[-2].fact.weight if len(same_day) > 1 else None  # type: ignore[attr-defined]
    return before, again


def doses_given(course: Course, lines: object, at: datetime) -> tuple[DoseAt, ...]:
    """Every dose begun, at the high end of what may have been given."""
    found = []
    for dose in course.doses:
        had = given(session.fold(lines, dose.session), at)  # type: ignore[arg-type]
        standing = course.orders.get(dose.ordered.order_id)
        order = order_from(standing.order.order) if standing else None
        found.append(
            DoseAt(
                at=dose.started.happened_at,
                route=order.route if order else "unknown",
                drug=order.drug if order else "unknown",
                dose=had.high,
            )
        )
    return tuple(found)


def committed(course: Course, order_id: str, at: datetime) -> tuple[DoseAt, ...]:
    """Orders signed, not voided, not used and still valid: drug that is on its way."""
    found = []
    for key, standing in course.orders.items():
        if key == order_id or standing.voided or standing.used_in:
            continue
        order = order_from(standing.order.order)
        if order.not_after >= at.date():
            found.append(DoseAt(at=order.planned_for, route=order.route, drug=order.drug, dose=order.dose))
    return tuple(found)
