"""Who takes the drug: one patient in words of the model, or a drawn population as columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial

import numpy as np
import numpy.typing as npt

from dayspring.pharmacology.draws import normal
from dayspring.pharmacology.parameters import REFERENCE, parameters

Array = npt.NDArray[np.float64]
MADRS_POINTS = 60.0
POSITIVE = (
    "weight_kg", "clearance_factor", "volume_factor", "madrs_before_points",
    "systolic_mmhg", "diastolic_mmhg", "pulse_per_min", "half_filled_factor",
)  # fmt: skip
NEVER_NEGATIVE = (
    "age_years",
    "gut_factor",
    "trophic_factor",
    "dissociation_factor",
    "drug_gain",
    "setting_gain",
)


class PatientRefused(ValueError):
    """A patient who cannot be meant: the message holds the value and what it clashes with."""


def _typical(name: str) -> float:
    return parameters(REFERENCE)[f"patient.{name}"]


def _f(name: str) -> float:
    return field(default_factory=partial(_typical, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """One patient; whatever is not said is that of the typical patient (models/reference-2026-people.toml).

    `antidepressant_started_h` is when a new oral antidepressant was begun, None when none was;
    `antidepressant_kept` says that one is on board, which slows the loss of mature spines.
    """

    weight_kg: float = _f("weight_kg")
    age_years: float = _f("age_years")
    clearance_factor: float = _f("clearance_factor")
    volume_factor: float = _f("volume_factor")
    gut_factor: float = _f("gut_factor")
    uptake_logit: float = _f("uptake_logit")
    madrs_before_points: float = _f("madrs_before_points")
    drug_gain: float = _f("drug_gain")
    setting_gain: float = _f("setting_gain")
    survival: float = _f("survival")
    antidepressant_logit: float = _f("antidepressant_logit")
    dissociation_factor: float = _f("dissociation_factor")
    trophic_factor: float = _f("trophic_factor")
    stress: float = _f("stress")
    systolic_mmhg: float = _f("systolic_mmhg")
    diastolic_mmhg: float = _f("diastolic_mmhg")
    pulse_per_min: float = _f("pulse_per_min")
    half_filled_factor: float = _f("half_filled_factor")
    systolic_rise_factor: float = _f("systolic_rise_factor")
    diastolic_rise_factor: float = _f("diastolic_rise_factor")
    antidepressant_kept: bool = False
    antidepressant_started_h: float | None = None

    def __post_init__(self) -> None:
        for name in NAMES:
            value = getattr(self, name)
            if not math.isfinite(value):
                raise PatientRefused(f"{name} is {value}; it must be a finite number")
            if (name in POSITIVE and value <= 0.0) or (name in NEVER_NEGATIVE and value < 0.0):
                raise PatientRefused(
                    f"{name} is {value}; it must be {'above' if name in POSITIVE else 'at least'} 0"
                )
        if self.madrs_before_points >= MADRS_POINTS:
            raise PatientRefused(
                f"madrs_before_points is {self.madrs_before_points}; the scale ends at {MADRS_POINTS:g}"
            )


# What is a plain number in every patient.
NAMES = tuple(
    f.name for f in fields(Patient) if f.name not in ("antidepressant_kept", "antidepressant_started_h")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """People as columns, one row each. An antidepressant that was never started is started at infinity."""

    columns: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.columns["weight_kg"])

    def __getitem__(self, name: str) -> Array:
        return self.columns[name]

    def patient(self, number: int) -> Patient:
        """One of them, as a patient of their own."""
        row = {name: float(self.columns[name][number]) for name in NAMES}
        started = float(self.columns["antidepressant_started_h"][number])
        return Patient(
            **row,
            antidepressant_kept=bool(self.columns["antidepressant_kept"][number]),
            antidepressant_started_h=started if math.isfinite(started) else None,
        )

    def part(self, first: int, end: int) -> Population:
        return Population(columns={name: column[first:end] for name, column in self.columns.items()})

    @classmethod
    def of(cls, patients: Sequence[Patient]) -> Population:
        """Those patients as columns; raises PatientRefused when there are none."""
        if not patients:
            raise PatientRefused("a population needs people; 0 were given")
        columns = {name: np.array([getattr(p, name) for p in patients], dtype=np.float64) for name in NAMES}
        columns["antidepressant_kept"] = np.array([float(p.antidepressant_kept) for p in patients])
        started = [p.antidepressant_started_h for p in patients]
        columns["antidepressant_started_h"] = np.array([math.inf if s is None else s for s in started])
        return cls(columns=columns)

    @classmethod
    def draw(
        cls,
        n: int,
        rng: np.random.Generator,
        *,
        around: Patient | None = None,
        parameters_of: str = REFERENCE,
    ) -> Population:
        """`n` people spread around a patient. The first k of n are the k that the same rng would draw alone.

        The generator gives one number, the seed; what a person is drawn as is counted from it (draws.py), so it
        depends on nobody else, on no other trait, and on no number of threads.
        """
        if n < 1:
            raise PatientRefused(f"{n} people cannot be drawn; a population needs at least 1")
        one = cls.of([around or Patient()])
        # What all have in common is held once: such a column is a view without a stride.
        columns = {name: np.broadcast_to(column, n) for name, column in one.columns.items()}
        rows, seed = parameters(parameters_of).rows, int(rng.integers(2**63))
        for trait, name in enumerate(NAMES):
            row = rows[f"patient.{name}"]
            if row.spread is None:
                continue
            drawn = normal(seed, trait, n)
            drawn *= row.spread
            if row.spread_of == "log":
                drawn = np.exp(drawn, out=drawn)
                drawn *= columns[name]
            else:
                drawn += columns[name]
            columns[name] = (
                drawn if row.lowest is None else np.clip(drawn, row.lowest, row.highest, out=drawn)
            )
        return cls(columns=columns)
