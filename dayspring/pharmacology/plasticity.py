"""From the blocked receptor to new synapses. Linear, driven by what the receptor file gives.

With z the survival score, u the stress and a = kept_by_antidepressant when one is on board, else 1:

    dF/dt = gF D - kF F                                 fast gain, no new structure
    dP/dt = kP (D - P)       dQ/dt = kQ (P - Q)         BDNF/mTOR activity; building
    dN/dt = gN Q - (kloss e^(u - z/2) + kcon e^(z/2)) N new spines
    dM/dt = kcon e^(z/2) N - kM a e^(u - z) M           mature spines
    dH/dt = gH s B - kH H    dT/dt = gT B - kT T        habenula; tolerance of dissociation
    R     = (N + M) / (1 + N + M)                       share of the pruned connections that is refilled

The drug's push within a panel is a sum over Gauss nodes of exp(S (h - t)) g D(t); everything else is an exact
step. Two running integrals are kept: of block, for nausea; of the hazard h0 exp(-kappa R), for relapse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dayspring.pharmacology.grid import Grid, Index, gauss
from dayspring.pharmacology.parameters import Parameters
from dayspring.pharmacology.patient import Array, Population
from dayspring.pharmacology.receptor import Engaged
from dayspring.pharmacology.transition import Ladder

ACTIVITY, BUILDING, NEW, MATURE = range(4)
FAST, HABENULA, TOLERANCE, BLOCKED_H = range(4)
TICK_H = 2.0**-10
HOURS_PER_DAY = 24.0
LN2 = float(np.log(2.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Synapses:
    """The slow states at the outputs, each (patients, times)."""

    activity: Array
    new: Array
    mature: Array
    refilled: Array
    fast: Array
    habenula: Array
    tolerance: Array
    blocked_h: Array
    hazard_per_day: Array
    hazard_so_far: Array


def spine_rates(people: Population, ps: Parameters) -> tuple[Array, Array, Array]:
    """Loss, maturing and fading of spines, per hour, for each patient."""
    share, score, stress = ps["plasticity.survival_share"], people["survival"], people["stress"]
    loss = ps["plasticity.loss_per_day"] / HOURS_PER_DAY * np.exp(stress - share * score)
    maturing = ps["plasticity.maturing_per_day"] / HOURS_PER_DAY * np.exp(share * score)
    fade = LN2 / (ps["plasticity.mature_half_life_d"] * HOURS_PER_DAY) * np.exp(stress - score)
    kept = np.where(people["antidepressant_kept"] > 0.0, ps["plasticity.kept_by_antidepressant"], 1.0)
    return loss, maturing, fade * kept


def chain(people: Population, ps: Parameters) -> Array:
    """The rates S of the chain P, Q, N, M, per hour: (patients, 4, 4)."""
    loss, maturing, fade = spine_rates(people, ps)
    s = np.zeros((len(people), 4, 4))
    s[:, ACTIVITY, ACTIVITY] = -1.0 / ps["plasticity.activity_h"]  # kP
    s[:, BUILDING, ACTIVITY] = 1.0 / ps["plasticity.building_h"]  # kQ
    s[:, BUILDING, BUILDING] = -1.0 / ps["plasticity.building_h"]
    s[:, NEW, BUILDING] = ps["plasticity.gain_per_h"]  # gN
    s[:, NEW, NEW] = -(loss + maturing)
    s[:, MATURE, NEW] = maturing
    s[:, MATURE, MATURE] = -fade
    return s


def synapses(people: Population, drug: Engaged, grid: Grid, ablated: set[int], ps: Parameters) -> Synapses:
    """Carries the slow states over every edge of the grid. At the `ablated` edges the spines are taken away."""
    s = chain(people, ps)
    lengths, kind = np.unique(grid.panel_h, return_inverse=True)
    edges = len(grid.panel_h) + 1
    spines, pushes = _steps(s, drug.drive, lengths, kind, ps)
    decays, shoves = _single_steps(drug, grid, ps)
    slow, single = np.zeros((edges, len(people), 4)), np.zeros((edges, len(people), 4))
    reached = slow.copy()  # what an ablation at the edge has not yet touched
    for edge in range(1, edges):
        panel = edge - 1
        reached[edge] = (spines[:, kind[panel]] @ slow[panel][:, :, None])[:, :, 0] + pushes[:, panel]
        slow[edge] = reached[edge]
        single[edge] = decays[panel] * single[panel] + shoves[:, panel]
        if edge in ablated:
            slow[edge][:, [NEW, MATURE]] = 0.0
    hazard, risk = _hazard(slow, reached, s, grid, ps)
    at = grid.output_edge

    def out(values: Array) -> Array:
        return np.ascontiguousarray(values[at].T)

    return Synapses(
        activity=out(slow[:, :, ACTIVITY]),
        new=out(slow[:, :, NEW]),
        mature=out(slow[:, :, MATURE]),
        refilled=out(refilled(slow)),
        fast=out(single[:, :, FAST]),
        habenula=out(single[:, :, HABENULA]),
        tolerance=out(single[:, :, TOLERANCE]),
        blocked_h=out(single[:, :, BLOCKED_H]),
        hazard_per_day=out(hazard) * HOURS_PER_DAY,
        hazard_so_far=out(risk),
    )


def refilled(slow: Array) -> Array:
    """R = (N + M) / (1 + N + M)."""
    total = np.maximum(slow[..., NEW] + slow[..., MATURE], 0.0)
    return np.asarray(total / (1.0 + total))


def _steps(s: Array, drive: Array, lengths: Array, kind: Index, ps: Parameters) -> tuple[Array, Array]:
    """exp(S h) for each length of panel, and the push of the drug over each panel, which is of a kind."""
    nodes, weights = gauss()
    people = s.shape[0]
    if not lengths.size:
        return np.zeros((people, 0, 4, 4)), np.zeros((people, 0, 4))
    ladder = Ladder.of(s, tick_h=TICK_H, longest_h=float(lengths.max()))
    # The push enters at P: its way to the end of the panel is that column of exp(S (h - t)).
    turned = Ladder(
        np.swapaxes(s, 1, 2), ladder.tick_h, tuple(np.swapaxes(step, 1, 2) for step in ladder.steps)
    )
    entry = np.zeros((1, 4))
    entry[0, ACTIVITY] = 1.0 / ps["plasticity.activity_h"]
    left = (lengths[:, None] * (1.0 - nodes)).reshape(-1)
    way = turned.rows(entry, left).reshape(people, lengths.size, nodes.size, 4)
    way = way * (lengths[:, None] * weights)[None, :, :, None]
    push = np.zeros((people, kind.size, 4))
    for node in range(nodes.size):
        push += way[:, kind, node] * drive[:, :, node, None]
    return ladder.rows(np.eye(4), lengths), push


def _single_steps(drug: Engaged, grid: Grid, ps: Parameters) -> tuple[Array, Array]:
    """The same for the states that stand alone: F, H, T and the integral of block."""
    nodes, weights = gauss()
    rates = np.array([
        LN2 / ps["plasticity.fast_half_life_h"],
        LN2 / ps["plasticity.habenula_half_life_h"],
        LN2 / (ps["tolerance.half_life_d"] * HOURS_PER_DAY),
        0.0,
    ])  # fmt: skip
    gains = (
        ps["plasticity.gain_per_h"],
        ps["plasticity.habenula_gain_per_h"],
        ps["tolerance.gain_per_h"],
        1.0,
    )
    driven = (drug.drive, drug.counted, drug.block, drug.block)
    h = grid.panel_h
    shove = np.zeros((drug.block.shape[0], h.size, 4))
    for place, (rate, gain, by) in enumerate(zip(rates, gains, driven, strict=True)):
        for node, weight in enumerate(weights):
            shove[:, :, place] += gain * weight * h * np.exp(-rate * h * (1.0 - nodes[node])) * by[:, :, node]
    return np.exp(-np.multiply.outer(h, rates)), shove


def _hazard(begun: Array, reached: Array, s: Array, grid: Grid, ps: Parameters) -> tuple[Array, Array]:
    """h0 exp(-kappa R) per hour, and its integral: Simpson, the middle by Hermite from exact slopes."""
    h0, kappa = ps["relapse.hazard_per_day"] / HOURS_PER_DAY, ps["relapse.protection"]

    def spines(slow: Array) -> tuple[Array, Array]:
        slope = (
            s[:, NEW, BUILDING] * slow[:, :, BUILDING]
            + (s[:, NEW, NEW] + s[:, MATURE, NEW]) * slow[:, :, NEW]
            + s[:, MATURE, MATURE] * slow[:, :, MATURE]
        )
        return slow[:, :, NEW] + slow[:, :, MATURE], slope

    (first, rising), (last, ending) = spines(begun[:-1]), spines(reached[1:])
    h = grid.panel_h[:, None]
    middle = np.maximum((first + last) / 2.0 + h * (rising - ending) / 8.0, 0.0)
    at_begun, at_reached = (h0 * np.exp(-kappa * refilled(x)) for x in (begun, reached))
    at_middle = h0 * np.exp(-kappa * middle / (1.0 + middle))
    over = h * (at_begun[:-1] + 4.0 * at_middle + at_reached[1:]) / 6.0
    return at_begun, np.concatenate([np.zeros((1, begun.shape[1])), np.cumsum(over, axis=0)])
