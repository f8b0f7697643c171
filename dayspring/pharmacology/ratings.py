"""From the model's score to what a rater would have written: error of the rating, and the mood of the day.

sd^2 = error^2 + (mood * m (60 - m) / 60)^2          m MADRS points, mood in logit
"""

from __future__ import annotations

import math

import numpy as np

from dayspring.pharmacology.parameters import parameters
from dayspring.pharmacology.patient import MADRS_POINTS, Array

OBSERVING = "observing-2026"


def steepness(madrs: Array) -> Array:
    """Points that one logit of mood moves a score by."""
    return np.asarray(madrs * (MADRS_POINTS - madrs) / MADRS_POINTS)


def scatter(madrs: Array) -> Array:
    """Standard deviation of one rating around each score."""
    ps = parameters(OBSERVING)
    return np.hypot(ps["rating.madrs_points"], ps["mood.spread_logit"] * steepness(madrs))


def at_most(limit: Array | float, madrs: Array) -> Array:
    """Probability that the rating of each score is at most the limit."""
    return normal((np.asarray(limit) - madrs) / scatter(madrs))


def normal(z: Array) -> Array:
    """The distribution function of the standard normal."""
    return np.asarray(0.5 * np.vectorize(math.erfc, otypes=[float])(-np.asarray(z) / math.sqrt(2.0)))


def rated(madrs: Array, times_h: Array, rng: np.random.Generator) -> Array:
    """One rating of each score, (people, times): mood wanders with its own memory, errors are independent."""
    ps, days = parameters(OBSERVING), np.diff(times_h) / 24.0
    away = rng.standard_normal((*madrs.shape, 2))
    mood = np.empty_like(madrs)
    mood[:, 0] = away[:, 0, 0]
    for at, gap in enumerate(days, start=1):
        kept = math.exp(-gap / ps["mood.memory_d"])
        mood[:, at] = kept * mood[:, at - 1] + math.sqrt(1.0 - kept**2) * away[:, at, 0]
    logit = np.log(madrs / (MADRS_POINTS - madrs)) + ps["mood.spread_logit"] * mood
    score = MADRS_POINTS / (1.0 + np.exp(-logit)) + ps["rating.madrs_points"] * away[:, :, 1]
    return np.clip(score, 0.0, MADRS_POINTS)
