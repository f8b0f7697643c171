"""The first notebook runs from one dose to a virtual trial, in time, and says what it promises to say."""

from __future__ import annotations

import ast
import io
import json
import re
import time
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import dayspring

ROOT = Path(dayspring.__file__).parents[1]
NOTEBOOK = ROOT / "docs" / "notebook" / "first_dose_to_trial.ipynb"
LONGEST_S = 60.0


@dataclass
class Ran:
    printed: str
    shown: list[Any]
    took_s: float
    names: dict[str, Any] = field(default_factory=dict)


def cells(kind: str) -> list[str]:
    whole = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in whole["cells"] if cell["cell_type"] == kind]


def run_cell(source: str, names: dict[str, Any]) -> Any:
    """Runs a cell as a notebook does: the value of a last expression is what is shown."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, str(NOTEBOOK), "exec"), names)
    return eval(compile(ast.Expression(last.value), str(NOTEBOOK), "eval"), names) if last else None


@pytest.fixture(scope="module")
def ran() -> Ran:
    names: dict[str, Any] = {"__name__": "notebook"}
    out, started = io.StringIO(), time.perf_counter()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out):
        patch.chdir(ROOT)
        shown = [run_cell(source, names) for source in cells("code")]
    took = time.perf_counter() - started
    return Ran(printed=out.getvalue(), shown=[s for s in shown if s is not None], took_s=took, names=names)


def test_it_runs_from_one_dose_to_a_trial_in_less_than_a_minute(ran):
    assert ran.took_s < LONGEST_S
    assert re.search(r"highest level \d+ ng/mL", ran.printed)
    assert re.search(r"difference -?\d+\.\d, 95 % interval", ran.printed)


def test_every_drawing_of_it_says_that_it_was_not_measured(ran):
    assert len(ran.shown) == 5
    for drawing in ran.shown:
        assert "not measured" in drawing.says and "not measured" in drawing.svg, drawing.says
        assert drawing.says[:40].split(";")[0] in drawing._repr_html_()


def test_without_a_share_of_the_drug_nothing_is_the_drugs(ran):
    gains = dict(re.findall(r"drug share (\d\.\d): +(\d+\.\d) MADRS", ran.printed))
    assert float(gains["0.6"]) > float(gains["0.3"]) > 0.0
    assert float(gains["0.0"]) == 0.0


def test_two_halves_are_one_whole(ran):
    apart = re.search(r"differ by (\S+) ng/mL", ran.printed)
    assert apart and float(apart[1]) < 1e-6


def test_it_is_kept_without_results_so_that_nobody_reads_old_ones():
    whole = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    code = [cell for cell in whole["cells"] if cell["cell_type"] == "code"]
    assert len(code) > 8
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_a_cell_that_fails_would_be_noticed():
    with pytest.raises(NameError):
        run_cell("what_nobody_defined", {})
