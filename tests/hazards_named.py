"""Which tests carry which hazard, read from the test files and never run."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parent
ROOT = TESTS.parent
TABLE = ROOT / "docs" / "hazards.toml"


def table() -> dict[str, dict[str, Any]]:
    """The rows of docs/hazards.toml by their id."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


@cache
def marked(root: Path = TESTS) -> dict[str, set[str]]:
    """Hazard to names: `tests/x.py::test_y` for a test that is marked, `tests/x.py` for a file that is, as a whole."""
    found: dict[str, set[str]] = {}
    for file in sorted(root.rglob("test_*.py")):
        name = f"tests/{file.relative_to(root).as_posix()}"
        for place, key in _in(ast.parse(file.read_text(encoding="utf-8"))):
            found.setdefault(key, set()).add(f"{name}::{place}" if place else name)
    return found


@cache
def existing(root: Path = TESTS) -> set[str]:
    """Every file of tests that holds a test, and every test function, by the same names."""
    names: set[str] = set()
    for file in sorted(root.rglob("test_*.py")):
        name = f"tests/{file.relative_to(root).as_posix()}"
        tree = ast.parse(file.read_text(encoding="utf-8"))
        tests = {node.name for node in tree.body if _is_test(node)}  # type: ignore[attr-defined]
        if tests or any(
            isinstance(node, ast.Assign) and _named(node).startswith("Test") for node in tree.body
        ):
            names |= {name, *(f"{name}::{test}" for test in tests)}
    return names


def _in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Pairs of a place and a hazard: the name of a test, or nothing for the whole file."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and _named(node) == "pytestmark":
            yield from (("", key) for key in _keys(node.value))
        elif _is_test(node):
            for mark in node.decorator_list:  # type: ignore[attr-defined]
                yield from ((node.name, key) for key in _keys(mark))  # type: ignore[attr-defined]


def _keys(node: ast.expr) -> Iterator[str]:
    """The hazards that an expression marks with, each written out as a word."""
    for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "hazard":
            (key,) = call.args
            assert isinstance(key, ast.Constant), f"line {node.lineno}: a hazard is named by its id"
            yield str(key.value)


def _is_test(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")


def _named(node: ast.Assign) -> str:
    target = node.targets[0]
    return target.id if isinstance(target, ast.Name) else ""


def written(text: str, marks: dict[str, set[str]]) -> str:
    """The table with each row's `tests` as the markers say; whatever a person wrote stays."""
    rows = re.split(r"^(?=\[H\d\d\]$)", text, flags=re.M)
    return "".join(_row(row, marks) for row in rows)


def _row(row: str, marks: dict[str, set[str]]) -> str:
    if not (key := re.match(r"\[(H\d\d)\]", row)):
        return row
    names = sorted(marks.get(key[1], ()))
    listed = "".join(f'\n  "{name}",' for name in names) + ("\n" if names else "")
    return re.sub(r"^tests = \[[^\]]*\]", f"tests = [{listed}]", row, flags=re.M)


if __name__ == "__main__":
    TABLE.write_text(written(TABLE.read_text(encoding="utf-8"), marked()), encoding="utf-8")
