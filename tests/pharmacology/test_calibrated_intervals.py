"""Intervals mean what they say: people whose numbers are known lie in them as often as was promised.

Simulation-based calibration (Talts et al. 2018): where the posterior is right, the rank of the true number
among the draws is as likely to be any as any other.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from dayspring.pharmacology.fit import fit
from dayspring.pharmacology.forecast import forecast
from dayspring.pharmacology.surface import NUMBERS
from tests.pharmacology.virtual import Cohort, cohort

BINS = 5


def ranks(people: Cohort, parameters: str) -> dict[str, np.ndarray]:
    """For each number, the share of draws below the true one, for each person."""
    found: dict[str, list[float]] = {}
    for number in range(len(people)):
        learnt = fit(people.history(number), parameters=parameters)
        for name in learnt.names:
            at = NUMBERS.index(name)
            below = float(np.mean(learnt.numbers[:, at] < people.numbers[number, at]))
            found.setdefault(name, []).append(below)
    return {name: np.array(shares) for name, shares in found.items()}


def covered(people: Cohort, parameters: str) -> np.ndarray:
    """For each person and day ahead, the share of forecast draws below the later rating: (people, days)."""
    rng, out = np.random.default_rng(5), []
    for number in range(len(people)):
        learnt = fit(people.history(number), parameters=parameters)
        of = forecast(learnt, [], people.hours_ahead, rng, instruments=("phq9",)).quantiles["phq9"]
        later = people.later[:, number]
        out.append((later >= of[0.05]) & (later <= of[0.95]))
    return np.array(out)


def bounds(rate: float, n: int) -> tuple[float, float]:
    """Between what a true rate leaves, but for two times in a thousand."""
    away = 3.1 * sqrt(rate * (1.0 - rate) / n)
    return rate - away, rate + away


def uneven(shares: np.ndarray) -> float:
    """Chi-square of the ranks in equal bins; with 5 bins above 18.5 one time in a thousand."""
    counts = np.histogram(shares, bins=BINS, range=(0.0, 1.0))[0]
    even = len(shares) / BINS
    return float(((counts - even) ** 2 / even).sum())


def check(n: int, parameters: str, seed: int) -> None:
    people = cohort(n, np.random.default_rng(seed), parameters=parameters)
    for name, shares in ranks(people, parameters).items():
        inside = np.mean((shares > 0.05) & (shares < 0.95))
        least, most = bounds(0.9, n)
        assert least <= inside <= most, f"{name}: {inside:.2f} of {n} lie in the 90 % interval"
        assert uneven(shares) < 18.5, f"{name}: {np.sort(shares)}"


def test_the_true_numbers_of_fifty_virtual_patients_lie_in_the_intervals_at_the_stated_rate():
    check(50, "reference-2026", seed=21)


def test_later_ratings_of_fifty_virtual_patients_lie_in_the_fan_at_the_stated_rate():
    inside = covered(cohort(50, np.random.default_rng(22)), "reference-2026")
    assert inside.mean() >= bounds(0.9, 50)[0], inside.mean(axis=0)


def test_an_interval_that_promised_too_much_would_be_noticed():
    people = cohort(50, np.random.default_rng(21))
    shares = ranks(people, "reference-2026")["madrs_before_points"]
    narrowed = 0.5 + (shares - 0.5) * 1.6
    assert (
        np.mean((narrowed > 0.05) & (narrowed < 0.95)) < bounds(0.9, 50)[0]
        or uneven(np.clip(narrowed, 0, 1)) > 18.5
    )


@pytest.mark.long
@pytest.mark.parametrize("parameters", ["reference-2026", "dayspring-2026"])
def test_the_numbers_of_many_virtual_patients_lie_in_the_intervals_at_the_stated_rate(parameters):
    check(300, parameters, seed=31)


@pytest.mark.long
@pytest.mark.parametrize("parameters", ["reference-2026", "dayspring-2026"])
def test_a_forecast_is_nearer_than_the_last_value_and_than_the_mean_of_all(parameters):
    people = cohort(400, np.random.default_rng(32), parameters=parameters)
    rng, middle = np.random.default_rng(33), []
    for number in range(len(people)):
        learnt = fit(people.history(number), parameters=parameters)
        fan = forecast(learnt, [], people.hours_ahead, rng, instruments=("phq9",))
        middle.append(fan.quantiles["phq9"][0.5])

    def error(said: np.ndarray) -> np.ndarray:
        return np.sqrt(((said - people.later) ** 2).mean(axis=1))

    last = people.phq9[len(people.rated) - 1]
    forecasts = error(np.array(middle).T)
    assert (forecasts < error(np.tile(last, (3, 1)))).all()
    assert (forecasts < error(np.tile(people.later.mean(axis=1)[:, None], (1, len(people))))).all()
    assert forecasts.max() < 4.6
