"""What the chart knows beside an order: doses given, doses signed for coming days, the weight's age and readings."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dayspring.knowledge import Library
from dayspring.quantities import Quantity
from dayspring.therapy import facts, session
from dayspring.therapy.aim import INTO_A_VEIN
from dayspring.therapy.asked import Asked
from dayspring.therapy.course import Course
from dayspring.therapy.doses_together import this_dose
from dayspring.therapy.given import given
from dayspring.therapy.intake import by_key, read_answers
from dayspring.therapy.orders import (
    AnyOrder,
    DoseAt,
    OrderFinding,
    Taker,
    given_in_room,
    limits_of,
    order_from,
)
from dayspring.therapy.screening.interactions import reduced_start
from dayspring.therapy.screening.patient import Patient


def order_findings(order: AnyOrder, asked: Asked, *, order_id: str = "") -> tuple[OrderFinding, ...]:
    """Everything the limits say about this order on this chart now: signing and starting ask the same question."""
    return findings_on(order, asked.course, asked.lines, asked.knowledge, asked.at, order_id=order_id)


def findings_on(
    order: AnyOrder,
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
        last_doses=doses_given(course, lines, at, but=order_id),
        committed=committed(course, order_id, at),
        at=at if starting else None,
        previous_weight=before,
        second_reading=again,
        taker=taker_of(order, course, lines, knowledge, taken_for.date()),
    )


def taker_of(order: AnyOrder, course: Course, lines: object, knowledge: Library, on: date) -> Taker:
    """What the chart knows of the person that changes this dose; what nobody answered stays unknown."""
    read = read_answers(course.told, knowledge)
    patient = Patient(
        answers=read.answers,
        faults=read.faults,
        knowledge=knowledge,
        on=on,
        aim=INTO_A_VEIN,  # an age and a liver are the same by every route
        questions=by_key(knowledge),
    )
    slowing = reduced_start(course.told, knowledge, order.route)
    return Taker(
        age=patient.age,
        liver=patient.said("child_pugh"),
        slowed=tuple(medicine for medicine, _, _ in slowing),
        start_share=min((share for _, share, _ in slowing), key=lambda share: share.value, default=None),
        tolerated=_tolerated(course, lines),
    )


def _tolerated(course: Course, lines: object) -> bool:
    """Whether a dose in the clinic ran to its planned end. A stopped one, or one nobody saw end, shows nothing."""
    return any(
        session.fold(lines, dose.session).last(facts.InfusionCompleted) is not None  # type: ignore[arg-type]
        for dose in course.doses
    )


def _readings(weights: list[facts.Stamped], order: AnyOrder) -> tuple[Quantity | None, Quantity | None]:
    """The weight before the order's, from another day, and a second reading of the same day."""
    same_day = [w for w in weights if w.happened_at.date() == order.weight_measured_at.date()]
    earlier = [w for w in weights if w.happened_at.date() < order.weight_measured_at.date()]
    before = earlier[-1].fact.weight if earlier else None  # type: ignore[attr-defined]
    again = same_day[-2].fact.weight if len(same_day) > 1 else None  # type: ignore[attr-defined]
    return before, again


def doses_given(course: Course, lines: object, at: datetime, *, but: str = "") -> tuple[DoseAt, ...]:
    """Every dose begun, at the high end of what may have been given, and every one that no session tells of.

    Tablets, sprays and injections leave no more than their signature: from the planned moment on they count as taken.
    """
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
                protocol=order.protocol if order else "",
            )
        )
    taken = [order for key, order in _untold(course) if key != but and order.planned_for <= at]
    return (*found, *(this_dose(order, order.planned_for) for order in taken))


def committed(course: Course, order_id: str, at: datetime) -> tuple[DoseAt, ...]:
    """Orders signed, not voided, not used and still valid: drug that is on its way."""
    found = []
    for key, order in _open(course):
        if key == order_id or not given_in_room(order):
            continue
        if order.not_after >= at.date():
            found.append(this_dose(order, order.planned_for))
    coming = ((key, order) for key, order in _untold(course) if order.planned_for > at)
    return (*found, *(this_dose(order, order.planned_for) for key, order in coming if key != order_id))


def _open(course: Course) -> list[tuple[str, AnyOrder]]:
    """The orders that nobody voided and no session used."""
    return [
        (key, order_from(standing.order.order))
        for key, standing in course.orders.items()
        if not standing.voided and not standing.used_in
    ]


def _untold(course: Course) -> list[tuple[str, AnyOrder]]:
    """The open orders of a kind that no session in the room gives."""
    return [(key, order) for key, order in _open(course) if not given_in_room(order)]
