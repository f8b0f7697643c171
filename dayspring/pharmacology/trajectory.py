"""What a simulation gives back: named columns, each with its unit, and what they lean on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.parameters import Parameter
from dayspring.pharmacology.patient import Array

# The end of a name is its unit. `share` is 0..1; `units` are multiples of what one reference session adds.
UNITS = {
    "ng_per_ml": "ng/mL",
    "ic50": "multiples of the level that blocks half",
    "share": "share, 0 to 1",
    "units": "reference sessions",
    "logit": "logit",
    "points": "points",
    "phq9_points": "points",
    "mmhg": "mmHg",
    "per_min": "per minute",
    "per_day": "per day",
    "probability": "probability, 0 to 1",
    "h": "h",
}


class NoSuchColumn(KeyError):
    """A column was asked for that the trajectory does not have."""


class FrameUnavailable(ImportError):
    """A data frame was asked for where pandas is not installed."""


def frame(table: Mapping[str, Sequence[float]]) -> Any:
    """The table as a pandas data frame; pandas is asked for only here."""
    try:
        return import_module("pandas").DataFrame(table)
    except ImportError:
        raise FrameUnavailable(
            "a data frame needs pandas, which is not installed; to_dict needs nothing"
        ) from None


def unit_of(column: str) -> str:
    """The unit that a column's name ends in."""
    for ending in sorted(UNITS, key=len, reverse=True):
        if column.endswith(f"_{ending}"):
            return UNITS[ending]
    raise NoSuchColumn(f"{column} ends in no unit; units are {', '.join(UNITS)}")


def column(values: Mapping[str, Array], name: str) -> Array:
    """The column of that name; raises NoSuchColumn naming those that exist."""
    try:
        return values[name]
    except KeyError:
        raise NoSuchColumn(f"no column is called {name}; there are {', '.join(values)}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """The course of one patient. `run["madrs_points"]` is an array, one value for each of `times_h`.

    `outside` says why the course may not be shown to anyone as their own; empty where the model was fitted.
    """

    times_h: Array
    values: Mapping[str, Array]
    doses: tuple[Dose, ...]
    leans_on: tuple[Parameter, ...]
    sources: Mapping[str, str]
    outside: tuple[str, ...]
    tier: str

    def __getitem__(self, name: str) -> Array:
        return column(self.values, name)

    @property
    def columns(self) -> tuple[str, ...]:
        return ("time_h", *self.values)

    def unit(self, name: str) -> str:
        """In what the column is measured."""
        if name not in self.columns:
            column(self.values, name)
        return unit_of(name)

    def to_dict(self) -> dict[str, list[float]]:
        """Every column as plain numbers, the times first; a data frame takes it as it is."""
        return {"time_h": self.times_h.tolist()} | {name: v.tolist() for name, v in self.values.items()}

    def to_frame(self) -> Any:
        """The same as a pandas data frame, one row for each time; raises FrameUnavailable without pandas."""
        return frame(self.to_dict())


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The course of a population: for each column what was asked for.

    `above[("madrs_points", 22.0)]` is the share of people above that limit. `exact` says whether quantiles are
    those of the people themselves; of very many they are read from a sketch (sketch.py says how fine).
    """

    times_h: Array
    people: int
    mean: Mapping[str, Array]
    variance: Mapping[str, Array]
    quantiles: Mapping[str, Mapping[float, Array]]
    above: Mapping[tuple[str, float], Array]
    exact: bool
    tier: str
    doses: tuple[Dose, ...]
    leans_on: tuple[Parameter, ...]
    sources: Mapping[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.to_dict())

    def to_dict(self) -> dict[str, list[float]]:
        """`madrs_points mean`, `madrs_points q0.05` and so on, as plain numbers, the times first."""
        table = {"time_h": self.times_h.tolist()}
        table |= {f"{name} mean": v.tolist() for name, v in self.mean.items()}
        table |= {f"{name} variance": v.tolist() for name, v in self.variance.items()}
        for name, by_share in self.quantiles.items():
            table |= {f"{name} q{share:g}": v.tolist() for share, v in by_share.items()}
        table |= {f"{name} above {limit:g}": v.tolist() for (name, limit), v in self.above.items()}
        return table

    def to_frame(self) -> Any:
        """The same as a pandas data frame, one row for each time; raises FrameUnavailable without pandas."""
        return frame(self.to_dict())
