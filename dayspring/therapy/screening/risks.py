"""Rules over several answers at once: suicide risk, substance use, mania, allergies, the diagnosis."""

from __future__ import annotations

from collections.abc import Iterator

from dayspring.therapy.intake import NO, YES
from dayspring.therapy.screening.findings import (
    BLOCK,
    REVIEW,
    WARN,
    ScreeningFinding,
    by_limit,
    by_row,
    missing,
)
from dayspring.therapy.screening.patient import Patient, is_bipolar

RULES = frozenset(
    {"EX-SI-HOME", "EX-SUD", "EX-KET-MISUSE", "EX-MANIA", "EX-ALLERGY", "EX-MISSING", "DDI-CANN"}
)
SUICIDAL = ("cssrs_4", "cssrs_5", "cssrs_6")


def suicide(patient: Patient) -> Iterator[ScreeningFinding]:
    told = [key for key in SUICIDAL if patient.said(key) == YES]
    if told:
        says = "Suicidal intent or behaviour: make a safety plan and consider admission."
        limit = patient.limit("suicidal_act_window") if SUICIDAL[-1] in told else None
        row = {"source": "S64", "standing": "guideline"}
        yield by_row(REVIEW, "EX-SI-HOME", row, says, patient.shown(*told), limit)


def substances(patient: Patient) -> Iterator[ScreeningFinding]:
    """Active use blocks outside a treatment programme; not knowing about the programme is not a no."""
    programme = patient.said("substance_programme")
    for key, limit_key in (
        ("substance_criteria", "substance_criteria"),
        ("audit_total", "audit_active"),
        ("dast_total", "dast_active"),
    ):
        if not patient.beyond(key, limit_key):
            continue
        kind = BLOCK if programme == NO else REVIEW
        limit = patient.limit(limit_key)
        says = "Active substance use" + (
            ", in a treatment programme." if programme == YES else ", outside a treatment programme."
        )
        if programme not in (YES, NO):
            says = "Active substance use."
            yield missing(
                "In a treatment programme for substance use now?", patient.shown("substance_programme")
            )
        yield by_limit(kind, "EX-SUD", limit, says, patient.shown(key, "substance_programme"))


def urine(patient: Patient) -> Iterator[ScreeningFinding]:
    if patient.said("urine_ketamine") == "positive":
        row = {"source": "clinic-default", "standing": "default"}
        says = "Ketamine in the urine without a prescription."
        yield by_row(BLOCK, "EX-KET-MISUSE", row, says, patient.shown("urine_ketamine"))


def cannabis(patient: Patient) -> Iterator[ScreeningFinding]:
    row = {"source": "clinic-default", "standing": "default"}
    shown = patient.shown("cannabis")
    match patient.said("cannabis"):
        case "daily":
            yield by_row(REVIEW, "DDI-CANN", row, "Cannabis every day; none on the day of a dose.", shown)
        case "sometimes":
            yield by_row(WARN, "DDI-CANN", row, "Cannabis: none on the day of a dose.", shown)


def mania(patient: Patient) -> Iterator[ScreeningFinding]:
    """With bipolar disorder the mania score is needed; without it nobody is asked."""
    if is_bipolar(patient) and patient.number("asrm_total") is None:
        yield missing("What is the ASRM total?", patient.shown("bipolar", "asrm_total"), rule="EX-MANIA")
    if patient.beyond("asrm_total", "asrm_high"):
        says = "The mania score is high: a clinician looks for mania."
        yield by_limit(REVIEW, "EX-MANIA", patient.limit("asrm_high"), says, patient.shown("asrm_total"))


def allergies(patient: Patient) -> Iterator[ScreeningFinding]:
    """The written list is read too: ketamine in it blocks whatever the question beside it says."""
    if "ketamin" in str(patient.answers.get("allergies", "")).casefold():
        row = {"source": "S02", "standing": "label"}
        says = "The list of allergies names ketamine."
        yield by_row(BLOCK, "EX-ALLERGY", row, says, patient.shown("allergies"))


def diagnosis(patient: Patient) -> Iterator[ScreeningFinding]:
    if patient.said("diagnosis_by") == "patient":
        yield missing(
            "Who among clinicians confirms the diagnosis?",
            patient.shown("diagnosis", "diagnosis_by"),
            reason="The diagnosis is the person's own; no clinician has made it.",
        )


ALL = (suicide, substances, urine, cannabis, mania, allergies, diagnosis)
