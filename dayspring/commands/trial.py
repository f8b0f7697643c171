"""`dayspring trial DESIGN.toml`: a virtual trial, what it would have found, and how often one of its size would."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from dayspring.pharmacology.reading import FaultyFile
from dayspring.pharmacology.trial import TrialResult, trial
from dayspring.pharmacology.trial_analysis import AnalysisRefused, Estimate
from dayspring.pharmacology.trial_design import read_design
from dayspring.pharmacology.withdrawal import TooFewWell, Withdrawn

WORDS = "play a virtual trial: arms, visits, who leaves, how it is analysed"
OPTIONS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (("design",), {"metavar": "DESIGN.toml", "help": "a file, as docs/examples/pharmacology has them"}),
    (("--seed",), {"type": int, "default": 1, "help": "plays the same trial again; 1 when left out"}),
    (("--power",), {"action": "store_true", "help": "also the curve over the sizes that the file names"}),
    (("--threads",), {"type": int, "default": 0, "help": "none: all cores"}),
    (("--json",), {"action": "store_true", "help": "the result as one JSON document"}),
]
METHODS = {
    "mixed_model": "mixed model for repeated measures",
    "last_visit": "last visit, adjusted for the score before",
    "paired": "each person beside themselves",
}


def run(asked: argparse.Namespace) -> int:
    """Exit status 0 when the trial was played; 2 when it cannot be, every fault by its place."""
    try:
        design = read_design(Path(asked.design).read_text(encoding="utf-8"))
        if asked.power and design.power is None:
            raise ValueError("--power needs the sizes to try; the file has no [power]")
        threads = asked.threads or os.cpu_count() or 1
        found = trial(design, np.random.default_rng(asked.seed), power=asked.power, threads=threads)
    except FaultyFile as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except (AnalysisRefused, TooFewWell, OSError, UnicodeDecodeError, ValueError) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    if asked.json:
        print(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    else:
        print("\n".join(_lines(found)))
    return 0


def _lines(found: TrialResult) -> Iterator[str]:
    """The trial as its paper would tell it, in short."""
    place = found.design.place
    yield found.design.name
    if found.visits:
        yield "\narm                     day  seen  change    SD  responded"
    for v in found.visits:
        yield (
            f"{v.arm:<20} {v.day:>6.2f} {v.seen:>5}  {v.change:>6.1f} {v.spread:>5.1f}"
            f"  {v.responded_percent:>6.0f} %"
        )
    if found.estimate:
        yield f"\n{_told(found.estimate, [arm.name for arm in found.design.arms])}"
    if found.power:
        yield f"\npeople in each arm, and how often p is under {found.design.alpha:g}"
        yield from (f"{p.people:>8}  {p.power:>5.0%} (standard error {p.error:.0%})" for p in found.power)
    if found.withdrawn:
        yield from _kept(found.withdrawn)
    yield f"\nA virtual trial by {place.parameters}, {place.profile}. Calculated, not measured."


def _told(e: Estimate, arms: list[str]) -> str:
    what = f"{arms[0]} beside {arms[1]}" if len(arms) > 1 else f"{arms[0]}, end beside before"
    reach = f"95 % {e.low:+.1f} to {e.high:+.1f}"
    return f"{what}: {e.difference:+.1f} points ({reach}; p {_p(e.p)}), by {METHODS[e.method]}"


def _kept(found: Withdrawn) -> Iterator[str]:
    yield f"\n{found.well_percent:.0f} % were well when chance decided"
    for arm in found.arms:
        half = "no day that was seen" if arm.median_d is None else f"day {arm.median_d:g}"
        yield (
            f"{arm.arm:<20} {arm.people:>5} people  {arm.relapsed_percent:>4.0f} % relapsed,"
            f" half of them by {half}"
        )
    if found.hazard_ratio is None:
        yield "nobody of one arm relapsed: no hazard ratio"
    else:
        yield f"hazard ratio {found.hazard_ratio:.2f} ({found.low:.2f} to {found.high:.2f}; p {_p(found.p)})"


def _p(value: float | None) -> str:
    return "unknown" if value is None else "under 0.001" if value < 0.001 else f"{value:.3f}"
