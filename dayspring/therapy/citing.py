"""The sources that a course leaned on, each once, with what leaned on it."""

from __future__ import annotations

from collections.abc import Iterable

from dayspring.knowledge import Library
from dayspring.therapy import facts
from dayspring.therapy.facts import Stamped


def leaned_on(lines: Iterable[Stamped], knowledge: Library) -> list[str]:
    """One line a source: its key, title and address, and the rules and limits of this course that rest on it."""
    used: dict[str, set[str]] = {}

    def lean(source: str, what: str) -> None:
        if source in knowledge.sources:
            used.setdefault(source, set()).add(what)

    for line in lines:
        match line.fact:
            case facts.FindingRaised(limit=key) if key in knowledge.limits:
                lean(knowledge.limits[key].source, key)
            case facts.SessionBooked(protocol=name) | facts.RegimenPlanned(protocol=name) if (
                name in knowledge.protocols
            ):
                lean(str(knowledge.protocols[name]["source"]), f"protocol {name}")
                for key in _limits_of(knowledge.protocols[name], knowledge):
                    lean(knowledge.limits[key].source, key)
    return [
        f"{key}: {knowledge.sources[key].title} <{knowledge.sources[key].address}> for {', '.join(sorted(what))}"
        for key, what in sorted(used.items())
    ]


def _limits_of(row: object, knowledge: Library) -> Iterable[str]:
    """Every limit that a protocol names, at any depth."""
    if isinstance(row, str) and row in knowledge.limits:
        yield row
    elif isinstance(row, dict):
        for value in row.values():
            yield from _limits_of(value, knowledge)
    elif isinstance(row, list):
        for value in row:
            yield from _limits_of(value, knowledge)
