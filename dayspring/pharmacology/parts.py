"""A population cut into parts for other machines, and put together again: the same numbers bit for bit.

A part is a run of whole chunks, counted by person, and every part is stepped by NumPy, which needs nothing
built: the spread is that of `simulate_population(..., tier="numpy")`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dayspring.pharmacology.cite import leaned_on
from dayspring.pharmacology.course_file import Course
from dayspring.pharmacology.dose import in_order
from dayspring.pharmacology.each import each
from dayspring.pharmacology.kernel.library import CHUNK
from dayspring.pharmacology.parameters import parameters
from dayspring.pharmacology.patient import Array, Population
from dayspring.pharmacology.sketch import BINS, Summed, scale_of
from dayspring.pharmacology.summary import SHARES, WHOLE
from dayspring.pharmacology.tiers import NUMPY
from dayspring.pharmacology.trajectory import Spread

# So many chunks travel together.
CHUNKS = 4
Part = dict[str, Array] | Summed
Quantiles = dict[str, dict[float, Array]]


def parts_of(people: Population) -> Iterator[Population]:
    """The people in order, a part at a time."""
    step = CHUNK * CHUNKS
    for first in range(0, len(people), step):
        yield people.part(first, first + step)


def part_shows(course: Course, part: Population, columns: Sequence[str], whole: int) -> Part:
    """What one machine finds of its part: every score where the `whole` is few, else their sums and sketches."""
    if whole <= WHOLE:
        return each(part, course.doses, course.times_h, columns, course.place, compiled=False)
    chunks, times = -(-len(part) // CHUNK), len(course.times_h)
    moments = np.zeros((chunks, len(columns), times, 2))
    counts = np.zeros((len(columns), times, BINS), dtype=np.int64)
    for n in range(chunks):
        some = part.part(n * CHUNK, (n + 1) * CHUNK)
        found = each(some, course.doses, course.times_h, columns, course.place, compiled=False)
        for place, name in enumerate(columns):
            seen = found[name]
            moments[n, place, :, 0] = seen.mean(axis=0)
            moments[n, place, :, 1] = seen.var(axis=0) * len(seen)
            bins = scale_of(name).bins(seen)
            for at in range(times):
                counts[place, at] += np.bincount(bins[:, at], minlength=BINS)
    return Summed(
        columns=tuple(columns),
        above=(),
        sizes=np.minimum(CHUNK, len(part) - CHUNK * np.arange(chunks)),
        moments=moments,
        counts=counts,
        over=np.zeros((0, times), dtype=np.int64),
    )


def joined(course: Course, parts: Sequence[Part], columns: Sequence[str]) -> Spread:
    """The spread of all parts, given in the order of `parts_of`."""
    sums = [part for part in parts if isinstance(part, Summed)]
    people, mean, quantiles = _of_sums(sums, columns) if sums else _of_scores(parts, columns)
    ps, given, who = parameters(course.place.parameters), in_order(course.doses), course.patient
    taken = who.antidepressant_kept or who.antidepressant_started_h is not None
    switched = course.place.drug_share is not None
    return Spread(
        times_h=np.array(course.times_h),
        people=people,
        mean=mean,
        variance={},
        quantiles=quantiles,
        above={},
        exact=not sums,
        tier=NUMPY,
        doses=given,
        leans_on=leaned_on(given, ps, antidepressant=taken, switched=switched),
        sources=ps.sources,
    )


def _of_scores(parts: Sequence[Part], columns: Sequence[str]) -> tuple[int, dict[str, Array], Quantiles]:
    held = {name: np.concatenate([p[name] for p in parts if isinstance(p, dict)]) for name in columns}
    quantiles = {
        name: dict(zip(SHARES, np.quantile(values, SHARES, axis=0), strict=True))
        for name, values in held.items()
    }
    return len(held[columns[0]]), {name: v.mean(axis=0) for name, v in held.items()}, quantiles


def _of_sums(sums: Sequence[Summed], columns: Sequence[str]) -> tuple[int, dict[str, Array], Quantiles]:
    counts = [part.counts for part in sums if part.counts is not None]
    found = Summed(
        columns=tuple(columns),
        above=(),
        sizes=np.concatenate([part.sizes for part in sums]),
        moments=np.concatenate([part.moments for part in sums]),
        counts=np.sum(counts, axis=0),
        over=sums[0].over,
    )
    means = dict(zip(columns, found.mean(), strict=True))
    return found.people, means, {name: found.quantiles(name, SHARES) for name in columns}
