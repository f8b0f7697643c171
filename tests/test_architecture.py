"""The line of folders, and what may not be read before `clinic`."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dayspring
from tests.rig.syntax import hidden_imports, imports, impurities

HOME = Path(dayspring.__file__).parent
ROOT = HOME.parent
PURE = ("quantities", "knowledge", "therapy", "pharmacology", "beliefs", "chart", "figures", "exchange")
# Folders of the clinic that pages may lean on; every other folder in it is a page.
SHARED = frozenset(
    {"acting", "people", "charts", "showing", "ledger", "audit", "pack", "templates", "static", "locale"}
)


def files_of(*parts: str) -> list[Path]:
    return sorted(f for part in parts for f in (HOME / part, HOME / f"{part}.py") for f in _sources(f))


def _sources(place: Path) -> list[Path]:
    return [place] if place.is_file() else list(place.rglob("*.py"))


def report(check: object, files: list[Path]) -> list[str]:
    assert callable(check)
    return [f"{file.relative_to(ROOT)}:{said}" for file in files for said in check(file.read_text())]


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env={"PYTHONPATH": str(root), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_point_one_way_along_the_line():
    said = lint_imports(ROOT)
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize(
    "file, line",
    [
        ("quantities.py", "import dayspring.therapy\n"),
        ("knowledge/planted.py", "from dayspring.therapy import facts\n"),
        ("surprise.py", "A_FOLDER_NOBODY_AGREED_ON = True\n"),
    ],
)
def test_an_import_against_the_line_is_noticed(tmp_path, file, line):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(HOME, tmp_path / "dayspring", ignore=shutil.ignore_patterns("__pycache__", "clinic"))
    planted = tmp_path / "dayspring" / file
    planted.write_text((planted.read_text() if planted.exists() else "") + "\n" + line)
    assert lint_imports(tmp_path).returncode == 1


def test_nothing_before_the_clinic_reads_what_it_was_not_handed():
    files = files_of(*PURE)
    assert len(files) > 10
    assert not report(impurities, files)


@pytest.mark.parametrize(
    "planted",
    [
        "import django",
        "from django.db import models",
        "import os",
        "import logging",
        "from random import choice",
        "from datetime import datetime\nat = datetime.now()",
        "import datetime as d\nat = d.datetime.utcnow()",
        "from datetime import date\non = date.today()",
        "import numpy as np\nrng = np.random.default_rng()",
        "import numpy as np\nx = np.random.normal()",
        "from uuid import uuid4",
        "import uuid\nkey = uuid.uuid4()",
        "print('hello')",
    ],
)
def test_a_planted_look_outside_is_noticed(planted):
    assert impurities(planted)


@pytest.mark.parametrize(
    "honest",
    [
        "import numpy as np\nrng = np.random.default_rng(seed)",
        "from uuid import UUID",
        "import tomllib\nfrom pathlib import Path",
        "def due(at): return at.today",
    ],
)
def test_what_was_handed_in_is_not_called_outside(honest):
    assert not impurities(honest)


def test_every_import_stands_at_the_top_of_its_file():
    assert not report(hidden_imports, files_of(*PURE))


def test_an_import_inside_a_function_is_noticed():
    assert hidden_imports("def f():\n    import dayspring\n")


def crossings(page: str, source: str) -> list[str]:
    """Imports by which one page of the clinic leans on another page."""
    found = []
    for line, name in imports(ast.parse(source)):
        parts = name.split(".")
        if parts[:2] == ["dayspring", "clinic"] and len(parts) > 2:
            other = parts[2]
            if other != page and other not in SHARED and (HOME / "clinic" / other).is_dir():
                found.append(f"{line}: {page} leans on {name}")
    return found


def pages() -> list[Path]:
    places = (HOME / "clinic").iterdir() if (HOME / "clinic").is_dir() else ()
    return sorted(p for p in places if p.is_dir() and p.name not in SHARED and not p.name.startswith("_"))


def test_no_page_leans_on_another_page():
    found = [
        f"{file.relative_to(ROOT)}:{said}"
        for page in pages()
        for file in page.rglob("*.py")
        for said in crossings(page.name, file.read_text())
    ]
    assert not found, "\n".join(found)


def test_a_page_leaning_on_another_is_noticed():
    page = pages()[0].name
    assert crossings("another_page", f"from dayspring.clinic.{page} import views")
