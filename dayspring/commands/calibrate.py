"""`dayspring calibrate`: the recalibration made again, and its table before and after."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

import dayspring.knowledge
from dayspring.pharmacology.calibrate import LAST, PEOPLE, PRICED, ROUNDS, SEED, calibrate
from dayspring.pharmacology.calibrate_said import lines, markdown
from dayspring.pharmacology.calibrate_write import rewritten
from dayspring.pharmacology.parameters import RECALIBRATED

WORDS = "fit the model's numbers to the published rows again, and show before and after"
OPTIONS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (
        ("--people",),
        {"type": int, "default": PEOPLE, "help": f"drawn for the search; {PEOPLE} when left out"},
    ),
    (
        ("--last",),
        {"type": int, "default": LAST, "help": f"other people, for the table; {LAST} when left out"},
    ),
    (("--rounds",), {"type": int, "default": ROUNDS, "help": f"at most; {ROUNDS} when left out"}),
    (
        ("--seed",),
        {"type": int, "default": SEED, "help": f"draws the same people again; {SEED} when left out"},
    ),
    (
        ("--priced",),
        {
            "type": int,
            "default": PRICED,
            "help": f"how many missed targets are bound harder, to see what leaves; {PRICED} when left out",
        },
    ),
    (("--threads",), {"type": int, "default": 0, "help": "none: all cores"}),
    (("--markdown",), {"action": "store_true", "help": "the tables for a page"}),
    (("--write",), {"action": "store_true", "help": f"put the numbers into the file of {RECALIBRATED}"}),
]
FEWEST = 10
CHANGES = Path(dayspring.knowledge.__file__).parent / "models" / f"{RECALIBRATED}-changes.toml"


def run(asked: argparse.Namespace) -> int:
    """Exit status 0 when the table was made, whatever it says; 2 when it cannot be made or written."""
    for name, fewest in (("people", FEWEST), ("last", FEWEST), ("rounds", 0), ("priced", 0)):
        if getattr(asked, name) < fewest:
            print(f"--{name} {getattr(asked, name)} is too few; {fewest} is the fewest", file=sys.stderr)
            return 2
    done = calibrate(
        people=asked.people,
        rounds=asked.rounds,
        seed=asked.seed,
        last=asked.last,
        priced=asked.priced,
        threads=asked.threads or os.cpu_count() or 1,
        tell=lambda words: print(words, file=sys.stderr),
    )
    print("\n".join(markdown(done) if asked.markdown else lines(done)))
    if asked.write:
        try:
            CHANGES.write_text(rewritten(CHANGES.read_text(encoding="utf-8"), done), encoding="utf-8")
        except OSError as wrong:
            print(f"{CHANGES} cannot be written: {wrong}", file=sys.stderr)
            return 2
    return 0
