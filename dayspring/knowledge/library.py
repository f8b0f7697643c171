"""Reads the knowledge once and refuses to hand out a library that is not whole."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from dayspring.knowledge.rows import STANDINGS, Limit, Source
from dayspring.knowledge.whole import faults

HOME = Path(__file__).parent


class KnowledgeBroken(ValueError):
    """A row names something that does not exist, or lacks what every row must have."""


@dataclass(frozen=True, slots=True)
class Library:
    """Everything in `knowledge/`, cross-checked. Rows other than limits are plain tables."""

    sources: Mapping[str, Source]
    limits: Mapping[str, Limit]
    protocols: Mapping[str, Mapping[str, Any]]
    routes: Mapping[str, Mapping[str, Any]]
    drugs: Mapping[str, Mapping[str, Any]]
    codes: Mapping[str, Mapping[str, Any]]
    roles: Mapping[str, Any]
    conditions: Mapping[str, Any]
    consents: Mapping[str, Mapping[str, Any]]
    screening: Mapping[str, Mapping[str, Any]]
    models: Mapping[str, Mapping[str, Any]]
    instruments: Mapping[str, Mapping[str, Any]]
    rulebook: Mapping[str, Mapping[str, Any]]
    paragraphs: Mapping[str, Any]
    jurisdiction: str = "US"

    def limit(self, key: str) -> Limit:
        """The limit of that key; raises KnowledgeBroken naming the key when there is none."""
        try:
            return self.limits[key]
        except KeyError:
            raise KnowledgeBroken(f"no limit is called {key}") from None


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file, parse_float=Decimal)


def _folder(name: str) -> dict[str, dict[str, Any]]:
    return {path.stem: _read(path) for path in sorted((HOME / name).glob("*.toml"))}


def _limit(key: str, row: Mapping[str, Any], sources: Mapping[str, Source]) -> Limit:
    bounds = [b for b in ("at_most", "at_least", "equals") if b in row]
    lacking = [n for n in ("unit", "means", "source", "where", "standing", "agreed") if n not in row]
    if len(bounds) != 1 or lacking:
        raise KnowledgeBroken(
            f"limit {key} needs one of at_most, at_least, equals and lacks {lacking}: {bounds}"
        )
    if row["source"] not in sources:
        raise KnowledgeBroken(f"limit {key} names source {row['source']}, which sources.toml does not hold")
    if row["standing"] not in STANDINGS:
        raise KnowledgeBroken(f"limit {key} has standing {row['standing']}; known: {sorted(STANDINGS)}")
    fields: dict[str, Any] = {k: Decimal(v) if k in bounds else v for k, v in row.items()}
    return Limit(key=key, **fields)


@cache
def library() -> Library:
    """The library shipped with this version. Raises KnowledgeBroken naming the row and what clashes."""
    sources = {key: Source(key=key, **row) for key, row in _read(HOME / "sources.toml").items()}
    limits: dict[str, Limit] = {}
    for name, rows in _folder("limits").items():
        for key, row in rows.items():
            if key in limits:
                raise KnowledgeBroken(f"limit {key} stands twice, the second time in {name}.toml")
            limits[key] = _limit(key, row, sources)
    shelf = Library(
        sources=sources,
        limits=limits,
        protocols=_folder("protocols"),
        routes=_folder("routes"),
        drugs=_folder("drugs"),
        codes=_read(HOME / "codes.toml"),
        roles=_read(HOME / "roles.toml"),
        conditions=_read(HOME / "conditions.toml"),
        consents=_folder("consents"),
        screening=_folder("screening"),
        models=_folder("models"),
        instruments=_folder("instruments"),
        rulebook=_folder("rulebook"),
        paragraphs=_read(HOME / "paragraphs.toml"),
    )
    if broken := faults(shelf):
        raise KnowledgeBroken("; ".join(broken))
    return shelf
