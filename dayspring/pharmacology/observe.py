"""What ratings say of a person: the score that is expected for five numbers, and how far a rating strays from it.

    MADRS = 60 sum S_d / (1 + exp(relief_d - theta - mood))      mood: stationary, remembered for a week
    PHQ-9 = the link of MADRS

Drug, synapses and session do not depend on baseline and gains, so a course is computed once, over a few survival
scores, and then read for any number of draws. A person's mood between ratings is carried by a filter with one
state, so that it is never drawn and never fitted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.grid import Grid, Index
from dayspring.pharmacology.parameters import Parameters, parameters
from dayspring.pharmacology.patient import Array, Patient, Population
from dayspring.pharmacology.recovery import recovers, recovery
from dayspring.pharmacology.setting import setting
from dayspring.pharmacology.symptoms import Setting, Synapse, drug_relief, other_relief, recovery_weight

OBSERVING = "observing-2026"
# The five numbers, in this order everywhere.
BASELINE, DRUG, SESSION, SURVIVAL, DISSOCIATION = range(5)
FIVE = ("madrs_before_points", "drug_gain", "setting_gain", "survival", "dissociation_factor")
INSTRUMENTS = {"madrs": 60.0, "phq9": 27.0}
HOURS_PER_DAY = 24.0
# Scores are read between survival scores of these nodes; beyond the furthest the furthest holds.
FURTHEST, NODES = 4.5, 26
# Recovery is stepped this finely at most; a session makes the first steps after it finer.
LONGEST_STEP_H, FINE_H = 24.0, (1.0, 3.0, 8.0, 24.0)
# A rating moves mood in so many steps, none longer than this.
TURNS, LONGEST = 1, 1.0
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
    """PHQ-9 for MADRS, straight between anchors; its slope is rounded there, for a jump would stop the search."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The coarse steps over which recovery is followed, and the course in the middle of each."""

    grid: Grid
    middle: Course


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """One person's course at some hours, ready for any draw of the five numbers.

    `drug` is the relief by fast gain and habenula for a drug gain of one, (domains, times); `spines` what a wholly
    refilled domain adds; `refilled` the share refilled, as coefficients of Chebyshev in the survival score.
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

    def left(self, five: Array) -> Array:
        """theta - relief of each domain, (domains, times, draws): the logit of what is left of it."""
        before = np.clip(five[:, BASELINE], 1.0, INSTRUMENTS["madrs"] - 1.0)
        theta = np.log(before / (INSTRUMENTS["madrs"] - before))
        gain = self.place.drug * five[:, DRUG]
        other = self.session[:, None] * five[:, SESSION] + self.oral[:, None]
        if self.steps is not None:
            other = other + self._recovered(five, before)
        # -gain (drug + spines R) of every domain at once: one product for the drug, one for what is refilled.
        out = np.multiply.outer(self.drug, -gain)
        out -= self.spines[:, None, None] * (gain * self.filled(five))
        out += theta - other
        return out

    def filled(self, five: Array) -> Array:
        """The share of connections refilled, (times, draws), at each draw's survival score."""
        return np.asarray(self.refilled.T @ _chebyshev(five[:, SURVIVAL]).T)

    def madrs(self, five: Array, mood: Array | float = 0.0) -> Array:
        """MADRS at each hour of each draw, (times, draws), with that mood on the logit."""
        return score(self.left(five), self.points, mood)[0]

    def _recovered(self, five: Array, before: Array) -> Array:
        """wL L at the hours of the course, (times, draws)."""
        assert self.steps is not None
        middle, grid = self.steps.middle, self.steps.grid
        people = self._people(five, before)
        synapse = Synapse(fast=middle.fast, refilled=middle.filled(five).T, habenula=middle.habenula)
        other = five[:, SESSION, None] * middle.session + middle.oral
        level = recovery(people, synapse, other, grid, self.place, self.ps)
        return np.asarray((recovery_weight(people, self.ps)[:, None] * level).T)

    def _people(self, five: Array, before: Array) -> Population:
        one = Population.of([self.patient]).columns
        columns = {name: np.repeat(column, len(five)) for name, column in one.items()}
        drawn = {"madrs_before_points": before, "drug_gain": five[:, DRUG], "setting_gain": five[:, SESSION]}
        return Population(columns=columns | drawn)


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


def _chebyshev(survival: Array) -> Array:
    x = np.clip(survival / FURTHEST, -1.0, 1.0)
    return np.polynomial.chebyshev.chebvander(x, NODES)


@cache
def _from_nodes() -> tuple[Array, Array]:
    """The survival scores of the nodes, and what turns values there into coefficients."""
    x = np.cos(np.pi * (np.arange(NODES + 1) + 0.5) / (NODES + 1))
    return FURTHEST * x, np.linalg.inv(np.polynomial.chebyshev.chebvander(x, NODES))


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


def filtered(seen: Course, five: Array, at_h: Array, instruments: Sequence[str], points: Array) -> Filtered:
    """The ratings at the hours of `seen`, in order, with mood integrated out.

    A filter of Kalman with one state, bent at each rating around the mood that this rating makes most likely
    (iterated extended Kalman filter: Bell and Cathey, IEEE Trans Autom Control 1993;38:294-297).
    """
    error, left, draws = noise(), seen.left(five), len(five)
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


def place_of(name: str, drug_share: float | None, profile: str) -> Setting:
    """The weights of drug, session and visits in that kind of place."""
    return setting(drug_share, name, profile)
