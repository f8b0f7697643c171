"""Where the model was fitted, and where a course may therefore not be shown to a person as theirs.

A simulation outside is still made, for research; it carries the reasons with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.parameters import Parameters
from dayspring.pharmacology.patient import Patient


def outside(patient: Patient, doses: Sequence[Dose], ps: Parameters) -> tuple[str, ...]:
    """Every reason why this course is outside what was fitted, each with both numbers."""
    return (*_patient(patient, ps), *_doses(patient, doses, ps))


def _patient(patient: Patient, ps: Parameters) -> Iterator[str]:
    youngest = ps["licence.lowest_age_years"]
    if patient.age_years < youngest:
        yield f"The patient is {patient.age_years:g} years old; nobody under {youngest:g} was fitted."


def _doses(patient: Patient, doses: Sequence[Dose], ps: Parameters) -> Iterator[str]:
    most, gap = ps["licence.highest_iv_mg_per_kg"], ps["licence.shortest_gap_h"]
    for dose in doses:
        per_kg = dose.mg / patient.weight_kg
        if dose.route == "iv" and per_kg > most:
            yield f"{dose.mg:g} mg iv are {per_kg:.2f} mg/kg; nothing above {most:g} mg/kg was fitted."
        if dose.route == "ablate":
            yield f"The new synapses are taken away at {dose.at_h:g} h, which no patient has."
    sessions = sorted({d.starts_h for d in doses if d.route != "ablate"})
    for before, after in pairwise(sessions):
        if after - before < gap:
            yield f"Sessions at {before:g} h and {after:g} h are closer than the {gap:g} h that were fitted."
