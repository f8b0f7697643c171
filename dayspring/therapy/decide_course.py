"""Acts on the course: referral, intake, weight, screening decision, consent, plan, order, second check, booking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from dayspring.quantities import Quantity, span
from dayspring.therapy import acts, facts
from dayspring.therapy.acts import Act
from dayspring.therapy.asked import Answer, Asked, refuse, refuse_all
from dayspring.therapy.course import OrderStanding
from dayspring.therapy.intake import read_answers
from dayspring.therapy.order_context import order_findings
from dayspring.therapy.orders import bound, check_entered, order_dict, order_from
from dayspring.therapy.plausible import judged
from dayspring.therapy.scoring import PHQ9_ITEMS, PHQ9_TOP
from dayspring.therapy.screening import screen

DECISIONS = ("start", "not_yet", "no_course")


def receive_referral(asked: Asked, act: acts.ReceiveReferral) -> Answer:
    if not act.referrer.strip() or not act.reason.strip():
        return refuse("A referral needs who refers and why.")
    return (facts.ReferralReceived(referrer=act.referrer, reason=act.reason, goals=act.goals),)


def answer_intake(asked: Asked, act: acts.AnswerIntake) -> Answer:
    """All of it is read, or nothing: every fault is named by its place."""
    faults = read_answers(act.answers, asked.knowledge).faults
    return refuse_all(faults) if faults else (facts.IntakeAnswered(answers=dict(act.answers)),)


def measure_weight(asked: Asked, act: acts.MeasureWeight) -> Answer:
    values: dict[str, Quantity] = {"weight": act.weight}
    if act.height is not None:
        values["height"] = act.height
    refused, _marks = judged(values, asked.knowledge)
    if refused:
        return refuse_all(refused)
    last = asked.course.weight
    limit = asked.limit("weight_change_second_reading")
    if last is not None and isinstance(last.fact, facts.WeightMeasured) and not act.again:
        before = last.fact.weight
        change = Quantity(abs(act.weight.value - before.value) / before.value * 100, "%")
        if not limit.allows(change):
            return refuse(
                f"The weight was {before} and is now {act.weight}, a change of more than {limit}. "
                f"Weigh again, and say that it was measured twice."
            )
    return (facts.WeightMeasured(weight=act.weight, height=act.height),)


def answer_phq9(asked: Asked, act: acts.AnswerPhq9) -> Answer:
    if len(act.items) != PHQ9_ITEMS:
        return refuse(f"PHQ-9 has {PHQ9_ITEMS} items; {len(act.items)} were answered.")
    for place, item in enumerate(act.items, 1):
        if item is not None and not 0 <= item <= PHQ9_TOP:
            return refuse(f"Item {place} is {item}; it runs from 0 to {PHQ9_TOP}.")
    return (facts.Phq9Answered(items=act.items),)


def decide_screening(asked: Asked, act: acts.DecideScreening) -> Answer:
    """The rules speak, the prescriber decides; a hold is not decided away."""
    if act.decision not in DECISIONS:
        return refuse(f"A decision is one of {', '.join(DECISIONS)}, not “{act.decision}”.")
    if not act.why.strip():
        return refuse("A decision needs its reason.")
    said = screen(asked.course.told, asked.knowledge, on=asked.at.date())
    if act.decision == "start" and said.status == "not_eligible":
        holds = [f"Not started. {f.reason} ({f.rule})" for f in said.findings if f.kind == "BLOCK"]
        return refuse_all(holds)
    return (
        facts.ScreeningDecided(
            decision=act.decision,
            why=act.why.strip(),
            status=said.status,
            findings=tuple(f"{f.kind} {f.rule}: {f.reason}" for f in said.findings),
            protocol=act.protocol,
        ),
    )


def sign_consent(asked: Asked, act: acts.SignConsent) -> Answer:
    text = asked.knowledge.consents.get(act.consent)
    if text is None or text["version"] != act.version:
        return refuse(
            f"There is no consent {act.consent} in version {act.version}; it may have been renewed."
        )
    if not act.signed_name.strip():
        return refuse("A consent is signed with a name.")
    return (
        facts.ConsentSigned(
            consent=act.consent,
            version=act.version,
            route=text["route"],
            indication=text["indication"],
            signed_name=act.signed_name.strip(),
        ),
    )


def plan_regimen(asked: Asked, act: acts.PlanRegimen) -> Answer:
    """Dates in order, as many as the protocol has sessions, never closer than its interval."""
    protocol = asked.knowledge.protocols.get(act.protocol)
    if protocol is None:
        return refuse(f"No protocol is called {act.protocol}.")
    if asked.course.decision is None or asked.course.decision.decision != "start":
        return refuse("Not planned. No prescriber has decided that a course may start.")
    if not act.dates or list(act.dates) != sorted(set(act.dates)):
        return refuse("The dates must be different days, in order.")
    most = asked.limit(protocol["sessions"]).value
    if len(act.dates) > most:
        return refuse(f"{len(act.dates)} dates are more than the {most} sessions of {protocol['name']}.")
    least = asked.limit(protocol["minimum_interval"])
    for first, second in zip(act.dates, act.dates[1:], strict=False):
        if second - first < span(least.quantity):
            return refuse(f"{first:%-d %B} and {second:%-d %B} are closer than {least}.")
    return (
        facts.RegimenPlanned(
            protocol=act.protocol, indication=protocol["indication"], dates=act.dates, goals=act.goals
        ),
    )


def sign_order(asked: Asked, act: acts.SignOrder) -> Answer:
    """The one gate on the only path to a signed order."""
    try:
        order = order_from(act.order)
    except (ValueError, TypeError) as wrong:
        return refuse(f"Not signed. {wrong}")
    if act.order_id in asked.course.orders:
        return refuse(f"Not signed. Order {act.order_id} exists; a changed order is another order.")
    if asked.course.decision is None or asked.course.decision.decision != "start":
        return refuse("Not signed. No prescriber has decided that a course may start.")
    protocol = asked.knowledge.protocols.get(order.protocol)
    if protocol is None or (order.route, order.drug) != (protocol["route"], protocol["drug"]):
        return refuse(f"Not signed. {order.drug} {order.route} does not belong to protocol {order.protocol}.")
    if differs := _weight_differs(asked, order.weight, order.weight_measured_at):
        return refuse(differs)
    said = order_findings(order, asked, order_id=act.order_id)
    hard = [f"Not signed. {f.says}" for f in said if f.kind == "BLOCK"]
    if hard:
        return refuse_all(hard)
    soft = [f.says for f in said if f.kind == "REVIEW"]
    if soft and not act.why.strip():
        return refuse_all(f"A reason is needed. {claim}" for claim in soft)
    written = order_dict(order)
    return (
        facts.OrderSigned(order_id=act.order_id, order=written, bound=bound(written), why=act.why.strip()),
    )


def _weight_differs(asked: Asked, weight: Quantity, measured_at: datetime) -> str:
    last = asked.course.weight
    if last is None or not isinstance(last.fact, facts.WeightMeasured):
        return "Not signed. No weight is in this chart."
    if last.fact.weight != weight or last.happened_at != measured_at:
        return f"Not signed. The newest weight is {last.fact.weight}; the order was made for {weight}."
    return ""


def check_order(asked: Asked, act: acts.CheckOrder) -> Answer:
    """Another person, entering blind. A mismatch is kept with both numbers and nothing counts as checked."""
    standing = asked.course.orders.get(act.order_id)
    if standing is None or standing.voided:
        return refuse("There is no such order to check.")
    if standing.signed.by.id == asked.by.id:
        return refuse(f"The second check needs another person; {asked.by.name} signed this order.")
    if standing.used_in:
        return refuse("This dose was given already.")
    if _failed_here(asked, standing, asked.by.id):
        return refuse(
            "Your entry differed, and both numbers were shown to you: a second try would not be blind. "
            "Another person checks, or the prescriber signs a new order."
        )
    order = order_from(standing.order.order)
    differs = check_entered(order, {key: str(value) for key, value in act.entered.items()})
    if differs:
        return (
            facts.OrderCheckFailed(
                order_id=act.order_id, bound=standing.order.bound, entered=dict(act.entered), differs=differs
            ),
        )
    return (facts.OrderChecked(order_id=act.order_id, bound=standing.order.bound, entered=dict(act.entered)),)


def _failed_here(asked: Asked, standing: OrderStanding, person: str) -> bool:
    """Whether this person's entry for this order has differed before."""
    return any(
        isinstance(line.fact, facts.OrderCheckFailed)
        and line.fact.order_id == standing.order.order_id
        and line.by.id == person
        for line in asked.lines
    )


def void_order(asked: Asked, act: acts.VoidOrder) -> Answer:
    standing = asked.course.orders.get(act.order_id)
    if standing is None or standing.voided or standing.used_in:
        return refuse("There is no open order to void.")
    if not act.reason.strip():
        return refuse("Voiding an order needs a reason.")
    return (facts.OrderVoided(order_id=act.order_id, reason=act.reason.strip()),)


def book_session(asked: Asked, act: acts.BookSession) -> Answer:
    if not act.session or act.session in asked.course.bookings:
        return refuse(f"Session “{act.session}” is booked already, or has no id.")
    if act.protocol not in asked.knowledge.protocols:
        return refuse(f"No protocol is called {act.protocol}.")
    if act.planned_for < asked.at - timedelta(days=1):
        return refuse(f"A session cannot be booked for {act.planned_for:%-d %B %Y}: that is past.")
    return (facts.SessionBooked(planned_for=act.planned_for, chair=act.chair, protocol=act.protocol),)


DECIDERS: dict[type[Act], Callable[..., Answer]] = {
    acts.ReceiveReferral: receive_referral,
    acts.AnswerIntake: answer_intake,
    acts.MeasureWeight: measure_weight,
    acts.AnswerPhq9: answer_phq9,
    acts.DecideScreening: decide_screening,
    acts.SignConsent: sign_consent,
    acts.PlanRegimen: plan_regimen,
    acts.SignOrder: sign_order,
    acts.CheckOrder: check_order,
    acts.VoidOrder: void_order,
    acts.BookSession: book_session,
}
