"""The yes-or-no questions. Each row of history.toml is a question and its rule; this file only reads them."""

from __future__ import annotations

from collections.abc import Iterator

from dayspring.therapy.intake import NO, YES
from dayspring.therapy.screening.findings import ScreeningFinding, by_row, missing
from dayspring.therapy.screening.patient import Patient


def rules(patient: Patient) -> set[str]:
    """The rules that the table can fire."""
    return {row["rule"] for row in patient.knowledge.screening["history"].values()}


def history(patient: Patient) -> Iterator[ScreeningFinding]:
    """Fires on the answer that the row names, asks on unknown, and is silent only on the other answer."""
    for key, row in patient.knowledge.screening["history"].items():
        said, fires = patient.said(key), row.get("when", YES)
        limit = patient.limit(row["limit"]) if "limit" in row else None
        if said == fires:
            yield by_row(patient.kind_of(row), row["rule"], row, row["says"], patient.shown(key), limit)
        elif said not in (YES, NO) and patient.concerns(row.get("only_for", "everyone")):
            # Whom a question does not concern is not asked; what was said all the same still counts.
            yield missing(row["wording"], patient.shown(key), rule=row.get("missing", row["rule"]))
