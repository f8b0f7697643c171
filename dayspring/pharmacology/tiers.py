"""One contract, two tiers: the compiled one where it was built and can follow, NumPy always."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.kernel.course import EVERYTHING, names_of, values
from dayspring.pharmacology.kernel.library import kernel
from dayspring.pharmacology.kernel.plan import Plan, plan_of
from dayspring.pharmacology.parameters import Parameters
from dayspring.pharmacology.patient import Array, Population
from dayspring.pharmacology.symptoms import Setting
from dayspring.pharmacology.trajectory import column

COMPILED, NUMPY = TIERS = ("compiled", "numpy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is to be stepped. Without a plan NumPy steps it."""

    doses: tuple[Dose, ...]
    times_h: Array
    setting: Setting
    ps: Parameters
    plan: Plan | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Every column, (people, times), and which tier found it."""

    values: Mapping[str, Array]
    tier: str


def found_by(course: Course, people: Population) -> Found:
    """Every column of these people. What the kernel cannot hold in its numbers NumPy is asked for."""
    if course.plan is not None:
        found = values(course.plan, people, names_of(course.plan))
        if all(np.isfinite(column).all() for column in found.values()):
            return Found(values=found, tier=COMPILED)
    return Found(values=stepped(course, people), tier=NUMPY)


def fastest(
    people: Population, doses: tuple[Dose, ...], times_h: Array, setting: Setting, ps: Parameters,
    *, columns: Sequence[str] | None = None, threads: int = 1,
) -> dict[str, Array]:  # fmt: skip
    """As engine.run, by the tier that there is: the columns asked for (None: all), (people, times).

    `doses` in order, `times_h` strictly increasing; the plan of a course is kept for the next who takes it.
    """
    plan = _plan(tuple(doses), times_h.tobytes(), setting, _Same(ps))
    if plan is not None:
        names = names_of(plan) if columns is None else tuple(columns)
        for name in set(names) - set(names_of(plan)):
            column(dict.fromkeys(names_of(plan), times_h), name)
        found = values(plan, people, names, threads=threads)
        if all(np.isfinite(v).all() for v in found.values()):
            return found
    every = run(people, doses, times_h, setting, ps)
    return every if columns is None else {name: column(every, name) for name in columns}


class _Same:
    """A set of numbers known by being that very one, for a set of many rows has no shorter name."""

    __slots__ = ("ps",)

    def __init__(self, ps: Parameters) -> None:
        self.ps = ps

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.ps is other.ps

    def __hash__(self) -> int:
        return id(self.ps)


@lru_cache(maxsize=64)
def _plan(doses: tuple[Dose, ...], times: bytes, setting: Setting, same: _Same) -> Plan | None:
    return plan_of(doses, np.frombuffer(times), setting, same.ps, EVERYTHING) if kernel() else None


def stepped(course: Course, people: Population) -> dict[str, Array]:
    """Every column by NumPy."""
    return run(people, course.doses, course.times_h, course.setting, course.ps)
