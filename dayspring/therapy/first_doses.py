"""A first dose starts low, lower still at home or beside what slows the drug; a later one moves by a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from dayspring.knowledge import Library, Limit
from dayspring.quantities import Quantity
from dayspring.therapy.aim import HOME
from dayspring.therapy.held import ceilings, rows_for, speed, whole_speed
from dayspring.therapy.order_findings import BLOCK, REVIEW, DoseAt, Known, OrderFinding, short
from dayspring.therapy.order_kinds import AnyOrder, Drip, Spray, dosing_weight, most
from dayspring.therapy.takers import is_older_in_europe

# The start of most protocols has a limit of its own for what is still a low first dose. For any other protocol
# the dose that it starts with is that limit.
FIRST: Mapping[str, str] = {
    "iv_start_dose": "iv_dose_per_kg_first",
    "im_start_dose": "im_dose_per_kg_first",
    "sc_start_dose": "sc_dose_per_kg_first",
    "sl_start_dose": "sl_first_dose",
    "oral_start_dose": "oral_dose_per_kg_first",
}
STEPS: Mapping[str, str] = {
    "iv": "iv_dose_per_kg_step",
    "im": "im_dose_per_kg_step",
    "sc": "sc_dose_per_kg_step",
    "sl": "sl_dose_step",
    "oral": "oral_dose_per_kg_step",
}
NOTHING = Quantity(Decimal(0), "mg")


def before(order: AnyOrder, known: Known) -> list[DoseAt]:
    """The doses already given of this drug by this route, the oldest first."""
    had = [d for d in known.given if d.at < known.at and (d.route, d.drug) == (order.route, order.drug)]
    return sorted(had, key=lambda dose: dose.at)


def first_limit(order: AnyOrder, knowledge: Library) -> Limit | None:
    """What a first dose is held against; None when the protocol names no start."""
    starts = str(knowledge.protocols.get(order.protocol, {}).get("start_dose", f"{order.route}_start_dose"))
    return knowledge.limits.get(FIRST.get(starts, starts))


def start(order: AnyOrder, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """A first dose above the start is reviewed."""
    limit = first_limit(order, knowledge)
    if before(order, known) or limit is None or is_older_in_europe(order, knowledge, known):
        return
    amount = _measured(order, limit.unit, knowledge)
    if amount > limit.quantity:
        called = "speed" if limit.unit.endswith("/h") else "dose"
        yield OrderFinding(
            kind=REVIEW,
            rule=limit.key,
            limit=limit,
            says=f"{_for(order, limit)} first {called} of {short(_spoken(order, limit))} "
            f"is further than {limit}.",
        )


def _for(order: AnyOrder, limit: Limit) -> str:
    """A sentence begins with the weight only where the limit is one per kilogram."""
    return f"For {dosing_weight(order)}, a" if "/kg" in limit.unit else "A"


def _spoken(order: AnyOrder, limit: Limit) -> Quantity:
    return whole_speed(order) if limit.unit.endswith("/h") else order.dose


def _measured(order: AnyOrder, unit: str, knowledge: Library) -> Quantity:
    """The order's dose or speed in the unit of a limit; rounding to what can be drawn is forgiven."""
    if unit == "mg/h":
        return whole_speed(order)
    if unit == "mg/kg/h":
        return speed(order)
    return _over(order, NOTHING, unit, knowledge)


def _over(order: AnyOrder, last: Quantity, unit: str, knowledge: Library) -> Quantity:
    """How far the dose is from `last`, up or down, less what rounding to the drawn step may add."""
    forgiven = knowledge.limit("dose_step").value if unit.startswith("mg/kg") else Decimal(0)
    apart = Quantity(max(Decimal(0), abs((order.dose - last).value) - forgiven), "mg")
    return Quantity(apart.per(dosing_weight(order)).value, unit) if unit == "mg/kg" else apart


def step(order: AnyOrder, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """A later dose lies a step or less from the last, up or down, or is the protocol's next one."""
    had = before(order, known)
    key = STEPS.get(order.route)
    if not had or key is None or isinstance(order, Drip | Spray) or rows_for(order, knowledge) is None:
        return
    if (first := first_limit(order, knowledge)) and first.unit.endswith("/h"):
        return
    limit, last = knowledge.limit(key), had[-1].dose
    if limit.allows(_over(order, last, limit.unit, knowledge)) or _next(order, last, knowledge):
        return
    yield OrderFinding(
        kind=REVIEW,
        rule=key,
        limit=limit,
        says=f"{_for(order, limit)} dose of {order.dose} after {last} is further than {limit}.",
    )


def _next(order: AnyOrder, last: Quantity, knowledge: Library) -> bool:
    """Whether both doses are neighbours among the steps that the protocol itself names."""
    keys = knowledge.protocols.get(order.protocol, {}).get("dose_steps", ())
    steps = [limit.quantity for key in keys if (limit := knowledge.limits.get(key))]
    doses = [
        s.value * (dosing_weight(order).value if s.unit == "mg/kg" else 1)
        for s in steps
        if s.unit in ("mg", "mg/kg")
    ]
    near = knowledge.limit("dose_step").value

    def at(mg: Decimal, dose: Quantity) -> bool:
        return abs(mg - dose.value) <= near

    return any(
        (at(low, last) and at(high, order.dose)) or (at(high, last) and at(low, order.dose))
        for low, high in pairwise(doses)
    )


def slowed(order: AnyOrder, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """Beside a medicine that slows the drug's breakdown, a first dose by mouth is a share of the usual start."""
    share, usual = known.taker.start_share, first_limit(order, knowledge)
    if share is None or usual is None or not known.taker.slowed or before(order, known):
        return
    amount = _measured(order, usual.unit, knowledge)
    most_of_it = usual.quantity.times(share.value / 100)
    if amount > most_of_it:
        yield OrderFinding(
            kind=REVIEW,
            rule=share.key,
            limit=share,
            says=f"Beside {', '.join(known.taker.slowed)} a first dose is at most {most_of_it}, "
            f"{share} of the usual {usual.quantity}; this one is {short(amount)}.",
        )


def home_first(order: AnyOrder, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """The first dose at home is a share of the target, unless a dose in the clinic was tolerated."""
    at_home = [dose for dose in before(order, known) if dose.setting == HOME]
    if order.setting != HOME or at_home or known.taker.tolerated:
        return
    share, target = knowledge.limit("sl_first_home_share"), getattr(order, "target", None) or most(order)
    rows = rows_for(order, knowledge) or ()
    for top in ceilings(rows, dosing_weight(order), knowledge):
        target = min(target, top)
    if not share.allows(Quantity(most(order).per(target).value * 100, "%")):
        yield OrderFinding(
            kind=BLOCK,
            rule=share.key,
            limit=share,
            says=f"No dose in the clinic was tolerated yet, so a first dose at home is at most {share} of "
            f"the target of {short(target)}; this one is {short(most(order))}.",
        )
