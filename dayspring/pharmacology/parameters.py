"""The numbers of the model, each with its source. A set is read once, whole, or refused by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from dayspring.knowledge import library

REFERENCE = "reference-2026"
# The recalibrated set; the reference stays as it is, so that it can always be shown again.
RECALIBRATED = "dayspring-2026"
# How a number of the model is known; none of these words is used for the clinic's own limits.
STANDINGS = ("measured", "derived", "calibrated", "assumed")
NEEDED = ("value", "unit", "means", "source", "where", "standing")
# `log`: standard deviation of the logarithm; `own`: standard deviation in the number's own unit.
SPREADS = ("log", "own")


class ParametersBroken(ValueError):
    """A set of parameters does not exist, or one of its rows names or lacks something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One number of the model. `str(parameter)` is its citation."""

    key: str
    value: float
    unit: str
    means: str
    source: str
    where: str
    standing: str
    spread: float | None = None
    spread_of: str | None = None
    lowest: float | None = None
    highest: float | None = None

    def __str__(self) -> str:
        unit = "" if self.unit == "1" else f" {self.unit}"
        return f"{self.key} {self.value:g}{unit} ({self.source}, {self.where}; {self.standing})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """A whole set. `ps["racemic.central_l"]` is the number, `ps.rows` holds it with its source."""

    name: str
    rows: Mapping[str, Parameter]
    sources: Mapping[str, str]

    def __getitem__(self, key: str) -> float:
        try:
            return self.rows[key].value
        except KeyError:
            raise ParametersBroken(f"the set {self.name} holds no parameter called {key}") from None

    def group(self, prefix: str) -> tuple[str, ...]:
        """The names that stand directly under a prefix, in the order of the file."""
        under = (key.removeprefix(f"{prefix}.") for key in self.rows if key.startswith(f"{prefix}."))
        return tuple(dict.fromkeys(name.split(".")[0] for name in under))


@cache
def parameters(name: str = REFERENCE) -> Parameters:
    """The set of that name; raises ParametersBroken naming the sets that exist, or the row that clashes."""
    files = {k: table for k, table in library().models.items() if k.startswith(f"{name}-")}
    if f"{name}-sources" not in files:
        known = sorted(k.removesuffix("-sources") for k in library().models if k.endswith("-sources"))
        raise ParametersBroken(f"no set of parameters is called {name}; there are {', '.join(known)}")
    own = files.pop(f"{name}-sources")
    sources = {key: f"{row['title']} ({row['note']})" for key, row in own["sources"].items()}
    if "based_on" in own:
        return changed(name, parameters(own["based_on"]), files, sources)
    return whole(name, files, sources)


def changed(
    name: str, base: Parameters, files: Mapping[str, Mapping[str, Any]], sources: Mapping[str, str]
) -> Parameters:
    """The rows of another set with some of them replaced; raises ParametersBroken for a row that it lacks."""
    ours = whole(name, files, {**base.sources, **sources}).rows
    if new := [key for key in ours if key not in base.rows]:
        raise ParametersBroken(f"parameter {new[0]} of {name} stands in no row of {base.name}")
    rows = {**base.rows, **ours}
    used = {row.source for row in rows.values()}
    cited = {key: said for key, said in {**base.sources, **sources}.items() if key in used}
    return Parameters(name=name, rows=rows, sources=cited)


def whole(name: str, files: Mapping[str, Mapping[str, Any]], sources: Mapping[str, str]) -> Parameters:
    """The set made of those files; raises ParametersBroken naming the row and what it lacks or names."""
    rows: dict[str, Parameter] = {}
    for file, table in files.items():
        for key, row in _rows(table):
            if key in rows:
                raise ParametersBroken(f"parameter {key} stands twice, the second time in {file}.toml")
            rows[key] = _parameter(key, row, sources)
    return Parameters(name=name, rows=rows, sources=sources)


def _rows(table: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every table that holds a value, under its dotted name."""
    for key, inner in table.items():
        path = f"{place}.{key}" if place else key
        if not isinstance(inner, Mapping):
            raise ParametersBroken(f"{path} is {inner!r}; a parameter is a table with {', '.join(NEEDED)}")
        if any(isinstance(part, Mapping) for part in inner.values()):
            yield from _rows(inner, path)
        else:
            yield path, inner


def _parameter(key: str, row: Mapping[str, Any], sources: Mapping[str, str]) -> Parameter:
    if lacking := [word for word in NEEDED if word not in row]:
        raise ParametersBroken(f"parameter {key} lacks {', '.join(lacking)}; it holds {', '.join(row)}")
    if row["source"] not in sources:
        raise ParametersBroken(f"parameter {key} names source {row['source']}, which no row of sources holds")
    if row["standing"] not in STANDINGS:
        raise ParametersBroken(
            f"parameter {key} has standing {row['standing']}; known: {', '.join(STANDINGS)}"
        )
    if ("spread" in row) != ("spread_of" in row) or row.get("spread_of", "log") not in SPREADS:
        raise ParametersBroken(f"parameter {key} has spread {row.get('spread')} of {row.get('spread_of')}")
    numbers = {k: float(row[k]) for k in ("value", "spread", "lowest", "highest") if k in row}
    words = {k: str(row[k]) for k in (*NEEDED[1:], "spread_of") if k in row}
    return Parameter(key=key, **numbers, **words)  # type: ignore[arg-type]
