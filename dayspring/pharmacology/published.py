"""What was published, as rows to hold the model against. Read once, whole, or refused by name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import dayspring.knowledge

PLACE = Path(dayspring.knowledge.__file__).parent / "evidence" / "published.toml"
# fit: a calibration may lean on it; target: weighed from several of those; stress: a drug model is expected
# to fail it; check: only ever compared with.
USES = ("fit", "target", "stress", "check")
NEEDED = ("number", "endpoint", "unit", "value", "lowest", "highest", "tolerance", "use", "studies")


class EvidenceBroken(ValueError):
    """A published row lacks something, or names a study that no row holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One published number with the bounds within which a model is called right."""

    key: str
    number: str
    endpoint: str
    unit: str
    value: float
    lowest: float
    highest: float
    tolerance: str
    use: str
    studies: tuple[str, ...]
    note: str = ""


@cache
def published() -> tuple[Published, ...]:
    """Every row, in the order of the file; raises EvidenceBroken naming the row that clashes."""
    with PLACE.open("rb") as file:
        return rows_of(tomllib.load(file))


def rows_of(table: Mapping[str, Any]) -> tuple[Published, ...]:
    """The rows of a table as the file holds it, each with its studies spelled out."""
    said = {key: f"{study['title']} ({study['read']})" for key, study in table["studies"].items()}
    return tuple(_row(key, row, said) for key, row in table["rows"].items())


def _row(key: str, row: Mapping[str, Any], said: Mapping[str, str]) -> Published:
    if lacking := [name for name in NEEDED if name not in row]:
        raise EvidenceBroken(f"published row {key} lacks {', '.join(lacking)}; it holds {', '.join(row)}")
    if row["use"] not in USES:
        raise EvidenceBroken(f"published row {key} has use {row['use']!r}; known: {', '.join(USES)}")
    if unknown := [study for study in row["studies"] if study not in said]:
        raise EvidenceBroken(f"published row {key} names study {unknown[0]}, which no row of studies holds")
    if not row["lowest"] <= row["value"] <= row["highest"]:
        raise EvidenceBroken(
            f"published row {key} has {row['value']} outside its own bounds {row['lowest']} to {row['highest']}"
        )
    return Published(key=key, **{**row, "studies": tuple(said[study] for study in row["studies"])})


@cache
def known(shelf: str) -> Mapping[str, float]:
    """The plain numbers of a shelf beside the rows: `relapse` or `comparators`."""
    with PLACE.open("rb") as file:
        return {key: float(row["value"]) for key, row in tomllib.load(file)[shelf].items()}
