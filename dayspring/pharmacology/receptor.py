"""What the drug opens: receptors blocked, the surge of glutamate, the release of BDNF. Static curves.

With e = ER + ES, and s = (ER + eff ES)/e what the block counts:

    B = e / (1 + e)                 receptors blocked
    G = (4 B (1 - B))^2             glutamate surge, most at half block (inverted U: Moghaddam 1997, rat)
    D = trophic s G                 AMPA-driven release of BDNF
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dayspring.pharmacology.parameters import Parameters
from dayspring.pharmacology.patient import Array, Population


@dataclass(frozen=True, slots=True, kw_only=True)
class Engaged:
    """Brain level in multiples of IC50, block, block that counts, surge and drive, all of the same shape."""

    level: Array
    block: Array
    counted: Array
    surge: Array
    drive: Array


def engaged(racemic: Array, esketamine: Array, people: Population, ps: Parameters) -> Engaged:
    """From the two brain levels, of shape (patients, ...). A level below nothing is rounding and is nothing."""
    racemic, esketamine = np.maximum(racemic, 0.0), np.maximum(esketamine, 0.0)
    level = racemic + esketamine
    block = level / (1.0 + level)
    surge = (ps["surge.height"] * block * (1.0 - block)) ** 2
    # s B = (ER + eff ES) / (1 + e) needs no division by a level that may be nothing.
    weighed = racemic + ps["esketamine.efficacy"] * esketamine
    counts = np.divide(weighed, level, out=np.ones_like(level), where=level > 0.0)
    trophic = people["trophic_factor"].reshape(-1, *[1] * (level.ndim - 1))
    return Engaged(
        level=level,
        block=block,
        counted=weighed / (1.0 + level),
        surge=surge,
        drive=trophic * counts * surge,
    )
