"""How a rating follows from what is left of each domain: score, link and noise.

MADRS = 60 sum S_d / (1 + exp(relief_d - theta - mood))      mood: stationary, remembered for a week
PHQ-9 = the link of MADRS
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from dayspring.pharmacology.parameters import Parameters, parameters
from dayspring.pharmacology.patient import Array

OBSERVING = "observing-2026"
INSTRUMENTS = {"madrs": 60.0, "phq9": 27.0}
HOURS_PER_DAY = 24.0
# The corner of the link is rounded over so many points of MADRS to either side.
ROUNDED = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """How far what is seen lies from what is expected: mood as a logit, ratings in points."""

    mood: float
    memory_h: float
    madrs: float
    phq9: float
    cadss_root: float


@cache
def noise() -> Noise:
    """The noise of the set observing-2026."""
    ps = parameters(OBSERVING)
    return Noise(
        mood=ps["mood.spread_logit"],
        memory_h=ps["mood.memory_d"] * HOURS_PER_DAY,
        madrs=ps["rating.madrs_points"],
        phq9=ps["rating.phq9_points"],
        cadss_root=ps["rating.cadss_root"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """PHQ-9 for MADRS, straight between anchors; its slope is rounded there: a jump would stop the search."""

    madrs: Array
    phq9: Array
    knots: Array
    rises: Array

    @classmethod
    def of(cls, ps: Parameters) -> Link:
        anchors = ps.group("phq9")
        madrs, points = (np.array([ps[f"phq9.{a}.{one}"] for a in anchors]) for one in ("madrs", "phq9"))
        rises, gaps = np.diff(points) / np.diff(madrs), np.diff(madrs)
        near = np.minimum(ROUNDED, np.minimum(gaps[:-1], gaps[1:]) / 2.0)
        knots = np.stack([madrs[1:-1] - near, madrs[1:-1] + near], axis=1).reshape(-1)
        return cls(madrs=madrs, phq9=points, knots=knots, rises=np.repeat(rises, 2)[1:-1])

    def read(self, madrs: Array) -> Array:
        return np.interp(madrs, self.madrs, self.phq9)

    def slope(self, madrs: Array) -> Array:
        return np.interp(madrs, self.knots, self.rises)


def score(left: Array, points: Array, mood: Array | float) -> tuple[Array, Array]:
    """MADRS and its slope in mood, from what is left of each domain; the domains stand first."""
    share = left + mood
    np.negative(share, out=share)
    with np.errstate(over="ignore"):
        np.exp(share, out=share)
    share += 1.0
    np.reciprocal(share, out=share)
    flat, shape = share.reshape(points.size, -1), share.shape[1:]
    total = points @ flat
    np.multiply(flat, flat, out=flat)
    return total.reshape(shape), (total - points @ flat).reshape(shape)
