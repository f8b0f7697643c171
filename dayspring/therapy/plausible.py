"""Whether a measurement can be true: impossible is refused, implausible is kept and marked and satisfies no gate."""

from __future__ import annotations

from collections.abc import Mapping

from dayspring.knowledge import Library
from dayspring.quantities import Quantity


def judged(values: Mapping[str, Quantity], knowledge: Library) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Reasons to refuse, each naming both numbers, and the kinds to mark as implausible."""
    refused: list[str] = []
    marks: list[str] = []
    if not values:
        refused.append("Nothing was measured.")
    for kind, value in values.items():
        code = knowledge.codes.get(kind)
        if code is None or code["unit"] != value.unit:
            expected = f"it is measured in {code['unit']}" if code else "no such measurement is known"
            refused.append(f"{kind} came as {value}; {expected}.")
            continue
        for edge in ("low", "high"):
            possible = knowledge.limits.get(f"{kind}_possible_{edge}")
            likely = knowledge.limits.get(f"{kind}_plausible_{edge}")
            if possible and not possible.allows(value):
                refused.append(
                    f"{code['display']} {value} is not possible; the bound is {possible.quantity}."
                )
            elif likely and not likely.allows(value):
                marks.append(kind)
    systolic, diastolic = values.get("systolic"), values.get("diastolic")
    if (systolic is None) != (diastolic is None):
        refused.append("A pressure has two numbers; one is missing.")
    elif systolic and diastolic and systolic.unit == diastolic.unit and systolic <= diastolic:
        refused.append(
            f"A pressure of {systolic} over {diastolic} is not possible: the first must be the higher."
        )
    return tuple(refused), tuple(dict.fromkeys(marks))
