"""The two doors: one patient, or a population whose summary does not depend on how it was cut up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from dayspring.pharmacology.cite import leaned_on
from dayspring.pharmacology.dose import Dose, in_order
from dayspring.pharmacology.kernel.course import EVERYTHING, need_of
from dayspring.pharmacology.kernel.library import kernel
from dayspring.pharmacology.kernel.plan import COARSE, Plan, plan_of
from dayspring.pharmacology.licence import outside
from dayspring.pharmacology.parameters import REFERENCE, Parameter
from dayspring.pharmacology.parameters import parameters as set_called
from dayspring.pharmacology.patient import Array, Patient, Population
from dayspring.pharmacology.setting import setting
from dayspring.pharmacology.summary import CHUNK, SHARES, Asked, SimulationRefused, held_whole, summary_of
from dayspring.pharmacology.tiers import COMPILED, NUMPY, TIERS, Course, found_by
from dayspring.pharmacology.trajectory import Spread, Trajectory

SUMMARIES = ("mean", "quantiles")
SCORES = ("madrs_points", "phq9_points")
AUTO = "auto"


def simulate(
    patient: Patient,
    doses: Sequence[Dose],
    times_h: npt.ArrayLike,
    *,
    drug_share: float | None = None,
    profile: str = "research",
    parameters: str = REFERENCE,
    tier: str = AUTO,
) -> Trajectory:
    """The course of one patient at the given hours, counted from the same zero as the doses.

    `profile` is the kind of place; `tier` is compiled, numpy or auto, which takes the first that there is.
    """
    people = Population.of([patient])
    course = _course(in_order(doses), _hours(times_h), drug_share, profile, parameters, tier, None)
    found = found_by(course, people)
    return Trajectory(
        times_h=course.times_h,
        values={name: values[0] for name, values in found.values.items()},
        doses=course.doses,
        leans_on=_leans_on(people, course, drug_share, parameters, profile),
        sources=course.ps.sources,
        outside=outside(patient, course.doses, course.ps),
        tier=found.tier,
    )


def simulate_population(
    population: Population,
    doses: Sequence[Dose],
    times_h: npt.ArrayLike,
    summary: Sequence[str] = SUMMARIES,
    *,
    columns: Sequence[str] = SCORES,
    shares: Sequence[float] = SHARES,
    above: Mapping[str, float | Sequence[float]] | None = None,
    chunk: int = CHUNK,
    threads: int = 1,
    drug_share: float | None = None,
    profile: str = "research",
    parameters: str = REFERENCE,
    tier: str = AUTO,
) -> Spread:
    """The summary of a population, the same bit for bit whatever the chunk and the number of threads.

    Up to 16,384 people are held whole (8 bytes for each person, time and column) and their quantiles are exact;
    of more, each chunk is summed and sketched as it is made, and nothing is held; the compiled tier then looks at
    the drug three times in a panel in place of five, which moves no score by more than 0.002 points. `chunk` is
    how many people NumPy steps at once; the compiled tier has a size of its own.
    """
    asked = Asked.of(summary, columns, shares, above or {}, chunk, threads, len(population))
    many = None if held_whole(population) else asked.all_columns
    course = _course(in_order(doses), _hours(times_h), drug_share, profile, parameters, tier, many)
    found = summary_of(course, population, asked)
    return Spread(
        times_h=course.times_h,
        people=len(population),
        mean=found.mean,
        variance=found.variance,
        quantiles=found.quantiles,
        above=found.above,
        exact=found.exact,
        tier=found.tier,
        doses=course.doses,
        leans_on=_leans_on(population, course, drug_share, parameters, profile),
        sources=course.ps.sources,
    )


def _course(
    doses: tuple[Dose, ...], times: Array, share: float | None, profile: str, parameters: str, tier: str,
    columns: tuple[str, ...] | None,
) -> Course:  # fmt: skip
    """What is to be stepped, and by which tier; raises SimulationRefused where that tier is not there.

    `columns` are those that a sketch of very many is wanted of, None where every column is held.
    """
    if tier not in (AUTO, *TIERS):
        raise SimulationRefused(f"tier {tier!r} is unknown; known: {AUTO}, {', '.join(TIERS)}")
    ps, weights = set_called(parameters), setting(share, parameters, profile)
    need = None if columns is None else need_of(columns, ps.group("domains"))
    plan = None if tier == NUMPY else _plan(doses, times.tobytes(), share, profile, parameters, need)
    if tier == COMPILED and plan is None:
        why = "it cannot follow this course" if kernel() else "it is not built"
        raise SimulationRefused(f"the tier {COMPILED} was asked for, and {why}: use {AUTO} or {NUMPY}")
    return Course(doses=doses, times_h=times, setting=weights, ps=ps, plan=plan)


@lru_cache(maxsize=64)
def _plan(
    doses: tuple[Dose, ...],
    times: bytes,
    share: float | None,
    profile: str,
    parameters: str,
    need: int | None,
) -> Plan | None:
    """Laid out once for a course: a second patient on it costs nothing but their own steps."""
    if kernel() is None:
        return None
    hours = np.frombuffer(times)
    course = doses, hours, setting(share, parameters, profile), set_called(parameters)
    return plan_of(*course, EVERYTHING) if need is None else plan_of(*course, need, **COARSE)


def _hours(times_h: npt.ArrayLike) -> Array:
    """The times as an array; raises SimulationRefused naming the first that cannot be."""
    times = np.atleast_1d(np.asarray(times_h, dtype=np.float64))
    if times.ndim != 1 or times.size == 0:
        raise SimulationRefused(f"times_h has the shape {times.shape}; it must be a list of hours")
    if not np.isfinite(times).all() or times[0] < 0.0:
        raise SimulationRefused(
            f"times_h begins at {times[0]} and ends at {times[-1]}; hours are finite, from 0"
        )
    if (back := np.flatnonzero(np.diff(times) <= 0.0)).size:
        at = int(back[0])
        raise SimulationRefused(
            f"times_h goes from {times[at]} to {times[at + 1]}; each must be later than the last"
        )
    return times


def _leans_on(
    people: Population, course: Course, share: float | None, parameters: str, profile: str
) -> tuple[Parameter, ...]:
    taken = bool(
        (people["antidepressant_kept"] > 0.0).any() or np.isfinite(people["antidepressant_started_h"]).any()
    )
    return _rows(course.doses, parameters, taken, share is not None, profile)


@lru_cache(maxsize=64)
def _rows(
    doses: tuple[Dose, ...], parameters: str, taken: bool, switched: bool, profile: str
) -> tuple[Parameter, ...]:
    ps = set_called(parameters)
    return leaned_on(doses, ps, antidepressant=taken, switched=switched, profile=profile)
