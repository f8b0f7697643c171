"""A virtual trial as a file: arms, doses, visits, who leaves, how it is analysed, and for which sizes.

kind = "parallel"             # or "before_after", "withdrawal"
parameters = "dayspring-2026"
[[arm]]
name = "ketamine"
people = 40
session = "midazolam"         # what a session without drug does here; left out, the set's own
[[arm.dose]]
at = "0 d"
mg_per_kg = 0.5
minutes = 40
[visits]
at = ["1 d", "3 d", "7 d"]
[drop_out]
per_week = 0.03
[analysis]
method = "mixed_model"
[power]
people = [10, 20, 40]
trials = 200
"""

from __future__ import annotations

from dataclasses import dataclass

from dayspring.pharmacology.course_file import WHO, read_doses, read_patient, read_place
from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.each import Place
from dayspring.pharmacology.patient import Patient
from dayspring.pharmacology.published import known
from dayspring.pharmacology.reading import Reading, Table
from dayspring.pharmacology.trial_analysis import METHODS

KINDS = {"parallel": 2, "before_after": 1, "withdrawal": 2}
HEADS = (
    "name", "kind", "parameters", "setting", "patient", "arm", "run_in", "visits", "drop_out", "analysis", "power",
)  # fmt: skip
MOST_PEOPLE, MOST_TRIALS = 5000, 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One arm. `session` names what a session without drug does there; empty is the set's own."""

    name: str
    people: int
    doses: tuple[Dose, ...]
    session: str = ""
    leaves_per_week: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunIn:
    """What everyone of a withdrawal study has before chance decides, and who may go on: a score at most this."""

    doses: tuple[Dose, ...]
    ends_h: float
    at_most_points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """For how many people in each arm, and how many trials are played for each."""

    people: tuple[int, ...]
    trials: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A trial as it was read. The first arm is compared with the second.

    `per_10_points` is how much likelier somebody leaves for every ten points that the last rating lies above
    the first; a person who got better leaves less.
    """

    name: str
    kind: str
    place: Place
    patient: Patient
    arms: tuple[Arm, ...]
    visits_h: tuple[float, ...]
    per_10_points: float = 1.0
    method: str = METHODS[0]
    alpha: float = 0.05
    power: Power | None = None
    run_in: RunIn | None = None


def read_design(text: str) -> Design:
    """The design of a file; raises FaultyFile naming every fault by its place."""
    reading = Reading()
    file = reading.table(reading.toml(text), "", HEADS)
    kind = reading.word(file, "kind", "", "parallel", tuple(KINDS))
    patient = read_patient(reading, reading.table(file.get("patient", {}), "patient", WHO), "patient")
    leaving = reading.table(file.get("drop_out", {}), "drop_out", ("per_week", "per_10_points"))
    analysis = reading.table(file.get("analysis", {}), "analysis", ("method", "alpha"))
    per_week = reading.number(leaving, "per_week", "drop_out", 0.0, lowest=0.0, highest=10.0)
    design = Design(
        name=reading.word(file, "name", "", "a virtual trial"),
        kind=kind,
        place=read_place(reading, file),
        patient=patient,
        arms=_arms(reading, file, kind, patient.weight_kg, per_week),
        visits_h=_visits(reading, file.get("visits")),
        per_10_points=reading.number(leaving, "per_10_points", "drop_out", 1.0, lowest=0.1, highest=10.0),
        method=reading.word(analysis, "method", "analysis", METHODS[0], METHODS),
        alpha=reading.number(analysis, "alpha", "analysis", 0.05, lowest=1e-4, highest=0.5),
        power=_power(reading, file.get("power")),
        run_in=_run_in(reading, file.get("run_in"), patient.weight_kg),
    )
    _clashes(reading, design)
    reading.done()
    return design


def _arms(reading: Reading, file: Table, kind: str, weight_kg: float, per_week: float) -> tuple[Arm, ...]:
    words = ("name", "people", "session", "dose", "leaves_per_week")
    found = []
    for at, row in reading.rows(file.get("arm", []), "arm", words):
        found.append(
            Arm(
                name=reading.word(row, "name", at, at),
                people=min(reading.count(row, "people", at, 40), MOST_PEOPLE),
                doses=read_doses(reading, row.get("dose", []), f"{at}.dose", weight_kg),
                session=reading.word(row, "session", at, "", ("", *known("comparators"))),
                leaves_per_week=reading.number(
                    row, "leaves_per_week", at, per_week, lowest=0.0, highest=10.0
                ),
            )
        )
    if len(found) != KINDS[kind]:
        reading.wrong("arm", f"stands {len(found)} times; a {kind} trial has {KINDS[kind]}")
    if len({arm.name for arm in found}) < len(found):
        reading.wrong("arm.name", f"{found[0].name!r} stands twice; each arm has its own name")
    return tuple(found)


def _visits(reading: Reading, value: object) -> tuple[float, ...]:
    said = reading.table(value if value is not None else {}, "visits", ("at", "every", "until"))
    named = said.get("at", [])
    if not isinstance(named, list):
        reading.wrong("visits.at", f"is {named!r}; it must be a list of times")
        named = []
    hours = [reading.hours(at, f"visits.at[{number}]") for number, at in enumerate(named, start=1)]
    if "every" in said and "until" in said:
        every, until = (reading.hours(said[word], f"visits.{word}") for word in ("every", "until"))
        hours += [every * n for n in range(1, int(until / every + 1e-6) + 1)] if every > 0.0 else []
    elif "every" in said or "until" in said:
        reading.wrong("visits", "holds every or until alone; a rhythm needs both")
    if not hours:
        reading.wrong("visits", "is empty; it needs at = [..], or every and until")
    if any(hour <= 0.0 for hour in hours):
        reading.wrong("visits.at", "holds a visit at 0; the score before is rated there anyway")
    return tuple(sorted(set(hours)))


def _power(reading: Reading, value: object) -> Power | None:
    if value is None:
        return None
    said = reading.table(value, "power", ("people", "trials"))
    people = said.get("people", [])
    right = isinstance(people, list) and people and all(isinstance(n, int) and n >= 3 for n in people)
    if not right or max(people) > MOST_PEOPLE:
        reading.wrong(
            "power.people", f"is {people!r}; it must be a list of whole numbers, 3 to {MOST_PEOPLE}"
        )
        people = [MOST_PEOPLE]
    trials = min(reading.count(said, "trials", "power", 200, lowest=10), MOST_TRIALS)
    return Power(people=tuple(sorted(set(people))), trials=trials)


def _run_in(reading: Reading, value: object, weight_kg: float) -> RunIn | None:
    if value is None:
        return None
    said = reading.table(value, "run_in", ("dose", "ends", "at_most_points"))
    if "ends" not in said:
        reading.wrong("run_in.ends", 'is missing; chance decides then, such as "16 wk"')
    return RunIn(
        doses=read_doses(reading, said.get("dose", []), "run_in.dose", weight_kg),
        ends_h=reading.hours(said.get("ends", "1 wk"), "run_in.ends"),
        at_most_points=reading.number(said, "at_most_points", "run_in", 12.0, lowest=0.0, highest=60.0),
    )


def _clashes(reading: Reading, design: Design) -> None:
    """What each part allows and both together do not."""
    if (design.kind == "withdrawal") != (design.run_in is not None):
        said = "is missing" if design.run_in is None else "is there"
        reading.wrong("run_in", f"{said}, which clashes with kind {design.kind!r}")
    if design.power is not None and design.kind != "parallel":
        reading.wrong("power", f"clashes with kind {design.kind!r}; a power curve is drawn for parallel arms")
    if design.run_in is not None and any(d.at_h >= design.run_in.ends_h for d in design.run_in.doses):
        reading.wrong("run_in.dose", f"is given at or after its end at {design.run_in.ends_h:g} h")
