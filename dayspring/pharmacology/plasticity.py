"""From the blocked receptor to new synapses. Linear but for maturing, driven by what the receptor file gives.

With z the survival score, u the stress and a = kept_by_antidepressant when one is on board, else 1:

    dF/dt = gF D - kF F                                 fast gain, no new structure
    dP/dt = kP (D - P)       dQ/dt = kQ (P - Q)         BDNF/mTOR activity; building
    dN/dt = gN Q - kloss e^(u - z/2) N - C              new spines
    dM/dt = C - kM a e^(u - z) M                        mature spines
    C     = kcon e^(z/2) c(N) N                         maturing; c = 1 + coop (a N^2/(Nc^2 + N^2) - 1)
    dH/dt = gH s B - kH H    dT/dt = gT B - kT T        habenula; tolerance of dissociation
    R     = (N + M) / (K + N + M)                       share of the pruned connections that is refilled

The drug's push within a panel is a sum over Gauss nodes of exp(S (h - t)) g D(t); everything else is an exact
step, but for C where coop is not 0 (cooperation.py). Two running integrals are kept: of block, for nausea; of
the hazard h0 exp(-kappa R), for relapse. Pressure's slow follower of the level is kept here as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dayspring.pharmacology.cooperation import Maturing, matured, middle_of
from dayspring.pharmacology.grid import NODES, Grid, Index, gauss, gauss_to_middle
from dayspring.pharmacology.parameters import Parameters
from dayspring.pharmacology.patient import Array, Population
from dayspring.pharmacology.receptor import Engaged
from dayspring.pharmacology.transition import Ladder

ACTIVITY, BUILDING, NEW, MATURE = range(4)
FAST, HABENULA, TOLERANCE, BLOCKED_H, ADAPTED = range(5)
SINGLES = 5
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
    adapted: Array
    hazard_per_day: Array
    hazard_so_far: Array
    at_middle: Middle


@dataclass(frozen=True, slots=True, kw_only=True)
class Middle:
    """What recovery asks for in the middle of every panel, each (patients, panels)."""

    fast: Array
    refilled: Array
    habenula: Array


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
    if ps["plasticity.cooperation"] > 0.0:
        maturing = np.zeros_like(maturing)  # then it is not linear, and is put in panel by panel
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
    together = Maturing.of(*spine_rates(people, ps), ps)
    slow, single = np.zeros((edges, len(people), 4)), np.zeros((edges, len(people), SINGLES))
    reached = slow.copy()  # what an ablation at the edge has not yet touched
    for edge in range(1, edges):
        panel = edge - 1
        reached[edge] = (spines[:, kind[panel]] @ slow[panel][:, :, None])[:, :, 0] + pushes[:, panel]
        if together is not None:
            spines_of = reached[edge][:, [BUILDING, NEW, MATURE]].T
            begun = slow[panel][:, BUILDING], slow[panel][:, NEW]
            reached[edge][:, NEW], reached[edge][:, MATURE] = matured(
                together, begun, (spines_of[0], spines_of[1], spines_of[2]), float(grid.panel_h[panel])
            )
        slow[edge] = reached[edge]
        single[edge] = decays[panel] * single[panel] + shoves[:, panel]
        if edge in ablated:
            slow[edge][:, [NEW, MATURE]] = 0.0
    half = ps["plasticity.half_filled_units"] * people["half_filled_factor"]
    middle = _spines_in_the_middle(slow, reached, s, grid)
    hazard, risk = _hazard(slow, reached, middle, half, grid, ps)
    at = grid.output_edge

    def out(values: Array) -> Array:
        return np.ascontiguousarray(values[at].T)

    return Synapses(
        activity=out(slow[:, :, ACTIVITY]),
        new=out(slow[:, :, NEW]),
        mature=out(slow[:, :, MATURE]),
        refilled=out(refilled(slow[:, :, NEW] + slow[:, :, MATURE], half)),
        fast=out(single[:, :, FAST]),
        habenula=out(single[:, :, HABENULA]),
        tolerance=out(single[:, :, TOLERANCE]),
        blocked_h=out(single[:, :, BLOCKED_H]),
        adapted=out(single[:, :, ADAPTED]),
        hazard_per_day=out(hazard) * HOURS_PER_DAY,
        hazard_so_far=out(risk),
        at_middle=_in_the_middle(drug, single, refilled(middle, half), grid, ps),
    )


def refilled(spines: Array, half: Array) -> Array:
    """R = (N + M) / (K + N + M), the patients last."""
    total = np.maximum(spines, 0.0)
    return np.asarray(total / (half + total))


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
    rates, gains = _single_rates(ps)
    driven = (drug.drive, drug.counted, drug.block, drug.block, drug.level)
    h = grid.panel_h
    shove = np.zeros((drug.block.shape[0], h.size, SINGLES))
    for place, (rate, gain, by) in enumerate(zip(rates, gains, driven, strict=True)):
        for node, weight in enumerate(weights):
            shove[:, :, place] += gain * weight * h * np.exp(-rate * h * (1.0 - nodes[node])) * by[:, :, node]
    return np.exp(-np.multiply.outer(h, rates)), shove


def _single_rates(ps: Parameters) -> tuple[Array, tuple[float, ...]]:
    """How fast F, H, T, the integral of block and the slow follower of the level fade, and what feeds them."""
    rates = np.array([
        LN2 / ps["plasticity.fast_half_life_h"],
        LN2 / ps["plasticity.habenula_half_life_h"],
        LN2 / (ps["tolerance.half_life_d"] * HOURS_PER_DAY),
        0.0,
        1.0 / ps["acute.pressure.adapting_h"],
    ])  # fmt: skip
    gains = (
        ps["plasticity.gain_per_h"],
        ps["plasticity.habenula_gain_per_h"],
        ps["tolerance.gain_per_h"],
        1.0,
        1.0 / ps["acute.pressure.adapting_h"],
    )
    return rates, gains


def _in_the_middle(drug: Engaged, single: Array, refilled_share: Array, grid: Grid, ps: Parameters) -> Middle:
    """F and f(H + s B)'s inside in the middle of each panel: half a step from its start."""
    nodes, halves, h = gauss()[0], gauss_to_middle(), grid.panel_h
    rates, gains = _single_rates(ps)
    found = []
    for place, by in ((FAST, drug.drive), (HABENULA, drug.counted)):
        value = single[:-1, :, place].T * np.exp(-rates[place] * h / 2.0)
        for node, weight in enumerate(halves):
            kept = np.exp(-rates[place] * h * (0.5 - nodes[node]))
            value = value + gains[place] * weight * h * kept * by[:, :, node]
        found.append(value)
    # The node in the middle of five is the middle of the panel.
    return Middle(
        fast=found[0], refilled=refilled_share.T, habenula=found[1] + drug.counted[:, :, NODES // 2]
    )


def _spines_in_the_middle(begun: Array, reached: Array, s: Array, grid: Grid) -> Array:
    """N + M in the middle of each panel, (panels, patients)."""
    loss, fade = s[:, NEW, NEW] + s[:, MATURE, NEW], s[:, MATURE, MATURE]
    first, last = (
        (
            slow[:, :, NEW] + slow[:, :, MATURE],
            s[:, NEW, BUILDING] * slow[:, :, BUILDING] + loss * slow[:, :, NEW] + fade * slow[:, :, MATURE],
        )
        for slow in (begun[:-1], reached[1:])
    )
    return np.maximum(middle_of(first, last, grid.panel_h[:, None]), 0.0)


def _hazard(
    begun: Array, reached: Array, middle: Array, half: Array, grid: Grid, ps: Parameters
) -> tuple[Array, Array]:
    """h0 exp(-kappa R) per hour, and its integral by Simpson."""
    h0, kappa = ps["relapse.hazard_per_day"] / HOURS_PER_DAY, ps["relapse.protection"]

    def at(spines: Array) -> Array:
        return np.asarray(h0 * np.exp(-kappa * refilled(spines, half)))

    at_begun, at_reached = (at(x[:, :, NEW] + x[:, :, MATURE]) for x in (begun, reached))
    over = grid.panel_h[:, None] * (at_begun[:-1] + 4.0 * at(middle) + at_reached[1:]) / 6.0
    return at_begun, np.concatenate([np.zeros((1, begun.shape[1])), np.cumsum(over, axis=0)])
