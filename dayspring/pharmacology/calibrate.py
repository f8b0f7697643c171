"""The recalibration: from where the second reading put the numbers to where the rows want them, and what that costs.

Mood and pressure share no number and no row, so each is searched alone. Only rows of use fit, and targets, are
looked at. The table afterwards is of other and more people than the search saw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from dayspring.pharmacology.calibrate_free import (
    MOOD,
    PRESSURE,
    Free,
    in_rows,
    places_of,
    suggested,
    with_numbers,
)
from dayspring.pharmacology.calibrate_search import Found, Problem, distance, fitted_rows, search
from dayspring.pharmacology.calibrate_shows import Tried, by_scatter_alone, mood_shows, pressure_shows, tried
from dayspring.pharmacology.parameters import RECALIBRATED, REFERENCE, Parameters, parameters
from dayspring.pharmacology.published import Published, published
from dayspring.pharmacology.validate import Row

PEOPLE, LAST, ROUNDS, SEED, PRICED = 2000, 8000, 15, 2026, 3
DIGITS = 3
# How much harder a row is bound, in both directions of its use, to see what leaves when it comes in.
HARDER = 10.0
SETS = ("reference", "suggested", "fitted")
Tell = Callable[[str], None]
ALIKE, LITTLE = 0.5, 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A missed target bound harder: what it then is, what else then misses, which numbers stand at bounds."""

    row: Published
    then: float
    leaves: tuple[str, ...]
    at_bounds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What was found, and what the three sets show: the reference, the suggestion, the fit."""

    mood: Found
    pressure: Found
    fitted: Parameters
    values: Mapping[str, float]
    shown: Mapping[str, Mapping[str, float]]
    scatter: Mapping[str, float]
    prices: tuple[Price, ...]
    people: int
    last: int
    seed: int

    @property
    def rows(self) -> tuple[Published, ...]:
        """All that was fitted, in the order of the file."""
        own = {row.key for found in (self.mood, self.pressure) for row in found.problem.rows}
        return tuple(row for row in published() if row.key in own)

    @property
    def free(self) -> tuple[Free, ...]:
        return (*self.mood.problem.free, *self.pressure.problem.free)

    def verdict(self, row: Published, name: str) -> str:
        return Row(published=row, model=self.shown[name][row.key]).verdict

    def met(self, name: str, use: str) -> tuple[int, int]:
        """How many rows of that use the set meets, and how many there are."""
        of = [row for row in self.rows if row.use == use]
        return sum(self.verdict(row, name) == "ok" for row in of), len(of)


def calibrate(
    *, people: int = PEOPLE, rounds: int = ROUNDS, seed: int = SEED, last: int = LAST, priced: int = PRICED,
    threads: int = 1, tell: Tell = lambda _: None,
) -> Calibration:  # fmt: skip
    """The search, the table and the prices. The same people, rounds and seed give the same numbers."""
    start = suggested()

    def mood(values: Mapping[str, float]) -> Mapping[str, float]:
        ps = with_numbers(start, in_rows(MOOD, values))
        return mood_shows(tried(ps, places_of(values), people=people, seed=seed, threads=threads))

    def pressure(values: Mapping[str, float]) -> Mapping[str, float]:
        ps = with_numbers(start, in_rows(PRESSURE, values))
        return pressure_shows(tried(ps, {}, people=1, seed=seed, threads=1))

    found = []
    for free, shows in ((MOOD, mood), (PRESSURE, pressure)):
        begun = np.zeros(len(free))
        rows = fitted_rows(published(), shows({one.key: one.suggested for one in free}))
        found.append(search(Problem(free=free, rows=rows, shows=shows), begun, rounds, tell))
    values = {key: float(f"{v:.{DIGITS}g}") for one in found for key, v in one.values.items()}
    fitted = with_numbers(start, in_rows((*MOOD, *PRESSURE), values), RECALIBRATED)
    crowds = _crowds(start, fitted, values, (last, seed + 1, threads))
    shown = {name: {**mood_shows(crowd), **pressure_shows(crowd)} for name, crowd in crowds.items()}
    return Calibration(
        mood=found[0],
        pressure=found[1],
        fitted=fitted,
        values=values,
        shown=shown,
        scatter=by_scatter_alone(crowds["fitted"]),
        prices=tuple(_prices(found, shown["fitted"], rounds, priced, tell)),
        people=people,
        last=last,
        seed=seed,
    )


def _crowds(
    start: Parameters, fitted: Parameters, values: Mapping[str, float], drawn: tuple[int, int, int]
) -> dict[str, Tried]:
    """The same people, so many and drawn so, under each of the three sets."""
    people, seed, threads = drawn
    of = dict(zip(SETS, (parameters(REFERENCE), start, fitted), strict=True))
    return {
        name: tried(
            ps, places_of(values if name == "fitted" else {}), people=people, seed=seed, threads=threads,
            base=REFERENCE if name == "reference" else RECALIBRATED,
        )
        for name, ps in of.items()
    }  # fmt: skip


def _prices(
    found: list[Found], shown: Mapping[str, float], rounds: int, priced: int, tell: Tell
) -> Iterator[Price]:
    """For the targets that the fit misses, the farthest first: what else must go if it is to be met."""
    missed = [
        (abs(distance(row, shown[row.key])), one, row)
        for one in found
        for row in one.problem.rows
        if row.use == "target" and Row(published=row, model=shown[row.key]).misses_by
    ]
    for _, one, row in sorted(missed, key=lambda each: -each[0])[:priced]:
        yield _price(one, row, rounds, tell)


def _price(one: Found, row: Published, rounds: int, tell: Tell) -> Price:
    tell(f"{row.key} is missed; bound {HARDER:g} times as hard")
    then = search(replace(one.problem, pull={row.key: HARDER}), one.steps, rounds, tell)
    others, values = [other for other in one.problem.rows if other is not row], then.values
    stand = [(free, free.bound(values[free.key])) for free in one.problem.free]
    return Price(
        row=row,
        then=then.shown[row.key],
        leaves=tuple(_left(others, one.shown, then.shown)),
        at_bounds=tuple(f"{free.key} at its {end}, {values[free.key]:.3g}" for free, end in stand if end),
    )


def _left(rows: list[Published], before: Mapping[str, float], then: Mapping[str, float]) -> Iterator[str]:
    """Rows that were met and no longer are."""
    for row in rows:
        was, now = (Row(published=row, model=shown[row.key]) for shown in (before, then))
        if now.misses_by and not was.misses_by:
            yield f"{row.endpoint} {now.model:.3g}, {now.verdict}"
