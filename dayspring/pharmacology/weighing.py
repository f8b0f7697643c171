"""Draws of what is likely: proposed around the top, weighed by what is true, counted for their worth.

A Student's t is proposed from; the effective sample size says how well it did. Where it did badly the
proposal is fitted to its own draws once, and where that does badly too the draws are walked until they
forget where they began.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dayspring.pharmacology.patient import Array
from dayspring.pharmacology.question import Filtered, Question

KEPT, WEIGHED = 1000, 2000
# A Student's t of this many degrees, this much wider than Laplace says: the weights stay bounded.
DEGREES, WIDER = 6, 1.1
ENOUGH = 0.2  # effective sample size as a share of the draws
# The second proposal: how much of it, and how much of what the ratings say it keeps.
LOOSE_SHARE, LOOSE = 0.5, 0.6
WALKS = 60
REACH = 2.38  # the step of a walk over a normal density, beside its spread (Gelman, Roberts, Gilks 1996)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Draws with weights that sum to one, and what the filter said of each."""

    away: Array
    weights: Array
    said: Filtered

    @property
    def effective(self) -> float:
        """How many draws of one weight these are worth."""
        return float(1.0 / np.sum(self.weights**2))

    def comb(self, rng: np.random.Generator, keep: int) -> tuple[Array, Filtered]:
        """Draws of one weight in no order: one uniform number moves a comb over the weights."""
        at = rng.permutation((np.arange(keep) + rng.random()) / keep)
        of = np.minimum(np.searchsorted(np.cumsum(self.weights), at), len(self.away) - 1)
        return self.away[of], self.said.of(of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Draws of one weight, and how they came about."""

    draws: Array
    said: Filtered
    effective: float
    weighed: int
    method: str
    says: str = ""


def weighed_draws(
    question: Question, best: Array, covariance: Array, rng: np.random.Generator, keep: int
) -> Taken:
    """Weighed draws around the top; a second proposal, and then a walk, where they are too few."""
    n = max(WEIGHED, 2 * keep)

    def taken(draws: Array, said: Filtered, of: Weighed, method: str, says: str = "") -> Taken:
        return Taken(draws=draws, said=said, effective=of.effective, weighed=n, method=method, says=says)

    first = _weighed(question, best, covariance, rng, n)
    if first.effective >= ENOUGH * n:
        return taken(*first.comb(rng, keep), first, "importance")
    says = f"only {first.effective:.0f} of {n} weighed draws counted around the most likely numbers"
    middle, spread = _moments(first)
    second = _weighed(question, middle, spread, rng, n)
    if second.effective >= ENOUGH * n:
        return taken(*second.comb(rng, keep), second, "importance, fitted twice", says)
    better = max(first, second, key=lambda one: one.effective)
    walked = _walked(question, better.comb(rng, keep)[0], spread, rng)
    says += f", and {second.effective:.0f} around those draws; {keep} draws were walked {WALKS} steps"
    return taken(*walked, better, "walk", says)


def _moments(of: Weighed) -> tuple[Array, Array]:
    """Mean and covariance of weighed draws."""
    middle = of.weights @ of.away
    away = of.away - middle
    return middle, away.T @ (away * of.weights[:, None]) + 1e-6 * np.eye(middle.size)


def _weighed(question: Question, middle: Array, spread: Array, rng: np.random.Generator, n: int) -> Weighed:
    """Draws of a Student's t around the middle, and of one that the ratings hold less, with weights.

    The second is there for the long tails: where a rating tells only the sum of drug and session, the density
    bends, and the bend lies outside of what its top foretells.
    """
    size = middle.size
    looser = np.linalg.inv(np.eye(size) + LOOSE * (np.linalg.inv(spread) - np.eye(size)))
    roots = [np.linalg.cholesky(one) * WIDER for one in (spread, looser)]
    middles = (middle, (1.0 - LOOSE) * middle)
    step = rng.standard_normal((n, size)) * np.sqrt(DEGREES / rng.chisquare(DEGREES, n))[:, None]
    few = int(n * LOOSE_SHARE)
    away = np.vstack([middles[1] + step[:few] @ roots[1].T, middles[0] + step[few:] @ roots[0].T])
    shares = (1.0 - LOOSE_SHARE, LOOSE_SHARE)
    proposed = sum(
        share * _student(away - one, root) for share, one, root in zip(shares, middles, roots, strict=True)
    )
    true, said = question.density(away)
    log = true - np.log(proposed)
    weights = np.exp(log - log.max())
    return Weighed(away=away, weights=weights / weights.sum(), said=said)


def _student(away: Array, root: Array) -> Array:
    """The density of a Student's t at that distance from its middle, but for a constant of its size."""
    far = (np.linalg.solve(root, away.T) ** 2).sum(axis=0) / DEGREES
    height = (1.0 + far) ** (-(DEGREES + len(root)) / 2.0)
    return np.asarray(height / np.prod(np.diag(root)))


def _walked(
    question: Question, draws: Array, spread: Array, rng: np.random.Generator
) -> tuple[Array, Filtered]:
    """Every draw walks by itself (Metropolis), so that those that are equal part."""
    root = np.linalg.cholesky(spread) * REACH / np.sqrt(draws.shape[1])
    height, _ = question.density(draws)
    for _ in range(WALKS):
        there = draws + rng.standard_normal(draws.shape) @ root.T
        higher, _ = question.density(there)
        goes = np.log(rng.random(len(draws))) < higher - height
        draws, height = np.where(goes[:, None], there, draws), np.where(goes, higher, height)
    return draws, question.density(draws)[1]
