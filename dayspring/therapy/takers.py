"""What of the person changes a dose: an older age under the law that says so, and the liver."""

from __future__ import annotations

from collections.abc import Iterator

from dayspring.knowledge import Library
from dayspring.therapy.aim import HOME
from dayspring.therapy.order_findings import BLOCK, REVIEW, WARN, Known, OrderFinding
from dayspring.therapy.order_kinds import AnyOrder, in_hand, most

EUROPE, ESKETAMINE = "EU", "esketamine"


def is_older_in_europe(order: AnyOrder, knowledge: Library, known: Known) -> bool:
    """Whether the European label's lower start holds: esketamine, that law, and an age known to be older."""
    age = known.taker.age
    return (
        order.drug == ESKETAMINE
        and knowledge.jurisdiction == EUROPE
        and age is not None
        and not knowledge.limit("age_older").allows(age)
    )


def older(order: AnyOrder, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """From the older age on the European label starts with one device and goes up by one; else less is reviewed."""
    if not is_older_in_europe(order, knowledge, known):
        yield from _low(order, knowledge)
        return
    before = [d for d in known.given if d.at < known.at and d.drug == order.drug]
    first = knowledge.limit("esk_start_dose_older_eu")
    if not before and most(order) > first.quantity:
        yield OrderFinding(
            kind=REVIEW,
            rule=first.key,
            limit=first,
            says=f"At {known.taker.age} the first dose is {first}; the order says {order.dose}.",
        )
    if before:
        last, up = max(before, key=lambda dose: dose.at).dose, knowledge.limit("esk_dose_step_older_eu")
        if most(order) - last > up.quantity:
            yield OrderFinding(
                kind=REVIEW,
                rule=up.key,
                limit=up,
                says=f"At {known.taker.age} a step from {last} to {order.dose} is more than {up}.",
            )


def _low(order: AnyOrder, knowledge: Library) -> Iterator[OrderFinding]:
    limit = knowledge.limit("esk_dose_low")
    if order.drug == ESKETAMINE and not limit.allows(in_hand(order)):
        yield OrderFinding(
            kind=REVIEW,
            rule=limit.key,
            limit=limit,
            says=f"The dose of {in_hand(order)} is below {limit}.",
        )


def liver(order: AnyOrder, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """A liver that is known to be impaired: severely is no dose, moderately is a longer watch and none at home."""
    match known.taker.liver:
        case "C":
            yield OrderFinding(
                kind=BLOCK,
                rule="EX-HEP-C",
                says="The liver is severely impaired (Child-Pugh C): not studied.",
                source="S12",
            )
        case "B" if order.setting == HOME:
            yield OrderFinding(
                kind=BLOCK,
                rule="EX-HEP-B",
                says="The liver is moderately impaired (Child-Pugh B): not at home.",
                source="clinic-default",
            )
        case "B":
            yield from _moderate(order, knowledge)


def _moderate(order: AnyOrder, knowledge: Library) -> Iterator[OrderFinding]:
    says = "The liver is moderately impaired (Child-Pugh B): the drug stays longer, so watch longer."
    yield OrderFinding(kind=WARN, rule="EX-HEP-B", says=says, source="S06")
    limit = knowledge.limit("esk_hepatic_b_dose_review")
    if order.drug == ESKETAMINE and not limit.allows(most(order)):
        yield OrderFinding(
            kind=REVIEW,
            rule=limit.key,
            limit=limit,
            says=f"With a moderately impaired liver a dose of {order.dose} is above {limit}.",
        )
