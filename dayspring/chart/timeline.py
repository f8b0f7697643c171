"""What stands in a chart today, what was known at a moment, and what was struck through.

Nothing here raises: history cannot be argued with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dayspring.chart.codec import EnteredInError
from dayspring.chart.entry import Entry
from dayspring.therapy.facts import Stamped


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One telling of a thing: the original, or a correction with its reason."""

    line: Stamped
    reason: str = ""

    @property
    def entered_in_error(self) -> bool:
        return isinstance(self.line.fact, EnteredInError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A thing as it was first written and each correction beneath it, in the order they were written."""

    original: Told
    corrections: tuple[Told, ...] = ()

    @property
    def stands(self) -> Stamped | None:
        """The telling that holds today; None when the thing was entered in error."""
        latest = self.corrections[-1] if self.corrections else self.original
        return None if latest.entered_in_error else latest.line

    @property
    def struck(self) -> tuple[Told, ...]:
        """The tellings that no longer hold."""
        tellings = (self.original, *self.corrections)
        return tellings if self.stands is None else tellings[:-1]


def standing(entries: Sequence[Entry]) -> list[Stamped]:
    """The lines that stand, each at its latest correction, in the order they happened."""
    latest = (tellings[-1].stamped for tellings in _threads(entries))
    return [line for line in latest if not isinstance(line.fact, EnteredInError)]


def known_at(entries: Sequence[Entry], when: datetime) -> list[Stamped]:
    """The lines that stood for somebody who looked at the chart at `when`."""
    return standing([entry for entry in entries if entry.recorded_at <= when])


def with_struck(entries: Sequence[Entry]) -> list[Story]:
    """Every thing in the chart with its corrections, in the order they happened."""
    return [
        Story(original=_told(first), corrections=tuple(_told(entry) for entry in later))
        for first, *later in _threads(entries)
    ]


def _told(entry: Entry) -> Told:
    return Told(line=entry.stamped, reason=entry.reason)


def _threads(entries: Iterable[Entry]) -> list[list[Entry]]:
    """The lines gathered by the thing that they tell, things in the order they happened.

    A correction of a correction tells the same thing. One that names no earlier line stands for itself:
    it cannot be placed, and dropping it would hide it.
    """
    root: dict[int, int] = {}
    threads: dict[int, list[Entry]] = {}
    for entry in sorted(entries, key=lambda e: e.number):
        earlier = root.get(entry.corrects, entry.number) if entry.corrects is not None else entry.number
        root[entry.number] = earlier
        threads.setdefault(earlier, []).append(entry)
    return [tellings for _, tellings in sorted(threads.items(), key=_when)]


def _when(thread: tuple[int, list[Entry]]) -> tuple[datetime, int]:
    """By what holds now: a corrected time moves the thing to where it belongs."""
    number, tellings = thread
    return tellings[-1].happened_at, number
