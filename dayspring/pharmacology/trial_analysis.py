"""How a trial is analysed: a mixed model for repeated measures, or the last visit alone.

Mixed model: at every visit its own mean of each arm and its own slope on the score before, one unstructured
covariance between visits, by restricted likelihood. With V the covariance, E-step and M-step until it stands:

    b = (sum X' V^-1 X)^-1 sum X' V^-1 y,   C = (sum X' V^-1 X)^-1
    e = A (y_seen - X_seen b),  A = [I; V_ms V_ss^-1]      what was not seen, given what was
    V <- mean of  A ((y - Xb)(y - Xb)' + X C X') A' + (0 on what was seen, V_mm - V_ms V_ss^-1 V_sm else)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dayspring.pharmacology.patient import Array
from dayspring.pharmacology.student import quantile, two_sided

Flags = npt.NDArray[np.bool_]
METHODS = ("mixed_model", "last_visit")
LEVEL = 0.95
ROUNDS, STILL = 500, 1e-9


class AnalysisRefused(ValueError):
    """A trial cannot be analysed: the message holds how many there are and how many it needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A difference with its standard error, interval and p value. Below 0 means that the first is lower."""

    method: str
    difference: float
    error: float
    low: float
    high: float
    p: float
    df: float


def estimate(method: str, difference: float, error: float, df: float) -> Estimate:
    """The estimate with its interval at 95 % and its p value."""
    reach = quantile(LEVEL, df) * error
    p = two_sided(difference / error, df) if error > 0.0 else float(difference == 0.0)
    low, high = difference - reach, difference + reach
    return Estimate(method=method, difference=difference, error=error, low=low, high=high, p=p, df=df)


def compared(method: str, scores: Array, before: Array, treated: Flags) -> Estimate:
    """Treated beside the others at the last visit; `scores` (people, visits), not a number where not seen."""
    if method == "last_visit":
        return last_visit(scores[:, -1], before, treated)
    return mixed_model(scores, before, treated)


def last_visit(score: Array, before: Array, treated: Flags) -> Estimate:
    """Difference at one visit, adjusted for the score before, among those who were seen there."""
    seen = np.isfinite(score)
    design = _design(before, treated)[seen]
    df = _enough(int(seen.sum()), design.shape[1])
    inverse = np.linalg.inv(design.T @ design)
    weights = inverse @ design.T @ score[seen]
    left = score[seen] - design @ weights
    error = float(np.sqrt(left @ left / df * inverse[1, 1]))
    return estimate("last_visit", float(weights[1]), error, df)


def mixed_model(scores: Array, before: Array, treated: Flags) -> Estimate:
    """Difference at the last visit from every rating of everyone who was seen at least once."""
    seen = np.isfinite(scores)
    some = seen.any(axis=1)
    scores, seen, design = scores[some], seen[some], _design(before, treated)[some]
    df = _enough(int(seen[:, -1].sum()), design.shape[1])
    rows = _patterns(seen)
    start = np.nanvar(scores - np.nanmean(scores, axis=0), axis=0)
    covariance = np.diag(np.maximum(start, STILL))
    for _ in range(ROUNDS):
        weights, spread = _weighted(scores, design, rows, covariance)
        found = _expected(scores, design, rows, covariance, weights, spread)
        moved = np.abs(found - covariance).max()
        covariance = found
        if moved < STILL * covariance.max():
            break
    weights, spread = _weighted(scores, design, rows, covariance)
    place = (scores.shape[1] - 1) * design.shape[1] + 1
    return estimate("mixed_model", float(weights[place]), float(np.sqrt(spread[place, place])), df)


def paired(change: Array) -> Estimate:
    """Mean of a change within people, among those who were seen at the end."""
    own = change[np.isfinite(change)]
    df = _enough(own.size, 1)
    return estimate("paired", float(own.mean()), float(own.std(ddof=1) / np.sqrt(own.size)), df)


def _enough(seen: int, needed: int) -> int:
    if seen <= needed:
        raise AnalysisRefused(f"{seen} people were seen at the last visit; {needed + 1} are the fewest")
    return seen - needed


def _design(before: Array, treated: Flags) -> Array:
    """Mean, arm, and the score before around its mean."""
    return np.column_stack([np.ones_like(before), treated.astype(float), before - before.mean()])


Rows = list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]


def _patterns(seen: Flags) -> Rows:
    """People who were seen at the same visits, with those visits."""
    kinds, which = np.unique(seen, axis=0, return_inverse=True)
    which = which.reshape(-1)
    return [(np.flatnonzero(which == k), np.flatnonzero(kind)) for k, kind in enumerate(kinds)]


def _weighted(scores: Array, design: Array, rows: Rows, covariance: Array) -> tuple[Array, Array]:
    """b and C of the head, with the weights of visit v at v * width onwards."""
    width, visits = design.shape[1], scores.shape[1]
    whole, side = np.zeros((visits, width, visits, width)), np.zeros((visits, width))
    own = np.arange(width)
    for people, at in rows:
        inverse = np.linalg.inv(covariance[np.ix_(at, at)])
        x, y = design[people], scores[np.ix_(people, at)]
        block = np.einsum("st,ij->sitj", inverse, x.T @ x)
        whole[np.ix_(at, own, at, own)] += block
        side[at] += inverse @ (y.T @ x)
    spread = np.asarray(np.linalg.inv(whole.reshape(visits * width, visits * width)), dtype=np.float64)
    return spread @ side.reshape(-1), spread


def _expected(
    scores: Array, design: Array, rows: Rows, covariance: Array, weights: Array, spread: Array
) -> Array:
    """The covariance that is expected of whole people, given what was seen of them."""
    visits, width = scores.shape[1], design.shape[1]
    means = weights.reshape(visits, width)
    corner = spread.reshape(visits, width, visits, width)
    total, own = np.zeros((visits, visits)), np.arange(width)
    for people, at in rows:
        gain = covariance[:, at] @ np.linalg.inv(covariance[np.ix_(at, at)])  # [I; V_ms V_ss^-1]
        x = design[people]
        left = scores[np.ix_(people, at)] - x @ means[at].T
        seen: Array = corner[np.ix_(at, own, at, own)]
        unsure = np.tensordot(seen, x.T @ x, axes=([1, 3], [0, 1]))
        total += gain @ (left.T @ left + unsure) @ gain.T
        total += len(people) * (covariance - gain @ covariance[at])
    return np.asarray(total / len(scores))
