"""The switch of the setting: how much of the change at one day is the drug's, from nothing to 60 %.

Trials with nearly the same exposure range from nothing to nine points against control, so the share is not
known. The typical patient's whole change after a reference session is held; how it divides
between drug and session is set. At 0 the model says what the best-masked trials found.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np

from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.parameters import parameters
from dayspring.pharmacology.patient import Array, Patient, Population
from dayspring.pharmacology.symptoms import Setting, Synapse, symptoms

HALVINGS, FAR = 60, 64.0


class ShareRefused(ValueError):
    """A share of the drug that the switch does not have."""


@cache
def setting(drug_share: float | None, name: str) -> Setting:
    """The weights of drug and session for that share; None is the model's own calibration."""
    if drug_share is None:
        return Setting()
    ps = parameters(name)
    highest = ps["setting.highest_drug_share"]
    if not 0.0 <= drug_share <= highest:
        raise ShareRefused(f"a drug share of {drug_share} is outside 0 to {highest:g}")
    lost = partial(_lost, _one_day(name), parameters_of=name)
    whole = lost(Setting())
    session = _solved(lambda x: lost(Setting(drug=0.0, session=x)), (1.0 - drug_share) * whole)
    if drug_share == 0.0:
        return Setting(drug=0.0, session=session)
    return Setting(drug=_solved(lambda x: lost(Setting(drug=x, session=session)), whole), session=session)


@cache
def _one_day(name: str) -> dict[str, Array]:
    """The typical patient, the given hours after a reference session."""
    ps = parameters(name)
    given = Dose(at_h=0.0, mg=ps["setting.reference_mg"], minutes=ps["setting.reference_minutes"])
    return run(Population.of([Patient()]), [given], np.array([ps["setting.judged_at_h"]]), Setting(), ps)


def _lost(found: dict[str, Array], weights: Setting, *, parameters_of: str) -> float:
    """MADRS points lost by then, had drug and session those weights: only static curves are drawn anew."""
    typical = Patient()
    synapse = Synapse(
        fast=found["fast_gain_units"], refilled=found["refilled_share"], habenula=found["habenula_share"]
    )
    score = symptoms(
        Population.of([typical]),
        synapse,
        found["expectancy_share"],
        found["antidepressant_logit"],
        weights,
        parameters(parameters_of),
    )
    return typical.madrs_before_points - float(score["madrs_points"][0, 0])


def _solved(rising: Callable[[float], float], target: float) -> float:
    """Where a rising function meets the target, by halving."""
    low, high = 0.0, FAR
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if rising(middle) < target else (low, middle)
    return (low + high) / 2.0
