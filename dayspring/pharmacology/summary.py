"""What is asked of a population, and how it is found: held whole, or summed and sketched chunk by chunk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dayspring.pharmacology.kernel.course import names_of, summed, values
from dayspring.pharmacology.kernel.library import CHUNK as SUMMED_CHUNK
from dayspring.pharmacology.patient import Array, Population
from dayspring.pharmacology.sketch import BINS, ROUNDING, Summed, scale_of
from dayspring.pharmacology.tiers import COMPILED, NUMPY, Course, stepped
from dayspring.pharmacology.trajectory import NoSuchColumn, column

KNOWN = ("mean", "variance", "quantiles")
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
# How many people NumPy steps at once; up to how many are held whole.
CHUNK, WHOLE = 128, 16_384


class SimulationRefused(ValueError):
    """What was asked for cannot be simulated: the message holds both things that clash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is wanted of a population."""

    summary: tuple[str, ...]
    columns: tuple[str, ...]
    shares: tuple[float, ...]
    above: tuple[tuple[str, float], ...]
    chunk: int
    threads: int

    @property
    def all_columns(self) -> tuple[str, ...]:
        """The columns and those that only a limit is asked of."""
        return tuple(dict.fromkeys((*self.columns, *(name for name, _ in self.above))))

    @classmethod
    def of(
        cls, summary: Sequence[str], columns: Sequence[str], shares: Sequence[float],
        above: Mapping[str, float | Sequence[float]], chunk: int, threads: int, people: int,
    ) -> Asked:  # fmt: skip
        """Raises SimulationRefused naming what cannot be."""
        if strange := [s for s in summary if s not in KNOWN]:
            raise SimulationRefused(f"summary {strange[0]!r} is unknown; known: {', '.join(KNOWN)}")
        if wrong := [s for s in shares if not 0.0 <= s <= 1.0]:
            raise SimulationRefused(f"a quantile at {wrong[0]} lies outside 0 to 1")
        for name, number in (("chunk", chunk), ("number of threads", threads)):
            if number < 1:
                raise SimulationRefused(
                    f"a {name} of {number} clashes with {people} people; it must be at least 1"
                )
        limits = tuple(
            (name, float(limit)) for name, some in above.items() for limit in np.atleast_1d(np.asarray(some))
        )
        return cls(
            summary=tuple(summary), columns=tuple(columns), shares=tuple(map(float, shares)), above=limits,
            chunk=chunk, threads=threads,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The fields of a Spread that are summed up here."""

    mean: dict[str, Array]
    variance: dict[str, Array]
    quantiles: dict[str, dict[float, Array]]
    above: dict[tuple[str, float], Array]
    exact: bool
    tier: str


def held_whole(people: Population) -> bool:
    """Whether there are few enough to hold every value of each."""
    return len(people) <= WHOLE


def summary_of(course: Course, people: Population, asked: Asked) -> Answer:
    """Held whole where there are few enough people, else summed; raises NoSuchColumn naming those there are."""
    known = tuple(stepped(course, people.part(0, 1))) if course.plan is None else names_of(course.plan)
    for name in asked.all_columns:
        if name not in known:
            raise NoSuchColumn(f"no column is called {name}; there are {', '.join(known)}")
    if held_whole(people):
        return _held(course, people, asked)
    plan = course.plan
    if plan is not None:
        found = summed(
            plan, people, asked.all_columns, asked.above,
            quantiles="quantiles" in asked.summary, threads=asked.threads,
        )  # fmt: skip
        if np.isfinite(found.moments).all():
            return _answer(found, asked, COMPILED)
    return _answer(_summed_in_numpy(course, people, asked), asked, NUMPY)


def _held(course: Course, people: Population, asked: Asked) -> Answer:
    names, tier = asked.all_columns, NUMPY
    held: dict[str, Array] = {}
    if course.plan is not None:
        held = values(course.plan, people, names, threads=asked.threads)
        tier = COMPILED if all(np.isfinite(v).all() for v in held.values()) else NUMPY
    if tier == NUMPY:
        held = {name: np.empty((len(people), course.times_h.size)) for name in names}
        for first in range(0, len(people), asked.chunk):
            found = stepped(course, people.part(first, first + asked.chunk))
            for name, whole in held.items():
                whole[first : first + asked.chunk] = column(found, name)
    chosen = {name: held[name] for name in asked.columns}
    return Answer(
        mean={name: v.mean(axis=0) for name, v in chosen.items()} if "mean" in asked.summary else {},
        variance={n: v.var(axis=0) for n, v in chosen.items()} if "variance" in asked.summary else {},
        quantiles={name: _quantiles(v, asked.shares) for name, v in chosen.items()}
        if "quantiles" in asked.summary
        else {},
        above={(name, limit): (held[name] > limit + ROUNDING).mean(axis=0) for name, limit in asked.above},
        exact=True,
        tier=tier,
    )


def _quantiles(values: Array, shares: Sequence[float]) -> dict[float, Array]:
    found = np.quantile(values, shares, axis=0)
    return {float(share): found[place] for place, share in enumerate(shares)}


def _summed_in_numpy(course: Course, people: Population, asked: Asked) -> Summed:
    """As the kernel does it: chunks of the same fixed size, the same bins."""
    names = asked.all_columns
    chunks = -(-len(people) // SUMMED_CHUNK)
    shape = (len(names), course.times_h.size)
    moments = np.zeros((chunks, *shape, 2))
    counts = np.zeros((*shape, BINS), dtype=np.int64) if "quantiles" in asked.summary else None
    over = np.zeros((len(asked.above), course.times_h.size), dtype=np.int64)
    for n in range(chunks):
        found = stepped(course, people.part(n * SUMMED_CHUNK, (n + 1) * SUMMED_CHUNK))
        for place, name in enumerate(names):
            seen = column(found, name)
            moments[n, place, :, 0] = seen.mean(axis=0)
            moments[n, place, :, 1] = seen.var(axis=0) * len(seen)
            if counts is not None:
                bins = scale_of(name).bins(seen)
                for at in range(shape[1]):
                    counts[place, at] += np.bincount(bins[:, at], minlength=BINS)
        for place, (name, limit) in enumerate(asked.above):
            over[place] += (column(found, name) > limit + ROUNDING).sum(axis=0)
    sizes = np.minimum(SUMMED_CHUNK, len(people) - SUMMED_CHUNK * np.arange(chunks))
    return Summed(columns=names, above=asked.above, sizes=sizes, moments=moments, counts=counts, over=over)


def _answer(found: Summed, asked: Asked, tier: str) -> Answer:
    place = {name: n for n, name in enumerate(found.columns)}
    means, variances = found.mean(), found.variance()
    return Answer(
        mean={name: means[place[name]] for name in asked.columns} if "mean" in asked.summary else {},
        variance={n: variances[place[n]] for n in asked.columns} if "variance" in asked.summary else {},
        quantiles={name: found.quantiles(name, asked.shares) for name in asked.columns}
        if "quantiles" in asked.summary
        else {},
        above={limit: found.over[n] / found.people for n, limit in enumerate(found.above)},
        exact=False,
        tier=tier,
    )
