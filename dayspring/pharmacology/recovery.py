"""The illness itself gets better while mood is kept well, and is lost again while it is not.

With W = 1 - MADRS/MADRS0, W_s its mean over the last days, and theta -> theta - wL L:

    dW_s/dt = (W - W_s) / tau_W
    dL/dt   = kG max(0, (W_s - W0)/(1 - W0)) (1 - L) - kD (1 - W_s) L

The score depends on L and L on the score, so this is stepped panel by panel: W in the middle of a panel, then
exact steps for what it drives.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dayspring.pharmacology.grid import Grid
from dayspring.pharmacology.parameters import Parameters
from dayspring.pharmacology.patient import Array, Population
from dayspring.pharmacology.symptoms import Setting, Synapse, drug_relief, recovery_weight, theta

HOURS_PER_DAY, TINY = 24.0, 1e-300
# A panel shorter than this leaves recovery, which takes days, to the next.
SHORT_H = 0.5


def recovers(ps: Parameters) -> bool:
    """Whether this set of numbers knows recovery at all."""
    return ps["recovery.treated_logit"] != 0.0 or ps["recovery.drug_free_logit"] != 0.0


def spans(grid: Grid) -> Array:
    """Over how long each panel steps L: nothing where the next panel does it as well, for an hour is nothing."""
    asked = np.zeros(grid.panel_h.size + 1, dtype=bool)
    asked[grid.output_edge] = True
    found, waiting = np.zeros(grid.panel_h.size), 0.0
    for panel, h in enumerate(grid.panel_h.tolist()):
        waiting += h
        if h >= SHORT_H or asked[panel + 1]:
            found[panel], waiting = waiting, 0.0
    return found


def middles(grid: Grid) -> Array:
    """The middle of each panel, in hours of the course."""
    return np.asarray(grid.starts_h[grid.panel_stretch] + grid.panel_from_h + grid.panel_h / 2.0)


def recovery(
    people: Population, synapse: Synapse, other: Array, grid: Grid, setting: Setting, ps: Parameters
) -> Array:
    """L at the outputs, from the synapses and what else relieves in the middle of each panel."""
    if not recovers(ps):
        return np.zeros((len(people), grid.output_edge.size))
    weight, before = recovery_weight(people, ps), people["madrs_before_points"]
    parts = [
        (
            ps[f"domains.{domain}.points"],
            theta(people)[:, None]
            - (setting.drug * people["drug_gain"])[:, None] * drug_relief(domain, synapse, ps)
            - other,
        )
        for domain in ps.group("domains")
    ]

    def improved(panel: int, level: Array) -> Array:
        """W in the middle of the panel, at that level of recovery."""
        score = sum(points / (1.0 + np.exp(weight * level - left[:, panel])) for points, left in parts)
        return np.asarray(1.0 - score / before)

    return _stepped(improved, len(people), grid, ps)


def _stepped(improved: Callable[[int, Array], Array], people: int, grid: Grid, ps: Parameters) -> Array:
    gain, loss = (ps[f"recovery.{name}_per_day"] / HOURS_PER_DAY for name in ("gain", "loss"))
    smoothing, begins = ps["recovery.smoothing_d"] * HOURS_PER_DAY, ps["recovery.from_share"]
    kept, level = np.zeros(people), np.zeros(people)
    edges = np.zeros((grid.panel_h.size + 1, people))

    def rates(smoothed: Array) -> tuple[Array, Array]:
        grown = gain * np.maximum((smoothed - begins) / (1.0 - begins), 0.0)
        return grown, grown + loss * (1.0 - smoothed)

    last = np.zeros(people)
    for panel, (h, span) in enumerate(zip(grid.panel_h, spans(grid), strict=True)):
        edges[panel + 1] = level
        if span == 0.0:
            continue
        grown, turned = rates(kept)
        now = improved(panel, level + (span - h / 2.0) * (grown - turned * level))
        # What was left to this panel was on its way from the last improvement seen to this one.
        on_way = (last + now) / 2.0
        kept = on_way + (kept - on_way) * np.exp(-(span - h) / smoothing)
        grown, turned = rates(now + (kept - now) * np.exp(-h / 2.0 / smoothing))
        kept = now + (kept - now) * np.exp(-h / smoothing)
        # L' = grown - turned L, exactly; turned may be nothing, then L only grows.
        run = np.exp(-turned * span)
        filled = np.where(turned > 0.0, -np.expm1(-turned * span) / np.maximum(turned, TINY), span)
        level, last = level * run + grown * filled, now
        edges[panel + 1] = level
    return np.ascontiguousarray(edges[grid.output_edge].T)
