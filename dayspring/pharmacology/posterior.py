"""What is believed of one person: numbers numbers, how far each was learnt, and draws of them.

Every number is counted in spreads between people away from that person's prior: 0 is typical for people
like this, and a standard deviation of 1 means that nothing was learnt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dayspring.knowledge import library
from dayspring.pharmacology.history import History
from dayspring.pharmacology.parameters import Parameter, Parameters
from dayspring.pharmacology.patient import Array, Patient
from dayspring.pharmacology.surface import DISSOCIATION, DRUG, HALF_FILLED, NUMBERS, SESSION, SURVIVAL
from dayspring.pharmacology.symptoms import Setting

TYPICAL = "typical for people like this"
OWN = "for this person"
LASTING_TYPICAL = "for this person; how long it lasts is typical for people like this"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """The numbers numbers before anything was seen: around the patient, with the spread between people."""

    middle: Array
    spread: Array
    log: tuple[bool, ...]
    # Without CADSS nothing is learnt of dissociation, and it is left at its middle.
    fitted: tuple[int, ...]

    @classmethod
    def of(cls, patient: Patient, ps: Parameters, *, dissociation: bool) -> Prior:
        rows = [ps.rows[f"patient.{name}"] for name in NUMBERS]
        left = set() if dissociation else {DISSOCIATION}
        left |= set() if rows[HALF_FILLED].spread else {HALF_FILLED}
        return cls(
            middle=np.array([getattr(patient, name) for name in NUMBERS]),
            spread=np.array([row.spread or 0.0 for row in rows]),
            log=tuple(row.spread_of == "log" for row in rows),
            fitted=tuple(n for n in range(len(NUMBERS)) if n not in left),
        )

    def numbers(self, away: Array) -> Array:
        """The numbers numbers, (draws, 5), of what lies `away` from the middle, (draws, fitted)."""
        out = np.tile(self.middle, (len(away), 1))
        for place, number in enumerate(self.fitted):
            step = self.spread[number] * away[:, place]
            out[:, number] = out[:, number] * np.exp(step) if self.log[number] else out[:, number] + step
        return out


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Posterior:
    """Draws of the numbers numbers, all of one weight, and what they rest on.

    `effective` is the effective sample size of the draws that these were taken from, out of `weighed`;
    `method` is how they were taken, and `says` is why, where the first way did not do.
    """

    history: History
    patient: Patient
    prior: Prior
    parameters: str
    place: Setting
    best: Array
    covariance: Array
    draws: Array
    numbers: Array
    mood: Array
    mood_variance: Array
    effective: float
    weighed: int
    method: str
    says: str
    leans_on: tuple[Parameter, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The numbers that were fitted."""
        return tuple(NUMBERS[n] for n in self.prior.fitted)

    @property
    def learnt(self) -> Mapping[str, float]:
        """Spread left of each number beside the spread between people: 1 where nothing was learnt."""
        return dict(zip(self.names, self.draws.std(axis=0).tolist(), strict=True))

    def interval(self, name: str) -> tuple[float, float, float]:
        """The median of a number, and the ends of its 90 % interval: low, median, high."""
        low, middle, high = np.quantile(self.numbers[:, NUMBERS.index(name)], [0.05, 0.5, 0.95]).tolist()
        return low, middle, high

    @property
    def split(self) -> float:
        """Correlation of the drug's part and the session's: near -1, only their sum was learnt."""
        two = self.draws[:, [self.prior.fitted.index(n) for n in (DRUG, SESSION)]]
        return float(np.asarray(np.corrcoef(two.T))[0, 1])

    @property
    def typical(self) -> bool:
        """Whether the ratings have not yet moved what is believed of drug and session."""
        enough = float(library().limits["forecast_learnt"].value)
        return min(self.learnt[NUMBERS[n]] for n in (DRUG, SESSION)) > enough

    @property
    def lasting_typical(self) -> bool:
        """Whether how long it lasts is still what it is for people like this."""
        limits = library().limits
        few = self.history.spaced_ratings() < int(limits["forecast_spaced_ratings"].value)
        return few or self.learnt[NUMBERS[SURVIVAL]] > float(limits["forecast_lasting_learnt"].value)

    @property
    def label(self) -> str:
        """Whose forecast it is; a forecast is never shown without these words."""
        if self.typical:
            return TYPICAL
        return LASTING_TYPICAL if self.lasting_typical else OWN

    @property
    def fading(self) -> str | None:
        """Whether the gain fades faster or slower than typical; None until spaced ratings support it."""
        if self.lasting_typical:
            return None
        low, _, high = self.interval(NUMBERS[SURVIVAL])
        middle = float(self.prior.middle[SURVIVAL])
        return "faster" if high < middle else "slower" if low > middle else None
