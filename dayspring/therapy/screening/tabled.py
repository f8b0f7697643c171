"""What measured.toml says: a row by its name becomes a finding, with its word and source for the aim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dayspring.knowledge import Limit
from dayspring.therapy.aim import SILENT
from dayspring.therapy.screening.findings import ScreeningFinding, by_row
from dayspring.therapy.screening.patient import Patient


def row(patient: Patient, name: str) -> Mapping[str, Any]:
    """The row of that name. Raises KeyError naming it when measured.toml has none."""
    found: Mapping[str, Any] = patient.knowledge.screening["measured"][name]
    return found


def limit_of(patient: Patient, name: str) -> Limit:
    """The number that a row rests on."""
    return patient.limit(row(patient, name)["limit"])


def told(
    patient: Patient, name: str, shown: str, limit: Limit | None = None, about: str = ""
) -> ScreeningFinding:
    """The finding of that row. A limit handed in goes before the row's own; `about` before its reason."""
    found = row(patient, name)
    here = patient.here(found)
    if limit is None and "limit" in found:
        limit = limit_of(patient, name)
    reason = f"{about} {here['says']}".strip() + (f" Limit: {limit}." if limit else "")
    return by_row(patient.kind_of(found), found["rule"], here, reason, shown, limit)


def asked(patient: Patient, name: str, wording: str, shown: str, question: str) -> ScreeningFinding:
    """The finding of a row that wants an answer which nobody has given."""
    return replace(told(patient, name, shown), asks=wording, question=question)


def rules(patient: Patient) -> set[str]:
    """The rules that the table can fire for this aim."""
    rows = patient.knowledge.screening["measured"].values()
    return {found["rule"] for found in rows if patient.kind_of(found) != SILENT}
