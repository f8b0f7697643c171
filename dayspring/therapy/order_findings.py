"""What a limit has to say about an order, and what must be known beside the order to say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from dayspring.knowledge import Limit
from dayspring.quantities import Quantity
from dayspring.therapy import dosing
from dayspring.therapy.aim import CLINIC

BLOCK, REVIEW, WARN = "BLOCK", "REVIEW", "WARN"
SEVERITY = (BLOCK, REVIEW, WARN)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFinding:
    """What one limit has to say about an order. `limit` is None where arithmetic or a fact of the person decides;
    `source` then names where such a rule comes from, and is empty for arithmetic.
    """

    kind: str
    rule: str
    says: str
    limit: Limit | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseAt:
    """A dose given, or one signed for a coming date. `dose` is the high end where the amount is a range.

    `until` is the end of a long infusion; `protocol` is empty where nobody knows it.
    """

    at: datetime
    route: str
    drug: str
    dose: Quantity
    protocol: str = ""
    setting: str = CLINIC
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """What of the person changes a dose. None and empty are unknown, and unknown changes nothing but is no “no”.

    `slowed` are the medicines that call for a reduced start, as the interaction rules name them, with the share of
    the usual start that is left; `tolerated` whether a dose in the clinic ran to its planned end.
    """

    age: Quantity | None = None
    liver: str = ""
    slowed: Sequence[str] = field(default_factory=tuple)
    start_share: Limit | None = None
    tolerated: bool = False


NOBODY = Taker()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What must be known beside the order itself."""

    at: datetime
    weight_age: timedelta
    previous_weight: Quantity | None = None
    second_reading: Quantity | None = None
    given: Sequence[DoseAt] = field(default_factory=tuple)
    others: Sequence[DoseAt] = field(default_factory=tuple)
    taker: Taker = NOBODY


def block(rule: str, says: str) -> OrderFinding:
    return OrderFinding(kind=BLOCK, rule=rule, says=says)


def unlike(pairs: Iterable[tuple[str, object, object]]) -> Iterator[OrderFinding]:
    """Each number that does not follow from the others: its name, as written, as it follows."""
    for name, written, follows in pairs:
        if written != follows:
            yield block(
                "arithmetic", f"The order says a {name} of {written}; its other numbers give {follows}."
            )


def moved(kind: str, limit: Limit, pairs: Iterable[tuple[str, Quantity, Quantity]]) -> Iterator[OrderFinding]:
    """Each number that rounding, or a count of whole things, moves further from the exact one than `limit`."""
    for name, rounded, exact in pairs:
        if not limit.allows(off := dosing.deviation(rounded, exact)):
            yield OrderFinding(
                kind=kind,
                rule=limit.key,
                limit=limit,
                says=(
                    f"Rounding moves the {name} from {short(exact)} to {short(rounded)}, {short(off)}, "
                    f"more than {limit}."
                ),
            )


def short(amount: Quantity) -> str:
    """For a sentence: six figures are enough, the comparison was made with all of them."""
    return str(Quantity(Decimal(f"{amount.value:.6g}"), amount.unit))
