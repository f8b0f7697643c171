"""Who is still well: Kaplan and Meier, the log-rank test, and the hazard ratio of two arms."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dayspring.pharmacology.patient import Array
from dayspring.pharmacology.student import quantile, two_sided

Flags = npt.NDArray[np.bool_]
ROUNDS, LEVEL = 50, 0.95


class NoEvents(ValueError):
    """Arms cannot be compared where nobody of one of them had an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The hazard of the first arm beside the second, with its interval, and the log-rank p value."""

    hazard_ratio: float
    low: float
    high: float
    p: float


def kaplan_meier(days: Array, event: Flags) -> tuple[Array, Array]:
    """The days on which somebody had an event, and the share without one from each of them on."""
    at = np.unique(days[event])
    risk = np.array([(days >= day).sum() for day in at], dtype=float)
    fell = np.array([(event & (days == day)).sum() for day in at], dtype=float)
    return at, np.cumprod(1.0 - fell / risk)


def still_at(days: Array, event: Flags, day: float) -> float:
    """The share without an event up to and with that day."""
    at, share = kaplan_meier(days, event)
    before = share[at <= day]
    return float(before[-1]) if before.size else 1.0


def median(days: Array, event: Flags) -> float:
    """The first day from which at most half are without an event; infinite when it is not reached."""
    at, share = kaplan_meier(days, event)
    reached = at[share <= 0.5]
    return float(reached[0]) if reached.size else math.inf


def compared(days: Array, event: Flags, first: Flags) -> Compared:
    """The first arm beside the other; raises NoEvents when one of them had none."""
    for arm, name in ((first, "first"), (~first, "second")):
        if not event[arm].any():
            raise NoEvents(f"none of {int(arm.sum())} people of the {name} arm had an event")
    at = np.unique(days[event])
    risk = [np.array([(arm & (days >= day)).sum() for day in at], dtype=float) for arm in (first, ~first)]
    fell = [np.array([(arm & event & (days == day)).sum() for day in at], float) for arm in (first, ~first)]
    slope, information = _cox(risk, fell)
    reach = quantile(LEVEL, math.inf) / math.sqrt(information)
    return Compared(
        hazard_ratio=math.exp(slope),
        low=math.exp(slope - reach),
        high=math.exp(slope + reach),
        p=_log_rank(risk, fell),
    )


def _log_rank(risk: list[Array], fell: list[Array]) -> float:
    """p of the difference between those who fell and those expected to, with ties."""
    all_, gone = risk[0] + risk[1], fell[0] + fell[1]
    expected = gone * risk[0] / all_
    many = all_ > 1.0
    left = np.where(many, (all_ - gone) / np.where(many, all_ - 1.0, 1.0), 0.0)
    variance = expected * risk[1] / all_ * left
    if variance.sum() == 0.0:
        return 1.0
    return two_sided(float((fell[0] - expected).sum() / math.sqrt(variance.sum())), math.inf)


def _cox(risk: list[Array], fell: list[Array]) -> tuple[float, float]:
    """The logarithm of the hazard ratio and its information, by Newton's steps; ties as Breslow has them."""
    slope, gone = 0.0, fell[0] + fell[1]
    for _ in range(ROUNDS):
        share = risk[0] * math.exp(slope) / (risk[0] * math.exp(slope) + risk[1])
        information = float((gone * share * (1.0 - share)).sum())
        step = float((fell[0] - gone * share).sum()) / information
        slope += max(-1.0, min(1.0, step))
        if abs(step) < 1e-12:
            break
    return slope, information
