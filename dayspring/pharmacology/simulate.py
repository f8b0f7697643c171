"""The two doors: one patient, or a population whose summary does not depend on how it was cut up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dayspring.pharmacology.cite import leaned_on
from dayspring.pharmacology.dose import Dose, in_order
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.licence import outside
from dayspring.pharmacology.parameters import REFERENCE, Parameter, Parameters
from dayspring.pharmacology.parameters import parameters as set_called
from dayspring.pharmacology.patient import Array, Patient, Population
from dayspring.pharmacology.setting import setting
from dayspring.pharmacology.trajectory import Spread, Trajectory, column

SUMMARIES = ("mean", "quantiles")
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
SCORES = ("madrs_points", "phq9_points")
CHUNK = 128


class SimulationRefused(ValueError):
    """What was asked for cannot be simulated: the message holds both things that clash."""


def simulate(
    patient: Patient,
    doses: Sequence[Dose],
    times_h: npt.ArrayLike,
    *,
    drug_share: float | None = None,
    profile: str = "research",
    parameters: str = REFERENCE,
) -> Trajectory:
    """The course of one patient at the given hours, counted from the same zero as the doses."""
    ps, times, given = set_called(parameters), _hours(times_h), in_order(doses)
    people = Population.of([patient])
    found = run(people, given, times, setting(drug_share, parameters, profile), ps)
    return Trajectory(
        times_h=times,
        values={name: values[0] for name, values in found.items()},
        doses=given,
        leans_on=_leans_on(people, given, drug_share, ps),
        sources=ps.sources,
        outside=outside(patient, given, ps),
    )


def simulate_population(
    population: Population,
    doses: Sequence[Dose],
    times_h: npt.ArrayLike,
    summary: Sequence[str] = SUMMARIES,
    *,
    columns: Sequence[str] = SCORES,
    shares: Sequence[float] = SHARES,
    chunk: int = CHUNK,
    drug_share: float | None = None,
    profile: str = "research",
    parameters: str = REFERENCE,
) -> Spread:
    """The summary of a population, the same bit for bit whatever the chunk.

    The chosen columns are held whole until the end (8 bytes for each person, time and column), for a mean
    summed in another order is another number.
    """
    _known(summary, shares)
    if chunk < 1:
        raise SimulationRefused(
            f"a chunk of {chunk} clashes with {len(population)} people; it must be at least 1"
        )
    ps, times, given = set_called(parameters), _hours(times_h), in_order(doses)
    weights = setting(drug_share, parameters, profile)
    held = {name: np.empty((len(population), times.size)) for name in columns}
    for first in range(0, len(population), chunk):
        found = run(population.part(first, first + chunk), given, times, weights, ps)
        for name, whole in held.items():
            whole[first : first + chunk] = column(found, name)
    return Spread(
        times_h=times,
        people=len(population),
        mean={name: v.mean(axis=0) for name, v in held.items()} if "mean" in summary else {},
        quantiles={name: _quantiles(v, shares) for name, v in held.items()} if "quantiles" in summary else {},
        doses=given,
        leans_on=_leans_on(population, given, drug_share, ps),
        sources=ps.sources,
    )


def _known(summary: Sequence[str], shares: Sequence[float]) -> None:
    if strange := [s for s in summary if s not in SUMMARIES]:
        raise SimulationRefused(f"summary {strange[0]!r} is unknown; known: {', '.join(SUMMARIES)}")
    if wrong := [s for s in shares if not 0.0 <= s <= 1.0]:
        raise SimulationRefused(f"a quantile at {wrong[0]} lies outside 0 to 1")


def _quantiles(values: Array, shares: Sequence[float]) -> dict[float, Array]:
    found = np.quantile(values, shares, axis=0)
    return {float(share): found[place] for place, share in enumerate(shares)}


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
    people: Population, given: Sequence[Dose], share: float | None, ps: Parameters
) -> tuple[Parameter, ...]:
    taken = bool(
        (people["antidepressant_kept"] > 0.0).any() or np.isfinite(people["antidepressant_started_h"]).any()
    )
    return leaned_on(given, ps, antidepressant=taken, switched=share is not None)
