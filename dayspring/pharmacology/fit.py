"""From a history to a posterior: the most likely numbers, their spread, and draws that are weighed.

    log p(five | seen) = -1/2 |away|^2 + log p(ratings | five) + log p(CADSS | five)        mood integrated out

The top is found by Levenberg and Marquardt on the innovations of the filter, with differences over one run of all
neighbours at once. The draws come from a Student's t around it, are weighed by what is true, and the effective
sample size says how well that went; where it went badly the proposal is fitted to its own draws once, and then the
draws are walked until they forget where they began. `method` says which.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from dayspring.pharmacology.cite import leaned_on
from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.history import History
from dayspring.pharmacology.observe import (
    DISSOCIATION,
    OBSERVING,
    Course,
    Filtered,
    course,
    filtered,
    noise,
    place_of,
)
from dayspring.pharmacology.parameters import REFERENCE, Parameter
from dayspring.pharmacology.parameters import parameters as set_called
from dayspring.pharmacology.patient import Array, Patient, Population
from dayspring.pharmacology.posterior import Posterior, Prior
from dayspring.pharmacology.symptoms import Setting

KEPT, WEIGHED = 1000, 2000
# A Student's t of this many degrees, this much wider than Laplace says: the weights stay bounded.
DEGREES, WIDER = 6, 1.1
ENOUGH = 0.2  # effective sample size as a share of the draws
STEPS, NEAR, STEP = 30, 1e-3, 1e-3
# The second proposal: how much of it, and how much of what the ratings say it keeps.
LOOSE_SHARE, LOOSE = 0.5, 0.6
WALKS = 60
REACH = 2.38  # the step of a walk over a normal density, beside its spread (Gelman, Roberts, Gilks 1996)
CLEARANCES = np.exp(np.linspace(-1.6, 1.6, 65))
# A fit is a function of its history unless it is handed another source of draws.
SAME_DRAWS = 2026


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
            self.prior.five(away),
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
        factor = self.prior.five(away)[:, DISSOCIATION, None]
        seen = np.sqrt([c.points for c in self.history.cadss])
        return np.asarray((seen - np.sqrt(np.maximum(factor * self.felt.cadss, 0.0))) / noise().cadss_root)


def _density(said: Filtered, felt: Array, away: Array) -> Array:
    return said.log_likelihood - 0.5 * ((felt**2).sum(axis=1) + (away**2).sum(axis=1))


def fit(
    history: History,
    *,
    parameters: str = REFERENCE,
    drug_share: float | None = None,
    profile: str = "research",
    rng: np.random.Generator | None = None,
    keep: int = KEPT,
) -> Posterior:
    """The posterior of one person. The same history gives the same draws unless an `rng` is handed in."""
    place = place_of(parameters, drug_share, profile)
    patient = _with_levels(history, parameters, place)
    question = _question(history, patient, parameters, place)
    best, covariance = _top(question)
    source = rng or np.random.Generator(np.random.Philox(SAME_DRAWS))
    taken = _draws(question, best, covariance, source, keep)
    used = _used(history.doses, parameters, _taking(patient), drug_share is not None)
    return Posterior(
        history=history,
        patient=patient,
        prior=question.prior,
        parameters=parameters,
        place=place,
        best=best,
        covariance=covariance,
        draws=taken.draws,
        five=question.prior.five(taken.draws),
        mood=taken.said.mood,
        mood_variance=taken.said.mood_variance,
        effective=taken.effective,
        weighed=taken.weighed,
        method=taken.method,
        says=taken.says,
        leans_on=used,
    )


def _taking(patient: Patient) -> bool:
    """Whether an antidepressant has a part in the course."""
    return patient.antidepressant_kept or patient.antidepressant_started_h is not None


@lru_cache(maxsize=64)
def _used(doses: tuple[Dose, ...], name: str, taking: bool, switched: bool) -> tuple[Parameter, ...]:
    """The parameters that had a part: of the course, and of what ratings say of it."""
    of_course = leaned_on(doses, set_called(name), antidepressant=taking, switched=switched)
    return (*of_course, *set_called(OBSERVING).rows.values())


def _question(history: History, patient: Patient, name: str, place: Setting) -> Question:
    def at(hours: list[float]) -> Course | None:
        return course(patient, history.doses, tuple(hours), name, place) if hours else None

    return Question(
        prior=Prior.of(patient, set_called(name), dissociation=bool(history.cadss)),
        seen=at([r.at_h for r in history.ratings]),
        history=history,
        felt=at([c.at_h for c in history.cadss]),
    )


def _with_levels(history: History, name: str, place: Setting) -> Patient:
    """The patient with the clearance that the plasma levels make most likely; as told where there are none."""
    if not history.levels:
        return history.patient
    ps, error = set_called(name), set_called(OBSERVING)
    spread = ps.rows["patient.clearance_factor"].spread or 1.0
    told = history.patient.clearance_factor
    tried = [replace(history.patient, clearance_factor=told * factor) for factor in CLEARANCES]
    hours, back = np.unique([level.at_h for level in history.levels], return_inverse=True)
    found = run(Population.of(tried), _until(history.doses, hours[-1]), hours, place, ps)
    likely = -0.5 * (np.log(CLEARANCES) / spread) ** 2
    for level, at in zip(history.levels, back, strict=True):
        expected = np.maximum(found[f"{level.form}_{level.kind}_ng_per_ml"][:, at], 1e-9)
        likely -= 0.5 * (np.log(level.ng_per_ml / expected) / error[f"level.{level.kind}_log"]) ** 2
    return tried[int(np.argmax(likely))]


def _until(doses: tuple[Dose, ...], hour: float) -> tuple[Dose, ...]:
    return tuple(d for d in doses if d.starts_h <= hour)


def _top(question: Question) -> tuple[Array, Array]:
    """Where the density is highest, and Laplace's covariance there."""
    size = len(question.prior.fitted)
    at, damped = np.zeros(size), 1e-3
    shifts = np.vstack([np.zeros(size), STEP * np.eye(size), -STEP * np.eye(size)])

    def around(here: Array) -> tuple[float, Array, Array]:
        density, left = question.residuals(here + shifts)
        slope = (density[1 : size + 1] - density[size + 1 :]) / (2.0 * STEP)
        steep = (left[1 : size + 1] - left[size + 1 :]) / (2.0 * STEP)
        return float(density[0]), slope, steep @ steep.T

    height, slope, curve = around(at)
    for _ in range(STEPS):
        step = np.linalg.solve(curve + damped * np.diag(np.diag(curve)), slope)
        there = around(at + step)
        if there[0] < height:
            damped *= 10.0
            if damped > 1e6:
                break
            continue
        at, damped = at + step, damped / 10.0
        gained, (height, slope, curve) = there[0] - height, there
        if gained < NEAR:
            break
    return at, np.linalg.inv(curve)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Draws with weights that sum to one, and what the filter said of each."""

    away: Array
    weights: Array
    said: Filtered

    @property
    def effective(self) -> float:
        """How many draws of one weight these are worth."""
        return float(1.0 / np.sum(self.weights**2))

    def comb(self, rng: np.random.Generator, keep: int) -> tuple[Array, Filtered]:
        """Draws of one weight: one uniform number moves a comb over the weights."""
        at = (np.arange(keep) + rng.random()) / keep
        of = np.minimum(np.searchsorted(np.cumsum(self.weights), at), len(self.away) - 1)
        return self.away[of], self.said.of(of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Draws of one weight, and how they came about."""

    draws: Array
    said: Filtered
    effective: float
    weighed: int
    method: str
    says: str = ""


def _draws(question: Question, best: Array, covariance: Array, rng: np.random.Generator, keep: int) -> Taken:
    """Weighed draws around the top; a second proposal, and then a walk, where they are too few."""
    n = max(WEIGHED, 2 * keep)

    def taken(draws: Array, said: Filtered, of: Weighed, method: str, says: str = "") -> Taken:
        return Taken(draws=draws, said=said, effective=of.effective, weighed=n, method=method, says=says)

    first = _weighed(question, best, covariance, rng, n)
    if first.effective >= ENOUGH * n:
        return taken(*first.comb(rng, keep), first, "importance")
    says = f"only {first.effective:.0f} of {n} weighed draws counted around the most likely numbers"
    middle, spread = _moments(first)
    second = _weighed(question, middle, spread, rng, n)
    if second.effective >= ENOUGH * n:
        return taken(*second.comb(rng, keep), second, "importance, fitted twice", says)
    better = max(first, second, key=lambda one: one.effective)
    walked = _walked(question, better.comb(rng, keep)[0], spread, rng)
    says += f", and {second.effective:.0f} around those draws; {keep} draws were walked {WALKS} steps"
    return taken(*walked, better, "walk", says)


def _moments(of: Weighed) -> tuple[Array, Array]:
    """Mean and covariance of weighed draws."""
    middle = of.weights @ of.away
    away = of.away - middle
    return middle, away.T @ (away * of.weights[:, None]) + 1e-6 * np.eye(middle.size)


def _weighed(question: Question, middle: Array, spread: Array, rng: np.random.Generator, n: int) -> Weighed:
    """Draws of a Student's t around the middle, and of one that the ratings hold less; weighed by what is true.

    The second is there for the long tails: where a rating tells only the sum of drug and session, the density
    bends, and the bend lies outside of what its top foretells.
    """
    size = middle.size
    looser = np.linalg.inv(np.eye(size) + LOOSE * (np.linalg.inv(spread) - np.eye(size)))
    roots = [np.linalg.cholesky(one) * WIDER for one in (spread, looser)]
    middles = (middle, (1.0 - LOOSE) * middle)
    step = rng.standard_normal((n, size)) * np.sqrt(DEGREES / rng.chisquare(DEGREES, n))[:, None]
    few = int(n * LOOSE_SHARE)
    away = np.vstack([middles[1] + step[:few] @ roots[1].T, middles[0] + step[few:] @ roots[0].T])
    shares = (1.0 - LOOSE_SHARE, LOOSE_SHARE)
    proposed = sum(
        share * _student(away - one, root) for share, one, root in zip(shares, middles, roots, strict=True)
    )
    true, said = question.density(away)
    log = true - np.log(proposed)
    weights = np.exp(log - log.max())
    return Weighed(away=away, weights=weights / weights.sum(), said=said)


def _student(away: Array, root: Array) -> Array:
    """The density of a Student's t at that distance from its middle, but for a constant of its size."""
    far = (np.linalg.solve(root, away.T) ** 2).sum(axis=0) / DEGREES
    height = (1.0 + far) ** (-(DEGREES + len(root)) / 2.0)
    return np.asarray(height / np.prod(np.diag(root)))


def _walked(
    question: Question, draws: Array, spread: Array, rng: np.random.Generator
) -> tuple[Array, Filtered]:
    """Every draw walks by itself (Metropolis), so that those that are equal part."""
    root = np.linalg.cholesky(spread) * REACH / np.sqrt(draws.shape[1])
    height, _ = question.density(draws)
    for _ in range(WALKS):
        there = draws + rng.standard_normal(draws.shape) @ root.T
        higher, _ = question.density(there)
        goes = np.log(rng.random(len(draws))) < higher - height
        draws, height = np.where(goes[:, None], there, draws), np.where(goes, higher, height)
    return draws, question.density(draws)[1]
