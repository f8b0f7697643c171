"""Rows in words: bounds, names, what stands in a list, and which names lead to another row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from dayspring.knowledge import Library, Limit
from dayspring.knowledge.house import stricter
from dayspring.knowledge.rows import STANDINGS
from dayspring.quantities import SPOKEN, plain

# Fields whose value is the key of a row on that shelf.
LEADS_TO = {
    "source": "sources",
    "limit": "limits",
    "route": "routes",
    "routes": "routes",
    "drug": "drugs",
    "drugs": "drugs",
    "consent": "consents",
    "instrument": "instruments",
    "instruments": "instruments",
    "protocol": "protocols",
    "protocols": "protocols",
    "rule": "rules",
    "rules": "rules",
    "indications": "rules",
    "gate": "rules",
}


def words(key: str) -> str:
    """`systolic_before_dose_go` as “Systolic before dose go”."""
    return key.replace("_", " ").replace("-", " ").strip().capitalize() if key.islower() else key


def bound(limit: Limit) -> str:
    """The number with its side and unit, such as “at most 140 mmHg”."""
    sides = {"at_most": _("at most"), "at_least": _("at least"), "equals": ""}
    unit = SPOKEN.get(limit.unit, limit.unit)
    return f"{sides[limit.bound]} {plain(limit.value)} {unit}".strip()


def amount(limit: Limit) -> str:
    """The number and its unit alone."""
    return f"{plain(limit.value)} {SPOKEN.get(limit.unit, limit.unit)}".strip()


def standing(key: str) -> str:
    return STANDINGS.get(key, key)


def said(value: object) -> str:
    """A plain value as it is read."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case Decimal() | int():
            return plain(Decimal(value))
        case None:
            return ""
        case list() | tuple():
            return ", ".join(said(one) for one in value)
        case Mapping():
            return "; ".join(f"{words(str(key))}: {said(inner)}" for key, inner in value.items())
    return str(value)


def leaves(node: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a row with the field it stands in; a member of a list stands in the list's field."""
    if isinstance(node, Mapping):
        for key, inner in node.items():
            yield from leaves(inner, str(key))
    elif isinstance(node, list | tuple):
        for inner in node:
            yield from leaves(inner, name)
    elif isinstance(node, str):
        yield name, node


def shelves_of(name: str, value: str, known: Library) -> Iterator[str]:
    """The shelves on which that value, in that field, is a row."""
    if value in known.limits:
        yield "limits"
    elif shelf := LEADS_TO.get(name):
        yield shelf


def carried_out(known: Library) -> dict[str, dict[str, Mapping[str, Any]]]:
    """For each rule the rows of screening that carry it out, by where they stand."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for table, rows in known.screening.items():
        for path, row in _tables(rows, table) if table != "medicines" else ():
            for rule in _rules_of(path, row):
                found.setdefault(rule, {})[" / ".join(words(part) for part in path.split("."))] = row
    return found


def _tables(node: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, inner in node.items():
        if isinstance(inner, Mapping):
            yield f"{path}.{key}", inner
            yield from _tables(inner, f"{path}.{key}")


def _rules_of(path: str, row: Mapping[str, Any]) -> Iterator[str]:
    """The rules that a row names; a row that names none may be called after its rule."""
    if isinstance(row.get("rule"), str):
        yield row["rule"]
    elif isinstance(row.get("rules"), list):
        yield from row["rules"]
    elif (key := path.rpartition(".")[2]).isupper() and "-" in key:
        yield key


def in_short(protocol: Mapping[str, Any], known: Library) -> str:
    """A protocol in one line: what, how, where."""
    route = known.routes.get(str(protocol.get("route")), {}).get("name", protocol.get("route", ""))
    drug = known.drugs.get(str(protocol.get("drug")), {}).get("name", protocol.get("drug", ""))
    parts = [str(drug), str(route)]
    if place := protocol.get("setting"):
        parts.append(_("at home") if place == "home" else _("in the clinic"))
    if protocol.get("enabled") is False:
        parts.append(_("not in use"))
    return ", ".join(part for part in parts if part)


def way(limit: Limit, known: Library) -> str:
    """Which way a clinic may tighten the limit: less, more or fixed."""
    return stricter(limit, known.house)
