"""Rules over what is measured at screening: age, pressure, heart, lungs, weight, liver, pregnancy test.

What a finding means in a lane stands in measured.toml; here is only when it is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from dayspring.knowledge import Limit
from dayspring.quantities import Quantity
from dayspring.therapy.intake import YES, asking
from dayspring.therapy.screening import tabled
from dayspring.therapy.screening.findings import ScreeningFinding, missing
from dayspring.therapy.screening.patient import Patient
from dayspring.therapy.screening.tabled import told

RULES = frozenset({"EX-MISSING"})

READINGS = ("1", "2", "3")
LIVER = {
    "alt": "liver_transferase_times",
    "ast": "liver_transferase_times",
    "alp": "liver_bile_times",
    "ggt": "liver_bile_times",
    "bilirubin": "liver_bilirubin_times",
}


def age(patient: Patient) -> Iterator[ScreeningFinding]:
    """Too young blocks; older is said, and at home the oldest are kept from it."""
    years, shown = patient.age, patient.shown("birth_date", "age")
    if years is None:
        says = "What is the date of birth? The age is not known, or two answers disagree."
        yield missing(says, shown, question="birth_date")
        return
    for name in ("age_child", "age_older", "age_oldest"):
        if not tabled.limit_of(patient, name).allows(years):
            yield told(patient, name, shown)


def pressure(patient: Patient) -> Iterator[ScreeningFinding]:
    """Two readings above a line fire it. One above it, of two, asks for a third, and the third settles it."""
    taken = [reading for reading in READINGS if _complete(patient, reading)]
    enough = patient.limit("pressures_needed")
    if not enough.allows(_count(taken)):
        return  # the unanswered questions are asked by `unanswered`
    shown = patient.shown(*(f"{kind}_{n}" for n in taken for kind in ("systolic", "diastolic")))
    asked = False
    for name in ("pressure_block", "pressure_go"):
        high = [limit for n in taken if (limit := _line_crossed(patient, n, name))]
        if enough.allows(_count(high)):
            yield told(patient, name, shown, high[0])
            return
        if high and taken != list(READINGS) and not asked:
            asked = True
            third = patient.questions["systolic_3"].wording
            once = tabled.asked(patient, f"{name}_once", f"{third}?", shown, "systolic_3")
            yield once


def _count(found: list[str] | list[Limit]) -> Quantity:
    return Quantity(Decimal(len(found)), "1")


def _complete(patient: Patient, reading: str) -> bool:
    return all(patient.number(f"{kind}_{reading}") is not None for kind in ("systolic", "diastolic"))


def _line_crossed(patient: Patient, reading: str, name: str) -> Limit | None:
    for kind in ("systolic", "diastolic"):
        key = _line(patient, kind, name)
        if patient.beyond(f"{kind}_{reading}", key):
            return patient.limit(key)
    return None


def _line(patient: Patient, kind: str, name: str) -> str:
    """The limit's key. Where a law draws another line for the older, it counts once the age is known."""
    older = tabled.row(patient, name).get("older", {}).get(patient.aim.jurisdiction, {})
    years = patient.age
    if kind in older and years is not None and not tabled.limit_of(patient, "age_older").allows(years):
        return str(older[kind])
    return f"{kind}_screening_{name.removeprefix('pressure_')}"


def heart(patient: Patient) -> Iterator[ScreeningFinding]:
    """An ECG is needed with a history of heart or vessels, and from an age on; a bad one is reviewed."""
    shown, result = patient.shown("ecg"), patient.said("ecg")
    if result == "abnormal":
        yield told(patient, "ecg_abnormal", shown)
    if result in ("normal", "abnormal"):
        return
    asks, years = f"{patient.questions['ecg'].wording}?", patient.age
    history = [key for key in tabled.row(patient, "ecg_needed")["history"] if patient.said(key) == YES]
    if history:
        yield tabled.asked(patient, "ecg_needed", asks, patient.shown("ecg", *history), "ecg")
    elif years is not None and not tabled.limit_of(patient, "ecg_needed_older").allows(years):
        yield tabled.asked(
            patient, "ecg_needed_older", asks, patient.shown("ecg", "birth_date", "age"), "ecg"
        )


def cognition(patient: Patient) -> Iterator[ScreeningFinding]:
    """From an age on a short test of thinking is needed; a low one is looked at, at any age."""
    total, years = patient.number("moca_total"), patient.age
    shown = patient.shown("moca_total", "birth_date", "age")
    if total is not None:
        if not tabled.limit_of(patient, "cognition_low").allows(total):
            yield told(patient, "cognition_low", shown)
    elif years is not None and not tabled.limit_of(patient, "cognition_needed").allows(years):
        yield tabled.asked(patient, "cognition_needed", "What is the MoCA total?", shown, "moca_total")


def lungs(patient: Patient) -> Iterator[ScreeningFinding]:
    if patient.beyond("spo2", tabled.row(patient, "saturation")["limit"]):
        yield told(patient, "saturation", patient.shown("spo2"))


def weight(patient: Patient) -> Iterator[ScreeningFinding]:
    bmi = patient.bmi
    if bmi is None:
        return
    shown = patient.shown("weight", "height")
    if tabled.limit_of(patient, "very_heavy").allows(bmi):
        yield told(patient, "very_heavy", shown)
    if tabled.limit_of(patient, "apnoea").allows(bmi) and patient.said("sleep_apnoea") == YES:
        yield told(patient, "apnoea", patient.shown("sleep_apnoea") + "; " + shown)


def liver(patient: Patient) -> Iterator[ScreeningFinding]:
    for key, limit_key in LIVER.items():
        value, upper = patient.number(key), patient.number(f"{key}_upper")
        if value is None or upper is None:
            continue
        shown, limit = patient.shown(key, f"{key}_upper"), patient.limit(limit_key)
        if upper.value <= 0:
            asks = f"What is the upper limit of {key} at that laboratory?"
            yield missing(asks, shown, question=f"{key}_upper")
        elif not limit.allows(value.per(upper)):
            yield told(patient, "liver", shown, limit, about=key.upper())


def cirrhosis(patient: Patient) -> Iterator[ScreeningFinding]:
    shown = patient.shown("child_pugh")
    match patient.said("child_pugh"):
        case "C":
            yield told(patient, "cirrhosis_severe", shown)
        case "B":
            yield told(patient, "cirrhosis_moderate", shown)


def bladder(patient: Patient) -> Iterator[ScreeningFinding]:
    if patient.beyond("bladder_score", tabled.row(patient, "bladder")["limit"]):
        yield told(patient, "bladder", patient.shown("bladder_score"))


def pregnancy(patient: Patient) -> Iterator[ScreeningFinding]:
    """A positive test blocks whoever it belongs to; a missing, old or future one is asked for again."""
    result, taken = patient.said("pregnancy_test"), patient.answers.get("pregnancy_test_date")
    shown = patient.shown("sex", "childbearing", "pregnancy_test", "pregnancy_test_date")
    asks, key = f"{patient.questions['pregnancy_test'].wording}?", "pregnancy_test"
    if result == "positive":
        yield told(patient, "pregnancy_positive", shown)
    elif patient.concerns("childbearing"):
        limit = tabled.limit_of(patient, "pregnancy_tested_long_ago")
        if result != "negative" or not isinstance(taken, date) or taken > patient.on:
            yield tabled.asked(patient, "pregnancy_untested", asks, shown, key)
        elif not limit.allows(Quantity(Decimal((patient.on - taken) // timedelta(days=1)), "d")):
            yield tabled.asked(patient, "pregnancy_tested_long_ago", asks, shown, key)


def unanswered(patient: Patient) -> Iterator[ScreeningFinding]:
    """Every needed question that nobody could answer, and every answer that could not be read."""
    told_by_rows = asking(patient.knowledge)
    for key, question in patient.questions.items():
        if not question.needed or key in told_by_rows or not patient.asks(key):
            continue
        if patient.is_open(key):
            yield missing(f"{question.wording}?".replace("??", "?"), patient.shown(key), question=key)
    for fault in patient.faults:
        key = fault.partition(":")[0].partition("[")[0].partition(".")[0]
        says = "An answer could not be read."
        yield missing("Ask again and write it anew.", fault, reason=says, question=key)


ALL = (age, pressure, heart, cognition, lungs, weight, liver, cirrhosis, bladder, pregnancy, unanswered)
