"""The switch of the setting: how much of the change at one day is the drug's, from nothing to 60 %.

Trials with nearly the same exposure range from nothing to nine points against control, so the share is not
known. The typical patient's whole change after a reference session is held; how it divides
between drug and session is set. At 0 the model says what the best-masked trials found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

import numpy as np

from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.parameters import Parameters, parameters
from dayspring.pharmacology.patient import Array, Patient, Population
from dayspring.pharmacology.symptoms import Setting, Synapse, other_relief, symptoms

HALVINGS, FAR = 60, 64.0


class ProfileUnknown(ValueError):
    """A kind of place that the set of numbers does not hold."""


class ShareRefused(ValueError):
    """A share of the drug that the switch does not have."""


def profile_of(profile: str, ps: Parameters) -> Setting:
    """The kind of place: how drug, session and visits count there; raises ProfileUnknown naming those known."""
    known = ps.group("profiles")
    if profile not in known:
        raise ProfileUnknown(f"profile {profile!r} is unknown to {ps.name}; known: {', '.join(known)}")
    return Setting(**{name: ps[f"profiles.{profile}.{name}"] for name in ("drug", "session", "filled_share")})


@cache
def setting(drug_share: float | None, name: str, profile: str = "research") -> Setting:
    """The weights of drug and session for that share in that kind of place; None is its own calibration."""
    ps = parameters(name)
    place = profile_of(profile, ps)
    if drug_share is None:
        return place
    highest = ps["setting.highest_drug_share"]
    if not 0.0 <= drug_share <= highest:
        raise ShareRefused(f"a drug share of {drug_share} is outside 0 to {highest:g}")
    lost = partial(_lost, _one_day(name, place), parameters_of=name)
    whole = lost(place)
    sham = partial(replace, place, drug=0.0)
    held = _solved(lambda x: lost(sham(session=x)), (1.0 - drug_share) * whole)
    if drug_share == 0.0:
        return sham(session=held)
    both = partial(replace, place, session=held)
    return both(drug=_solved(lambda x: lost(both(drug=x)), whole))


@cache
def _one_day(name: str, place: Setting) -> dict[str, Array]:
    """The typical patient, the given hours after a reference session."""
    ps = parameters(name)
    given = Dose(at_h=0.0, mg=ps["setting.reference_mg"], minutes=ps["setting.reference_minutes"])
    return run(Population.of([Patient()]), [given], np.array([ps["setting.judged_at_h"]]), place, ps)


def _lost(found: dict[str, Array], weights: Setting, *, parameters_of: str) -> float:
    """MADRS points lost by then, had drug and session those weights: only static curves are drawn anew."""
    typical = Patient()
    synapse = Synapse(
        fast=found["fast_gain_units"], refilled=found["refilled_share"], habenula=found["habenula_share"]
    )
    people, ps = Population.of([typical]), parameters(parameters_of)
    other = other_relief(people, found["expectancy_share"], found["antidepressant_logit"], weights, ps)
    score = symptoms(people, synapse, other, weights, ps)
    return typical.madrs_before_points - float(score["madrs_points"][0, 0])


def _solved(rising: Callable[[float], float], target: float) -> float:
    """Where a rising function meets the target, by halving."""
    low, high = 0.0, FAR
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if rising(middle) < target else (low, middle)
    return (low + high) / 2.0
