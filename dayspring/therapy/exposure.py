"""What a dose by one route comes to by another. Advice for a prescriber; nothing is ordered from it."""

from __future__ import annotations

from dataclasses import dataclass

from dayspring.knowledge import Library, Limit
from dayspring.quantities import NotANumber, Quantity

KETAMINE, ESKETAMINE = "ketamine", "esketamine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The dose that gives about the same amount of drug to the blood, how it was reckoned, and that it is advice."""

    dose: Quantity
    says: str
    limits: tuple[Limit, ...]


def share_of(route: str, drug: str, knowledge: Library) -> Limit:
    """The share of a milligram that reaches the blood, against a vein. Raises NotANumber where that is unknown."""
    limit = knowledge.limits.get(f"iv_share_of_{drug}_{route}")
    if limit is None:
        raise NotANumber(f"how much of {drug} by the route “{route}” reaches the blood is not known here")
    return limit


def compare(
    dose: Quantity,
    from_route: str,
    to_route: str,
    knowledge: Library,
    *,
    from_drug: str = KETAMINE,
    to_drug: str = KETAMINE,
) -> Compared:
    """The old dose times the old route's share, divided by the new route's; to the step of a drawn dose."""
    if dose.unit != "mg":
        raise NotANumber(f"{dose} cannot be compared between routes: a dose is in mg")
    had, gets = share_of(from_route, from_drug, knowledge), share_of(to_route, to_drug, knowledge)
    exact = Quantity(dose.value * had.value / gets.value, "mg")
    comes_to = exact.rounded(knowledge.limit("dose_step").value)
    stronger = ESKETAMINE in (from_drug, to_drug) and from_drug != to_drug
    says = (
        f"{dose} of {from_drug} ({from_route}) × {had.value} ÷ {gets.value} is about {comes_to} "
        f"of {to_drug} ({to_route}). This is advice and never an order: people differ widely"
        + (", and milligram for milligram esketamine is the stronger drug" if stronger else "")
        + "."
    )
    return Compared(dose=comes_to, says=says, limits=(had, gets))
