"""From a history to a posterior: the most likely numbers, their spread, and draws that are weighed.

The top is found by Levenberg and Marquardt on the innovations of the filter, with differences over one run
of all neighbours at once. The draws around it are weighed (weighing), and `method` says how well that went.
Kinetics stay as the patient's covariates say, unless there is a plasma level.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from dayspring.pharmacology.cite import leaned_on
from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.history import History
from dayspring.pharmacology.observe import OBSERVING
from dayspring.pharmacology.parameters import REFERENCE, Parameter
from dayspring.pharmacology.parameters import parameters as set_called
from dayspring.pharmacology.patient import Array, Patient, Population
from dayspring.pharmacology.posterior import Posterior, Prior
from dayspring.pharmacology.question import Question
from dayspring.pharmacology.setting import setting
from dayspring.pharmacology.surface import Course, course
from dayspring.pharmacology.symptoms import Setting
from dayspring.pharmacology.weighing import KEPT, weighed_draws

STEPS, NEAR, STEP = 30, 1e-3, 1e-3
CLEARANCES = np.exp(np.linspace(-1.6, 1.6, 65))
# A fit is a function of its history unless it is handed another source of draws.
SAME_DRAWS = 2026


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
    place = setting(drug_share, parameters, profile)
    patient = _with_levels(history, parameters, place)
    question = question_of(history, patient, parameters, place)
    best, covariance = _top(question)
    source = rng or np.random.Generator(np.random.Philox(SAME_DRAWS))
    taken = weighed_draws(question, best, covariance, source, keep)
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
        numbers=question.prior.numbers(taken.draws),
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


def question_of(history: History, patient: Patient, name: str, place: Setting) -> Question:
    def at(hours: list[float]) -> Course | None:
        return course(patient, history.doses, tuple(hours), name, place) if hours else None

    return Question(
        prior=Prior.of(patient, set_called(name), dissociation=bool(history.cadss)),
        seen=at([r.at_h for r in history.ratings]),
        history=history,
        felt=at([c.at_h for c in history.cadss]),
    )


def _with_levels(history: History, name: str, place: Setting) -> Patient:
    """The patient with the clearance that plasma levels make most likely; as told where there are none."""
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
    return at, np.asarray(np.linalg.inv(curve), dtype=np.float64)
