"""What a limit has to say about an order, and what must be known beside the order to say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from dayspring.knowledge import Limit
from dayspring.quantities import Quantity

BLOCK, REVIEW, WARN = "BLOCK", "REVIEW", "WARN"
SEVERITY = (BLOCK, REVIEW, WARN)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFinding:
    """What one limit has to say about an order. `limit` is None where arithmetic alone decides."""

    kind: str
    rule: str
    says: str
    limit: Limit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseAt:
    """A dose given, or one signed for a coming date. `dose` is the high end where the amount is a range."""

    at: datetime
    route: str
    drug: str
    dose: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What must be known beside the order itself."""

    at: datetime
    weight_age: timedelta
    previous_weight: Quantity | None = None
    second_reading: Quantity | None = None
    given: Sequence[DoseAt] = field(default_factory=tuple)
    others: Sequence[DoseAt] = field(default_factory=tuple)


def block(rule: str, says: str) -> OrderFinding:
    return OrderFinding(kind=BLOCK, rule=rule, says=says)


def short(amount: Quantity) -> str:
    """For a sentence: six figures are enough, the comparison was made with all of them."""
    return str(Quantity(Decimal(f"{amount.value:.6g}"), amount.unit))
