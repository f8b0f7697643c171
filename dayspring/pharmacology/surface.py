"""One person's course, computed once over a few survival scores, then read for any number of draws.

Drug, synapses and session do not depend on baseline and gains, so only what a domain is left with is drawn
anew:

    left_d = theta - relief_d         relief_d: as the symptoms have it

R at any survival score is a polynomial of Chebyshev through the engine's own. Where fewer or more spines
refill half, x/(K f + x) follows from x/(K + x). Recovery depends on the score itself and is stepped for
every draw, in days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.grid import Grid
from dayspring.pharmacology.observe import Link, score
from dayspring.pharmacology.parameters import Parameters, parameters
from dayspring.pharmacology.patient import MADRS_POINTS, Array, Patient, Population
from dayspring.pharmacology.recovery import recovers, recovery
from dayspring.pharmacology.symptoms import Setting, Synapse, drug_relief, other_relief, recovery_weight

# A person's numbers, in this order everywhere. The last is fitted only where the set spreads it.
BASELINE, DRUG, SESSION, SURVIVAL, DISSOCIATION, HALF_FILLED = range(6)
NUMBERS = (
    "madrs_before_points", "drug_gain", "setting_gain", "survival",
    "dissociation_factor", "half_filled_factor",
)  # fmt: skip
# Survival scores that the engine is asked for; beyond the furthest the furthest holds.
FURTHEST, NODES = 4.5, 26
# Recovery is stepped by no more than this; after a session finely at first.
LONGEST_STEP_H, FINE_H = 48.0, (2.0, 6.0, 24.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The coarse steps over which recovery is followed, and the course in the middle of each."""

    grid: Grid
    middle: Course


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """One person's course at some hours, ready for any draw of the a person's numbers.

    `drug` is the relief by fast gain and habenula for a drug gain of one, (domains, times); `spines` what a
    wholly refilled domain adds; `refilled` the share refilled, as coefficients of Chebyshev in the
    survival score.
    """

    times_h: Array
    points: Array
    drug: Array
    spines: Array
    refilled: Array
    fast: Array
    habenula: Array
    session: Array
    oral: Array
    cadss: Array
    patient: Patient
    place: Setting
    ps: Parameters
    link: Link
    steps: Steps | None

    def left(self, numbers: Array) -> Array:
        """theta - relief of each domain, (domains, times, draws): the logit of what is left of it."""
        before = np.clip(numbers[:, BASELINE], 1.0, MADRS_POINTS - 1.0)
        theta = np.log(before / (MADRS_POINTS - before))
        gain = self.place.drug * numbers[:, DRUG]
        other = self.session[:, None] * numbers[:, SESSION] + self.oral[:, None]
        if self.steps is not None:
            other = other + self._recovered(numbers, before)
        # -gain (drug + spines R) of every domain at once: one product for the drug, one for what is refilled.
        out = np.multiply.outer(self.drug, -gain)
        out -= self.spines[:, None, None] * (gain * self.filled(numbers))
        out += theta - other
        return out

    def filled(self, numbers: Array) -> Array:
        """R, the share refilled, (times, draws): at each draw's survival score and half-filling."""
        share = np.asarray(self.refilled.T @ _chebyshev(numbers[:, SURVIVAL]).T)
        fewer = numbers[:, HALF_FILLED] / self.patient.half_filled_factor
        return share if (fewer == 1.0).all() else share / (share + fewer * (1.0 - share))

    def madrs(self, numbers: Array, mood: Array | float = 0.0) -> Array:
        """MADRS at each hour of each draw, (times, draws), with that mood on the logit."""
        return score(self.left(numbers), self.points, mood)[0]

    def _recovered(self, numbers: Array, before: Array) -> Array:
        """wL L at the hours of the course, (times, draws)."""
        assert self.steps is not None
        middle, grid = self.steps.middle, self.steps.grid
        people = self._people(numbers, before)
        synapse = Synapse(fast=middle.fast, refilled=middle.filled(numbers).T, habenula=middle.habenula)
        other = (
            middle.session[:, None] * numbers[:, SESSION] + middle.oral[:, None]
        ).T  # a step's people lie together
        with np.errstate(over="ignore"):
            level = recovery(people, synapse, other, grid, self.place, self.ps)
        return np.asarray((recovery_weight(people, self.ps)[:, None] * level).T)

    def _people(self, numbers: Array, before: Array) -> Population:
        one = Population.of([self.patient]).columns
        columns = {name: np.repeat(column, len(numbers)) for name, column in one.items()}
        drawn = {
            "madrs_before_points": before,
            "drug_gain": numbers[:, DRUG],
            "setting_gain": numbers[:, SESSION],
        }
        return Population(columns=columns | drawn)


def _chebyshev(survival: Array) -> Array:
    x = np.clip(survival / FURTHEST, -1.0, 1.0)
    return np.asarray(np.polynomial.chebyshev.chebvander(x, NODES), dtype=np.float64)


@cache
def _from_nodes() -> tuple[Array, Array]:
    """The survival scores of the nodes, and what turns values there into coefficients."""
    x = np.cos(np.pi * (np.arange(NODES + 1) + 0.5) / (NODES + 1))
    return FURTHEST * x, np.asarray(np.linalg.inv(_chebyshev(FURTHEST * x)), dtype=np.float64)


@lru_cache(maxsize=64)
def course(
    patient: Patient, doses: tuple[Dose, ...], times_h: tuple[float, ...], name: str, place: Setting
) -> Course:
    """The course of that person at those hours; the same question is computed once."""
    ps = parameters(name)
    steps = None
    times = np.array(times_h)
    if recovers(ps):
        grid = _steps(doses, times)
        middles = grid.panel_from_h + grid.panel_h / 2.0
        steps = Steps(grid=grid, middle=_course(patient, doses, middles, ps, place, None))
    return _course(patient, doses, times, ps, place, steps)


def _course(
    patient: Patient,
    doses: tuple[Dose, ...],
    times: Array,
    ps: Parameters,
    place: Setting,
    steps: Steps | None,
) -> Course:
    scores, inverse = _from_nodes()
    one = Population.of([patient]).columns
    columns = {name: np.repeat(column, scores.size) for name, column in one.items()}
    plain = {name: np.ones(scores.size) for name in ("drug_gain", "setting_gain", "dissociation_factor")}
    people = Population(columns=columns | plain | {"survival": scores})
    # The engine asks for hours from 0, each once and in order; what is before the first session is at 0.
    asked, back = np.unique(np.maximum(times, 0.0), return_inverse=True)
    found = {name: values[:, back] for name, values in run(people, doses, asked, place, ps).items()}
    first = people.part(0, 1)
    fast, habenula = found["fast_gain_units"][:1], found["habenula_share"][:1]
    nothing = np.zeros_like(fast)
    domains = ps.group("domains")
    whole = Synapse(fast=np.zeros((1, 1)), refilled=np.ones((1, 1)), habenula=np.zeros((1, 1)))
    bare = Synapse(fast=fast, refilled=nothing, habenula=habenula)
    session = found["expectancy_share"][:1]
    return Course(
        times_h=times,
        points=np.array([ps[f"domains.{d}.points"] for d in domains]),
        drug=np.concatenate([drug_relief(d, bare, ps) for d in domains]),
        spines=np.array([float(drug_relief(d, whole, ps)[0, 0]) for d in domains]),
        refilled=inverse @ found["refilled_share"],
        fast=fast,
        habenula=habenula,
        session=other_relief(first, session, nothing, place, ps)[0],
        oral=found["antidepressant_logit"][0],
        cadss=found["cadss_points"][0],
        patient=patient,
        place=place,
        ps=ps,
        link=Link.of(ps),
        steps=steps,
    )


def _steps(doses: Sequence[Dose], times: Array) -> Grid:
    """Days from 0 to the last hour, cut at every session, finely after it, and at every hour asked for."""
    end = max(float(times.max()), LONGEST_STEP_H)
    cuts = {0.0, end} | {float(t) for t in np.maximum(times, 0.0)}
    for dose in doses:
        cuts |= {dose.starts_h + h for h in (0.0, *FINE_H)}
    edges = sorted(c for c in cuts if c <= end)
    whole = [edges[0]]
    for edge in edges[1:]:
        pieces = int(np.ceil((edge - whole[-1]) / LONGEST_STEP_H))
        whole += np.linspace(whole[-1], edge, pieces + 1)[1:].tolist()
    at = np.array(whole)
    none = np.zeros(at.size - 1, dtype=np.int64)
    hours = np.maximum(times, 0.0)
    return Grid(
        starts_h=np.zeros(1),
        lengths_h=np.array([end]),
        panel_stretch=none,
        panel_from_h=at[:-1],
        panel_h=np.diff(at),
        output_stretch=np.zeros(times.size, dtype=np.int64),
        output_from_h=hours,
        output_edge=np.searchsorted(at, hours).astype(np.int64),
        stretch_edge=np.zeros(1, dtype=np.int64),
    )
