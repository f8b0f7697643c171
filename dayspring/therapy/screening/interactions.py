"""The medicines taken now: each class speaks, sums are made over a class, and nothing unknown is passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from dayspring.quantities import Quantity, plain
from dayspring.therapy.screening.findings import REVIEW, ScreeningFinding, by_limit, by_row, missing
from dayspring.therapy.screening.names import NOBODY, SLIP, Match, medicine, named
from dayspring.therapy.screening.patient import Patient, is_bipolar

RULES = frozenset({"DDI-BZD", "DDI-OPI", "EX-BP1-NOMS", "MED-UNKNOWN", "MED-SPELLING"})
_OWN = {"source": "clinic-default", "standing": "default"}


def rules(patient: Patient) -> set[str]:
    return {row["rule"] for row in patient.knowledge.screening["interactions"].values()} | RULES


def interactions(patient: Patient) -> Iterator[ScreeningFinding]:
    """Everything the list of medicines says. A list nobody asked for is asked for elsewhere."""
    rows = patient.rows("medicines")
    if rows is None:
        return
    pairs = list(named(rows, "name", patient.knowledge))
    for _, match in pairs:
        yield from _spelling(match)
        yield from _classes(patient, match)
    yield from _benzodiazepines(patient, pairs)
    yield from _opioids(patient, pairs)


def _spelling(match: Match) -> Iterator[ScreeningFinding]:
    shown = f"medicines: {match.written}"
    if match.how == SLIP:
        says = f"“{match.written}” was read as {match.ingredient}: confirm it."
        yield by_row(REVIEW, "MED-SPELLING", _OWN, says, shown)
    elif match.how == NOBODY:
        near = f" It could be {' or '.join(match.other)}." if match.other else ""
        says = f"“{match.written}” is not a medicine known here, so no rule has looked at it.{near}"
        yield missing("Which medicine is it?", shown, rule="MED-UNKNOWN", reason=says)


def _classes(patient: Patient, match: Match) -> Iterator[ScreeningFinding]:
    if match.how == NOBODY:
        return
    for name in medicine(patient.knowledge, match.ingredient)["classes"]:
        row = patient.knowledge.screening["interactions"].get(name)
        if row is not None:
            limit = patient.limit(row["limit"]) if "limit" in row else None
            shown = f"medicines: {match.written} ({match.ingredient})"
            yield by_row(patient.kind_of(row), row["rule"], row, row["says"], shown, limit)


Pairs = list[tuple[Mapping[str, Any], Match]]


def _of_class(patient: Patient, pairs: Pairs, name: str) -> Pairs:
    return [
        (row, match)
        for row, match in pairs
        if match.how != NOBODY and name in medicine(patient.knowledge, match.ingredient)["classes"]
    ]


def _total(patient: Patient, pairs: Pairs, factor: str) -> tuple[Decimal, list[str]]:
    """The day's sum in the shared measure, and the medicines that could not be counted."""
    total, uncounted = Decimal(0), []
    for row, match in pairs:
        dose, known = row.get("dose_mg_per_day"), medicine(patient.knowledge, match.ingredient).get(factor)
        if dose is None or known is None:
            uncounted.append(match.written)
        elif factor == "morphine_times":
            total += dose * known
        else:
            total += dose * patient.knowledge.screening["medicines"]["about"]["diazepam_mg"] / known
    return total, uncounted


def _benzodiazepines(patient: Patient, pairs: Pairs) -> Iterator[ScreeningFinding]:
    taken = _of_class(patient, pairs, "benzodiazepine")
    total, uncounted = _total(patient, taken, "equals_diazepam_10")
    limit = patient.limit("benzodiazepine_as_diazepam")
    day = Quantity(total, "mg/d")
    if not limit.allows(day):
        says = f"Benzodiazepines equal to {_about(total)} mg of diazepam a day. Never stop them abruptly."
        yield by_limit(REVIEW, "DDI-BZD", limit, says, _written(taken))
    if uncounted:
        says = f"The day's dose of {', '.join(uncounted)} cannot be counted as diazepam."
        yield missing("How many mg a day?", _written(taken), rule="DDI-BZD", reason=says)


def _opioids(patient: Patient, pairs: Pairs) -> Iterator[ScreeningFinding]:
    taken = _of_class(patient, pairs, "opioid")
    total, uncounted = _total(patient, taken, "morphine_times")
    limit = patient.limit("opioid_as_morphine")
    if limit.allows(Quantity(total, "mg/d")):
        says = f"Opioids equal to {_about(total)} mg of morphine a day: capnography."
        yield by_limit(REVIEW, "DDI-OPI", limit, says, _written(taken))
    if uncounted:
        says = f"The day's dose of {', '.join(uncounted)} cannot be counted as morphine."
        yield missing("How many mg a day?", _written(taken), rule="DDI-OPI", reason=says)


def stabiliser(patient: Patient) -> Iterator[ScreeningFinding]:
    """Bipolar disorder without a mood stabiliser or antimanic on board."""
    if not is_bipolar(patient):
        return
    if not has_stabiliser(patient):
        says = "Bipolar disorder, and no mood stabiliser or antimanic is among the medicines."
        yield by_row(REVIEW, "EX-BP1-NOMS", _OWN, says, patient.shown("bipolar", "diagnosis"))


def has_stabiliser(patient: Patient) -> bool:
    pairs = list(named(patient.rows("medicines") or (), "name", patient.knowledge))
    return bool(_of_class(patient, pairs, "mood_stabiliser"))


def _written(pairs: Pairs) -> str:
    return "; ".join(
        f"medicines: {match.written} {plain(dose)} mg a day"
        if (dose := row.get("dose_mg_per_day")) is not None
        else f"medicines: {match.written}, dose not given"
        for row, match in pairs
    )


def _about(total: Decimal) -> str:
    return plain(round(total, 1))


ALL = (interactions, stabiliser)
