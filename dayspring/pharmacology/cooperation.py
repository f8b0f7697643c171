"""Maturing that waits for company: the one place where the synapses are not linear.

    C(N) = kcon e^(z/2) N (1 + coop (a N^2/(Nc^2 + N^2) - 1))

The linear chain is stepped exactly without it. What C takes from N and gives to M within a panel is Simpson's
sum, the middle of N by Hermite from exact slopes, the end of N found by going round a few times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dayspring.pharmacology.parameters import Parameters
from dayspring.pharmacology.patient import Array

HOURS_PER_DAY = 24.0
# Each round is about twenty times nearer over half a day, and far more over less: hours, and the rounds that are
# enough. Over the shortest the mean of both ends is.
ROUNDS = ((0.3, 0), (3.0, 1), (np.inf, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Maturing:
    """The rates per hour of each patient, and the shape of the curve."""

    loss: Array
    maturing: Array
    fade: Array
    made_per_h: float
    cooperation: float
    most: float
    half_units: float

    @classmethod
    def of(cls, loss: Array, maturing: Array, fade: Array, ps: Parameters) -> Maturing | None:
        """None where maturing is linear."""
        if ps["plasticity.cooperation"] == 0.0:
            return None
        return cls(
            loss=loss,
            maturing=maturing,
            fade=fade,
            made_per_h=ps["plasticity.gain_per_h"],
            cooperation=ps["plasticity.cooperation"],
            most=ps["plasticity.cooperation_most"],
            half_units=ps["plasticity.cooperation_half_units"],
        )

    def flow(self, new: Array) -> Array:
        """C(N), per hour."""
        square = new * new
        together = self.most * square / (self.half_units**2 + square)
        return np.asarray(self.maturing * new * (1.0 + self.cooperation * (together - 1.0)))


def rounds(h: float) -> int:
    """How often the end of a panel of that length must be gone for."""
    return next(enough for longest, enough in ROUNDS if h <= longest)


def middle_of(first: tuple[Array, Array], last: tuple[Array, Array], h: Array | float) -> Array:
    """The value half way, from value and slope at both ends (Hermite)."""
    (begun, rising), (reached, ending) = first, last
    return np.asarray((begun + reached) / 2.0 + h * (rising - ending) / 8.0)


def matured(
    m: Maturing, begun: tuple[Array, Array], reached: tuple[Array, Array, Array], h: float
) -> tuple[Array, Array]:
    """N and M at the end of a panel, from Q and N at its start and the linear Q, N and M at its end."""
    building, new = begun
    building_then, linear, mature = reached
    at_first = m.flow(new)
    rising = m.made_per_h * building - m.loss * new - at_first
    lost, faded = (tuple(np.exp(-rate * h / part) for part in (1.0, 2.0)) for rate in (m.loss, m.fade))
    then = linear - h * at_first
    if rounds(h) == 0:
        moved = h / 2.0 * (at_first + m.flow(then))
        return linear - moved, mature + moved
    for _ in range(rounds(h)):
        at_last = m.flow(then)
        ending = m.made_per_h * building_then - m.loss * then - at_last
        at_middle = m.flow(middle_of((new, rising), (then, ending), h))
        then = linear - h / 6.0 * (lost[0] * at_first + 4.0 * lost[1] * at_middle + at_last)
    return then, mature + h / 6.0 * (faded[0] * at_first + 4.0 * faded[1] * at_middle + m.flow(then))
