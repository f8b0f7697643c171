"""Exact steps of a linear system x' = A x, for many patients at once, over any length of time.

    x(t + h) = exp(A h) x(t)

The step of one tick is a Taylor series; each longer one is the square of the one before. A length of time is
then a sum of ticks in binary, plus a rest shorter than a tick that the series takes. No eigenvalues are
used, so two rates may be equal or nearly so. (Moler and Van Loan, SIAM Review 2003;45:3-49, method 3.)

A patient's numbers do not depend on who else is computed beside them: nothing here looks across patients.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dayspring.pharmacology.patient import Array

# The series is cut where its next term is below 1e-12 for a step of this size: |A| * tick at most 1/16.
TERMS, LARGEST_STEP = 7, 1.0 / 16.0


class TooFast(ValueError):
    """A patient's drug moves faster than the finest step can follow."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Steps of 1, 2, 4, ... ticks of the systems `rates`, one (m, m) matrix for each patient."""

    rates: Array
    tick_h: float
    steps: tuple[Array, ...]

    @classmethod
    def of(cls, rates: Array, *, tick_h: float, longest_h: float) -> Ladder:
        """Steps up to the longest time that will be asked for; raises TooFast naming the rate and the tick."""
        fastest = float(np.abs(rates).sum(axis=1).max())
        if fastest * tick_h > LARGEST_STEP:
            raise TooFast(
                f"a rate of {fastest:.0f} per hour is too fast for steps of {tick_h * 3600:.2f} seconds"
            )
        size = rates.shape[-1]
        step = np.broadcast_to(np.eye(size), rates.shape).copy()
        term = step
        for order in range(1, TERMS + 1):
            term = term @ rates * (tick_h / order)
            step = step + term
        steps = [step]
        while tick_h * 2 ** len(steps) <= longest_h:
            steps.append(steps[-1] @ steps[-1])
        return cls(rates, tick_h, tuple(steps))

    def rows(self, seen: Array, after_h: Array) -> Array:
        """seen exp(A h) for each h: (patients, times, k, m) from k rows of m that say what is looked at."""
        people, size = self.rates.shape[0], self.rates.shape[-1]
        kinds = seen.shape[0]
        shape = (people, after_h.size, kinds, size)
        found = np.broadcast_to(seen, shape).copy()
        ticks = np.floor(after_h / self.tick_h).astype(np.int64)
        for level, step in enumerate(self.steps):
            of = np.flatnonzero(ticks >> level & 1)
            if of.size:
                moved = found[:, of].reshape(people, of.size * kinds, size) @ step
                found[:, of] = moved.reshape(people, of.size, kinds, size)
        rest = np.repeat(after_h - ticks * self.tick_h, kinds)[:, None]
        flat = found.reshape(people, after_h.size * kinds, size)
        term = flat
        for order in range(1, TERMS + 1):
            term = (term @ self.rates) * (rest / order)
            flat = flat + term
        return flat.reshape(shape)

    def moved(self, state: Array, over_h: float) -> Array:
        """exp(A h) x for one length of time and one state of each patient."""
        ticks = int(over_h / self.tick_h)
        moved = state[:, :, None]
        for level, step in enumerate(self.steps):
            if ticks >> level & 1:
                moved = step @ moved
        term = moved
        for order in range(1, TERMS + 1):
            term = self.rates @ term * ((over_h - ticks * self.tick_h) / order)
            moved = moved + term
        return np.asarray(moved[:, :, 0])
