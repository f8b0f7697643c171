"""A course as a file: who, what is given and when, at which times it is looked at, in what kind of place.

parameters = "dayspring-2026"
[patient]                     # or [population] with people = 1000
weight_kg = 82
[[dose]]
at = "0 d"
mg_per_kg = 0.5
minutes = 40
every = "3 d"
times = 6
[times]
until = "8 wk"
every = "1 d"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from dayspring.pharmacology.dose import FORMS, ROUTES, Dose, DoseRefused
from dayspring.pharmacology.each import Place
from dayspring.pharmacology.parameters import REFERENCE, ParametersBroken, parameters
from dayspring.pharmacology.patient import Patient, PatientRefused
from dayspring.pharmacology.reading import HOURS, Reading, Table
from dayspring.pharmacology.setting import ProfileUnknown, ShareRefused, setting

HEADS = ("parameters", "patient", "population", "dose", "times", "setting")
DOSE = ("at", "mg", "mg_per_kg", "route", "form", "minutes", "every", "times")
TIMES = ("at", "from", "until", "every")
COVARIATES = tuple(field.name for field in fields(Patient) if not field.name.startswith("antidepressant_"))
WHO = (*COVARIATES, "antidepressant_logit", "antidepressant_kept", "antidepressant_started")
MOST_DOSES, MOST_TIMES = 1000, 20_000
SAME_H = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course as it was read. `people` is 0 for one patient; else that many are drawn around `patient`."""

    patient: Patient
    people: int
    doses: tuple[Dose, ...]
    times_h: tuple[float, ...]
    place: Place


def read_course(text: str) -> Course:
    """The course of a file; raises FaultyFile naming every fault by its place."""
    reading = Reading()
    file = reading.table(reading.toml(text), "", HEADS)
    if "patient" in file and "population" in file:
        reading.wrong("population", "clashes with [patient]; a file holds one of them")
    crowd = "population" in file
    head = "population" if crowd else "patient"
    who = reading.table(file.get(head, {}), head, (*WHO, "people") if crowd else WHO)
    patient = read_patient(reading, who, head)
    people = reading.count(who, "people", head, 1000) if crowd else 0
    place = read_place(reading, file)
    doses = read_doses(reading, file.get("dose", []), "dose", patient.weight_kg)
    times = _times(reading, file.get("times"))
    reading.done()
    return Course(patient=patient, people=people, doses=doses, times_h=times, place=place)


def read_patient(reading: Reading, who: Table, place: str) -> Patient:
    """A patient, the typical one where the table is silent."""
    said: dict[str, Any] = {
        name: reading.number(who, name, place)
        for name in (*COVARIATES, "antidepressant_logit")
        if name in who
    }
    if "antidepressant_started" in who:
        said["antidepressant_started_h"] = reading.hours(
            who["antidepressant_started"], f"{place}.antidepressant_started"
        )
    kept = who.get("antidepressant_kept", False)
    if not isinstance(kept, bool):
        reading.wrong(f"{place}.antidepressant_kept", f"is {kept!r}; it must be true or false")
        kept = False
    made = reading.made(place, lambda: Patient(antidepressant_kept=kept, **said), PatientRefused)
    return made or Patient()


def read_place(reading: Reading, file: Mapping[str, Any]) -> Place:
    """The set of numbers, the kind of place and the share of the drug, checked against each other."""
    name = reading.word(file, "parameters", "", REFERENCE)
    if reading.made("parameters", lambda: parameters(name), ParametersBroken) is None:
        return Place()
    said = reading.table(file.get("setting", {}), "setting", ("profile", "drug_share"))
    profile = reading.word(said, "profile", "setting", "research")
    share = reading.number(said, "drug_share", "setting") if "drug_share" in said else None
    try:
        setting(share, name, profile)
    except (ProfileUnknown, ShareRefused) as why:
        reading.wrong("setting", str(why))
    return Place(parameters=name, profile=profile, drug_share=share)


def read_doses(reading: Reading, rows: object, place: str, weight_kg: float) -> tuple[Dose, ...]:
    """Every dose of the rows, in the order of time. A row with `every` and `times` stands for many."""
    found: list[Dose] = []
    for at, row in reading.rows(rows, place, DOSE):
        found += _repeated(reading, row, at, weight_kg)
    if len(found) > MOST_DOSES:
        reading.wrong(place, f"makes {len(found)} doses; a file holds at most {MOST_DOSES}")
    return tuple(sorted(found, key=lambda dose: dose.at_h))


def _repeated(reading: Reading, row: Table, at: str, weight_kg: float) -> list[Dose]:
    if "at" not in row:
        reading.wrong(f"{at}.at", 'is missing; the first dose of a course is at = "0 d"')
    begins = reading.hours(row.get("at", "0 d"), f"{at}.at")
    times = reading.count(row, "times", at, 1)
    if ("every" in row) != ("times" in row):
        said, lacking = ("every", "times") if "every" in row else ("times", "every")
        reading.wrong(f"{at}.{said}", f"clashes with {lacking} left out; a repeat needs both")
    apart = reading.hours(row["every"], f"{at}.every") if "every" in row else 0.0
    if times > 1 and apart <= 0.0:
        reading.wrong(f"{at}.every", f"is {row.get('every')!r}; {times} doses need time between them")
    if times > MOST_DOSES:
        reading.wrong(f"{at}.times", f"is {times}; a file holds at most {MOST_DOSES} doses")
        return []
    what = {
        "mg": _amount(reading, row, at, weight_kg),
        "route": reading.word(row, "route", at, "iv", ROUTES),
        "form": reading.word(row, "form", at, "racemic", FORMS),
        "minutes": reading.number(row, "minutes", at, 0.0, lowest=0.0),
    }
    first = reading.made(at, lambda: Dose(at_h=begins, **what), DoseRefused)  # type: ignore[arg-type]
    if first is None:
        return []
    return [
        Dose(at_h=begins + apart * number, **what)  # type: ignore[arg-type]
        for number in range(times)
    ]


def _amount(reading: Reading, row: Table, at: str, weight_kg: float) -> float:
    if "mg" in row and "mg_per_kg" in row:
        reading.wrong(f"{at}.mg", "clashes with mg_per_kg; a dose is said once")
    if row.get("route") in ("sham", "ablate") and "mg" not in row and "mg_per_kg" not in row:
        return 0.0
    if "mg_per_kg" in row:
        return weight_kg * reading.number(row, "mg_per_kg", at, lowest=0.0)
    return reading.number(row, "mg", at, lowest=0.0)


def _times(reading: Reading, value: object) -> tuple[float, ...]:
    """The hours of a table of times: those that are named, and those of a rhythm."""
    said = reading.table(value if value is not None else {}, "times", TIMES)
    named = said.get("at", [])
    if not isinstance(named, list):
        reading.wrong("times.at", f"is {named!r}; it must be a list of times")
        named = []
    hours = {reading.hours(at, f"times.at[{number}]") for number, at in enumerate(named, start=1)}
    if "until" in said or "every" in said:
        hours |= _rhythm(reading, said)
    if not hours and not any(place.startswith("times") for place, _ in reading.faults):
        reading.wrong("times", "is empty; it needs at = [..], or every and until")
    return tuple(sorted(round(hour, SAME_H) for hour in hours))


def _rhythm(reading: Reading, said: Table) -> set[float]:
    if lacking := [word for word in ("every", "until") if word not in said]:
        reading.wrong(f"times.{lacking[0]}", "is missing; a rhythm needs every and until")
        return set()
    begins = reading.hours(said.get("from", "0 h"), "times.from")
    until, every = (reading.hours(said[word], f"times.{word}") for word in ("until", "every"))
    if every <= 0.0 or until < begins:
        reading.wrong("times", f"goes from {begins:g} h to {until:g} h every {every:g} h, which is no rhythm")
        return set()
    steps = int((until - begins) / every + HOURS["min"] * 1e-6)
    if steps > MOST_TIMES:
        reading.wrong("times.every", f"makes {steps} times; a file holds at most {MOST_TIMES}")
        return set()
    return {round(begins + every * step, SAME_H) for step in range(steps + 1)}
