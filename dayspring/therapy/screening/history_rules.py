"""The yes-or-no questions. Each row is a question and its rule; this file only reads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from dayspring.knowledge import Limit
from dayspring.therapy.intake import NO, YES, asking
from dayspring.therapy.screening.findings import REVIEW, ScreeningFinding, by_row, missing
from dayspring.therapy.screening.patient import Patient

# What a yes says about the day that it carries: less than the limit ago, or at least so long ago.
WITHIN, BEFORE = "within", "before"


def rules(patient: Patient) -> set[str]:
    """The rules that the tables can fire for this aim."""
    return {row["rule"] for key, row in asking(patient.knowledge).items() if patient.in_scope(key)}


def history(patient: Patient) -> Iterator[ScreeningFinding]:
    """Fires on the answer that the row names, asks on unknown, and is silent only on the other answer."""
    for key, row in asking(patient.knowledge).items():
        if not patient.in_scope(key):
            continue
        said, here = patient.said(key), patient.here(row)
        limit = patient.limit(row["limit"]) if "limit" in row else None
        if said == row.get("when", YES):
            yield by_row(patient.kind_of(row), row["rule"], here, here["says"], patient.shown(key), limit)
        elif said not in (YES, NO) and patient.asks(key):
            # Whom a question does not concern is not asked; what was said all the same still counts.
            yield missing(row["wording"], patient.shown(key), row.get("missing", row["rule"]), question=key)
        if limit is not None and (clash := contradicted(patient, key, row.get("yes_is", ""), limit)):
            yield by_row(REVIEW, row["rule"], here, clash, patient.shown(key), limit)


def contradicted(patient: Patient, key: str, yes_is: str, limit: Limit) -> str:
    """What clashes between an answer and the day that it carries; empty when nothing does."""
    day, said = patient.dated(key), patient.said(key)
    if day is None or said not in (YES, NO) or not yes_is:
        return ""
    if day > patient.on:
        return f"The answer is {said}, and its day {day} is still to come."
    recent = day > back(patient.on, limit)
    if (said == YES) == (recent == (yes_is == WITHIN)):
        return ""
    return f"The answer is {said}, and its day {day} says otherwise. Limit: {limit}."


def back(day: date, span: Limit) -> date:
    """The day that lies a span of weeks or months before another; a month has the days that it has."""
    count = int(span.value)
    if span.unit == "wk":
        return day - timedelta(weeks=count)
    if span.unit != "mo":
        raise ValueError(f"limit {span.key} is in {span.unit}; a window is in wk or mo")
    month = day
    for _ in range(count):
        month = month.replace(day=1) - timedelta(days=1)
    return month.replace(day=min(day.day, month.day))
