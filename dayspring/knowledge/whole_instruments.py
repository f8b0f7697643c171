"""Whether a questionnaire is whole: bands without a gap, numbers within its range, codes that are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dayspring.knowledge.library import Library

NEEDED = (
    "name", "measures", "answered_by", "scored", "items", "lowest", "highest", "direction", "recall",
    "cadence", "source", "standing", "licence", "loinc",
)  # fmt: skip
DIRECTIONS = ("higher is worse", "higher is better")
SHIPS = ("yes", "no", "conditional")
STATUSES = ("verified", "memory", "none")
BOUNDS = ("at_most", "at_least", "equals")
SCORE = "{score}"
# How many answers make the total: for these it is their sum.
SUM = "sum"


def instrument_faults(key: str, row: Mapping[str, Any], shelf: Library) -> Iterator[str]:
    """Everything that a questionnaire lacks, or says in two ways."""
    place = f"instrument {key}"
    if lacking := [name for name in NEEDED if name not in row]:
        yield f"{place} lacks {', '.join(lacking)}"
        return
    yield from _words(place, row)
    yield from _range(place, row)
    yield from _bands(place, row)
    yield from _numbers(place, row)
    yield from _items(place, row, shelf)
    yield from _codes(place, key, row, shelf)


def _words(place: str, row: Mapping[str, Any]) -> Iterator[str]:
    for word, said, known in (
        ("direction", row["direction"], DIRECTIONS),
        ("licence.ship", row["licence"].get("ship"), SHIPS),
        ("loinc.status", row["loinc"].get("status"), STATUSES),
    ):
        if said not in known:
            yield f"{place} says {word} {said}; it is one of {', '.join(known)}"
    if not row["licence"].get("why"):
        yield f"{place} does not say why its wording may or may not be shown"


def _range(place: str, row: Mapping[str, Any]) -> Iterator[str]:
    """The range of the total is the one that the answers can give."""
    if row["lowest"] >= row["highest"]:
        yield f"{place} runs from {row['lowest']} to {row['highest']}"
    if row["scored"] == SUM and "item" in row:
        low, high = (row["items"] * edge for edge in row["item"])
        if (low, high) != (row["lowest"], row["highest"]):
            yield (
                f"{place} runs from {row['lowest']} to {row['highest']}; "
                f"{row['items']} answers of {row['item'][0]} to {row['item'][1]} run from {low} to {high}"
            )


def _bands(place: str, row: Mapping[str, Any]) -> Iterator[str]:
    """Bands cover the whole range, each total once."""
    bands = row.get("bands", {}).get("rows", ())
    follows = row["lowest"]
    for low, high, word in bands:
        if low != follows or high < low:
            yield f"{place} has the band {word} from {low} to {high}, where one from {follows} should follow"
        follows = high + 1
    if bands and follows != row["highest"] + 1:
        yield f"{place} has bands up to {follows - 1}; its total runs up to {row['highest']}"


def _numbers(place: str, row: Mapping[str, Any]) -> Iterator[str]:
    """Each number has one bound, a unit, a meaning and a ground; a total lies within the range."""
    for name, number in row.get("numbers", {}).items():
        bounds = [bound for bound in BOUNDS if bound in number]
        lacking = [word for word in ("unit", "means", "source", "standing") if not number.get(word)]
        if len(bounds) != 1 or lacking:
            yield f"{place}, number {name}, needs one of {', '.join(BOUNDS)} and lacks {lacking}: {bounds}"
        elif number["unit"] == SCORE and not 0 <= number[bounds[0]] <= row["highest"]:
            yield f"{place}, number {name}, is {number[bounds[0]]}; its total runs up to {row['highest']}"


def _items(place: str, row: Mapping[str, Any], shelf: Library) -> Iterator[str]:
    """Groups, alerts and codes of items speak of items that exist."""
    named = [(f"group {name}", item) for name, items in row.get("groups", {}).items() for item in items]
    named += [("alert", alert["item"]) for alert in row.get("alerts", ())]
    for what, item in named:
        if not 1 <= item <= row["items"]:
            yield f"{place}, {what}, speaks of item {item}; it has {row['items']}"
    other = row.get("taken_from")
    if other is not None and other not in shelf.instruments:
        yield f"{place} is taken from {other}, which does not exist"


def _codes(place: str, key: str, row: Mapping[str, Any], shelf: Library) -> Iterator[str]:
    """A code that was found is given; a total carries the code it is measured under."""
    loinc = row["loinc"]
    given = [word for word in ("panel", "items", "total", "other") if loinc.get(word)]
    if (loinc.get("status") == "none") is bool(given):
        yield f"{place} says its published codes are {loinc.get('status')} and gives {given or 'none'}"
    local = shelf.codes.get(key, {}).get("system") == "dayspring"
    total = shelf.codes.get(key, {}).get("code")
    if total and loinc.get("total") and (local or total != loinc["total"]):
        yield f"{place} has the total {loinc['total']}; codes.toml measures {key} under {total}"
