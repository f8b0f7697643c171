"""Whether a kind of medicine is taken now: yes, no, or unknown while a name in the list is nobody's."""

from __future__ import annotations

from dayspring.therapy.intake import NO, UNKNOWN, YES
from dayspring.therapy.screening.names import NOBODY, medicine, named
from dayspring.therapy.screening.patient import Patient


def on_board(patient: Patient, kind: str) -> str:
    """Whether a medicine of that class is among those taken. A list nobody asked for is unknown."""
    rows = patient.rows("medicines")
    if rows is None:
        return UNKNOWN
    found = [match for _, match in named(rows, "name", patient.knowledge)]
    known = [match for match in found if match.how != NOBODY]
    if any(kind in medicine(patient.knowledge, match.ingredient)["classes"] for match in known):
        return YES
    return NO if len(known) == len(found) else UNKNOWN
