"""What it would be for: how severe it is now, which indication stands, and what the others lack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dayspring.therapy.aim import ESKETAMINE, SILENT
from dayspring.therapy.intake import NO, UNKNOWN, YES
from dayspring.therapy.screening.findings import (
    INDICATION,
    INFO,
    OWN,
    REVIEW,
    ScreeningFinding,
    by_limit,
    by_row,
    missing,
)
from dayspring.therapy.screening.on_board import on_board
from dayspring.therapy.screening.patient import Patient
from dayspring.therapy.screening.staging import staged
from dayspring.therapy.screening.trials import (
    RULES,
    Judged,
    all_judged,
    enough,
    failures,
    may_be_enough,
    trials_said,
)

STANDS, OPEN, FAILS = "stands", "open", "fails"
NONE, EUROPEAN = "IND-NONE", "IND-TRD-EU"
SUICIDAL = ("cssrs_4", "cssrs_5", "cssrs_6")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One indication that the diagnosis leads to: it stands, is open while facts are missing, or fails."""

    name: str
    state: str
    lacks: str = ""


def rules(patient: Patient) -> set[str]:
    """The rules that can speak for this aim."""
    table = patient.knowledge.screening["indications"]
    return (
        {name for name, row in table.items() if patient.kind_of(row) != SILENT}
        | RULES
        | {"IND-SEV", "IND-STAGE"}
    )


def severe(patient: Patient) -> bool:
    """Severe enough now by either scale; a scale that was not taken says nothing."""
    return any(
        (total := patient.number(key)) is not None and patient.limit(floor).allows(total)
        for key, floor in (("phq9_total", "phq9_floor"), ("madrs_total", "madrs_floor"))
    )


def severity(patient: Patient) -> Iterator[ScreeningFinding]:
    """Mild now is weighed. For esketamine it is said where the trials took only the more severe."""
    shown, total = patient.shown("phq9_total", "madrs_total"), patient.number("madrs_total")
    if patient.number("phq9_total") is not None and not severe(patient):
        yield by_limit(REVIEW, "IND-SEV", patient.limit("phq9_floor"), "The depression is mild now.", shown)
    trials = patient.limit("madrs_in_esketamine_trials")
    if (
        patient.aim.drug == "esketamine"
        and severe(patient)
        and total is not None
        and not trials.allows(total)
    ):
        says = "Severe enough, and less severe than the people of the esketamine trials."
        yield by_limit(INFO, "IND-SEV", trials, says, shown)


def indications(patient: Patient) -> Iterator[ScreeningFinding]:
    """Which indication stands; none is a review or a hold and never a silence."""
    trials = all_judged(patient)
    if patient.said("diagnosis") == "depression":
        yield from trials_said(patient, trials)
        yield from severity(patient)
        yield from staged(patient, trials)
        yield from _beside(patient, trials)
    found = list(_candidates(patient, trials))
    standing = [candidate.name for candidate in found if candidate.state == STANDS]
    shown = f"{patient.shown('diagnosis', 'diagnosis_by')}; trials that failed: "
    shown += ", ".join(sorted(failures(trials))) or "none"
    for name in standing:
        yield from _said(patient, name, shown)
    if not standing:
        yield _none(patient, found)


def _candidates(patient: Patient, trials: list[Judged]) -> Iterator[Candidate]:
    """Every indication that the diagnosis leads to and that has a word in this lane."""
    condition = patient.said("diagnosis")
    if condition == UNKNOWN:
        yield Candidate(name=NONE, state=OPEN, lacks="the condition that is to be treated")
    judged = {"IND-TRD": lambda: _resistant(patient, trials), "IND-MDSI": lambda: _suicidal(patient)}
    judged["IND-BPD"] = lambda: _bipolar(patient)
    for name, row in patient.knowledge.screening["indications"].items():
        if condition in row["diagnoses"] and name != NONE and patient.kind_of(row) != SILENT:
            state, lacks = judged[name]() if name in judged else (STANDS, "")
            yield Candidate(name=name, state=state, lacks=lacks)


def _resistant(patient: Patient, trials: list[Judged]) -> tuple[str, str]:
    """Enough trials failed and severe enough now; under European law with an SSRI or SNRI as well."""
    if not may_be_enough(patient, trials):
        return (
            FAILS,
            f"of the trials {len(failures(trials))} failed; needed: {patient.limit('trials_needed')}",
        )
    if not enough(patient, trials):
        return OPEN, "enough failed trials that nobody doubts"
    if not severe(patient):
        return OPEN, "a depression that is severe enough now"
    if patient.kind_of(patient.knowledge.screening["indications"][EUROPEAN]) == SILENT:
        return STANDS, ""
    beside = on_board(patient, "ssri_snri")
    return {YES: STANDS, NO: FAILS, UNKNOWN: OPEN}[beside], "an SSRI or SNRI on board"


def _suicidal(patient: Patient) -> tuple[str, str]:
    """Acute suicidal intent or behaviour; for esketamine beside an oral antidepressant."""
    if not _acute(patient):
        asked = all(patient.said(key) == NO or patient.skips(key) for key in SUICIDAL)
        return (FAILS if asked else OPEN), "acute suicidal intent or behaviour"
    if patient.aim.drug != "esketamine":
        return STANDS, ""
    beside = on_board(patient, "antidepressant")
    return {YES: STANDS, NO: FAILS, UNKNOWN: OPEN}[beside], "an oral antidepressant on board"


def _acute(patient: Patient) -> bool:
    return any(patient.said(key) == YES for key in SUICIDAL)


def _bipolar(patient: Patient) -> tuple[str, str]:
    """Calm by score and by answer, with a mood stabiliser. What lacks is weighed and never the end of it."""
    calm = patient.number("asrm_total") is not None and not patient.beyond("asrm_total", "asrm_high")
    if calm and patient.said("mania_now") == NO and on_board(patient, "mood_stabiliser") == YES:
        return STANDS, ""
    return OPEN, "a mood stabiliser, a low mania score and no mania now, all three"


def _said(patient: Patient, name: str, shown: str) -> Iterator[ScreeningFinding]:
    """An indication that stands, what it must be weighed for, and whether the protocol serves it."""
    table = patient.knowledge.screening["indications"]
    row = table[name]
    kind, here = patient.kind_of(row), patient.here(row)
    protocol = patient.knowledge.protocols.get(patient.aim.protocol, {})
    served = protocol.get("indications", table)
    if kind != INDICATION or name in served:
        yield by_row(kind, name, row | here, here["says"], shown)
    if name not in served:
        names = ", ".join(table[other]["name"] for other in served if other != NONE)
        says = f"{row['name'].capitalize()} stands; the protocol “{protocol['name']}” is for {names}."
        yield by_row(REVIEW, name, OWN, says, shown)
    if kind == INDICATION and set(row.get("reviewed", ())) & set(patient.aim.columns):
        yield by_row(REVIEW, name, here, here["says"], shown)
    yield from _tested(patient, name, row)


def _beside(patient: Patient, trials: list[Judged]) -> Iterator[ScreeningFinding]:
    """The medicine that a label wants beside esketamine: there, not there, or not known."""
    table = patient.knowledge.screening["indications"]
    if patient.kind_of(table[EUROPEAN]) != SILENT and enough(patient, trials):
        row, beside = table[EUROPEAN], on_board(patient, "ssri_snri")
        if beside != YES:
            yield _medicine(patient, EUROPEAN, beside)
        elif severe(patient):
            shown = patient.shown("medicines", "trials")
            yield by_row(patient.kind_of(row), EUROPEAN, row, row["says"], shown)
    if patient.aim.lane == ESKETAMINE and _acute(patient):
        yield _medicine(patient, "IND-MDSI", on_board(patient, "antidepressant"))


def _medicine(patient: Patient, name: str, is_there: str) -> ScreeningFinding:
    row, shown = patient.knowledge.screening["indications"][name]["beside"], patient.shown("medicines")
    if is_there == UNKNOWN:
        asks = f"{patient.questions['medicines'].wording}?"
        return missing(asks, shown, name, reason=row["lacking"], question="medicines")
    kind, says = (INFO, row["says"]) if is_there == YES else (REVIEW, row["lacking"])
    return by_row(kind, name, row, says, shown)


def _tested(patient: Patient, name: str, row: Mapping[str, Any]) -> Iterator[ScreeningFinding]:
    """What the row asks beside its diagnosis: a score that is high enough, a question answered yes."""
    if score := row.get("score", ""):
        total, floor = patient.number(score), patient.limit(row["floor"])
        if total is None:
            yield missing(f"{patient.questions[score].wording}?", patient.shown(score), name, question=score)
        elif not floor.allows(total):
            says = f"{row['name'].capitalize()}: the score is low."
            yield by_limit(REVIEW, name, floor, says, patient.shown(score))
    for key in row.get("wants", ()):
        if patient.said(key) not in (YES, NO):
            yield missing(patient.questions[key].wording, patient.shown(key), name, question=key)
        elif patient.said(key) == NO:
            says = f"{row['name'].capitalize()}: answered with no: {patient.questions[key].wording}"
            yield by_row(REVIEW, name, OWN, says, patient.shown(key))


def _none(patient: Patient, found: list[Candidate]) -> ScreeningFinding:
    """No indication stands: as the row says, but never a hold while something could still show one."""
    row = patient.knowledge.screening["indications"][NONE]
    here, is_open = patient.here(row), any(candidate.state == OPEN for candidate in found)
    lacks = "; or ".join(candidate.lacks for candidate in found if candidate.lacks)
    shown = patient.shown(
        "diagnosis", "diagnosis_by", "trials", "phq9_total", "madrs_total", *SUICIDAL, "medicines"
    )
    says = ("No indication is shown yet." if is_open else here["says"]) + (
        f" Lacking: {lacks}." if lacks else ""
    )
    return by_row(REVIEW if is_open else patient.kind_of(row), NONE, here, says, shown)


ALL = (indications,)
