"""Which treatments so far count as failed: dose, length, effect, and why each was stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dayspring.knowledge import Library, Limit
from dayspring.quantities import Quantity, plain
from dayspring.therapy.screening.findings import (
    INFO,
    OWN,
    REVIEW,
    ScreeningFinding,
    by_limit,
    by_row,
    missing,
)
from dayspring.therapy.screening.names import NOBODY, matches
from dayspring.therapy.screening.patient import Patient

COUNTS, PERHAPS, NO_FAILURE, INTOLERANT, ADDED = "counts", "perhaps", "no failure", "intolerant", "added"
RULES = frozenset(
    {"IND-ADEQ-DUR", "IND-ADEQ-DOSE", "IND-ADEQ-RESP", "IND-ADEQ-INTOL", "IND-ADEQ-AUG", "IND-TRD-2"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One trial, what it is worth, and the rule and number that say so."""

    ingredient: str
    written: str
    worth: str
    rule: str
    says: str
    limit: Limit | None = None
    asks: str = ""


def least_dose(knowledge: Library, ingredient: str, written: str) -> Limit | None:
    """The smallest daily dose that counts; None when the table has none for this drug."""
    rows = knowledge.screening["trials"]["least"]
    released = f"{ingredient} cr"
    key = released if released in rows and "cr" in written.casefold().split() else ingredient
    row = rows.get(key)
    if row is None:
        return None
    return Limit(
        key=f"least_{key}",
        at_least=Decimal(row["at_least"]),
        unit=row["unit"],
        means=f"A trial of {key} below this daily dose does not count.",
        source=row["source"],
        where="rulebook 1.1, minimum adequate daily dose",
        standing=row["standing"],
        agreed=knowledge.screening["trials"]["agreed"],
    )


def judged(patient: Patient, row: Mapping[str, Any]) -> Judged:
    """Whether one trial counts as failed. The first thing that speaks against it decides."""
    written = str(row["drug"])
    found = matches(written, patient.knowledge)
    ingredient = found[0].ingredient if len(found) == 1 and found[0].how != NOBODY else ""
    if not ingredient:
        says = f"“{written}” is not one known antidepressant, so its dose cannot be judged."
        return Judged(
            ingredient="",
            written=written,
            worth=PERHAPS,
            rule="IND-ADEQ-DOSE",
            says=says,
            asks="Which drug was it?",
        )
    if ingredient in patient.knowledge.screening["trials"]["augmentation"]["drugs"]:
        says = f"{written} was added to an antidepressant; it is written down and is no trial of its own."
        return Judged(ingredient=ingredient, written=written, worth=ADDED, rule="IND-ADEQ-AUG", says=says)
    return _weighed(patient, row, ingredient, written)


def _weighed(patient: Patient, row: Mapping[str, Any], ingredient: str, written: str) -> Judged:
    def said(worth: str, rule: str, says: str, limit: Limit | None = None, asks: str = "") -> Judged:
        return Judged(
            ingredient=ingredient, written=written, worth=worth, rule=rule, says=says, limit=limit, asks=asks
        )

    least = least_dose(patient.knowledge, ingredient, written)
    full, some = patient.limit("trial_weeks_full"), patient.limit("trial_weeks_some")
    dose, weeks = _amount(row, "dose_mg", "mg/d"), _amount(row, "weeks", "wk")
    short = weeks is not None and not full.allows(weeks)
    low = dose is not None and least is not None and not least.allows(dose)
    if row.get("stopped_for") == "side_effects" and (short or low):
        return said(
            INTOLERANT, "IND-ADEQ-INTOL", f"{written} was stopped for side effects: not a failed trial."
        )
    if least is None:
        return said(PERHAPS, "IND-ADEQ-DOSE", f"No least dose is known for {written}.")
    if dose is None:
        return said(
            PERHAPS, "IND-ADEQ-DOSE", f"The dose of {written} is not known.", least, "What daily dose?"
        )
    if low:
        return said(
            PERHAPS, "IND-ADEQ-DOSE", f"{written} {plain(dose.value)} mg a day is too low to count.", least
        )
    if weeks is None:
        return said(
            PERHAPS, "IND-ADEQ-DUR", f"How long {written} was taken is not known.", full, "How many weeks?"
        )
    if not some.allows(weeks):
        return said(
            NO_FAILURE, "IND-ADEQ-DUR", f"{written} for {plain(weeks.value)} weeks does not count.", some
        )
    if short:
        return said(
            PERHAPS, "IND-ADEQ-DUR", f"{written} for {plain(weeks.value)} weeks may or may not count.", full
        )
    return _answered(patient, row, said)


def _answered(patient: Patient, row: Mapping[str, Any], said: Callable[..., Judged]) -> Judged:
    better, response = _amount(row, "improvement_percent", "%"), patient.limit("trial_response")
    drug = row["drug"]
    if better is None:
        says = f"How much {drug} helped is not known."
        return said(PERHAPS, "IND-ADEQ-RESP", says, response, "How many percent better?")
    if response.allows(better):
        return said(
            NO_FAILURE, "IND-ADEQ-RESP", f"{drug} helped by {plain(better.value)} %: no failure.", response
        )
    return said(COUNTS, "IND-TRD-2", f"{drug}: adequate in dose and length, {plain(better.value)} % better.")


def _amount(row: Mapping[str, Any], column: str, unit: str) -> Quantity | None:
    value = row.get(column)
    return None if value is None else Quantity(value, unit)


def all_judged(patient: Patient) -> list[Judged]:
    """What each trial of the list is worth."""
    return [judged(patient, row) for row in patient.rows("trials") or ()]


def failures(trials: list[Judged]) -> set[str]:
    """The different antidepressants that failed for certain."""
    return {trial.ingredient for trial in trials if trial.worth == COUNTS}


def enough(patient: Patient, trials: list[Judged]) -> bool:
    return patient.limit("trials_needed").allows(Quantity(Decimal(len(failures(trials))), "1"))


def may_be_enough(patient: Patient, trials: list[Judged]) -> bool:
    """Whether enough could have failed, the doubtful ones counted; a list not asked for could hold all."""
    if patient.rows("trials") is None:
        return True
    doubtful = [trial for trial in trials if trial.worth == PERHAPS]
    could = failures(trials) | {trial.ingredient or trial.written for trial in doubtful}
    return patient.limit("trials_needed").allows(Quantity(Decimal(len(could)), "1"))


def trials_said(patient: Patient, trials: list[Judged]) -> Iterator[ScreeningFinding]:
    """What each trial is worth. A doubtful one is a question only while its answer could matter."""
    settled = enough(patient, trials)
    for trial in trials:
        kind = REVIEW if trial.worth == PERHAPS and not settled else INFO
        row = {"source": trial.limit.source, "standing": trial.limit.standing} if trial.limit else OWN
        shown = f"trials: {trial.written}"
        if trial.asks and kind == REVIEW:
            yield missing(trial.asks, shown, rule=trial.rule, reason=trial.says, question="trials")
        else:
            yield by_row(kind, trial.rule, row, trial.says, shown, trial.limit)
    stopped = {trial.ingredient for trial in trials if trial.worth == INTOLERANT}
    limit = patient.limit("intolerances_review")
    if not settled and len(failures(trials)) == 1 and limit.allows(Quantity(Decimal(len(stopped)), "1")):
        says = "One trial failed and others were stopped for side effects: weigh them together."
        yield by_limit(REVIEW, "IND-ADEQ-INTOL", limit, says, f"trials: {', '.join(sorted(stopped))}")
