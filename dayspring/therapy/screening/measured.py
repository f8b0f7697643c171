"""Rules over numbers and dates measured at screening: age, pressure, lungs, weight, liver, pregnancy test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from dayspring.quantities import Quantity
from dayspring.therapy.intake import UNKNOWN, YES
from dayspring.therapy.screening.findings import (
    BLOCK,
    REVIEW,
    WARN,
    ScreeningFinding,
    by_limit,
    missing,
)
from dayspring.therapy.screening.patient import Patient

RULES = frozenset(
    {"EX-AGE-U18", "EX-AGE-65", "EX-BP-HI", "EX-BP-MID", "EX-PULM", "EX-OSA", "EX-BMI40", "EX-LFT"}
    | {"EX-HEP-B", "EX-HEP-C", "EX-PREG", "EX-PREG-UNK", "EX-CYST", "EX-MISSING"}
)

READINGS = ("1", "2")
LIVER = {
    "alt": "liver_transferase_times",
    "ast": "liver_transferase_times",
    "alp": "liver_bile_times",
    "ggt": "liver_bile_times",
    "bilirubin": "liver_bilirubin_times",
}


def age(patient: Patient) -> Iterator[ScreeningFinding]:
    years, shown = patient.age, patient.shown("birth_date", "age")
    adult, older = patient.limit("age_adult"), patient.limit("age_older")
    if years is None:
        yield missing("What is the date of birth? The age is not known, or two answers disagree.", shown)
    elif not adult.allows(years):
        yield by_limit(BLOCK, "EX-AGE-U18", adult, "Younger than an adult.", shown)
    elif not older.allows(years):
        yield by_limit(WARN, "EX-AGE-65", older, "An older adult: take an ECG and start low.", shown)


def pressure(patient: Patient) -> Iterator[ScreeningFinding]:
    """Two readings speak together: both above a line fire it; one above asks for a third reading."""
    keys = [f"{kind}_{reading}" for reading in READINGS for kind in ("systolic", "diastolic")]
    if any(patient.number(key) is None for key in keys):
        return  # the unanswered questions are asked by `unanswered`
    shown, asked = patient.shown(*keys), False
    for rule, kind, name, says in (
        ("EX-BP-HI", BLOCK, "block", "Pressure is very high on both readings: not before it is treated."),
        (
            "EX-BP-MID",
            REVIEW,
            "go",
            "Pressure is high on both readings: treat it, or write down the benefit.",
        ),
    ):
        high = [_line_crossed(patient, reading, name) for reading in READINGS]
        limit = next((patient.limit(key) for key in high if key), None)
        if limit is not None and all(high):
            yield by_limit(kind, rule, limit, says, shown)
            return
        if limit is not None and not asked:
            asked = True
            yield by_limit(
                REVIEW, rule, limit, "Pressure is high on one of two readings: take a third.", shown
            )


def _line_crossed(patient: Patient, reading: str, name: str) -> str:
    for kind in ("systolic", "diastolic"):
        if patient.beyond(f"{kind}_{reading}", f"{kind}_screening_{name}"):
            return f"{kind}_screening_{name}"
    return ""


def lungs(patient: Patient) -> Iterator[ScreeningFinding]:
    if patient.beyond("spo2", "spo2_at_rest"):
        limit = patient.limit("spo2_at_rest")
        yield by_limit(REVIEW, "EX-PULM", limit, "Saturation at rest is low.", patient.shown("spo2"))


def weight(patient: Patient) -> Iterator[ScreeningFinding]:
    bmi = patient.bmi
    if bmi is None:
        return
    shown = patient.shown("weight", "height")
    airway, apnoea = patient.limit("bmi_airway_plan"), patient.limit("bmi_with_apnoea")
    if airway.allows(bmi):
        yield by_limit(
            REVIEW, "EX-BMI40", airway, "Body mass index is very high: make an airway plan.", shown
        )
    if apnoea.allows(bmi) and patient.said("sleep_apnoea") == YES:
        says = "Sleep apnoea with a high body mass index: capnography, and bring the CPAP."
        yield by_limit(REVIEW, "EX-OSA", apnoea, says, patient.shown("sleep_apnoea") + "; " + shown)


def liver(patient: Patient) -> Iterator[ScreeningFinding]:
    for key, limit_key in LIVER.items():
        value, upper = patient.number(key), patient.number(f"{key}_upper")
        if value is None or upper is None:
            continue
        shown = patient.shown(key, f"{key}_upper")
        if upper.value <= 0:
            yield missing(f"What is the upper limit of {key} at that laboratory?", shown)
        elif not patient.limit(limit_key).allows(value.per(upper)):
            says = f"{key.upper()} is far above its upper limit."
            yield by_limit(REVIEW, "EX-LFT", patient.limit(limit_key), says, shown)


def cirrhosis(patient: Patient) -> Iterator[ScreeningFinding]:
    shown = patient.shown("child_pugh")
    row = {"source": "S12", "standing": "label"}
    match patient.said("child_pugh"):
        case "C":
            yield _plain(BLOCK, "EX-HEP-C", "Severe liver disease: not studied.", shown, row)
        case "B":
            yield _plain(REVIEW, "EX-HEP-B", "Moderate liver disease: watch longer.", shown, row)


def bladder(patient: Patient) -> Iterator[ScreeningFinding]:
    if patient.beyond("bladder_score", "bladder_score"):
        limit = patient.limit("bladder_score")
        says = "The bladder score is high: take a urinalysis."
        yield by_limit(REVIEW, "EX-CYST", limit, says, patient.shown("bladder_score"))


def pregnancy(patient: Patient) -> Iterator[ScreeningFinding]:
    """A positive test blocks whoever it belongs to; a missing, old or future one is asked for again."""
    result, taken = patient.said("pregnancy_test"), patient.answers.get("pregnancy_test_date")
    shown = patient.shown("sex", "childbearing", "pregnancy_test", "pregnancy_test_date")
    if result == "positive":
        row = {"source": "S02", "standing": "default"}
        yield _plain(BLOCK, "EX-PREG", "The pregnancy test is positive.", shown, row)
    elif patient.concerns("childbearing"):
        limit = patient.limit("pregnancy_test_screening_max_age")
        if result != "negative" or not isinstance(taken, date) or taken > patient.on:
            yield by_limit(REVIEW, "EX-PREG-UNK", limit, "No pregnancy test stands.", shown)
        elif not limit.allows(Quantity(Decimal((patient.on - taken) // timedelta(days=1)), "d")):
            yield by_limit(REVIEW, "EX-PREG-UNK", limit, "The pregnancy test is too old.", shown)


def unanswered(patient: Patient) -> Iterator[ScreeningFinding]:
    """Every needed question that nobody could answer, and every answer that could not be read."""
    history = patient.knowledge.screening["history"]
    for key, question in patient.questions.items():
        if not question.needed or key in history or not patient.concerns(question.only_for):
            continue
        if _skipped(patient, key):
            continue
        value = patient.answers.get(key)
        if value is None or value == UNKNOWN or value == "":
            yield missing(f"{question.wording}?".replace("??", "?"), patient.shown(key))
    for fault in patient.faults:
        yield missing("Ask again and write it anew.", fault, reason="An answer could not be read.")


def _skipped(patient: Patient, key: str) -> bool:
    """The screener skips items 3 to 5 after a no to item 2, unless one of them was called unknown."""
    after = ("cssrs_3", "cssrs_4", "cssrs_5")
    return key in after and patient.said("cssrs_2") == "no" and key not in patient.answers


def _plain(kind: str, rule: str, says: str, shown: str, row: dict[str, str]) -> ScreeningFinding:
    return ScreeningFinding(kind=kind, rule=rule, reason=says, evidence=shown, limit=None, **row)


ALL = (age, pressure, lungs, weight, liver, cirrhosis, bladder, pregnancy, unanswered)
