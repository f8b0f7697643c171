"""The steps of a protocol's dose, and where on them a course stands, from its orders as they were signed."""

from __future__ import annotations

from dayspring.knowledge import Library, Limit
from dayspring.quantities import Quantity
from dayspring.therapy.course import Course
from dayspring.therapy.orders import order_from


def step_after(course: Course, protocol: str, knowledge: Library) -> Limit | None:
    """The first step of the protocol above the dose last given; None at the highest, or when it is unknown."""
    steps = [knowledge.limit(key) for key in knowledge.protocols[protocol]["dose_steps"]]
    if not steps or not course.doses:
        return None
    last = dose_in(course, course.doses[-1].ordered.order_id, steps[0].unit)
    if last is None:
        return None
    higher = [limit for limit in steps if limit.unit == last.unit and limit.value > last.value]
    return min(higher, key=lambda limit: limit.value) if higher else None


def dose_in(course: Course, order_id: str, unit: str) -> Quantity | None:
    """The dose of an order in the unit of the protocol's steps; None when no such order stands."""
    standing = course.orders.get(order_id)
    if standing is None:
        return None
    order = order_from(standing.order.order)
    for name in ("mg_per_kg", "speed_per_kg", "speed", "dose"):
        amount = getattr(order, name, None)
        if isinstance(amount, Quantity) and amount.unit == unit:
            return amount
    return None


def doses_at_this_amount(course: Course) -> int:
    """How many doses have been given at the present amount."""
    amounts = [dose_in(course, dose.ordered.order_id, "mg/kg") or dose.ordered.dose for dose in course.doses]
    same = 0
    for amount in reversed(amounts):
        if amount != amounts[-1]:
            return same
        same += 1
    return same
