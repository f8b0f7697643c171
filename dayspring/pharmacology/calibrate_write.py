"""The file of changed numbers, with the calibrated ones put in: every row still with its source and standing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from dayspring.pharmacology.calibrate import Calibration
from dayspring.pharmacology.calibrate_free import SPREAD, in_rows
from dayspring.pharmacology.parameters import REFERENCE, Parameter, parameters

ORIGIN = {"source": "recalibration", "where": "dayspring calibrate", "standing": "calibrated"}
NUMBERS = ("value",)
ORDER = (
    "value", "unit", "means", "source", "where", "standing", "spread", "spread_of", "lowest", "highest",
)  # fmt: skip


def rewritten(text: str, done: Calibration) -> str:
    """The same file with the calibration's numbers; a row that it lacked is put behind, as the reference has it."""
    rows = _flat(tomllib.loads(text))
    for key, value in in_rows(done.free, done.values).items():
        name = key.removesuffix(SPREAD)
        row = rows.setdefault(name, _row(parameters(REFERENCE).rows[name]))
        row |= ORIGIN | ({"spread": f"{value:g}"} if key.endswith(SPREAD) else {"value": value})
    head = "".join(line for line in text.splitlines(keepends=True)[:1] if line.startswith("#"))
    return head + "".join(f"\n[{key}]\n{_body(row)}" for key, row in rows.items())


def _flat(table: Mapping[str, Any], place: str = "") -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for key, inner in table.items():
        path = f"{place}{key}"
        found |= {path: dict(inner)} if "value" in inner else _flat(inner, f"{path}.")
    return found


def _row(base: Parameter) -> dict[str, Any]:
    held: dict[str, Any] = {name: getattr(base, name) for name in ORDER if getattr(base, name) is not None}
    return {
        name: f"{value:g}" if name not in NUMBERS and isinstance(value, float) else value
        for name, value in held.items()
    }


def _body(row: Mapping[str, Any]) -> str:
    def said(name: str) -> str:
        value = row[name]
        return repr(float(value)) if name in NUMBERS else '"' + str(value).replace('"', '\\"') + '"'

    return "".join(f"{name} = {said(name)}\n" for name in ORDER if name in row)
