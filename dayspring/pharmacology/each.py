"""Every person of a population, not only their summary: what a trial and a table of responders need."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from dayspring.pharmacology.dose import Dose, in_order
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.kernel.course import need_of, values
from dayspring.pharmacology.kernel.library import kernel
from dayspring.pharmacology.kernel.plan import plan_of
from dayspring.pharmacology.parameters import REFERENCE
from dayspring.pharmacology.parameters import parameters as set_called
from dayspring.pharmacology.patient import Array, Population
from dayspring.pharmacology.setting import setting
from dayspring.pharmacology.trajectory import column

CHUNK = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and by which numbers a course is simulated: the set, the kind of place, the share of the drug."""

    parameters: str = REFERENCE
    profile: str = "research"
    drug_share: float | None = None


def each(
    people: Population,
    doses: Sequence[Dose],
    times_h: Sequence[float] | Array,
    columns: Sequence[str],
    place: Place,
    *,
    threads: int = 1,
    compiled: bool = True,
) -> dict[str, Array]:
    """The chosen columns of every person, (people, times); the same bit for bit whatever the threads.

    `compiled` takes the compiled tier where there is one; without, NumPy steps them on any machine alike.
    """
    ps, given = set_called(place.parameters), in_order(doses)
    times = np.asarray(times_h, dtype=np.float64)
    weights = setting(place.drug_share, place.parameters, place.profile)
    need = need_of(columns, ps.group("domains"))
    plan = plan_of(given, times, weights, ps, need) if compiled and kernel() else None
    if plan is not None:
        found = values(plan, people, columns, threads=threads)
        if all(np.isfinite(whole).all() for whole in found.values()):
            return found
    held = {name: np.empty((len(people), times.size)) for name in columns}

    def part(first: int) -> None:
        seen = run(people.part(first, first + CHUNK), given, times, weights, ps)
        for name, whole in held.items():
            whole[first : first + CHUNK] = column(seen, name)

    with ThreadPoolExecutor(max_workers=threads) as crew:
        list(crew.map(part, range(0, len(people), CHUNK)))
    return held
