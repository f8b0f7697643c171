"""One contract, two tiers: the compiled one where it was built and can follow, NumPy always."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.kernel.course import names_of, values
from dayspring.pharmacology.kernel.plan import Plan
from dayspring.pharmacology.parameters import Parameters
from dayspring.pharmacology.patient import Array, Population
from dayspring.pharmacology.symptoms import Setting

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


def stepped(course: Course, people: Population) -> dict[str, Array]:
    """Every column by NumPy."""
    return run(people, course.doses, course.times_h, course.setting, course.ps)
