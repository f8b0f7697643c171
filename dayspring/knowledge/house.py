"""What a clinic agreed for itself: stricter than the pack, never looser.

Two rules keep this file honest.
1. Which way is stricter is decided in `house.toml`, row by row; what is undecided no clinic changes.
2. A row that is looser, of another unit, or of a limit nobody knows, stops the start and names both.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from dayspring.knowledge.rows import HouseLimit, KnowledgeBroken, Limit
from dayspring.quantities import SPOKEN, plain

FILE = "house_limits.toml"
# The table of the file that is no limit: where the clinic works.
CLINIC = "clinic"
BOUNDS = ("at_most", "at_least", "equals")
MAY_SAY = {*BOUNDS, "unit", "agreed", "on", "why"}
FIXED = "fixed"
BY_BOUND = {"at_most": "less", "at_least": "more", "equals": FIXED}

Rows = Mapping[str, Mapping[str, Any]]


class HouseRefused(KnowledgeBroken):
    """The clinic's own file asks for something that no clinic may have."""


def read_house(path: Path) -> dict[str, dict[str, Any]]:
    """The rows of a clinic's file; none when there is no such file. Raises HouseRefused when it is unreadable."""
    if not path.exists():
        return {}
    try:
        with path.open("rb") as file:
            rows = tomllib.load(file, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise HouseRefused(f"{path.name} cannot be read: {broken}") from broken
    if loose := [key for key, row in rows.items() if not isinstance(row, dict)]:
        raise HouseRefused(f"{path.name} holds {', '.join(loose)} outside a table; each row is a table")
    return rows


def stricter(limit: Limit, decided: Mapping[str, Any]) -> str:
    """Which way is stricter for that limit: `less`, `more`, or `fixed` when no clinic may change it."""
    if not limit.value:
        return FIXED  # nothing is below nothing: such a row holds always, or never
    if limit.key in decided["direction"]:
        return str(decided["direction"][limit.key])
    if any(part in limit.key for part in decided["parts"]["fixed"]):
        return FIXED
    if limit.key.endswith(tuple(decided["endings"]["by_bound"])):
        return BY_BOUND[limit.bound]
    return FIXED


def jurisdiction(rows: Rows, decided: Mapping[str, Any], otherwise: str) -> str:
    """Where the clinic works, as its file says; `otherwise` when it says nothing."""
    said = rows.get(CLINIC, {})
    if odd := sorted(set(said) - {"jurisdiction"}):
        raise HouseRefused(f"[{CLINIC}] in {FILE} says {', '.join(odd)}; it may say jurisdiction only")
    place = said.get("jurisdiction", otherwise)
    if place not in decided["jurisdictions"]:
        raise HouseRefused(
            f"[{CLINIC}] in {FILE} names the jurisdiction {place}; "
            f"there are {', '.join(decided['jurisdictions'])}"
        )
    return str(place)


def tightened(limits: Mapping[str, Limit], rows: Rows, decided: Mapping[str, Any]) -> dict[str, Limit]:
    """The limits with the clinic's own in their place. Raises HouseRefused naming every row it cannot take."""
    faults: list[str] = []
    own: dict[str, Limit] = {}
    for key, row in rows.items():
        if key == CLINIC:
            continue
        if key not in limits:
            faults.append(f"{FILE} changes {key}, and no limit is called so")
            continue
        found = list(_faults(limits[key], row, decided))
        faults += found
        if not found:
            own[key] = _own(limits[key], row)
    if faults:
        raise HouseRefused("; ".join(faults))
    return {**limits, **own}


def _own(limit: Limit, row: Mapping[str, Any]) -> Limit:
    house = HouseLimit(pack=limit.value, agreed=row["agreed"].strip(), on=row["on"], why=row["why"].strip())
    changed: dict[str, Any] = {limit.bound: Decimal(row[limit.bound])}
    return replace(limit, house=house, **changed)


def _faults(limit: Limit, row: Mapping[str, Any], decided: Mapping[str, Any]) -> Iterator[str]:
    """What keeps this row from being taken."""
    place = f"{FILE}, {limit.key}"
    if odd := sorted(set(row) - MAY_SAY):
        yield f"{place} says {', '.join(odd)}; a house row may say {', '.join(sorted(MAY_SAY))}"
    for name in ("agreed", "why"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            yield f"{place} lacks {name}: who agreed and why stand beside every house limit"
    if type(row.get("on")) is not date:
        yield f"{place} lacks on, the day it was agreed, written as 2026-11-30"
    unit = row.get("unit", limit.unit)
    if unit != limit.unit:
        yield f"{place} is in {unit}; the pack's limit is in {limit.unit}"
    elif said := [bound for bound in BOUNDS if bound in row]:
        yield from _bound_faults(limit, row, said, decided)
    else:
        yield f"{place} has no number; the pack says {limit.bound} {_told(limit.value, limit)}"


def _bound_faults(
    limit: Limit, row: Mapping[str, Any], said: list[str], decided: Mapping[str, Any]
) -> Iterator[str]:
    """The number: of the pack's own kind, above nothing, and on the stricter side."""
    place = f"{FILE}, {limit.key}"
    if said != [limit.bound]:
        yield f"{place} says {' and '.join(said)}; the pack's limit is {limit.bound}"
        return
    value = row[limit.bound]
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        yield f"{place} is {value!r}, which is no number; the pack says {_told(limit.value, limit)}"
        return
    way, number = stricter(limit, decided), Decimal(value)
    pack, own = _told(limit.value, limit), _told(number, limit)
    if way == FIXED:
        yield f"{place} would be {own} instead of {pack}; no clinic changes this row"
    elif number <= 0:
        yield f"{place} is {own}; a house limit is above nothing, and the pack says {pack}"
    elif number > limit.value if way == "less" else number < limit.value:
        yield f"{place} is {own}, which is looser than the pack's {pack}: a clinic may be stricter, never looser"
    elif number == limit.value:
        yield f"{place} is {own}, the same as the pack's {pack}: a row that changes nothing is left out"


def _told(value: Decimal, limit: Limit) -> str:
    return f"{plain(value)} {SPOKEN.get(limit.unit, limit.unit)}".strip()
