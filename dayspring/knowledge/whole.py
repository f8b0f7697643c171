"""Whether the knowledge is whole: each name that a row uses has its own row. A fault names both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dayspring.knowledge.rows import STANDINGS

if TYPE_CHECKING:
    from dayspring.knowledge.library import Library

PROTOCOL_LIMITS = ("infusion_minutes", "sessions", "minimum_interval", "start_dose", "dose_steps")
TABLES = ("protocols", "routes", "drugs", "codes", "conditions", "consents", "screening")


def faults(shelf: Library) -> tuple[str, ...]:
    """Everything that is named and does not exist; empty when the library is whole."""
    found = [*_cited(shelf), *_codes(shelf)]
    for key, protocol in shelf.protocols.items():
        found += _protocol(key, protocol, shelf)
    for key, drug in shelf.drugs.items():
        found += _products(key, drug, shelf)
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


def _protocol(key: str, protocol: Mapping[str, Any], shelf: Library) -> Iterator[str]:
    place = f"protocol {key}"
    homes = {"route": shelf.routes, "drug": shelf.drugs, "consent": shelf.consents}
    for word, table in homes.items():
        if protocol.get(word) not in table:
            yield f"{place} names the {word} {protocol.get(word)}, which does not exist"
    for path, limit in _limits_of(protocol):
        if limit not in shelf.limits:
            yield f"{place} names the limit {limit} as its {path}, which does not exist"
    for kind in protocol.get("required_vitals", ()):
        if kind not in shelf.codes:
            yield f"{place} requires {kind}, which codes.toml does not hold"
    yield from _agree(place, protocol, shelf)


def _limits_of(protocol: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Each place of a protocol that holds the key of a limit, or a list of such keys."""
    places = [(name, protocol.get(name)) for name in PROTOCOL_LIMITS]
    for part in ("fasting", "monitoring"):
        places += [(f"{part}.{name}", value) for name, value in protocol.get(part, {}).items()]
    for path, value in places:
        for key in value if isinstance(value, list) else [value]:
            yield path, key


def _agree(place: str, protocol: Mapping[str, Any], shelf: Library) -> Iterator[str]:
    """The drug has the protocol's form; the consent is for its route and its indication."""
    drug = shelf.drugs.get(protocol.get("drug", ""), {})
    if drug and drug.get("form") != protocol.get("form"):
        yield f"{place} gives {protocol.get('form')} {protocol['drug']}, which is {drug.get('form')}"
    consent = shelf.consents.get(protocol.get("consent", ""), {})
    for word in ("route", "indication") if consent else ():
        if consent.get(word) != protocol.get(word):
            yield (
                f"{place} is for the {word} {protocol.get(word)}; "
                f"its consent {protocol['consent']} is for {consent.get(word)}"
            )


def _products(key: str, drug: Mapping[str, Any], shelf: Library) -> Iterator[str]:
    """A product stronger than may be drawn from says that it must be diluted, and no other says so."""
    strongest = shelf.limits.get("source_strength")
    for name, product in drug.get("products", {}).items():
        strong = strongest is not None and product["stock"] > strongest.value
        if product["must_dilute"] is not strong:
            yield (
                f"drug {key} says must_dilute {product['must_dilute']} of {name}, "
                f"{product['stock']} mg/mL; source_strength is {strongest}"
            )


def _codes(shelf: Library) -> Iterator[str]:
    for key, code in shelf.codes.items():
        if lacking := [n for n in ("display", "unit", "system", "code", "source") if not code.get(n)]:
            yield f"code {key} lacks {', '.join(lacking)}"
