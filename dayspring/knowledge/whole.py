"""Whether the knowledge is whole: each name that a row uses has its own row. A fault names both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dayspring.knowledge.rows import STANDINGS
from dayspring.knowledge.whole_instruments import instrument_faults
from dayspring.knowledge.whole_products import drug_faults, route_faults
from dayspring.knowledge.whole_protocols import protocol_faults

if TYPE_CHECKING:
    from dayspring.knowledge.library import Library

TABLES = (
    "protocols", "routes", "drugs", "codes", "conditions", "consents", "screening", "instruments", "rulebook",
)  # fmt: skip


def faults(shelf: Library) -> tuple[str, ...]:
    """Everything that is named and does not exist; empty when the library is whole."""
    found = [*_cited(shelf), *_codes(shelf), *_rulebook(shelf)]
    for key, protocol in shelf.protocols.items():
        found += protocol_faults(key, protocol, shelf)
    for key, drug in shelf.drugs.items():
        found += drug_faults(key, drug, shelf)
    for key, route in shelf.routes.items():
        found += route_faults(key, route, shelf)
    for key, instrument in shelf.instruments.items():
        found += instrument_faults(key, instrument, shelf)
    return tuple(found)


def _cited(shelf: Library) -> Iterator[str]:
    """Wherever a row gives a source, a standing or a limit, that source, standing or limit exists."""
    known = {"source": shelf.sources, "standing": STANDINGS, "limit": shelf.limits}
    for name in TABLES:
        for place, row in _rows(getattr(shelf, name), name):
            for word, table in known.items():
                value = row.get(word)
                if isinstance(value, str) and value and value not in table:
                    yield f"{place} names the {word} {value}, which does not exist"


def _rows(node: object, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every table inside a table, with the path that leads to it."""
    if isinstance(node, Mapping):
        yield place, node
        for key, inner in node.items():
            yield from _rows(inner, f"{place}.{key}")
    elif isinstance(node, list | tuple):
        for number, inner in enumerate(node, 1):
            yield from _rows(inner, f"{place}.{number}")


def _codes(shelf: Library) -> Iterator[str]:
    for key, code in shelf.codes.items():
        if lacking := [n for n in ("display", "unit", "system", "code", "source") if not code.get(n)]:
            yield f"code {key} lacks {', '.join(lacking)}"


def _rulebook(shelf: Library) -> Iterator[str]:
    """A rule stands once, in words, on a source, and is to be read again after it was read."""
    seen: dict[str, str] = {}
    for part, rows in shelf.rulebook.items():
        for rule, row in rows.items():
            if rule in seen:
                yield f"rule {rule} stands in {seen[rule]}.toml and again in {part}.toml"
            seen[rule] = part
            if lacking := [
                n for n in ("says", "source", "standing", "last_verified", "review_by") if n not in row
            ]:
                yield f"rule {rule} lacks {', '.join(lacking)}"
            elif row["review_by"] <= row["last_verified"]:
                yield (
                    f"rule {rule} is to be read again by {row['review_by']}, "
                    f"and was read {row['last_verified']}"
                )
            for word, table in (("limits", shelf.limits), ("routes", shelf.routes)):
                for key in row.get(word, ()):
                    if key not in table:
                        yield f"rule {rule} names the {word[:-1]} {key}, which does not exist"
