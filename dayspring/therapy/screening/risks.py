"""Rules over several answers at once: suicide risk, substance use, mania, allergies, the diagnosis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dayspring.therapy.intake import NO, YES, asking
from dayspring.therapy.screening import tabled
from dayspring.therapy.screening.findings import OWN, REVIEW, ScreeningFinding, by_limit, by_row, missing
from dayspring.therapy.screening.history_rules import WITHIN, contradicted
from dayspring.therapy.screening.patient import Patient, is_bipolar
from dayspring.therapy.screening.tabled import told

SUICIDAL = ("cssrs_4", "cssrs_5", "cssrs_6")
SUBSTANCES = {
    "substance_criteria": "substance_criteria",
    "audit_total": "audit_active",
    "dast_total": "dast_active",
}


def suicide(patient: Patient) -> Iterator[ScreeningFinding]:
    """Intent in the past month or an act in the past three is weighed, and keeps a dose out of the home."""
    if found := [key for key in SUICIDAL if patient.said(key) == YES]:
        limit = patient.limit("suicidal_act_window") if SUICIDAL[-1] in found else None
        yield told(patient, "suicidal", patient.shown(*found), limit)


def acts_dated(patient: Patient) -> Iterator[ScreeningFinding]:
    """The question is about three months; a day outside them contradicts a yes, and one inside a no."""
    key, limit = SUICIDAL[-1], patient.limit("suicidal_act_window")
    if says := contradicted(patient, key, WITHIN, limit):
        yield by_limit(REVIEW, "EX-SI-HOME", limit, says, patient.shown(key))


def substances(patient: Patient) -> Iterator[ScreeningFinding]:
    """Active use; where a treatment programme matters, not knowing about it is not a no."""
    programme = patient.said("substance_programme")
    name = {YES: "substances_in_programme", NO: "substances_outside"}.get(programme, "substances")
    active = [(key, limit) for key, limit in SUBSTANCES.items() if patient.beyond(key, limit)]
    for key, limit_key in active:
        yield told(patient, name, patient.shown(key, "substance_programme"), patient.limit(limit_key))
    kinds = {
        patient.kind_of(tabled.row(patient, f"substances_{where}")) for where in ("outside", "in_programme")
    }
    if active and programme not in (YES, NO) and len(kinds) > 1:
        key = "substance_programme"
        yield missing(patient.questions[key].wording, patient.shown(key), question=key)


def urine(patient: Patient) -> Iterator[ScreeningFinding]:
    if patient.said("urine_ketamine") == "positive":
        yield told(patient, "urine_ketamine", patient.shown("urine_ketamine"))


def cannabis(patient: Patient) -> Iterator[ScreeningFinding]:
    said = patient.said("cannabis")
    if said in ("daily", "sometimes"):
        yield told(patient, f"cannabis_{said}", patient.shown("cannabis"))


def mania(patient: Patient) -> Iterator[ScreeningFinding]:
    """With bipolar disorder, in the person or the family, the mania score is needed."""
    key = "asrm_total"
    if patient.number(key) is None and (is_bipolar(patient) or patient.said("bipolar_family") == YES):
        shown = patient.shown("bipolar", "bipolar_family", key)
        yield missing("What is the ASRM total?", shown, rule="EX-MANIA", question=key)
    if patient.beyond(key, tabled.row(patient, "mania_score")["limit"]):
        yield told(patient, "mania_score", patient.shown(key))


def allergies(patient: Patient) -> Iterator[ScreeningFinding]:
    """The written list is read too: ketamine in it blocks whatever the question beside it says."""
    if "ketamin" in str(patient.answers.get("allergies", "")).casefold():
        yield told(patient, "allergy_written", patient.shown("allergies"))


def diagnosis(patient: Patient) -> Iterator[ScreeningFinding]:
    if patient.said("diagnosis_by") == "patient":
        yield missing(
            "Who among clinicians confirms the diagnosis?",
            patient.shown("diagnosis", "diagnosis_by"),
            reason="The diagnosis is the person's own; no clinician has made it.",
            question="diagnosis_by",
        )


def monitored(patient: Patient) -> Iterator[ScreeningFinding]:
    """A prescription monitoring programme that was not looked at is looked at first."""
    key = "pdmp_checked"
    if patient.said(key) == NO and patient.asks(key):
        reason = "The prescription monitoring programme was not looked at yet."
        yield missing(patient.questions[key].wording, patient.shown(key), reason=reason, question=key)


def written(patient: Patient) -> Iterator[ScreeningFinding]:
    """A condition in the list of other diagnoses that a question of the history was not answered yes to."""
    conditions = [str(row["condition"]) for row in patient.rows("other_diagnoses") or ()]
    for key, row in asking(patient.knowledge).items():
        named = [text for text in conditions if _names(text, row.get("words", ()))]
        if named and patient.said(key) == NO:
            says = f"“{named[0]}” is among the other diagnoses; answered with no: {row['wording']}"
            yield by_row(REVIEW, row["rule"], OWN, says, patient.shown("other_diagnoses", key))


def _names(text: str, words: Iterable[str]) -> bool:
    return any(word in text.casefold() for word in words)


ALL = (suicide, acts_dated, substances, urine, cannabis, mania, allergies, diagnosis, monitored, written)
