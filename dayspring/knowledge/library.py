"""Reads the knowledge once and refuses to hand out a library that is not whole."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from dayspring.knowledge.house import Rows, jurisdiction, tightened
from dayspring.knowledge.rows import STANDINGS, KnowledgeBroken, Limit, Source
from dayspring.knowledge.whole import faults

__all__ = ["KnowledgeBroken", "Library", "library", "library_with", "use_house"]

HOME = Path(__file__).parent


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
    house: Mapping[str, Any]
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


# What the clinic of this process agreed for itself; set once, by `use_house`.
_agreed: dict[str, Mapping[str, Any]] = {}


@cache
def library() -> Library:
    """This version's library, tightened as this clinic agreed. Raises KnowledgeBroken naming what clashes."""
    return library_with(_agreed)


def use_house(rows: Rows) -> None:
    """From now on, in this process, the library is tightened by these rows of a clinic's own file.

    Said once, at the start, before anybody has read the library. Raises KnowledgeBroken when it comes too
    late, or when a row is looser than the pack's: then nothing may start.
    """
    if dict(rows) == _agreed:
        return
    if library.cache_info().currsize:
        raise KnowledgeBroken(
            "the library was read before the clinic's own limits were; nothing may start so"
        )
    library_with(rows)
    _agreed.clear()
    _agreed.update(rows)


def library_with(house: Rows) -> Library:
    """The library as a clinic with these rows has it; beside, and without touching, the one of this process."""
    pack = _pack()
    return replace(
        pack,
        limits=tightened(pack.limits, house, pack.house),
        jurisdiction=jurisdiction(house, pack.house, pack.jurisdiction),
    )


def _pack() -> Library:
    """Everything as it is shipped, cross-checked."""
    sources = {key: Source(key=key, **row) for key, row in _read(HOME / "sources.toml").items()}
    shelf = Library(
        sources=sources,
        limits=_limits(sources),
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
        house=_read(HOME / "house.toml"),
    )
    if broken := faults(shelf):
        raise KnowledgeBroken("; ".join(broken))
    return shelf


def _limits(sources: Mapping[str, Source]) -> dict[str, Limit]:
    limits: dict[str, Limit] = {}
    for name, rows in _folder("limits").items():
        for key, row in rows.items():
            if key in limits:
                raise KnowledgeBroken(f"limit {key} stands twice, the second time in {name}.toml")
            limits[key] = _limit(key, row, sources)
    return limits
