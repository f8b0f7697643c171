"""The whole model from top to bottom: drug, receptor, synapse, score.

Nothing here looks across patients, so a patient's numbers are the same alone and in any crowd.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dayspring.pharmacology.acute import acute
from dayspring.pharmacology.compartments import levels
from dayspring.pharmacology.dose import FORMS, Dose
from dayspring.pharmacology.grid import Grid, course_grid
from dayspring.pharmacology.parameters import Parameters
from dayspring.pharmacology.patient import Array, Population
from dayspring.pharmacology.plasticity import Synapses, synapses
from dayspring.pharmacology.receptor import Engaged, engaged
from dayspring.pharmacology.recovery import middles, recovers, recovery
from dayspring.pharmacology.symptoms import (
    Setting,
    Synapse,
    antidepressant,
    expectancy,
    full,
    other_relief,
    recovery_weight,
    symptoms,
)


def run(
    people: Population, doses: Sequence[Dose], times_h: Array, setting: Setting, ps: Parameters
) -> dict[str, Array]:
    """Every column of a trajectory, (patients, times). `doses` in order, `times_h` strictly increasing."""
    grid = course_grid(doses, times_h)
    found, drug, at_nodes = _drug(people, doses, grid, ps)
    slow = synapses(people, at_nodes, grid, _ablations(doses, grid), ps)
    session = np.broadcast_to(expectancy(doses, times_h, ps, setting.filled_share), drug.level.shape)
    oral = antidepressant(people, times_h, ps)
    recovered = _recovered(people, doses, slow, grid, setting, ps)
    habenula = full(slow.habenula + drug.counted)  # f(H + s B)
    found |= {
        "brain_ic50": drug.level,
        "blocked_share": drug.block,
        "glutamate_share": drug.surge,
        "bdnf_mtor_share": slow.activity,
        "fast_gain_units": slow.fast,
        "new_spines_units": slow.new,
        "mature_spines_units": slow.mature,
        "refilled_share": slow.refilled,
        "habenula_share": habenula,
        "tolerance_units": slow.tolerance,
        "expectancy_share": session,
        "antidepressant_logit": oral,
        "recovery_share": recovered,
    }
    found |= acute(people, drug.level, slow, ps)
    synapse = Synapse(fast=slow.fast, refilled=slow.refilled, habenula=habenula)
    other = other_relief(people, session, oral, setting, ps)
    if recovers(ps):
        other = other + recovery_weight(people, ps)[:, None] * recovered
    found |= symptoms(people, synapse, other, setting, ps)
    found["relapse_hazard_per_day"] = slow.hazard_per_day
    found["relapse_probability"] = -np.expm1(-slow.hazard_so_far)
    return found


def _recovered(
    people: Population, doses: Sequence[Dose], slow: Synapses, grid: Grid, setting: Setting, ps: Parameters
) -> Array:
    """L at the outputs, from what relieves in the middle of every panel."""
    at, middle = middles(grid), slow.at_middle
    synapse = Synapse(fast=middle.fast, refilled=middle.refilled, habenula=full(middle.habenula))
    session = expectancy(doses, at, ps, setting.filled_share)
    other = other_relief(people, session, antidepressant(people, at, ps), setting, ps)
    return recovery(people, synapse, other, grid, setting, ps)


def _drug(
    people: Population, doses: Sequence[Dose], grid: Grid, ps: Parameters
) -> tuple[dict[str, Array], Engaged, Engaged]:
    """Plasma, and what the receptor feels at the outputs and at the nodes."""
    none, nowhere = (
        np.zeros((len(people), grid.output_edge.size)),
        np.zeros((len(people), *grid.node_from_h.shape)),
    )
    plasma: dict[str, Array] = {}
    outputs, nodes = dict.fromkeys(FORMS, none), dict.fromkeys(FORMS, nowhere)
    for form in FORMS:
        course = levels(form, people, doses, grid, ps)
        plasma[f"{form}_ketamine_ng_per_ml"] = none if course is None else course.ketamine
        plasma[f"{form}_norketamine_ng_per_ml"] = none if course is None else course.norketamine
        if course is not None:
            outputs[form], nodes[form] = course.brain, course.brain_at_nodes
    return plasma, _at_receptor(outputs, people, ps), _at_receptor(nodes, people, ps)


def _at_receptor(brain: Mapping[str, Array], people: Population, ps: Parameters) -> Engaged:
    return engaged(brain["racemic"], brain["esketamine"], people, ps)


def _ablations(doses: Sequence[Dose], grid: Grid) -> set[int]:
    """The edges of the grid at which the spines are taken away."""
    at = {d.starts_h for d in doses if d.route == "ablate"}
    return {int(e) for h, e in zip(grid.starts_h, grid.stretch_edge, strict=True) if float(h) in at}
