"""The programme that esketamine is given under in the US. What it asks stands in rems.toml as questions."""

from __future__ import annotations

from collections.abc import Iterator

from dayspring.therapy.aim import ESKETAMINE
from dayspring.therapy.screening.findings import INFO, ScreeningFinding, by_limit
from dayspring.therapy.screening.patient import Patient

RULES = frozenset({"EX-REMS"})


def programme(patient: Patient) -> Iterator[ScreeningFinding]:
    """What the programme asks after each session, and what it does not ask of inpatients."""
    if patient.aim.lane != ESKETAMINE or patient.aim.jurisdiction != "US":
        return
    says = (
        "After each session the form of the programme is sent. Inpatients need neither enrolment nor form; "
        "adverse events are reported for them too."
    )
    shown = f"treatment: {patient.aim.drug} in the {patient.aim.setting}, {patient.aim.jurisdiction}"
    yield by_limit(INFO, "EX-REMS", patient.limit("rems_form_within"), says, shown)


ALL = (programme,)
