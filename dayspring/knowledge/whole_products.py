"""Whether what is on the shelf, and the way in which it is given, are whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dayspring.knowledge.library import Library

# What a product of each kind must say of itself.
FIELDS = {
    "vial": ("stock", "must_dilute"),
    "tablet": ("strength", "scored"),
    "spray": ("per_spray", "sprays"),
}
KINDS = ("infusion", "injection", "spray", "tablets")


def drug_faults(key: str, drug: Mapping[str, Any], shelf: Library) -> Iterator[str]:
    """A product says all that its kind asks for, and its numbers are those of the limits."""
    for name, product in drug.get("products", {}).items():
        place = f"product {name} of {key}"
        lacking = [word for word in FIELDS.get(product.get("kind"), ("kind",)) if word not in product]
        if product.get("kind") not in FIELDS or lacking:
            kinds = ", ".join(FIELDS)
            yield f"{place} is a {product.get('kind')} and lacks {', '.join(lacking)}; kinds are {kinds}"
            continue
        if not product.get("routes"):
            yield f"{place} names no route"
        for route in product.get("routes", ()):
            if route not in shelf.routes:
                yield f"{place} names the route {route}, which does not exist"
        yield from _numbers(place, product, shelf)
        yield from _strength(key, name, product, shelf)


def _numbers(place: str, product: Mapping[str, Any], shelf: Library) -> Iterator[str]:
    """Where a limit says the same number, it is the same; a device holds what its sprays give."""
    for word, limit in product.get("agrees", {}).items():
        if limit not in shelf.limits:
            yield f"{place} names the limit {limit} for its {word}, which does not exist"
        elif product.get(word) != shelf.limits[limit].value:
            yield f"{place} says {word} {product.get(word)}; {limit} is {shelf.limits[limit].value}"
    if "device" in product and product["device"] != product["sprays"] * product["per_spray"]:
        yield (
            f"{place} holds {product['device']} mg; "
            f"its {product['sprays']} sprays of {product['per_spray']} mg give another amount"
        )


def _strength(key: str, name: str, product: Mapping[str, Any], shelf: Library) -> Iterator[str]:
    """A vial stronger than may be drawn from says that it must be diluted, and no other says so."""
    strongest = shelf.limits.get("source_strength")
    if product["kind"] != "vial":
        return
    strong = strongest is not None and product["stock"] > strongest.value
    if product["must_dilute"] is not strong:
        yield (
            f"drug {key} says must_dilute {product['must_dilute']} of {name}, "
            f"{product['stock']} mg/mL; source_strength is {strongest}"
        )


def route_faults(key: str, route: Mapping[str, Any], shelf: Library) -> Iterator[str]:
    """A route carries its own code, says which kinds of order it takes, and its least interval exists."""
    if route.get("code") != key:
        yield f"route {key} carries the code {route.get('code')}"
    for kind in route.get("kinds", ()):
        if kind not in KINDS:
            yield f"route {key} names the kind {kind}, which does not exist"
    intervals = route.get("minimum_interval", {})
    if "any" not in intervals:
        yield f"route {key} has no minimum_interval for any drug"
    for word, limit in intervals.items():
        if limit not in shelf.limits:
            yield f"route {key} names the limit {limit} as its minimum_interval.{word}, which does not exist"
    for drug in route.get("bioavailability_by_drug", {}):
        if drug not in shelf.drugs:
            yield f"route {key} names the drug {drug}, which does not exist"
