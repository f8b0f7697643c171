"""How likely a person's numbers are, given what was seen of them: many draws at once, mood integrated out.

    log p(numbers | seen) = -1/2 |away|^2 + log p(ratings | numbers) + log p(CADSS | numbers)

A person's mood between ratings is carried by a filter with one state, so that it is never drawn and never
fitted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dayspring.pharmacology.grid import Index
from dayspring.pharmacology.history import History
from dayspring.pharmacology.observe import noise, score
from dayspring.pharmacology.patient import Array
from dayspring.pharmacology.posterior import Prior
from dayspring.pharmacology.surface import DISSOCIATION, Course

# A rating moves mood in so many steps, none longer than this.
TURNS, LONGEST = 1, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtered:
    """What the ratings say of each draw: log likelihood, standard innovations, mood after the last rating."""

    log_likelihood: Array
    innovations: Array
    mood: Array
    mood_variance: Array

    def of(self, which: Index) -> Filtered:
        """The same of those draws, in that order."""
        return Filtered(
            log_likelihood=self.log_likelihood[which],
            innovations=self.innovations[which],
            mood=self.mood[which],
            mood_variance=self.mood_variance[which],
        )


def filtered(
    seen: Course, numbers: Array, at_h: Array, instruments: Sequence[str], points: Array
) -> Filtered:
    """The ratings at the hours of `seen`, in order, with mood integrated out.

    A filter of Kalman with one state, bent at each rating around the mood that this rating makes most likely
    (iterated extended Kalman filter: Bell and Cathey, IEEE Trans Autom Control 1993;38:294-297).
    """
    error, left, draws = noise(), seen.left(numbers), len(numbers)
    mood, variance = np.zeros(draws), np.full(draws, error.mood**2)
    likely, innovations = np.zeros(draws), np.zeros((draws, points.size))
    for number, (instrument, total) in enumerate(zip(instruments, points, strict=True)):
        if number:
            kept = np.exp(-(at_h[number] - at_h[number - 1]) / error.memory_h)
            mood, variance = kept * mood, kept**2 * variance + (1.0 - kept**2) * error.mood**2
        wrong = getattr(error, instrument) ** 2
        now = mood
        for turn in range(TURNS + 1):
            told, slope = score(left[:, number], seen.points, now)
            if instrument == "phq9":
                told, slope = seen.link.read(told), slope * seen.link.slope(told)
            away, spread = total - told - slope * (mood - now), slope**2 * variance + wrong
            if turn < TURNS:
                now = now + np.clip(mood + variance * slope / spread * away - now, -LONGEST, LONGEST)
        innovations[:, number] = away / np.sqrt(spread)
        # Laplace's integral over mood: what is left at its top costs, and so does the way to it.
        cost = (total - told) ** 2 / wrong + (now - mood) ** 2 / variance
        likely -= 0.5 * (cost + np.log(2.0 * np.pi * spread))
        mood, variance = now, variance * wrong / spread
    return Filtered(log_likelihood=likely, innovations=innovations, mood=mood, mood_variance=variance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The density of one person's numbers, up to a constant, for many draws at once."""

    prior: Prior
    seen: Course | None
    history: History
    felt: Course | None

    def filtered(self, away: Array) -> Filtered:
        """What the ratings say; without any, mood is as spread as it ever is."""
        if self.seen is None:
            draws = len(away)
            none, all_mood = np.zeros(draws), np.full(draws, noise().mood ** 2)
            return Filtered(
                log_likelihood=none, innovations=np.zeros((draws, 0)), mood=none, mood_variance=all_mood
            )
        told = self.history.ratings
        return filtered(
            self.seen,
            self.prior.numbers(away),
            np.array([r.at_h for r in told]),
            [r.instrument for r in told],
            np.array([r.points for r in told]),
        )

    def residuals(self, away: Array) -> tuple[Array, Array]:
        """Log density, and all that is squared in it: innovations, CADSS, the distance from the prior."""
        said, felt = self.filtered(away), self._cadss(away)
        return _density(said, felt, away), np.hstack([said.innovations, felt, away])

    def density(self, away: Array) -> tuple[Array, Filtered]:
        """Log density, and what the filter left of mood."""
        said = self.filtered(away)
        return _density(said, self._cadss(away), away), said

    def _cadss(self, away: Array) -> Array:
        """CADSS beside what is expected, on the square root."""
        if self.felt is None:
            return np.zeros((len(away), 0))
        factor = self.prior.numbers(away)[:, DISSOCIATION, None]
        seen = np.sqrt([c.points for c in self.history.cadss])
        return np.asarray((seen - np.sqrt(np.maximum(factor * self.felt.cadss, 0.0))) / noise().cadss_root)


def _density(said: Filtered, felt: Array, away: Array) -> Array:
    squares = np.asarray((felt**2).sum(axis=1) + (away**2).sum(axis=1))
    return said.log_likelihood - 0.5 * squares
