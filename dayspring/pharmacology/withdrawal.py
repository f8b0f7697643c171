"""Going on or stopping: everyone has the same run-in, those who are well are allotted, and relapse is awaited.

Relapse is two ratings in a row from the limit on, or an event by the model's own hazard. Both roads end with
the last visit at which somebody was seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dayspring.pharmacology import survival
from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.each import each
from dayspring.pharmacology.patient import Array, Population
from dayspring.pharmacology.published import known
from dayspring.pharmacology.ratings import rated
from dayspring.pharmacology.trial_design import Arm, Design

DAY, WEEK = 24.0, 168.0
# So many are drawn for each who is to be allotted, and more where too few of them were well.
DRAWN, MOST_DRAWN = 3, 40_000
# A rating lies at most about this far below the score: whoever scores higher is never rated well.
WIDE = 20.0
SCORE, RISK = "madrs_points", "relapse_probability"


class TooFewWell(ValueError):
    """Too few people were well at the end of the run-in: the message holds how many were, and how many must be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmKept:
    """One arm after chance decided. `curve` is the share still well from each day on; a median may be absent."""

    arm: str
    people: int
    relapsed: int
    relapsed_percent: float
    median_d: float | None
    curve: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What a withdrawal study would have published; the ratio is of the first arm beside the second."""

    well_percent: float
    arms: tuple[ArmKept, ...]
    hazard_ratio: float | None
    low: float | None
    high: float | None
    p: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Days of being followed since chance decided, and whether that ended with a relapse."""

    days: Array
    event: npt.NDArray[np.bool_]
    eligible: int
    drawn: int


def withdraw(
    design: Design, rng: np.random.Generator, *, gains: Sequence[float], threads: int = 1
) -> Withdrawn:
    """One study of that design. `gains` is how much a session counts in each arm."""
    found = [_followed(design, arm, gain, rng, threads) for arm, gain in zip(design.arms, gains, strict=True)]
    days = np.concatenate([arm.days for arm in found])
    event = np.concatenate([arm.event for arm in found])
    first = np.arange(days.size) < found[0].days.size
    try:
        told = survival.compared(days, event, first)
    except survival.NoEvents:
        told = None
    return Withdrawn(
        well_percent=100.0 * sum(arm.eligible for arm in found) / sum(arm.drawn for arm in found),
        arms=tuple(_kept(arm.name, kept) for arm, kept in zip(design.arms, found, strict=True)),
        hazard_ratio=told.hazard_ratio if told else None,
        low=told.low if told else None,
        high=told.high if told else None,
        p=told.p if told else None,
    )


def _kept(name: str, found: Followed) -> ArmKept:
    at, share = survival.kaplan_meier(found.days, found.event)
    half = survival.median(found.days, found.event)
    return ArmKept(
        arm=name,
        people=found.days.size,
        relapsed=int(found.event.sum()),
        relapsed_percent=float(100.0 * found.event.mean()),
        median_d=half if math.isfinite(half) else None,
        curve=tuple(zip(at.tolist(), share.tolist(), strict=True)),
    )


def _followed(design: Design, arm: Arm, gain: float, rng: np.random.Generator, threads: int) -> Followed:
    """The first people who are well at the end of the run-in, followed to relapse, leaving or the last visit."""
    assert design.run_in is not None
    ends, drawn = design.run_in.ends_h, DRAWN * arm.people
    later = [ends + hour for hour in design.visits_h]
    given = (*design.run_in.doses, *(_after(dose, ends) for dose in arm.doses))
    while True:
        people = Population.draw(drawn, rng, around=design.patient, parameters_of=design.place.parameters)
        columns = dict(people.columns) | {"setting_gain": people["setting_gain"] * gain}
        people = Population(columns=columns)
        early = each(people, design.run_in.doses, [ends], (SCORE,), design.place, threads=threads)[SCORE]
        well = np.flatnonzero(early[:, 0] < design.run_in.at_most_points + WIDE)
        chosen = Population(columns={name: column[well] for name, column in columns.items()})
        if len(well):
            found = each(chosen, given, [ends, *later], (SCORE, RISK), design.place, threads=threads)
            ratings = rated(found[SCORE], np.array([ends, *later]), rng)
            fit = np.flatnonzero(ratings[:, 0] <= design.run_in.at_most_points)
            if fit.size >= arm.people:
                break
        if drawn >= MOST_DRAWN:
            raise TooFewWell(f"{len(well)} of {drawn} were well after the run-in; {arm.people} must be")
        drawn = min(4 * drawn, MOST_DRAWN)
    mine = fit[: arm.people]
    days, event = _relapses(design, arm, ratings[mine], found[RISK][mine], rng)
    return Followed(days=days, event=event, eligible=int(fit.size), drawn=drawn)


def _after(dose: Dose, ends_h: float) -> Dose:
    return replace(dose, at_h=ends_h + dose.at_h)


def _relapses(
    design: Design, arm: Arm, ratings: Array, risk: Array, rng: np.random.Generator
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """For each person the day until which they were followed, and whether it was a relapse that ended it."""
    visits = np.array(design.visits_h)
    ill = ratings[:, 1:] >= known("relapse")["madrs"]
    twice = ill & np.column_stack([np.zeros(len(ill), dtype=bool), ill[:, :-1]])
    sudden = 1.0 - (1.0 - risk[:, 1:]) / (1.0 - risk[:, :-1])
    struck = rng.random(sudden.shape) < sudden
    leaves = rng.random(sudden.shape) < -np.expm1(-arm.leaves_per_week * np.diff(visits, prepend=0.0) / WEEK)
    relapse = _first(twice | struck)
    left = _first(leaves)
    last = len(visits) - 1
    event = (relapse <= last) & (relapse <= left)
    ended = np.minimum(np.minimum(relapse, left), last)
    return visits[ended] / DAY, event


def _first(happened: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """The visit at which it first happened; one beyond the last where it never did."""
    never = happened.shape[1]
    return np.asarray(np.where(happened.any(axis=1), happened.argmax(axis=1), never))
