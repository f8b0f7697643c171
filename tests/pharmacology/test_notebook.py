"""A notebook needs no server, and what the front page of the folder prints is true."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import dayspring
import dayspring.pharmacology as front

ROOT = Path(dayspring.__file__).parents[1]
ASK = """
import sys
from dayspring.pharmacology import Dose, Patient, simulate
simulate(Patient(), [Dose(at_h=0, mg=35, minutes=40)], [1.0])
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""


def test_the_minute_on_the_front_page_prints_what_it_says():
    said: list[str] = []
    found = doctest.DocTestFinder(recurse=False).find(front, "pharmacology", globs={})
    examples = next(test for test in found if test.examples)
    assert len(examples.examples) > 10
    results = doctest.DocTestRunner(verbose=False).run(examples, out=said.append)
    assert results.failed == 0, "".join(said)


def test_a_simulation_loads_no_server():
    run = subprocess.run(
        [sys.executable, "-c", ASK],
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(run.stdout.split())
    assert {"numpy", "dayspring"} <= loaded
    assert not loaded & {"django", "allauth", "csp", "uvicorn", "asyncio", "scipy"}
