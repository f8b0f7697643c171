"""What a score may be expected to be, for a schedule that the clinician chose; or why nothing is said.

A forecast is an interval. It holds what is not known of the person, the mood that comes and goes, and the
error of the rating itself; it is of totals of MADRS and PHQ-9 and of nothing else. It never proposes a
dose, an interval or a day to stop, and no gate and no alarm reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dayspring.knowledge import library
from dayspring.pharmacology.dose import Dose, in_order
from dayspring.pharmacology.licence import outside
from dayspring.pharmacology.observe import INSTRUMENTS, noise, score
from dayspring.pharmacology.parameters import Parameter
from dayspring.pharmacology.parameters import parameters as set_called
from dayspring.pharmacology.patient import Array
from dayspring.pharmacology.posterior import Posterior
from dayspring.pharmacology.surface import Course, course

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
# The total that each instrument's forecast is held against when nothing else is asked.
THRESHOLDS = {"madrs": "crs_relapse_madrs", "phq9": "regimen_relapse_phq9"}


class ForecastRefused(ValueError):
    """A forecast that cannot be meant: the message holds both things that clash."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fan:
    """Quantiles of each instrument at each hour. Empty when `withheld` says why.

    `above` is the probability that a rating is above the threshold; `label` says whose forecast it is.
    """

    times_h: Array
    quantiles: Mapping[str, Mapping[float, Array]]
    above: Mapping[str, Array]
    thresholds: Mapping[str, float]
    withheld: tuple[str, ...]
    label: str
    leans_on: tuple[Parameter, ...]

    def width(self, instrument: str) -> Array:
        """Half of the 90 % interval, in points: the honest size of what is not known."""
        of = self.quantiles[instrument]
        return np.asarray((of[QUANTILES[-1]] - of[QUANTILES[0]]) / 2.0)


def forecast(
    posterior: Posterior,
    plan: Sequence[Dose],
    times_h: Sequence[float],
    rng: np.random.Generator,
    *,
    draws: int | None = None,
    instruments: Sequence[str] = tuple(INSTRUMENTS),
    thresholds: Mapping[str, float] | None = None,
) -> Fan:
    """The fan for those doses, added to what was given, at those hours; withheld where nothing may be drawn.

    Raises ForecastRefused for what cannot be forecast at all: another measure, an hour that is past.
    """
    against = _thresholds(instruments, thresholds)
    times, given = _hours(posterior, times_h), whole_course(posterior, plan)
    reasons = withheld(posterior, given)
    if reasons:
        return Fan(
            times_h=times, quantiles={}, above={}, thresholds=against,
            withheld=reasons, label=posterior.label, leans_on=posterior.leans_on,
        )  # fmt: skip
    ahead = course(posterior.patient, given, tuple(times.tolist()), posterior.parameters, posterior.place)
    seen = ratings(posterior, ahead, rng, draws, instruments)
    return Fan(
        times_h=times,
        quantiles={name: quantiles(points) for name, points in seen.items()},
        above={name: (points > against[name]).mean(axis=1) for name, points in seen.items()},
        thresholds=against,
        withheld=(),
        label=posterior.label,
        leans_on=posterior.leans_on,
    )


def withheld(posterior: Posterior, given: Sequence[Dose]) -> tuple[str, ...]:
    """Every reason why nothing may be drawn of this person: too old, or outside of what was fitted."""
    history = posterior.history
    fitted = outside(posterior.patient, given, set_called(posterior.parameters))
    return (*history.stale(), *fitted, *history.also_outside)


def whole_course(posterior: Posterior, plan: Sequence[Dose]) -> tuple[Dose, ...]:
    """What was given and what is planned; raises ForecastRefused for a dose planned before what is told."""
    asked = posterior.history.asked_h
    if past := [d for d in plan if d.at_h < asked]:
        raise ForecastRefused(f"a dose is planned at {past[0].at_h:g} h; it is {asked:g} h already")
    return (*posterior.history.doses, *in_order(plan))


def ratings(
    posterior: Posterior,
    ahead: Course,
    rng: np.random.Generator,
    draws: int | None,
    instruments: Sequence[str],
) -> dict[str, Array]:
    """Drawn totals of each instrument, (hours, draws): mood carried on, and the error of a rating."""
    numbers = drawn(posterior, draws)
    mood = moods(posterior, ahead.times_h, rng, len(numbers))
    madrs = score(ahead.left(numbers), ahead.points, mood)[0]
    expected = {"madrs": madrs, "phq9": ahead.link.read(madrs) if "phq9" in instruments else madrs}
    return {name: _rated(expected[name], name, rng) for name in instruments}


def drawn(posterior: Posterior, draws: int | None) -> Array:
    """That many of the posterior's draws; raises ForecastRefused when it holds fewer."""
    held = len(posterior.numbers)
    if draws is not None and not 1 <= draws <= held:
        raise ForecastRefused(f"{draws} draws clash with the {held} that the posterior holds")
    return posterior.numbers[:: held // (draws or held)][:draws]


def moods(posterior: Posterior, times_h: Array, rng: np.random.Generator, draws: int) -> Array:
    """Mood at each hour by itself: what the last rating left of it fades, and chance takes its place."""
    error, held = noise(), len(posterior.numbers)
    told = posterior.history.ratings
    every = slice(None, None, held // draws)
    since = times_h - told[-1].at_h if told else np.full(times_h.shape, np.inf)
    kept = np.exp(-since / error.memory_h)[:, None]
    middle = kept * posterior.mood[every][:draws]
    variance = kept**2 * posterior.mood_variance[every][:draws] + error.mood**2 * (1.0 - kept**2)
    return np.asarray(middle + np.sqrt(variance) * rng.standard_normal((times_h.size, draws)))


def quantiles(points: Array) -> dict[float, Array]:
    """The quantiles over draws at each hour, straight between ranks."""
    ranked = np.sort(points, axis=1).T
    out = {}
    for share in QUANTILES:
        at = share * (len(ranked) - 1)
        low = int(at)
        high = min(low + 1, len(ranked) - 1)
        out[share] = ranked[low] + (at - low) * (ranked[high] - ranked[low])
    return out


def _rated(expected: Array, instrument: str, rng: np.random.Generator) -> Array:
    seen = expected + getattr(noise(), instrument) * rng.standard_normal(expected.shape)
    return np.asarray(np.clip(seen, 0.0, INSTRUMENTS[instrument]))


def _thresholds(instruments: Sequence[str], asked: Mapping[str, float] | None) -> dict[str, float]:
    for name in (*instruments, *(asked or {})):
        if name not in INSTRUMENTS:
            raise ForecastRefused(f"{name!r} is not forecast; what may be drawn is {', '.join(INSTRUMENTS)}")
    limits = library().limits
    return {name: float(limits[THRESHOLDS[name]].value) for name in instruments} | dict(asked or {})


def _hours(posterior: Posterior, times_h: Sequence[float]) -> Array:
    times = np.asarray(times_h, dtype=np.float64)
    if times.ndim != 1 or not times.size or not np.isfinite(times).all() or (np.diff(times) <= 0.0).any():
        raise ForecastRefused(f"times_h is {list(times_h)!r}; it must be hours, each later than the last")
    newest = posterior.history.ratings[-1].at_h if posterior.history.ratings else 0.0
    if times[0] < newest:
        raise ForecastRefused(f"{times[0]:g} h lies before the newest rating at {newest:g} h; that is past")
    return times
