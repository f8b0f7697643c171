"""`dayspring validate`: the model held against what was published, row by row."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

from dayspring.pharmacology import ParametersBroken
from dayspring.pharmacology.parameters import REFERENCE
from dayspring.pharmacology.validate import PEOPLE, SEED, validate

WORDS = "hold the model against what was published, misses as visible as hits"
OPTIONS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (("--parameters",), {"default": REFERENCE, "help": f"the set of numbers; {REFERENCE} when left out"}),
    (("--people",), {"type": int, "default": PEOPLE, "help": f"how many are drawn; {PEOPLE} when left out"}),
    (
        ("--seed",),
        {"type": int, "default": SEED, "help": f"draws the same people again; {SEED} when left out"},
    ),
    (("--threads",), {"type": int, "default": 0, "help": "none: all cores"}),
    (("--json",), {"action": "store_true", "help": "the table as one JSON document"}),
    (("--markdown",), {"action": "store_true", "help": "the table for a page"}),
]
FEWEST = 10


def run(asked: argparse.Namespace) -> int:
    """Exit status 0 when the table was made, whatever it says; 2 when it cannot be."""
    if asked.json and asked.markdown:
        print("--json clashes with --markdown; one form at a time", file=sys.stderr)
        return 2
    if asked.people < FEWEST:
        print(f"--people {asked.people} are too few for a table; {FEWEST} are the fewest", file=sys.stderr)
        return 2
    try:
        table = validate(
            asked.parameters,
            people=asked.people,
            seed=asked.seed,
            threads=asked.threads or os.cpu_count() or 1,
        )
    except ParametersBroken as wrong:
        print(wrong, file=sys.stderr)
        return 2
    if asked.json:
        print(json.dumps(table.to_dict(), indent=2, ensure_ascii=False))
    else:
        print("\n".join(table.markdown() if asked.markdown else table.lines()))
    return 0
