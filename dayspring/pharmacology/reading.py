"""Strict reading of a file that a person wrote: every fault by its place, all of them at once."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

Table = Mapping[str, Any]
Fault = tuple[str, str]
Made = TypeVar("Made")
HOURS = {"min": 1.0 / 60.0, "h": 1.0, "d": 24.0, "wk": 168.0}
TIME = re.compile(r"(\d+(?:\.\d+)?) (min|h|d|wk)")


class FaultyFile(ValueError):
    """A file says what cannot be meant. `faults` holds each place with what is wrong there."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{place}: {says}" for place, says in self.faults))


class Reading:
    """One file being read. Each method gives a value to go on with, and keeps what was wrong."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def wrong(self, place: str, says: str) -> None:
        self.faults.append((place, says))

    def done(self) -> None:
        """Raises FaultyFile when anything was wrong."""
        if self.faults:
            raise FaultyFile(self.faults)

    def toml(self, text: str) -> dict[str, Any]:
        """The file as a table; raises FaultyFile at once when it is no TOML."""
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as broken:
            raise FaultyFile([("file", f"is no TOML: {broken}")]) from None

    def table(self, value: object, place: str, known: Sequence[str]) -> Table:
        """A table with no word that is not known there."""
        if not isinstance(value, Mapping):
            self.wrong(place, f"is {value!r}; it must be a table with {', '.join(known)}")
            return {}
        for word in value:
            if word not in known:
                self.wrong(f"{place}.{word}".lstrip("."), f"is not known here; known: {', '.join(known)}")
        return value

    def rows(self, value: object, place: str, known: Sequence[str]) -> list[tuple[str, Table]]:
        """A list of tables, each with its place, counted from 1."""
        if not isinstance(value, list):
            self.wrong(place, f"is {value!r}; it must be a list, each part headed [[{place}]]")
            return []
        places = [f"{place}[{number}]" for number in range(1, len(value) + 1)]
        return [(at, self.table(row, at, known)) for at, row in zip(places, value, strict=True)]

    def number(
        self,
        table: Table,
        key: str,
        place: str,
        default: float | None = None,
        *,
        lowest: float = -math.inf,
        highest: float = math.inf,
    ) -> float:
        """A number within its bounds; needed where there is no default."""
        value = table.get(key, default)
        if value is None:
            self.wrong(f"{place}.{key}".lstrip("."), "is missing; it must be a number")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.wrong(f"{place}.{key}".lstrip("."), f"is {value!r}; it must be a number")
        elif not lowest <= value <= highest:
            self.wrong(
                f"{place}.{key}".lstrip("."), f"is {value}; it must lie within {lowest:g} to {highest:g}"
            )
        else:
            return float(value)
        return default if default is not None else max(lowest, 0.0)

    def count(
        self, table: Table, key: str, place: str, default: int | None = None, *, lowest: int = 1
    ) -> int:
        """A whole number."""
        value = table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
            self.wrong(f"{place}.{key}".lstrip("."), f"is {value!r}; it must be a whole number from {lowest}")
            return default or lowest
        return value

    def word(self, table: Table, key: str, place: str, default: str, known: Sequence[str] = ()) -> str:
        """A word, one of the known where they are given."""
        value = table.get(key, default)
        if not isinstance(value, str) or (known and value not in known):
            self.wrong(
                f"{place}.{key}".lstrip("."),
                f"is {value!r}; known: {', '.join(known)}" if known else f"is {value!r}; it must be words",
            )
            return default
        return value

    def hours(self, value: object, place: str) -> float:
        """A time or a length of time, such as "40 min", "12 h", "2 d" or "1 wk", in hours."""
        said = TIME.fullmatch(value) if isinstance(value, str) else None
        if said is None:
            self.wrong(place, f'is {value!r}; a time reads "40 min", "12 h", "2 d" or "1 wk"')
            return 0.0
        return float(said[1]) * HOURS[said[2]]

    def made(self, place: str, make: Callable[[], Made], refused: type[Exception]) -> Made | None:
        """What `make` gives; where it refuses, its own words are kept under the place."""
        try:
            return make()
        except refused as why:
            self.wrong(place, str(why))
            return None
