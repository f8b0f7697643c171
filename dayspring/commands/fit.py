"""`dayspring fit HISTORY.json`: what one person's ratings say, and the forecast for the plan beside them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from dayspring.pharmacology import ParametersBroken, ShareRefused
from dayspring.pharmacology.fit import fit
from dayspring.pharmacology.forecast import QUANTILES, Fan, ForecastRefused, forecast
from dayspring.pharmacology.history_file import HistoryUnreadable, Plan, read_case
from dayspring.pharmacology.observe import HOURS_PER_DAY
from dayspring.pharmacology.parameters import REFERENCE
from dayspring.pharmacology.posterior import Posterior
from dayspring.pharmacology.setting import ProfileUnknown

WORDS = "learn from one person's ratings, and forecast the plan beside them"
OPTIONS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (
        ("history",),
        {"metavar": "HISTORY.json", "help": "doses, ratings and the plan, in hours from one zero"},
    ),
    (("--parameters",), {"default": REFERENCE, "help": "the set of numbers"}),
    (("--profile",), {"default": "research", "help": "the kind of place"}),
    (("--share",), {"type": float, "default": None, "help": "the drug's share of the change at one day"}),
    (("--seed",), {"type": int, "default": 1, "help": "of what chance adds to the forecast"}),
    (("--json",), {"action": "store_true", "help": "all of it as one JSON document"}),
]
NAMES = {
    "madrs_before_points": "MADRS before treatment",
    "drug_gain": "what the drug does, 1 is typical",
    "setting_gain": "what a session does, 1 is typical",
    "survival": "how long it lasts, 0 is typical",
    "dissociation_factor": "dissociation, 1 is typical",
    "half_filled_factor": "how slowly it comes, 1 is typical",
}
SUM = "Only the sum of drug and session was learnt; neither alone is this person's (correlation {:.2f})."
INSTRUMENTS = {"madrs": "MADRS", "phq9": "PHQ-9"}


def run(asked: argparse.Namespace) -> int:
    """Exit status 0 when all was said, 1 when the forecast is withheld, 2 when something cannot be read."""
    try:
        history, plan = read_case(Path(asked.history).read_text(encoding="utf-8"))
        learnt = fit(history, parameters=asked.parameters, profile=asked.profile, drug_share=asked.share)
        fan = _fan(learnt, plan, asked.seed)
    except (OSError, UnicodeDecodeError) as wrong:
        print(f"{asked.history} cannot be read: {wrong}", file=sys.stderr)
        return 2
    except (HistoryUnreadable, ForecastRefused, ParametersBroken, ProfileUnknown, ShareRefused) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    if asked.json:
        print(json.dumps(document(learnt, fan), indent=2, ensure_ascii=False))
    else:
        print("\n".join(spoken(learnt, fan)))
    return 1 if fan is not None and fan.withheld else 0


def _fan(learnt: Posterior, plan: Plan | None, seed: int) -> Fan | None:
    if plan is None:
        return None
    return forecast(learnt, plan.doses, plan.times_h, np.random.default_rng(seed))


def spoken(learnt: Posterior, fan: Fan | None) -> Iterator[str]:
    """The numbers, what was learnt of each, then the forecast or why there is none."""
    width = max(len(NAMES[name]) for name in learnt.names)
    yield f"{len(learnt.history.ratings)} ratings; {learnt.parameters}"
    for name in learnt.names:
        low, middle, high = learnt.interval(name)
        left = learnt.learnt[name]
        span = f"90 % {low:6.2f} to {high:6.2f}"
        yield f"  {NAMES[name]:{width}}  {middle:6.2f}  {span}  spread left {left:4.0%}"
    yield SUM.format(learnt.split)
    counted = f"{learnt.effective:.0f} of {learnt.weighed} weighed draws count"
    yield f"Found by {learnt.method}; {counted}{f'; {learnt.says}' if learnt.says else ''}."
    if learnt.fading:
        yield f"The gain fades {learnt.fading} than typical."
    if fan is None:
        yield "No plan stands beside the history, so nothing is forecast."
    elif fan.withheld:
        yield "The forecast is withheld:"
        yield from (f"  {reason}" for reason in fan.withheld)
    else:
        yield f"Forecast, {fan.label}:"
        yield from _lines(fan)


def _lines(fan: Fan) -> Iterator[str]:
    for instrument, of in fan.quantiles.items():
        name, threshold = INSTRUMENTS[instrument], fan.thresholds[instrument]
        for number, at_h in enumerate(fan.times_h):
            low, middle, high = (of[share][number] for share in (QUANTILES[0], 0.5, QUANTILES[-1]))
            above = fan.above[instrument][number]
            yield (
                f"  day {at_h / HOURS_PER_DAY:5.1f}  {name:6}{middle:5.1f}  90 % {low:4.1f} to {high:4.1f}"
                f"  above {threshold:g}: {above:4.0%}"
            )


def document(learnt: Posterior, fan: Fan | None) -> dict[str, Any]:
    """The same as one JSON document."""
    numbers = {
        name: dict(zip(("low", "median", "high"), learnt.interval(name), strict=True))
        | {"spread_left": learnt.learnt[name]}
        for name in learnt.names
    }
    return {
        "parameters": learnt.parameters,
        "numbers": numbers,
        "drug_and_session_correlation": learnt.split,
        "method": learnt.method,
        "says": learnt.says,
        "effective_draws": learnt.effective,
        "weighed_draws": learnt.weighed,
        "label": learnt.label,
        "fading": learnt.fading,
        "forecast": None if fan is None else _fan_document(fan),
        "leans_on": [str(row) for row in learnt.leans_on],
    }


def _fan_document(fan: Fan) -> dict[str, Any]:
    return {
        "withheld": list(fan.withheld),
        "label": fan.label,
        "times_h": fan.times_h.tolist(),
        "thresholds": dict(fan.thresholds),
        "quantiles": {
            one: {f"{share:g}": points.tolist() for share, points in of.items()}
            for one, of in fan.quantiles.items()
        },
        "above": {one: share.tolist() for one, share in fan.above.items()},
    }
