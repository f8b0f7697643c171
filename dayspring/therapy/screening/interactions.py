"""The medicines taken now: each class speaks, a class is summed, and nothing unknown is passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dayspring.knowledge import Library, Limit
from dayspring.knowledge.rows import STANDINGS
from dayspring.quantities import Quantity, plain
from dayspring.therapy.aim import SILENT
from dayspring.therapy.intake import NO, UNKNOWN, YES, read_answers
from dayspring.therapy.screening.findings import OWN, REVIEW, ScreeningFinding, by_row, missing
from dayspring.therapy.screening.names import NOBODY, SLIP, Match, medicine, named
from dayspring.therapy.screening.on_board import on_board
from dayspring.therapy.screening.patient import Patient, is_bipolar


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A class whose doses are summed, and what they are counted as by the table of that column."""

    of: str
    column: str
    counted_as: str


BENZODIAZEPINES = Measure(of="benzodiazepine", column="equals_diazepam_10", counted_as="diazepam")
OPIOIDS = Measure(of="opioid", column="morphine_times", counted_as="morphine")
UNSTABILISED = "unstabilised"
UNREAD = frozenset({"MED-UNKNOWN", "MED-SPELLING"})

Pairs = list[tuple[Mapping[str, Any], Match]]


def rules(patient: Patient) -> set[str]:
    """The rules that a list of medicines can fire for this aim."""
    rows = patient.knowledge.screening["interactions"].values()
    return {row["rule"] for row in rows if patient.kind_of(row) != SILENT} | UNREAD


def interactions(patient: Patient) -> Iterator[ScreeningFinding]:
    """Everything the list of medicines says. A list nobody asked for is asked for elsewhere."""
    pairs = _taken(patient)
    for _, match in pairs:
        yield from _spelling(match)
        yield from _classes(patient, match)
    for measure in (BENZODIAZEPINES, OPIOIDS):
        yield from _summed(patient, _of_class(patient, pairs, measure.of), measure)
        yield from _beside(patient, pairs, measure.of)


def _taken(patient: Patient) -> Pairs:
    return list(named(patient.rows("medicines") or (), "name", patient.knowledge))


def _spelling(match: Match) -> Iterator[ScreeningFinding]:
    shown = f"medicines: {match.written}"
    if match.how == SLIP:
        says = f"“{match.written}” was read as {match.ingredient}: confirm it."
        yield by_row(REVIEW, "MED-SPELLING", OWN, says, shown)
    elif match.how == NOBODY:
        near = f" It could be {' or '.join(match.other)}." if match.other else ""
        says = f"“{match.written}” is not a medicine known here, so no rule has looked at it.{near}"
        yield missing("Which medicine is it?", shown, rule="MED-UNKNOWN", reason=says, question="medicines")


def _classes(patient: Patient, match: Match) -> Iterator[ScreeningFinding]:
    for name in classes_of(patient.knowledge, match):
        row = patient.knowledge.screening["interactions"].get(name)
        if row is None:
            continue
        here, limit = patient.here(row), patient.limit(row["limit"]) if "limit" in row else None
        shown = f"medicines: {match.written} ({match.ingredient})"
        shown += "".join(f"; {said}" for said in _exposure(patient, match.ingredient))
        yield by_row(_kind(patient, row), row["rule"], here, here["says"], shown, limit)


def classes_of(knowledge: Library, match: Match) -> tuple[str, ...]:
    """The classes of a medicine; none for what nobody knows."""
    return () if match.how == NOBODY else tuple(medicine(knowledge, match.ingredient)["classes"])


def _kind(patient: Patient, row: Mapping[str, Any]) -> str:
    """A row about some conditions is milder for another one; a condition nobody knows is not another one."""
    about = row.get("diagnoses")
    if about and patient.said("diagnosis") not in (UNKNOWN, *about):
        return str(row["otherwise"])
    return patient.kind_of(row)


def _exposure(patient: Patient, ingredient: str) -> Iterator[str]:
    """What was measured about this drug beside ketamine by such a route, with who measured it."""
    for row in patient.knowledge.screening["medicines"]["exposure"].get(ingredient, ()):
        if patient.aim.route in row["routes"]:
            peak = f", its peak {row['peak']} %" if "peak" in row else ""
            cited = f"{row['source']}, {row['where']}; {STANDINGS[row['standing']]}"
            yield f"exposure to {row['given']} is {row['share']} % of the usual{peak} ({cited})"


def _of_class(patient: Patient, pairs: Pairs, name: str) -> Pairs:
    return [(row, match) for row, match in pairs if name in classes_of(patient.knowledge, match)]


def _summed(patient: Patient, taken: Pairs, measure: Measure) -> Iterator[ScreeningFinding]:
    """The day's sum over a class, held against its limit; what cannot be counted is asked for."""
    whole = patient.knowledge.screening["interactions"][measure.of]
    over, limit = whole["over"], patient.limit(whole["over"]["limit"])
    each = [(row, match, counted(patient.knowledge, row, match, measure)) for row, match in taken]
    total = sum((mg for _, _, mg in each if mg is not None), Decimal(0))
    shown = "; ".join(_written(patient.knowledge, row, match, mg, measure) for row, match, mg in each)
    if taken and _reached(limit, Quantity(total, "mg/d")):
        here = patient.here(over)
        says = here["says"].format(sum=_about(total)) + f" Limit: {limit}."
        yield by_row(patient.kind_of(over), whole["rule"], here, says, shown, limit)
    if uncounted := [match.written for _, match, mg in each if mg is None]:
        says = f"The day's dose of {', '.join(uncounted)} cannot be counted as {measure.counted_as}."
        yield missing("How many mg a day?", shown, rule=whole["rule"], reason=says, question="medicines")


def _reached(limit: Limit, day: Quantity) -> bool:
    """An `at_least` speaks from its number on, an `at_most` above its number."""
    return limit.allows(day) if limit.at_least is not None else not limit.allows(day)


def counted(knowledge: Library, row: Mapping[str, Any], match: Match, measure: Measure) -> Decimal | None:
    """One medicine's day in the shared measure; None where the dose or the factor is not known."""
    dose, known = row.get("dose_mg_per_day"), medicine(knowledge, match.ingredient).get(measure.column)
    if dose is None or known is None:
        return None
    if measure is OPIOIDS:
        return Decimal(dose) * Decimal(known)
    return Decimal(dose) * Decimal(knowledge.screening["medicines"]["about"]["diazepam_mg"]) / Decimal(known)


def _written(
    knowledge: Library, row: Mapping[str, Any], match: Match, mg: Decimal | None, measure: Measure
) -> str:
    """A medicine as it was told, and how it was counted, by whose table."""
    dose, about = row.get("dose_mg_per_day"), knowledge.screening["medicines"]["about"]
    said = f"medicines: {match.written}"
    said += ", dose not given" if dose is None else f" {plain(dose)} mg a day"
    if mg is None:
        return said
    factor = plain(Decimal(medicine(knowledge, match.ingredient)[measure.column]))
    one = f"times {factor}" if measure is OPIOIDS else f"{factor} mg equals {about['diazepam_mg']} mg"
    cited = f"{one}; {about['source']}; {STANDINGS[about['standing']]}"
    return f"{said}, counted as {_about(mg)} mg of {measure.counted_as} ({cited})"


def _about(total: Decimal) -> str:
    return plain(round(total, 1))


def _beside(patient: Patient, pairs: Pairs, name: str) -> Iterator[ScreeningFinding]:
    """Two classes that together mean more than each alone."""
    whole = patient.knowledge.screening["interactions"][name]
    row = whole.get("beside")
    if row is None:
        return
    mine, other = _of_class(patient, pairs, name), _of_class(patient, pairs, row["class"])
    if mine and other:
        shown = "; ".join(f"medicines: {match.written} ({match.ingredient})" for _, match in (*mine, *other))
        yield by_row(patient.kind_of(row), whole["rule"], row, row["says"], shown)


def stabiliser(patient: Patient) -> Iterator[ScreeningFinding]:
    """Bipolar disorder without a mood stabiliser or antimanic; a name that nobody knows may be one."""
    if not is_bipolar(patient):
        return
    row = patient.knowledge.screening["interactions"][UNSTABILISED]
    shown, taken = patient.shown("bipolar", "diagnosis"), on_board(patient, row["without"])
    if taken == NO:
        yield by_row(patient.kind_of(row), row["rule"], row, row["says"], shown)
    elif taken != YES:
        asks = "Is a mood stabiliser or antimanic taken?"
        yield missing(asks, shown, rule=row["rule"], question="medicines")


def reduced_start(
    answers: Mapping[str, object], knowledge: Library, route: str
) -> tuple[tuple[str, Limit, str], ...]:
    """The medicines that cap the first dose by this route: which, at what share of the usual one, and why.

    A name that was read with a slip counts: a dose that is too small is mended, one that is too large is not.
    """
    rows = read_answers(answers, knowledge).answers.get("medicines", ())
    found: dict[str, tuple[str, Limit, str]] = {}
    for _, match in named(rows if isinstance(rows, tuple) else (), "name", knowledge):
        for name in classes_of(knowledge, match):
            row = knowledge.screening["interactions"].get(name, {})
            if route in row.get("start_routes", ()):
                limit = knowledge.limit(row["start"])
                says = f"{match.ingredient}: {row['here']['swallowed']['says']} Limit: {limit}."
                found.setdefault(match.ingredient, (match.ingredient, limit, says))
    return tuple(found.values())


ALL = (interactions, stabiliser)
