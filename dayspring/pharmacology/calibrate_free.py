"""What a calibration may move, from where, how far; and the set of numbers that a try of them is.

Each number is moved on its own scale in steps of its prior: at 0 it stands where the second reading of the
evidence put it, at 1 one standard deviation of the prior above.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dayspring.pharmacology.parameters import RECALIBRATED, Parameters, parameters
from dayspring.pharmacology.patient import Array, Population
from dayspring.pharmacology.symptoms import Setting

# A spread is called by its row's key with this behind it.
SPREAD = ":spread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """One number that may move: where it was suggested, the prior's standard deviation, and its bounds.

    `log` moves it by its logarithm. A `local` one belongs to the studies of one kind and stands in no set.
    """

    key: str
    suggested: float
    prior: float
    lowest: float
    highest: float
    log: bool = True
    local: bool = False

    def at(self, steps: float) -> float:
        """The number so many standard deviations of the prior from where it was suggested, within its bounds."""
        moved = steps * self.prior
        value = self.suggested * math.exp(moved) if self.log else self.suggested + moved
        return min(max(value, self.lowest), self.highest)

    def steps(self, value: float) -> float:
        """The way back."""
        if self.log:
            return math.log(value / self.suggested) / self.prior
        return (value - self.suggested) / self.prior

    def bound(self, value: float) -> str:
        """Which of its bounds the number stands at, or nothing."""
        near = 1e-6 * abs(self.highest - self.lowest)
        return "lowest" if value <= self.lowest + near else "highest" if value >= self.highest - near else ""


def _free(key: str, suggested: float, prior: float, lowest: float, highest: float, **more: bool) -> Free:
    return Free(key=key, suggested=suggested, prior=prior, lowest=lowest, highest=highest, **more)


# What the rows cannot tell (maturing, building, the half-lives of the fast gain, of mature spines and of the habenula,
# a beside Nc, the spreads of K and of the drug's gain, W0, kD) stays as it was.
# Mood: what is relieved, how long it lasts, how places differ.
MOOD = (
    _free("weights.fast", 0.70, 0.40, 0.2, 2.5),
    _free("weights.spines", 1.35, 0.40, 0.4, 4.0),
    _free("weights.habenula", 0.34, 0.40, 0.1, 1.2),
    _free("weights.setting", 0.38, 0.20, 0.2, 0.7),
    _free("plasticity.loss_per_day", 0.26, 0.25, 0.12, 0.60),
    _free("patient.setting_gain:spread", 1.0, 0.2, 0.3, 1.6),
    _free("plasticity.cooperation_half_units", 1.2, 0.40, 0.4, 4.0),
    _free("plasticity.half_filled_units", 2.0, 0.40, 0.5, 6.0),
    _free("expectancy.half_life_d", 50.0, 0.15, 35.0, 90.0),
    _free("recovery.gain_per_day", 1 / 14, 0.40, 1 / 60, 1 / 4),
    _free("recovery.treated_logit", 1.2, 0.40, 0.4, 4.0),
    _free("recovery.drug_free_logit", 0.3, 0.15, 0.02, 1.0, log=False),
    _free("profiles.clinic.drug", 0.6, 0.25, 0.2, 1.2),
    _free("profiles.clinic.session", 2.37, 0.25, 0.8, 5.0),
    _free("profiles.clinic.filled_share", 0.35, 0.25, 0.1, 0.9),
    _free("nasal.drug", 1.0, 0.40, 0.1, 2.0, local=True),
    _free("nasal.session", 1.0, 0.40, 0.1, 3.0, local=True),
)
# Pressure stands apart: nothing of mood moves it, and it moves nothing of mood.
PRESSURE = (
    _free("acute.systolic.most", 18.0, 0.40, 8.0, 60.0),
    _free("acute.diastolic.most", 13.0, 0.40, 5.0, 45.0),
    _free("acute.pressure.half_at", 0.6, 0.40, 0.2, 3.0),
    _free("acute.pressure.adapted_share", 0.7, 0.12, 0.0, 1.0, log=False),
    _free("acute.pressure.adapting_h", 0.6, 0.30, 0.2, 2.0),
)
# One number in the calibration, two rows in the set.
TWINS = {"acute.pressure.half_at": ("acute.systolic.half_at", "acute.diastolic.half_at")}


def rows_of(free: Free) -> tuple[str, ...]:
    """The rows of the set that the number stands in; none for a local one."""
    return () if free.local else TWINS.get(free.key, (free.key,))


def values_of(free: Sequence[Free], steps: Array) -> dict[str, float]:
    """Every number by its key."""
    return {one.key: one.at(float(z)) for one, z in zip(free, steps, strict=True)}


def with_numbers(ps: Parameters, numbers: Mapping[str, float], name: str = "") -> Parameters:
    """The set with those rows, or their spreads, put at other values."""
    rows = dict(ps.rows)
    for key, value in numbers.items():
        row = rows[key.removesuffix(SPREAD)]
        rows[row.key] = replace(row, spread=value) if key.endswith(SPREAD) else replace(row, value=value)
    return Parameters(name=name or ps.name, rows=rows, sources=ps.sources)


def in_rows(free: Sequence[Free], values: Mapping[str, float]) -> dict[str, float]:
    """The values by the rows of the set that they stand in."""
    return {row: values[one.key] for one in free for row in rows_of(one)}


def spread_as(drawn: Population, was: Parameters, now: Parameters) -> Population:
    """The same people, drawn by one set, spread as another says in the traits whose spread may move."""
    columns = dict(drawn.columns)
    for one in (one for one in MOOD if one.key.endswith(SPREAD)):
        row = one.key.removesuffix(SPREAD)
        before, after = was.rows[row].spread, now.rows[row].spread
        if before and after and before != after:
            name = row.removeprefix("patient.")
            columns[name] = columns[name] ** (after / before)
    return replace(drawn, columns=columns)


def suggested() -> Parameters:
    """The set as the second reading suggested it, before any calibration."""
    every = (*MOOD, *PRESSURE)
    values = values_of(every, np.zeros(len(every)))
    return with_numbers(parameters(RECALIBRATED), in_rows(every, values), f"{RECALIBRATED}, suggested")


def places_of(values: Mapping[str, float]) -> dict[str, Setting]:
    """The kinds of studies that have a drug and a session of their own, beside those of the set."""
    return {"nasal": Setting(drug=values.get("nasal.drug", 1.0), session=values.get("nasal.session", 1.0))}
