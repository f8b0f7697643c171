"""The pack: all knowledge of one version as plain rows, with a digest, and what changed between two of them.

A row is every table of the knowledge that holds a value; its key is the path that leads to it, such as
`limits.systolic_before_dose_go`. Values are told as text, so that two packs can be compared and printed
without reading the files of either.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from dayspring.knowledge.library import Library
from dayspring.knowledge.rows import STANDINGS, Limit
from dayspring.quantities import SPOKEN, plain

Row = Mapping[str, str]
Content = Mapping[str, Row]
# Nobody has to sign what a label, a guideline or a trial says; the clinic's own proposals somebody has to.
UNSIGNED = ("memory", "default")

BOUNDS = {"at_most": "at most", "at_least": "at least", "equals": "exactly"}


class PackBroken(ValueError):
    """A file that is meant to hold a pack does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row that two packs have not alike: `told` holds (field, old, new), empty where it is absent."""

    key: str
    kind: str
    told: tuple[tuple[str, str, str], ...]
    source: str
    means: str
    unit: str = ""

    @property
    def spoken(self) -> tuple[tuple[str, str, str], ...]:
        """`told` as people say it: units and standings in words, a number with its unit."""
        return tuple(
            (field.replace("_", " "), self._say(field, old), self._say(field, new))
            for field, old, new in self.told
        )

    def _say(self, field: str, value: str) -> str:
        if field in ("value", "pack") and value:
            return f"{value} {SPOKEN.get(self.unit, self.unit)}".strip()
        words = {"unit": SPOKEN, "standing": STANDINGS, "bound": BOUNDS}.get(field, {})
        return words.get(value, value)

    @property
    def shelf(self) -> str:
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        return self.key.partition(".")[2] or self.key


def content(known: Library) -> dict[str, dict[str, str]]:
    """Every row of the library, the clinic's own limits among them, by its path. What says nothing is left out."""
    rows: dict[str, dict[str, str]] = {}
    for shelf in fields(known):
        for path, row in _rows(getattr(known, shelf.name), shelf.name):
            rows[path] = {name: value for name, value in row.items() if value}
    return dict(sorted(rows.items()))


def _rows(node: object, path: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each table below the node that holds a value of its own."""
    if isinstance(node, Limit):
        yield path, _limit(node)
    elif is_dataclass(node):
        yield path, {f.name: text(getattr(node, f.name)) for f in fields(node) if f.name != "key"}
    elif isinstance(node, Mapping):
        inner = {str(key): value for key, value in node.items() if _holds_rows(value)}
        if own := {str(key): text(value) for key, value in node.items() if str(key) not in inner}:
            yield path, own
        for key, value in inner.items():
            yield from _rows(value, f"{path}.{key}")
    elif _holds_rows(node) and isinstance(node, list | tuple):
        for number, value in enumerate(node, 1):
            yield from _rows(value, f"{path}.{number}")
    else:
        yield path, {"value": text(node)}


def _holds_rows(value: object) -> bool:
    """Whether the value is rows of its own: a table, or a list of tables such as the paragraphs of a consent."""
    listed = isinstance(value, list | tuple) and bool(value) and all(isinstance(x, Mapping) for x in value)
    return listed or isinstance(value, Mapping) or is_dataclass(value)


def _limit(limit: Limit) -> dict[str, str]:
    own = limit.house
    house = {} if own is None else {
        "house": f"agreed by {own.agreed}, {own.on}: {own.why}", "pack": plain(own.pack)
    }  # fmt: skip
    said = {name: getattr(limit, name) for name in ("means", "source", "where", "standing", "agreed")}
    return {"bound": limit.bound, "value": plain(limit.value), "unit": limit.unit} | said | house


def text(value: object) -> str:
    """A value of a row as text; the same value gives the same text on every machine."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal() | int():
            return plain(Decimal(value))
        case Mapping():
            return "; ".join(f"{key}: {text(inner)}" for key, inner in value.items())
        case list() | tuple():
            return ", ".join(text(inner) for inner in value)
        case date():
            return value.isoformat()
        case None:
            return ""
    return str(value)


def printed(rows: Content) -> str:
    """The rows as JSON, one row a line, so that two versions can be laid side by side."""
    lines = (f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False, sort_keys=True)}" for k, v in rows.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def digest(known: Library) -> str:
    """The fingerprint of everything the library holds: one changed word gives another."""
    return digest_of(content(known))


def digest_of(rows: Content) -> str:
    """The fingerprint of these rows, whatever their order."""
    told = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def read_pack(path: Path) -> dict[str, dict[str, str]]:
    """The rows that `printed` wrote. Raises PackBroken naming the file and what is wrong with it."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as broken:
        raise PackBroken(f"{path} holds no pack: {broken}") from broken
    return checked(rows, str(path))


def checked(rows: Any, place: str) -> dict[str, dict[str, str]]:
    """The rows, if they are rows of text; else PackBroken naming the place."""
    whole = isinstance(rows, dict) and all(
        isinstance(row, dict) and all(isinstance(value, str) for value in row.values())
        for row in rows.values()
    )
    if not whole:
        raise PackBroken(f"{place} holds no pack: it must be rows of text by their keys")
    return rows  # type: ignore[no-any-return]


def changes(old: Content, new: Content) -> tuple[Change, ...]:
    """Every row that was added, removed or changed, in the order of their keys."""
    found = []
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key, {}), new.get(key, {})
        if before == after:
            continue
        kind = "added" if key not in old else "removed" if key not in new else "changed"
        row = after or before
        told = tuple(
            (name, before.get(name, ""), after.get(name, ""))
            for name in dict.fromkeys((*before, *after))
            if before.get(name) != after.get(name)
        )
        named = {name: row.get(name, "") for name in ("source", "means", "unit")}
        found.append(Change(key=key, kind=kind, told=told, **named))
    return tuple(found)


def standings(rows: Content) -> dict[str, int]:
    """How many rows rest on what, in the order of STANDINGS."""
    counted = Counter(row["standing"] for row in rows.values() if row.get("standing") in STANDINGS)
    return {standing: counted[standing] for standing in STANDINGS}


def unsigned(rows: Content) -> int:
    """How many rows are from memory or a clinic's default: those somebody has to answer for."""
    return sum(count for standing, count in standings(rows).items() if standing in UNSIGNED)
