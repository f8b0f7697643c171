"""A history in a file, read strictly: every fault by its place, all of them at once.

    {"patient": {"weight_kg": 82, "age_years": 41},
     "outside": {"pregnancy": false, "psychosis": false, "severe_liver_disease": false},
     "doses": [{"at_h": 0, "mg": 41, "route": "iv", "minutes": 40}],
     "ratings": [{"at_h": 0, "instrument": "phq9", "points": 18}],
     "plan": {"doses": [], "times_h": [336, 504]}}

What nobody has said of a condition is not a no: the file says of each that it is so, or that it is not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.history import Cadss, History, Level, Pressure, Rating
from dayspring.pharmacology.patient import Patient

# Where the model was fitted on nobody, and what is said of it. Not to have asked is not a no.
CONDITIONS = {
    "pregnancy": "a pregnancy",
    "psychosis": "a psychosis",
    "severe_liver_disease": "severe disease of the liver",
}


class HistoryUnreadable(ValueError):
    """A history that cannot be meant; `faults` names each place and what it clashes with."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be given, and the hours that a forecast is asked for."""

    doses: tuple[Dose, ...]
    times_h: tuple[float, ...]


def read_history(text: str) -> History:
    """The history in that JSON; raises HistoryUnreadable with every fault by its place."""
    return read_case(text)[0]


def read_case(text: str) -> tuple[History, Plan | None]:
    """The history, and the plan when one stands beside it."""
    try:
        whole = json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)
    except ValueError as wrong:
        raise HistoryUnreadable([f"this is no JSON: {wrong}"]) from wrong
    reader = _Reader()
    found = reader.history(whole)
    if reader.faults or found is None:
        raise HistoryUnreadable(reader.faults)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(n for n in names if names.count(n) > 1)} stands twice in one object")
    return table


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


@dataclass(slots=True)
class _Reader:
    """Reads on after a fault, so that all are told at once."""

    faults: list[str] = field(default_factory=list)

    def history(self, whole: object) -> tuple[History, Plan | None] | None:
        lists: dict[str, type] = {
            "doses": Dose, "ratings": Rating, "levels": Level, "cadss": Cadss, "pressures": Pressure,
        }  # fmt: skip
        table = self.table(whole, "the history", ("patient", "outside", *lists, "now_h", "plan"))
        if table is None:
            return None
        if lacking := [name for name in ("patient", "doses", "ratings") if name not in table]:
            self.faults.append(f"the history lacks {', '.join(lacking)}")
        patient = self.made(Patient, table.get("patient", {}), "patient")
        several = {name: self.several(kind, table.get(name, []), name) for name, kind in lists.items()}
        outside = self.outside(table.get("outside", {}))
        plan = self.plan(table["plan"]) if "plan" in table else None
        now_h = self.number(table["now_h"], "now_h") if table.get("now_h") is not None else None
        if self.faults:
            return None
        try:
            return History(patient=patient, **several, also_outside=outside, now_h=now_h), plan
        except ValueError as wrong:
            self.faults.append(str(wrong))
            return None

    def table(self, value: object, place: str, known: Sequence[str]) -> Mapping[str, Any] | None:
        if not isinstance(value, dict):
            self.faults.append(f"{place} is {value!r}; it must be an object")
            return None
        if strange := [key for key in value if key not in known]:
            self.faults.append(f"{place} holds {', '.join(strange)}; known: {', '.join(known)}")
        return value

    def number(self, value: object, place: str) -> float | None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.faults.append(f"{place} is {value!r}; it must be a number")
            return None
        return float(value)

    def several(self, kind: type, value: object, place: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            self.faults.append(f"{place} is {value!r}; it must be a list")
            return ()
        return tuple(self.made(kind, one, f"{place}[{number}]") for number, one in enumerate(value))

    def made(self, kind: Callable[..., Any], value: object, place: str) -> Any:
        """One object of that kind; each of its fields in the type that it has."""
        own = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
        before = len(self.faults)
        table = self.table(value, place, tuple(own))
        if table is None:
            return None
        needed = [n for n, f in own.items() if f.default is MISSING and f.default_factory is MISSING]
        if lacking := [name for name in needed if name not in table]:
            self.faults.append(f"{place} lacks {', '.join(lacking)}")
        given = {
            key: self.value(own[key].type, one, f"{place}.{key}") for key, one in table.items() if key in own
        }
        if len(self.faults) > before:
            return None
        try:
            return kind(**given)
        except ValueError as wrong:
            self.faults.append(f"{place}: {wrong}")
            return None

    def value(self, kind: object, value: object, place: str) -> Any:
        if kind == "float | None" and value is None:
            return None
        if kind in ("str", "bool"):
            wanted: type = str if kind == "str" else bool
            if not isinstance(value, wanted):
                self.faults.append(
                    f"{place} is {value!r}; it must be {'text' if wanted is str else 'true or false'}"
                )
            return value
        return self.number(value, place)

    def outside(self, value: object) -> tuple[str, ...]:
        """Why the model may not speak of this person: what is so, and what nobody has said."""
        table = self.table(value, "outside", tuple(CONDITIONS))
        reasons = []
        for key, words in CONDITIONS.items():
            answer = None if table is None else table.get(key)
            if answer is not None and not isinstance(answer, bool):
                self.faults.append(f"outside.{key} is {answer!r}; it must be true, false or null")
            elif answer is None:
                reasons.append(f"Nobody has said whether there is {words}; nobody with it was fitted.")
            elif answer:
                reasons.append(f"There is {words}; nobody with it was fitted.")
        return tuple(reasons)

    def plan(self, value: object) -> Plan | None:
        table = self.table(value, "plan", ("doses", "times_h"))
        if table is None:
            return None
        doses = self.several(Dose, table.get("doses", []), "plan.doses")
        times = table.get("times_h")
        if not isinstance(times, list) or not times:
            self.faults.append(f"plan.times_h is {times!r}; it must be a list of hours")
            return None
        hours = [self.number(h, f"plan.times_h[{number}]") for number, h in enumerate(times)]
        return Plan(doses=doses, times_h=tuple(h for h in hours if h is not None))
