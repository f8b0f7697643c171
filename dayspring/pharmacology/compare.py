"""Schedules side by side, by the same people in the same mood. Nothing is ranked and nothing chosen.

The difference is of the expected total, without the error of a rating, for each draw by itself: what one
schedule would do beside the first to that same person. An interval that holds 0 is no equivalence. For one
person only schedules of the same dose, route and form are set side by side; what another dose or another
drug would do to this person is not known, and is asked of a population.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dayspring.pharmacology.cite import leaned_on
from dayspring.pharmacology.dose import Dose, in_order
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.forecast import ForecastRefused, drawn, moods, quantiles, whole_course, withheld
from dayspring.pharmacology.observe import INSTRUMENTS, Link, noise, score
from dayspring.pharmacology.parameters import REFERENCE, Parameter, Parameters
from dayspring.pharmacology.parameters import parameters as set_called
from dayspring.pharmacology.patient import Array, Population
from dayspring.pharmacology.posterior import Posterior
from dayspring.pharmacology.setting import setting
from dayspring.pharmacology.surface import Course, course

NO_EQUIVALENCE = "An interval that holds 0 does not show that two schedules do the same."
FOR_A_POPULATION = "a virtual population"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """Each schedule under the name it was given, in that order, and its difference from the first.

    `expected` and `difference` hold quantiles by instrument; `withheld` says why they are empty.
    """

    times_h: Array
    names: tuple[str, ...]
    expected: Mapping[str, Mapping[str, Mapping[float, Array]]]
    difference: Mapping[str, Mapping[str, Mapping[float, Array]]]
    withheld: tuple[str, ...]
    label: str
    says: str
    leans_on: tuple[Parameter, ...]


def compare(
    whom: Posterior | Population,
    plans: Mapping[str, Sequence[Dose]],
    times_h: Sequence[float],
    rng: np.random.Generator,
    *,
    instruments: Sequence[str] = tuple(INSTRUMENTS),
    parameters: str = REFERENCE,
    drug_share: float | None = None,
    profile: str = "research",
) -> Compared:
    """The schedules side by side; for a posterior by its own parameters and place, after its own course.

    Raises ForecastRefused for fewer than two schedules, or for a measure that is not forecast.
    """
    if len(plans) < 2:
        raise ForecastRefused(f"{len(plans)} schedule cannot be compared; at least two are needed")
    if strange := [name for name in instruments if name not in INSTRUMENTS]:
        raise ForecastRefused(
            f"{strange[0]!r} is not forecast; what may be drawn is {', '.join(INSTRUMENTS)}"
        )
    times = np.asarray(times_h, dtype=np.float64)
    if isinstance(whom, Posterior):
        return _person(whom, plans, times, rng, instruments)
    return _population(whom, plans, times, rng, instruments, (parameters, drug_share, profile))


def _person(
    whom: Posterior,
    plans: Mapping[str, Sequence[Dose]],
    times: Array,
    rng: np.random.Generator,
    said: Sequence[str],
) -> Compared:
    courses = {name: whole_course(whom, plan) for name, plan in plans.items()}
    reasons = list(dict.fromkeys(r for given in courses.values() for r in withheld(whom, given)))
    reasons += _another_drug(plans)
    expected: dict[str, Array] = {}
    if not reasons:
        numbers = drawn(whom, None)
        mood = moods(whom, times, rng, len(numbers))
        for name, given in courses.items():
            ahead: Course = course(whom.patient, given, tuple(times.tolist()), whom.parameters, whom.place)
            expected[name] = score(ahead.left(numbers), ahead.points, mood)[0]
    ps = set_called(whom.parameters)
    return _side_by_side(plans, times, expected, said, tuple(reasons), whom.label, whom.leans_on, ps)


def _another_drug(plans: Mapping[str, Sequence[Dose]]) -> list[str]:
    """Why those schedules may not be set side by side for one person: they differ in more than days."""
    reasons = []
    for what, words in (("mg", "dose"), ("route", "route"), ("form", "form")):
        kinds = {frozenset(_said(d, what) for d in plan if d.mg > 0.0) for plan in plans.values()} - {
            frozenset()
        }
        if len(kinds) > 1:
            shown = " and ".join(sorted(", ".join(sorted(of)) for of in kinds))
            reasons.append(
                f"The {words} differs ({shown}); what another {words} does to one person is not known."
            )
    return reasons


def _said(dose: Dose, what: str) -> str:
    return f"{dose.mg:g} mg" if what == "mg" else str(getattr(dose, what))


def _population(
    people: Population, plans: Mapping[str, Sequence[Dose]], times: Array, rng: np.random.Generator,
    said: Sequence[str], model: tuple[str, float | None, str],
) -> Compared:  # fmt: skip
    name, share, profile = model
    ps, place = set_called(name), setting(share, name, profile)
    mood = noise().mood * rng.standard_normal((times.size, len(people)))
    expected = {}
    for plan, doses in plans.items():
        found = run(people, in_order(doses), times, place, ps)
        domains = ps.group("domains")
        shares = np.stack([found[f"{d}_share"].T for d in domains])
        left = np.log(np.maximum(shares, 1e-12) / np.maximum(1.0 - shares, 1e-12))
        expected[plan] = score(left, np.array([ps[f"domains.{d}.points"] for d in domains]), mood)[0]
    taken = bool((people["antidepressant_kept"] > 0.0).any())
    every = [d for doses in plans.values() for d in doses]
    used = leaned_on(every, ps, antidepressant=taken, switched=share is not None)
    return _side_by_side(plans, times, expected, said, (), FOR_A_POPULATION, used, ps)


def _side_by_side(
    plans: Mapping[str, Sequence[Dose]], times: Array, madrs: Mapping[str, Array], said: Sequence[str],
    reasons: tuple[str, ...], label: str, leans_on: tuple[Parameter, ...], ps: Parameters,
) -> Compared:  # fmt: skip
    names, link = tuple(plans), Link.of(ps)
    points = {name: {"madrs": m, "phq9": link.read(m)} for name, m in madrs.items()}
    return Compared(
        times_h=times,
        names=names,
        expected={name: {one: quantiles(of[one]) for one in said} for name, of in points.items()},
        difference={
            name: {one: quantiles(points[name][one] - points[names[0]][one]) for one in said}
            for name in (names[1:] if points else ())
        },
        withheld=reasons,
        label=label,
        says=NO_EQUIVALENCE,
        leans_on=leans_on,
    )
