"""What personalisation costs, and what a forecast is worth on people whose numbers are known.

    .venv/bin/python -m benchmarks.pharmacology.personal [--people 400] [--parameters reference-2026] [--json]

Asked for: one posterior of 1,000 draws in 5 ms, one warm forecast under 1 ms. Then the self-test: six
infusions, PHQ-9 to day 28, nothing given after; the root of the mean square error at days 35, 42 and 56
beside the last value and the mean of all, how often the later rating lies in the 90 % interval, and how
often each true number's rank falls in each tenth of the draws (simulation-based calibration: each tenth
should hold a tenth).
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable

import numpy as np

from dayspring.pharmacology.fit import fit
from dayspring.pharmacology.forecast import forecast
from dayspring.pharmacology.posterior import Posterior
from dayspring.pharmacology.surface import NUMBERS
from tests.pharmacology.virtual import Cohort, cohort

TIMES, TENTHS = 40, 10


def milliseconds(what: Callable[[], object]) -> dict[str, float]:
    """The first time, with everything to be computed, and the median after it."""
    took = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        what()
        took.append(1e3 * (time.perf_counter() - begun))
    return {"first": took[0], "median": statistics.median(took[1:])}


def speed(people: Cohort, name: str) -> dict[str, dict[str, float]]:
    """Posterior and forecast of one person."""
    history, rng = people.history(0), np.random.default_rng(1)
    posterior = milliseconds(lambda: fit(history, parameters=name))
    learnt = fit(history, parameters=name)
    both = milliseconds(lambda: forecast(learnt, [], people.hours_ahead, rng))
    one = milliseconds(lambda: forecast(learnt, [], people.hours_ahead, rng, instruments=("phq9",)))
    return {"posterior": posterior, "forecast": both, "forecast of PHQ-9 alone": one}


def error(said: np.ndarray, later: np.ndarray) -> list[float]:
    return np.sqrt(((said - later) ** 2).mean(axis=1)).round(2).tolist()


def skill(people: Cohort, name: str) -> dict[str, object]:
    """Errors, coverage, rank histogram and how the draws were taken."""
    rng, later = np.random.default_rng(2), people.later
    middle, inside, width, ways = [], [], [], Counter[str]()
    ranks: dict[str, list[float]] = {}
    for number in range(len(people)):
        learnt: Posterior = fit(people.history(number), parameters=name)
        shown = forecast(learnt, [], people.hours_ahead, rng, instruments=("phq9",))
        of = shown.quantiles["phq9"]
        middle.append(of[0.5])
        inside.append((later[:, number] >= of[0.05]) & (later[:, number] <= of[0.95]))
        width.append(shown.width("phq9"))
        ways[learnt.method] += 1
        for one in learnt.names:
            at = NUMBERS.index(one)
            ranks.setdefault(one, []).append(
                float(np.mean(learnt.numbers[:, at] < people.numbers[number, at]))
            )
    told = len(people.rated)
    return {
        "days": list(people.ahead),
        "forecast": error(np.array(middle).T, later),
        "last value": error(np.tile(people.phq9[told - 1], (len(people.ahead), 1)), later),
        "mean of all": error(np.tile(later.mean(axis=1)[:, None], (1, len(people))), later),
        "knowing the numbers": error(people.expected[told:], later),
        "inside 90 %": np.mean(inside, axis=0).round(3).tolist(),
        "half width": np.mean(width, axis=0).round(2).tolist(),
        "ranks by tenth": {
            one: np.histogram(shares, bins=TENTHS, range=(0, 1))[0].tolist() for one, shares in ranks.items()
        },
        "draws taken by": dict(ways),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--parameters", default="reference-2026")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    people = cohort(asked.people, np.random.default_rng(asked.seed), parameters=asked.parameters)
    found = {
        "people": asked.people,
        "parameters": asked.parameters,
        "milliseconds": speed(people, asked.parameters),
    }
    found |= skill(people, asked.parameters)
    if asked.json:
        print(json.dumps(found, indent=2))
    else:
        print("\n".join(f"{name:20}  {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
