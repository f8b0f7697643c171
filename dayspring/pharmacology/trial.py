"""A virtual trial: people are drawn, chance allots them, raters rate, some leave, and the arms are compared.

Everything that chance decides comes from the generator handed in: the same seed gives the same trial.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.each import Place, each
from dayspring.pharmacology.patient import Array, Patient, Population
from dayspring.pharmacology.published import known
from dayspring.pharmacology.ratings import rated
from dayspring.pharmacology.simulate import simulate
from dayspring.pharmacology.trial_analysis import Estimate, compared, paired
from dayspring.pharmacology.trial_design import Arm, Design
from dayspring.pharmacology.withdrawal import Withdrawn, withdraw

WEEK, DAY, FAR, HALVINGS = 168.0, 24.0, 32.0, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSeen:
    """One arm at one visit: how many were seen, and what had changed since before."""

    arm: str
    day: float
    seen: int
    change: float
    spread: float
    responded_percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerAt:
    """How often trials of that size find a difference, with the standard error of that share."""

    people: int
    power: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """What a trial would have published. `estimate` is absent in a withdrawal study, `withdrawn` elsewhere."""

    design: Design
    visits: tuple[VisitSeen, ...] = ()
    estimate: Estimate | None = None
    power: tuple[PowerAt, ...] = ()
    withdrawn: Withdrawn | None = None

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values; the design by its name."""
        whole: dict[str, Any] = {"name": self.design.name, "kind": self.design.kind}
        whole |= asdict(self.design.place) | {"visits": [asdict(visit) for visit in self.visits]}
        whole["estimate"] = asdict(self.estimate) if self.estimate else None
        whole["power"] = [asdict(point) for point in self.power]
        return whole | {"withdrawn": asdict(self.withdrawn) if self.withdrawn else None}


def trial(design: Design, rng: np.random.Generator, *, power: bool = False, threads: int = 1) -> TrialResult:
    """One trial of the design, and with `power` its curve over the sizes that the design names."""
    if design.run_in is not None:
        gains = [session_gain(arm.session, design.place) for arm in design.arms]
        return TrialResult(design=design, withdrawn=withdraw(design, rng, gains=gains, threads=threads))
    people = [arm.people for arm in design.arms]
    before, scores, arm_of = _played(design, people, rng, threads)
    curve = _curve(design, rng, threads) if power and design.power else ()
    if len(design.arms) == 1:
        found = paired(scores[:, -1] - before)
    else:
        found = compared(design.method, scores, before, arm_of == 0)
    seen = tuple(_seen(design, before, scores, arm_of))
    return TrialResult(design=design, visits=seen, estimate=found, power=curve)


def allotted(people: Sequence[int], rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """The arm of each person: blocks in which every arm has its share, in an order of chance."""
    share = math.gcd(*people)
    block = np.repeat(np.arange(len(people)), [n // share for n in people])
    return np.concatenate([rng.permutation(block) for _ in range(share)])


@cache
def session_gain(name: str, place: Place) -> float:
    """How much more a session counts, so that the typical person loses what that comparator's people lose."""
    if not name:
        return 1.0
    target, typical = -known("comparators")[name], Patient()
    low, high = 0.0, FAR
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        run = simulate(
            replace(typical, setting_gain=typical.setting_gain * middle),
            [Dose(at_h=0.0, route="sham")],
            [DAY],
            profile=place.profile,
            parameters=place.parameters,
        )
        lost = typical.madrs_before_points - float(run["madrs_points"][0])
        low, high = (middle, high) if lost < target else (low, middle)
    return (low + high) / 2.0


def _played(
    design: Design, people: Sequence[int], rng: np.random.Generator, threads: int
) -> tuple[Array, Array, npt.NDArray[np.int64]]:
    """Rating before, ratings at the visits, not a number once somebody left, and the arm of each person."""
    arm_of = allotted(people, rng)
    drawn = Population.draw(arm_of.size, rng, around=design.patient, parameters_of=design.place.parameters)
    scores = np.empty((arm_of.size, len(design.visits_h) + 1))
    for number, arm in enumerate(design.arms):
        mine = np.flatnonzero(arm_of == number)
        scores[mine] = _true(design, arm, _some(drawn, mine, design.place, arm), threads)
    times = np.array([0.0, *design.visits_h])
    ratings = rated(scores, times, rng)
    stayed = _stayed(design, ratings, times, arm_of, rng)
    return ratings[:, 0], np.where(stayed[:, 1:], ratings[:, 1:], np.nan), arm_of


def _some(drawn: Population, mine: npt.NDArray[np.int64], place: Place, arm: Arm) -> Population:
    """Those people, with the session counting as it does in their arm."""
    columns = {name: column[mine] for name, column in drawn.columns.items()}
    columns["setting_gain"] = columns["setting_gain"] * session_gain(arm.session, place)
    return Population(columns=columns)


def _true(design: Design, arm: Arm, people: Population, threads: int) -> Array:
    """The model's scores before and at the visits."""
    name = "madrs_points"
    found = each(people, arm.doses, design.visits_h, (name,), design.place, threads=threads)[name]
    return np.column_stack([people["madrs_before_points"], found])


def _stayed(
    design: Design,
    ratings: Array,
    times: Array,
    arm_of: npt.NDArray[np.int64],
    rng: np.random.Generator,
) -> npt.NDArray[np.bool_]:
    """Who was still there at each visit. Whoever leaves does so by the last rating that was seen."""
    per_week = np.array([arm.leaves_per_week for arm in design.arms])[arm_of][:, None]
    worse = (ratings[:, :-1] - ratings[:, :1]) / 10.0
    hazard = per_week * design.per_10_points**worse * np.diff(times) / WEEK
    leaves = rng.random(hazard.shape) < -np.expm1(-hazard)
    there = np.ones_like(ratings, dtype=bool)
    there[:, 1:] = ~np.logical_or.accumulate(leaves, axis=1)
    return there


def _seen(design: Design, before: Array, scores: Array, arm_of: npt.NDArray[np.int64]) -> list[VisitSeen]:
    rows = []
    for number, arm in enumerate(design.arms):
        mine = arm_of == number
        for at, hour in enumerate(design.visits_h):
            there = mine & np.isfinite(scores[:, at])
            now, was, n = scores[there, at], before[there], int(there.sum())
            rows.append(
                VisitSeen(
                    arm=arm.name,
                    day=hour / DAY,
                    seen=n,
                    change=float((now - was).mean()) if n else math.nan,
                    spread=float((now - was).std(ddof=1)) if n > 1 else math.nan,
                    responded_percent=float(100.0 * (now <= was / 2.0).mean()) if n else math.nan,
                )
            )
    return rows


def _curve(design: Design, rng: np.random.Generator, threads: int) -> tuple[PowerAt, ...]:
    """Power at each size. The trials of a smaller size are the first people of the larger ones."""
    assert design.power is not None
    most, trials = max(design.power.people), design.power.trials
    found = dict.fromkeys(design.power.people, 0)
    for _ in range(trials):
        before, scores, arm_of = _played(design, [most, most], rng, threads)
        for size in found:
            few = np.arange(2 * most) < 2 * size
            told = compared(design.method, scores[few], before[few], arm_of[few] == 0)
            found[size] += told.p < design.alpha
    return tuple(_power_at(size, found[size] / trials, trials) for size in found)


def _power_at(size: int, share: float, trials: int) -> PowerAt:
    """The error is that of a share with two hits and two misses added: 100 of 100 is not certain either."""
    near = (share * trials + 2.0) / (trials + 4.0)
    return PowerAt(people=size, power=share, error=math.sqrt(near * (1.0 - near) / (trials + 4.0)))
