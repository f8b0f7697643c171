"""One row of the knowledge: a source, a limit. `str(limit)` is its citation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dayspring.quantities import SPOKEN, Quantity, UnitMismatch, plain

STANDINGS = {
    "label": "label or law",
    "guideline": "guideline or consensus",
    "trial": "published trial",
    "programme": "a programme's habit",
    "memory": "from memory, not re-read",
    "default": "clinic default, awaiting a signature",
}


class KnowledgeBroken(ValueError):
    """A row names something that does not exist, or lacks what every row must have."""


@dataclass(frozen=True, slots=True)
class Source:
    """A paper, label or guideline, named once."""

    key: str
    title: str
    address: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseLimit:
    """That a clinic agreed on a stricter number than the pack's: who, when and why."""

    pack: Decimal
    agreed: str
    on: date
    why: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that can hold, warn or stop, with its source.

    Exactly one of `at_most`, `at_least` and `equals` is set. `equals` is for settings, such as the
    minutes between two observations, that nothing is compared with by more-or-less.
    """

    key: str
    unit: str
    means: str
    source: str
    where: str
    standing: str
    agreed: str
    at_most: Decimal | None = None
    at_least: Decimal | None = None
    equals: Decimal | None = None
    house: HouseLimit | None = None

    @property
    def bound(self) -> str:
        """Which of the three it is: at_most, at_least or equals."""
        return next(name for name in ("at_most", "at_least", "equals") if getattr(self, name) is not None)

    @property
    def value(self) -> Decimal:
        for value in (self.at_most, self.at_least, self.equals):
            if value is not None:
                return value
        raise ValueError(f"limit {self.key} has no number")

    @property
    def quantity(self) -> Quantity:
        return Quantity(self.value, self.unit)

    def allows(self, amount: Quantity) -> bool:
        """Whether the amount keeps to this limit; the bound itself passes. Units must agree."""
        if amount.unit != self.unit:
            raise UnitMismatch(f"{amount} cannot be held against {self}: the units differ")
        if self.at_most is not None:
            return amount.value <= self.at_most
        if self.at_least is not None:
            return amount.value >= self.at_least
        return amount.value == self.value

    def __str__(self) -> str:
        unit = SPOKEN.get(self.unit, self.unit)
        place = f", {self.where}" if self.where else ""
        ground = f"{self.source}{place}; {STANDINGS[self.standing]}"
        if own := self.house:
            agreed = f"house limit, agreed by {own.agreed}, {own.on:%Y-%m-%d}"
            ground = f"{agreed}; stricter than the pack's {plain(own.pack)}: {ground}"
        return f"{plain(self.value)} {unit}".strip() + f" ({ground})"
