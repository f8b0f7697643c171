"""What is given: an amount, a route, a form, a time. A session without drug is a dose too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

FORMS = ("racemic", "esketamine")
# `sham` is a session without drug; `ablate` removes every new synapse at that instant, for research only.
ROUTES = ("iv", "im", "sc", "sublingual", "nasal", "oral", "sham", "ablate")
MINUTES_PER_HOUR = 60.0
# Two instants closer than this are one: a few microseconds, far below what a pump or a clock can do.
SAME_H = 9


class DoseRefused(ValueError):
    """A dose that cannot be meant: the message holds what was asked and what it clashes with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One dose. `minutes` is how long an iv infusion runs; an iv dose over 0 minutes is a bolus."""

    at_h: float
    mg: float = 0.0
    route: str = "iv"
    form: str = "racemic"
    minutes: float = 0.0

    def __post_init__(self) -> None:
        if self.route not in ROUTES:
            raise DoseRefused(f"route {self.route!r} of {self.mg} mg is unknown; known: {', '.join(ROUTES)}")
        if self.form not in FORMS:
            raise DoseRefused(f"form {self.form!r} of {self.mg} mg is unknown; known: {', '.join(FORMS)}")
        for name, amount in (("at_h", self.at_h), ("mg", self.mg), ("minutes", self.minutes)):
            if not math.isfinite(amount) or amount < 0.0:
                raise DoseRefused(f"{name} is {amount} in {self.mg} mg by {self.route}; it must be 0 or more")
        if self.minutes > 0.0 and self.route != "iv":
            raise DoseRefused(
                f"{self.minutes:g} minutes clash with the route {self.route}; only iv has a length"
            )
        if self.mg > 0.0 and self.route in ("sham", "ablate"):
            raise DoseRefused(f"{self.mg:g} mg clash with {self.route}, which gives no drug")

    @property
    def starts_h(self) -> float:
        return round(self.at_h, SAME_H)

    @property
    def ends_h(self) -> float:
        return round(self.at_h + self.minutes / MINUTES_PER_HOUR, SAME_H)

    @property
    def runs(self) -> bool:
        """Whether it takes time, as an infusion does; anything else is given at once."""
        return self.ends_h > self.starts_h


def in_order(doses: Sequence[Dose]) -> tuple[Dose, ...]:
    """The doses by their time; those of one instant keep the order they were given in."""
    return tuple(sorted(doses, key=lambda dose: dose.starts_h))
