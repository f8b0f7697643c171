"""An item as lines of a page: every value in words, and each name of another row as a way to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dayspring.clinic.browser import telling
from dayspring.clinic.browser.catalogue import Catalogue, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value; `url` leads to the row that it names, `note` says what that row says."""

    text: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: its name, and values, or lines below it. What is `noted` stands value by value, one below the other."""

    name: str
    values: tuple[Value, ...] = ()
    inner: tuple[Line, ...] = ()
    noted: bool = False


def address(item: Item) -> str:
    return reverse("browser:item", kwargs={"shelf": item.shelf, "key": item.key})


def lines(row: Mapping[str, Any], known: Catalogue, *, without: tuple[str, ...] = ()) -> tuple[Line, ...]:
    """Each field of a row that says something."""
    return tuple(
        _line(name, value, known)
        for name, value in row.items()
        if name not in without and value not in ("", None)
    )


def _line(name: str, value: object, known: Catalogue) -> Line:
    called = name if " / " in name else telling.words(name)
    if isinstance(value, Mapping):
        return Line(name=called, inner=lines(value, known))
    if isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value):
        inner = tuple(_line(_numbered(one, number), one, known) for number, one in enumerate(value, 1))
        return Line(name=called, inner=inner)
    if isinstance(value, list | tuple) and any(isinstance(one, list | tuple) for one in value):
        return Line(name=called, values=tuple(Value(text=_band(one)) for one in value), noted=True)
    several = value if isinstance(value, list | tuple) else [value]
    values = tuple(_value(name, one, known) for one in several)
    return Line(name=called, values=values, noted=any(one.note for one in values))


def _band(row: object) -> str:
    """A row of a list of rows; two numbers and a word are a band, such as “5 to 9: mild”."""
    match row:
        case [int() | Decimal() as low, int() | Decimal() as high, str() as word]:
            return _("%(low)s to %(high)s: %(word)s") % {"low": low, "high": high, "word": word}
    return telling.said(row)


def _numbered(row: object, number: int) -> str:
    own = row.get("heading") or row.get("name") if isinstance(row, Mapping) else None
    return str(own or number)


def _value(name: str, value: object, known: Catalogue) -> Value:
    if not isinstance(value, str):
        return Value(text=telling.said(value))
    if name == "standing":
        return Value(text=telling.standing(value))
    for shelf in telling.shelves_of(name, value, known.known):
        if other := known.shelves[shelf].get(value):
            if shelf == "limits":
                limit = known.known.limits[value]
                return Value(text=telling.bound(limit), url=address(other), note=limit.means)
            note = other.title if other.title != value else ""
            return Value(text=value, url=address(other), note=note)
    return Value(text=value)


def grounds(item: Item, known: Catalogue) -> dict[str, Any]:
    """Where it comes from: the source with its address, the place in it, its standing, who agreed."""
    source = known.known.sources.get(item.source)
    return {
        "source": source,
        "source_url": address(known.shelves["sources"][item.source]) if source else "",
        "web": web(source.address) if source else "",
        "where": item.where,
        "standing": item.standing,
        "standing_words": telling.standing(item.standing),
        "unsigned": item.standing in ("memory", "default"),
        "agreed": item.agreed,
    }


def web(told: str) -> str:
    """The first address of the web in what a source says of itself; empty when there is none."""
    first = told.split()[0] if told.split() else ""
    return first if first.startswith(("https://", "http://")) else ""


def users(item: Item, known: Catalogue) -> list[tuple[str, list[tuple[str, str]]]]:
    """What names this item, shelf by shelf: (shelf, [(title, address)])."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in known.used_by.get(item.name, ()):
        found.setdefault(one.shelf, []).append((one.title, address(one)))
    return list(found.items())


def house(item: Item, known: Catalogue) -> dict[str, Any] | None:
    """For a limit: which way a clinic may go, and its own number if it has one. None for anything else."""
    if item.shelf != "limits":
        return None
    from_pack = known.known.limits[item.key]
    ways = {
        "less": _("A clinic may agree on a smaller number, never a larger one."),
        "more": _("A clinic may agree on a larger number, never a smaller one."),
        "fixed": _("No clinic changes this row."),
    }
    return {"says": ways[telling.way(from_pack, known.known)], "own": from_pack.house, "limit": from_pack}
