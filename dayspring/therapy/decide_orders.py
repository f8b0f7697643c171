"""Acts on an order: the prescriber's signature, the blind second check, and voiding."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from dayspring.quantities import Quantity
from dayspring.therapy import acts, facts
from dayspring.therapy.acts import Act
from dayspring.therapy.asked import Answer, Asked, refuse, refuse_all
from dayspring.therapy.course import OrderStanding
from dayspring.therapy.order_context import order_findings
from dayspring.therapy.orders import AnyOrder, bound, check_entered, order_dict, order_from
from dayspring.therapy.standing import no_hold, no_start, no_supply


def sign_order(asked: Asked, act: acts.SignOrder) -> Answer:
    """The one gate on the only path to a signed order."""
    try:
        order = order_from(act.order)
    except (ValueError, TypeError) as wrong:
        return refuse(f"Not signed. {wrong}")
    if act.order_id in asked.course.orders:
        return refuse(f"Not signed. Order {act.order_id} exists; a changed order is another order.")
    if held := no_start(asked, order.protocol) or no_supply(asked) or no_hold(asked, order.protocol):
        return refuse_all(f"Not signed. {reason}" for reason in held)
    if belongs := _not_of_protocol(asked, order):
        return refuse(belongs)
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


def _not_of_protocol(asked: Asked, order: AnyOrder) -> str:
    """What keeps the order from being one of its protocol, as this clinic uses it; empty when nothing does."""
    row = asked.knowledge.protocols.get(order.protocol)
    if row is None or (order.route, order.drug) != (row["route"], row["drug"]):
        return f"Not signed. {order.drug} {order.route} does not belong to protocol {order.protocol}."
    if not row.get("enabled", True):
        return f"Not signed. “{row['name']}” is switched off in this clinic."
    return ""


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


DECIDERS: dict[type[Act], Callable[..., Answer]] = {
    acts.SignOrder: sign_order,
    acts.CheckOrder: check_order,
    acts.VoidOrder: void_order,
}
