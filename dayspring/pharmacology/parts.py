"""A population cut into parts for other machines, and put together again: the same numbers bit for bit.

A part is a run of whole chunks, counted by person, and a chunk is summed in the same order wherever that is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dayspring.pharmacology.cite import leaned_on
from dayspring.pharmacology.course_file import Course
from dayspring.pharmacology.dose import in_order
from dayspring.pharmacology.each import Place, each
from dayspring.pharmacology.kernel.course import planned, summed
from dayspring.pharmacology.kernel.library import CHUNK
from dayspring.pharmacology.parameters import parameters
from dayspring.pharmacology.patient import Array, Population
from dayspring.pharmacology.setting import setting
from dayspring.pharmacology.sketch import Summed
from dayspring.pharmacology.summary import SHARES, WHOLE
from dayspring.pharmacology.tiers import COMPILED, NUMPY
from dayspring.pharmacology.trajectory import Spread

# So many chunks travel together.
CHUNKS = 4
Part = dict[str, Array] | Summed


class NoKernel(RuntimeError):
    """So many people are summed where they are stepped, which only the compiled tier does alike everywhere."""


def parts_of(people: Population) -> Iterator[Population]:
    """The people in order, a part at a time."""
    step = CHUNK * CHUNKS
    for first in range(0, len(people), step):
        yield people.part(first, first + step)


def part_shows(course: Course, part: Population, columns: Sequence[str], whole: int) -> Part:
    """What one machine finds of its part: every score where few are `whole`, else their sums."""
    if whole <= WHOLE:
        return each(part, course.doses, course.times_h, columns, course.place)
    place, ps = course.place, parameters(course.place.parameters)
    weights = setting(place.drug_share, place.parameters, place.profile)
    plan = planned(in_order(course.doses), np.array(course.times_h), weights, ps, columns)
    if plan is None:
        raise NoKernel(
            f"{whole} people are more than {WHOLE} and this machine has no compiled tier; build it there"
        )
    return summed(plan, part, columns, (), quantiles=True)


def joined(course: Course, parts: Sequence[Part], columns: Sequence[str]) -> Spread:
    """The spread of all parts, given in the order of `parts_of`."""
    first = parts[0]
    if isinstance(first, Summed):
        own = [part for part in parts if isinstance(part, Summed)]
        return _spread(course, *_of_sums(own, columns), exact=False)
    held = {name: np.concatenate([p[name] for p in parts if isinstance(p, dict)]) for name in columns}
    people = len(held[columns[0]])
    mean = {name: values.mean(axis=0) for name, values in held.items()}
    quantiles = {
        name: dict(zip(SHARES, np.quantile(values, SHARES, axis=0), strict=True))
        for name, values in held.items()
    }
    return _spread(course, people, mean, quantiles, exact=True)


Quantiles = dict[str, dict[float, Array]]


def _of_sums(own: Sequence[Summed], columns: Sequence[str]) -> tuple[int, dict[str, Array], Quantiles]:
    counts = [part.counts for part in own if part.counts is not None]
    found = Summed(
        columns=tuple(columns),
        above=(),
        sizes=np.concatenate([part.sizes for part in own]),
        moments=np.concatenate([part.moments for part in own]),
        counts=np.sum(counts, axis=0),
        over=np.sum([part.over for part in own], axis=0),
    )
    means = dict(zip(columns, found.mean(), strict=True))
    return found.people, means, {name: found.quantiles(name, SHARES) for name in columns}


def _spread(
    course: Course, people: int, mean: dict[str, Array], quantiles: Quantiles, *, exact: bool
) -> Spread:
    ps, given = parameters(course.place.parameters), in_order(course.doses)
    who = course.patient
    taken = who.antidepressant_kept or who.antidepressant_started_h is not None
    switched = course.place.drug_share is not None
    plan = planned(
        given, np.array(course.times_h), setting(None, ps.name, course.place.profile), ps, tuple(mean)
    )
    return Spread(
        times_h=np.array(course.times_h),
        people=people,
        mean=mean,
        quantiles=quantiles,
        exact=exact,
        tier=NUMPY if plan is None else COMPILED,
        doses=given,
        leans_on=leaned_on(given, ps, antidepressant=taken, switched=switched),
        sources=ps.sources,
    )


__all__ = ["NoKernel", "Part", "Place", "joined", "part_shows", "parts_of"]
