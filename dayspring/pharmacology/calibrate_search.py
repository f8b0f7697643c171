"""Bounded least squares: what a set shows beside what was published, and how far its numbers were moved.

Levenberg and Marquardt's way with slopes from small differences. People are drawn once, so two tries differ by
their numbers alone and small differences mean something.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from dayspring.pharmacology.calibrate_free import Free, values_of
from dayspring.pharmacology.patient import Array
from dayspring.pharmacology.published import Published

Shows = Callable[[dict[str, float]], Mapping[str, float]]
RATIOS = ("share", "ratio", "SD", "%")
# A target binds more than a row of one study, a share more than points. Within its bounds a row pulls a little,
# beyond them much; the edge is a little inside, for other people scatter around these.
OF_USE, OF_UNIT = {"target": 1.0, "fit": 0.5}, 0.7
WITHIN, BEYOND, EDGE, PRIOR = 0.35, 3.5, 0.9, 0.25
STEP, DAMP_FIRST, DAMP_LEAST, DAMP_MOST, ENOUGH = 0.05, 1e-1, 1e-6, 1e6, 1e-4


def fitted_rows(rows: Sequence[Published], shown: Mapping[str, float]) -> tuple[Published, ...]:
    """Those that a calibration may lean on and that the model answers; never one that is only compared with."""
    return tuple(row for row in rows if row.use in OF_USE and row.key in shown)


def tolerance(row: Published, shown: float) -> float:
    """How far the bound on that side is; the other side's where the published value stands at its bound."""
    above, below = row.highest - row.value, row.value - row.lowest
    return (above if shown > row.value else below) or max(above, below)


def distance(row: Published, shown: float) -> float:
    """How far from the published value, in tolerances: beyond one is beyond the bound on that side."""
    return (shown - row.value) / tolerance(row, shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What may move, what it is held against, and how the one becomes the other. `pull` binds a row harder."""

    free: tuple[Free, ...]
    rows: tuple[Published, ...]
    shows: Shows
    pull: Mapping[str, float] = field(default_factory=dict)

    @property
    def binds(self) -> Array:
        """How much each row binds."""
        ratio = {True: 1.0, False: OF_UNIT}
        return np.array([
            OF_USE[row.use] * ratio[row.unit in RATIOS] * self.pull.get(row.key, 1.0) for row in self.rows
        ])  # fmt: skip

    @property
    def bounds(self) -> tuple[Array, Array]:
        return (
            np.array([one.steps(one.lowest) for one in self.free]),
            np.array([one.steps(one.highest) for one in self.free]),
        )

    def seen(self, steps: Array) -> Mapping[str, float]:
        return self.shows(values_of(self.free, steps))

    def far(self, shown: Mapping[str, float]) -> Array:
        return np.array([distance(row, shown[row.key]) for row in self.rows])

    def residuals(self, steps: Array, shown: Mapping[str, float]) -> Array:
        """All that is squared and summed: rows within, rows beyond, and the prior of each number."""
        far, binds = self.far(shown), self.binds
        beyond = np.sign(far) * np.maximum(np.abs(far) - EDGE, 0.0)
        return np.concatenate([WITHIN * binds * far, BEYOND * binds * beyond, PRIOR * steps])

    def slopes(self, at: Array, shown: Mapping[str, float]) -> Array:
        """How far each row moves, in tolerances, for one standard deviation of each number's prior."""
        slopes, highest = np.zeros((len(self.rows), len(self.free))), self.bounds[1]
        wide = np.array([tolerance(row, shown[row.key]) for row in self.rows])
        for place in range(len(self.free)):
            way = -STEP if at[place] + STEP > highest[place] else STEP
            moved = at.copy()
            moved[place] += way
            seen = self.seen(moved)
            slopes[:, place] = [seen[row.key] - shown[row.key] for row in self.rows] / wide / way
        return slopes

    def step(self, at: Array, shown: Mapping[str, float], slopes: Array, damp: float) -> Array:
        """One damped step; a number that would leave its bounds stays at them and the others answer for it."""
        binds, over = self.binds[:, None] * slopes, (np.abs(self.far(shown)) > EDGE)[:, None]
        whole = np.concatenate([WITHIN * binds, BEYOND * binds * over, PRIOR * np.eye(at.size)])
        now, (low, high) = self.residuals(at, shown), self.bounds
        held, step = np.zeros(at.size, dtype=bool), np.zeros(at.size)
        while not held.all():
            part = whole[:, ~held]
            matrix = part.T @ part
            wanted = -part.T @ (now + whole[:, held] @ step[held])
            step[~held] = np.linalg.solve(matrix + damp * np.diag(np.diag(matrix)), wanted)
            out = ~held & ((at + step < low) | (at + step > high))
            if not out.any():
                break
            step[out] = np.clip(at + step, low, high)[out] - at[out]
            held |= out
        return np.clip(at + step, low, high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where the search ended: the numbers, what they show, and how well the rows tell them apart."""

    problem: Problem
    steps: Array
    shown: Mapping[str, float]
    costs: tuple[float, ...]
    slopes: Array

    @property
    def values(self) -> dict[str, float]:
        return values_of(self.problem.free, self.steps)

    @property
    def condition(self) -> float:
        """Largest beside smallest singular value of the slopes, the prior left out."""
        sizes = np.linalg.svd(self._bound_slopes, compute_uv=False)
        return float(sizes[0] / sizes[-1]) if sizes[-1] > 0.0 else float("inf")

    @property
    def left(self) -> Array:
        """What is left of each number's prior spread once the rows are known: 1 is learnt nothing."""
        return np.sqrt(np.diag(self._covariance))

    def alike(self, least: float) -> list[tuple[str, str, float]]:
        """Pairs that the rows cannot tell apart: their errors go together at least so far."""
        together, keys = self._covariance / np.outer(self.left, self.left), list(self.values)
        pairs = [
            (keys[b], keys[a], float(together[a, b]))
            for a in range(len(keys))
            for b in range(a)
            if abs(together[a, b]) >= least
        ]
        return sorted(pairs, key=lambda pair: -abs(pair[2]))

    @property
    def _bound_slopes(self) -> Array:
        return np.asarray(self.slopes * self.problem.binds[:, None])

    @property
    def _covariance(self) -> Array:
        seen = self._bound_slopes
        return np.asarray(np.linalg.inv(seen.T @ seen + np.eye(len(self.problem.free))))


def search(
    problem: Problem, start: Array, rounds: int, tell: Callable[[str], None] = lambda _: None
) -> Found:
    """The numbers within their bounds that miss least. Every accepted step misses less than the one before."""
    at = np.clip(start, *problem.bounds)
    shown = problem.seen(at)
    now = problem.residuals(at, shown)
    costs, damp, slopes = [float(now @ now)], DAMP_FIRST, problem.slopes(at, shown)
    for number in range(rounds):
        moved = False
        while not moved and damp < DAMP_MOST:
            tried = problem.step(at, shown, slopes, damp)
            seen = problem.seen(tried)
            then = problem.residuals(tried, seen)
            moved = float(then @ then) < costs[-1]
            damp = max(damp / 5.0, DAMP_LEAST) if moved else damp * 4.0
        if not moved:
            break
        at, shown = tried, seen
        costs.append(float(then @ then))
        tell(f"round {number + 1}: misses {costs[-1]:.3f}, at first {costs[0]:.3f}")
        slopes = problem.slopes(at, shown)
        if costs[-2] - costs[-1] < ENOUGH * costs[-2]:
            break
    return Found(problem=problem, steps=at, shown=shown, costs=tuple(costs), slopes=slopes)
