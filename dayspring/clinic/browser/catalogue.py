"""Every row of the knowledge as something to open: what it says, where it comes from, what names it.

Shelves are made from the data, so that a new row or a new file appears by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from dayspring.clinic.browser import telling
from dayspring.knowledge import Library, library
from dayspring.knowledge.pack import text
from dayspring.therapy.consents import text_of


@dataclass(frozen=True, kw_only=True)
class Item:
    """One row to open. `row` holds what the head of the page does not say already."""

    shelf: str
    key: str
    title: str
    says: str = ""
    source: str = ""
    where: str = ""
    standing: str = ""
    agreed: str = ""
    review_by: date | None = None
    row: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def words(self) -> str:
        """Everything a search looks in, in small letters."""
        told = (self.key, self.key.replace("_", " "), self.title, self.says, self.source, text(self.row))
        return " ".join(told).casefold()

    @property
    def name(self) -> tuple[str, str]:
        return self.shelf, self.key


HEAD = ("source", "where", "standing", "agreed", "review_by", "says", "means", "name", "title")


def item(shelf: str, key: str, row: Mapping[str, Any], **head: Any) -> Item:
    """An item of a plain table; what its head says is not told twice."""
    own = {name: value for name, value in row.items() if name not in HEAD}
    taken = {name: row[name] for name in ("source", "where", "standing", "agreed") if row.get(name)}
    due = row.get("review_by")
    told = {
        "title": str(row.get("name") or row.get("title") or key),
        "says": str(row.get("says") or row.get("means") or ""),
        "review_by": due if isinstance(due, date) else None,
        "row": own,
    }
    return Item(shelf=shelf, key=key, **{**told, **taken, **head})


def _limits(known: Library) -> Iterator[Item]:
    for key, limit in known.limits.items():
        yield Item(
            shelf="limits",
            key=key,
            title=telling.words(key),
            says=limit.means,
            source=limit.source,
            where=limit.where,
            standing=limit.standing,
            agreed=limit.agreed,
            row={"number": telling.bound(limit)},
        )


def _rules(known: Library) -> Iterator[Item]:
    """Each rule of the rulebook, with the rows that carry it out; a rule only those rows know is listed too."""
    done = telling.carried_out(known)
    seen = set()
    for rows in known.rulebook.values():
        for rule, row in rows.items():
            if isinstance(row, Mapping):
                seen.add(rule)
                yield item("rules", rule, dict(row) | _done_by(done.get(rule, {})))
    for rule, carried in done.items():
        if rule not in seen:
            first = next(iter(carried.values()))
            yield item("rules", rule, dict(first) | _done_by(carried), title=rule)


def _done_by(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {"carried_out_by": dict(rows)} if rows else {}


def _protocols(known: Library) -> Iterator[Item]:
    for key, row in known.protocols.items():
        yield item("protocols", key, row, says=telling.in_short(row, known))


def _routes(known: Library) -> Iterator[Item]:
    for key, row in known.routes.items():
        yield item("routes", key, row, title=str(row["name"]).capitalize())


def _drugs(known: Library) -> Iterator[Item]:
    for key, row in known.drugs.items():
        says = ", ".join(str(product["name"]) for product in row.get("products", {}).values())
        yield item("drugs", key, row, title=str(row["name"]).capitalize(), says=says)


def _instruments(known: Library) -> Iterator[Item]:
    for key, row in known.instruments.items():
        yield item("instruments", key, row)


def _medicines(known: Library) -> Iterator[Item]:
    shelf = known.screening["medicines"]
    about = shelf["about"]
    for key, row in shelf["ingredients"].items():
        says = ", ".join(telling.words(name) for name in row.get("classes", ()))
        grounds = {name: row.get(name) or about.get(name, "") for name in ("source", "standing", "agreed")}
        yield item("medicines", key, row, title=key.capitalize(), says=says, **grounds)


def _consents(known: Library) -> Iterator[Item]:
    for key, row in known.consents.items():
        shown = [{"heading": one.heading, "text": one.text} for one in text_of(key, known).paragraphs]
        yield item("consents", key, {**row, "paragraphs": shown})


def _sources(known: Library) -> Iterator[Item]:
    for key, source in known.sources.items():
        row = {"address": source.address} | ({"note": source.note} if source.note else {})
        yield Item(shelf="sources", key=key, title=source.title, row=row)


def _laws(known: Library) -> Iterator[Item]:
    """Dated law: the rows that begin and end on a day."""
    for key, row in known.screening.get("law", {}).items():
        if isinstance(row, Mapping):
            yield item("laws", key, row, title=str(row.get("name") or row.get("rule") or key))


@dataclass(frozen=True, slots=True)
class Shelf:
    """One list of items, and how it is called."""

    key: str
    title: Any
    says: Any
    make: Callable[[Library], Iterator[Item]]


SHELVES = (
    Shelf("limits", _("Limits"), _("Every number that can hold, warn or stop."), _limits),
    Shelf("rules", _("Rules"), _("The rulebook, and what carries it out."), _rules),
    Shelf("protocols", _("Protocols"), _("Published recipes: phases, doses, watching, leaving."), _protocols),
    Shelf("routes", _("Routes"), _("How a drug enters."), _routes),
    Shelf("drugs", _("Drugs"), _("What can be on the shelf."), _drugs),
    Shelf("instruments", _("Questionnaires"), _("Items, bands, and who may use them."), _instruments),
    Shelf("medicines", _("Medicines"), _("Known by name, brand and misspelling."), _medicines),
    Shelf("consents", _("Consents"), _("What a person agrees to."), _consents),
    Shelf("sources", _("Sources"), _("Papers, labels, guidelines, and what rests on each."), _sources),
    Shelf("laws", _("Dated law"), _("Rules that begin and end on a day."), _laws),
)


class Catalogue:
    """All shelves of one library."""

    def __init__(self, known: Library) -> None:
        self.known = known
        self.shelves = {shelf.key: {i.key: i for i in shelf.make(known)} for shelf in SHELVES}

    @property
    def items(self) -> Iterator[Item]:
        for shelf in self.shelves.values():
            yield from shelf.values()

    def found(self, asked: str) -> list[Item]:
        """Items that hold every word that was asked for; those named so come first."""
        sought = asked.casefold().split()
        if not sought:
            return []
        hits = [one for one in self.items if all(word in one.words for word in sought)]
        return sorted(hits, key=lambda one: _distance(one, sought))

    def overdue(self, today: date) -> list[Item]:
        """Rows that somebody promised to look at again before today."""
        late = [one for one in self.items if one.review_by is not None and one.review_by < today]
        return sorted(late, key=lambda one: (one.review_by or today, one.key))

    @cached_property
    def used_by(self) -> Mapping[tuple[str, str], tuple[Item, ...]]:
        """For each item those that name it, from the rows themselves."""
        found: dict[tuple[str, str], dict[tuple[str, str], Item]] = {}
        for one in self.items:
            for name in self._named(one):
                if name != one.name:
                    found.setdefault(name, {})[one.name] = one
        return {name: tuple(users.values()) for name, users in found.items()}

    def _named(self, one: Item) -> Iterator[tuple[str, str]]:
        if one.source:
            yield "sources", one.source
        for name, value in telling.leaves(one.row):
            for shelf in telling.shelves_of(name, value, self.known):
                # What carries several rules out names them together; that is no use of one by another.
                if not (shelf == one.shelf == "rules"):
                    yield shelf, value


def _distance(one: Item, sought: list[str]) -> tuple[int, str]:
    named = f"{one.key} {one.title}".casefold().replace("_", " ")
    exact = 0 if " ".join(sought) in (one.key.casefold(), one.title.casefold()) else 1
    return exact + sum(word not in named for word in sought), one.key


@cache
def catalogue() -> Catalogue:
    """The shelves of this process's library."""
    return Catalogue(library())
