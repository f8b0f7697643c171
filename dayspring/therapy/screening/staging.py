"""How resistant the depression is, as a stage: written down, and never a reason to hold or to start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from dayspring.quantities import Quantity
from dayspring.therapy.intake import YES
from dayspring.therapy.screening.findings import INFO, ScreeningFinding, by_row
from dayspring.therapy.screening.patient import Patient
from dayspring.therapy.screening.trials import ADDED, Judged, failures

RULE = "IND-STAGE"


def staged(patient: Patient, trials: list[Judged]) -> Iterator[ScreeningFinding]:
    """The stage and its parts; while a part is missing, the question that would give it."""
    table = patient.knowledge.screening["staging"]
    keys = ("episode_months", "episode_severity", "ect_used")
    shown = patient.shown(*keys, "trials")
    open_ones = [key for key in keys if patient.is_open(key)]
    for key in open_ones:
        wording = patient.questions[key].wording
        says = "The stage of resistance cannot be worked out yet."
        asks = wording if wording.endswith("?") else f"{wording}?"
        yield replace(by_row(INFO, RULE, table["about"], says, shown), asks=asks, question=key)
    failed = len(failures(trials))
    if open_ones or not failed:
        return
    parts = _parts(patient, table, trials, failed)
    stage, line = sum(parts.values()), patient.limit("stage_of_the_belief_study")
    reached = "reached" if line.allows(Quantity(Decimal(stage), "{score}")) else "not reached"
    told = ", ".join(f"{name} {score}" for name, score in parts.items())
    says = f"Stage of resistance {stage} of {table['about']['highest']}: {told}."
    says += f" The stage of the study of beliefs is {reached}: {line}."
    yield by_row(INFO, RULE, table["about"], says, shown, line)


def _parts(patient: Patient, table: Mapping[str, Any], trials: list[Judged], failed: int) -> dict[str, int]:
    months = patient.number("episode_months")
    added = any(trial.worth == ADDED for trial in trials)
    return {
        "length": _band(table["length"], months.value if months else Decimal(0)),
        "severity": int(table["severity"][patient.said("episode_severity")]),
        "failed antidepressants": _band(table["failed"], Decimal(failed)),
        "augmentation": int(table["augmentation"]["used" if added else "unused"]),
        "ECT": int(table["ect"]["used" if patient.said("ect_used") == YES else "unused"]),
    }


def _band(bands: Mapping[str, Any], amount: Decimal) -> int:
    """The score of the highest band that the amount reaches."""
    return int(max((row["above"], row["score"]) for row in bands["bands"] if amount > row["above"])[1])
