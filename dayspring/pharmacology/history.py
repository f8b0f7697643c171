"""What is known of one person: what was given, and what was seen of it. Read strictly, every fault by its place.

    {"patient": {"weight_kg": 82, "age_years": 41},
     "outside": {"pregnancy": false, "psychosis": false, "severe_liver_disease": false},
     "doses": [{"at_h": 0, "mg": 41, "route": "iv", "minutes": 40}],
     "ratings": [{"at_h": 0, "instrument": "phq9", "points": 18}],
     "plan": {"doses": [], "times_h": [336, 504]}}

All hours are counted from one zero, at or before the first dose. A rating may lie before it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from dayspring.knowledge import library
from dayspring.pharmacology.dose import Dose, in_order
from dayspring.pharmacology.observe import HOURS_PER_DAY, INSTRUMENTS
from dayspring.pharmacology.patient import Patient

# Where the model was fitted on nobody, and what is said of it. Not to have asked is not a no.
CONDITIONS = {
    "pregnancy": "a pregnancy",
    "psychosis": "a psychosis",
    "severe_liver_disease": "severe disease of the liver",
}
KINDS = ("ketamine", "norketamine")
CADSS_POINTS = 92.0


class HistoryUnreadable(ValueError):
    """A history that cannot be meant; `faults` names each place and what it clashes with."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def _within(name: str, value: float, low: float, high: float, of: str) -> None:
    if not math.isfinite(value) or not low <= value <= high:
        raise ValueError(f"{name} is {value}; {of} goes from {low:g} to {high:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One total of MADRS or PHQ-9."""

    at_h: float
    instrument: str
    points: float

    def __post_init__(self) -> None:
        if self.instrument not in INSTRUMENTS:
            raise ValueError(f"instrument {self.instrument!r} is unknown; known: {', '.join(INSTRUMENTS)}")
        _within("points", self.points, 0.0, INSTRUMENTS[self.instrument], self.instrument)
        _within("at_h", self.at_h, -math.inf, math.inf, "time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One plasma level. Near arterial: a venous sample during an infusion reads lower."""

    at_h: float
    ng_per_ml: float
    kind: str = "ketamine"
    form: str = "racemic"

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.form not in ("racemic", "esketamine"):
            raise ValueError(f"a level of {self.form} {self.kind} is unknown; kinds: {', '.join(KINDS)}")
        _within("at_h", self.at_h, 0.0, math.inf, "time")
        if not math.isfinite(self.ng_per_ml) or self.ng_per_ml <= 0.0:
            raise ValueError(f"ng_per_ml is {self.ng_per_ml}; a level that says something is above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadss:
    """One total of CADSS."""

    at_h: float
    points: float

    def __post_init__(self) -> None:
        _within("points", self.points, 0.0, CADSS_POINTS, "cadss")
        _within("at_h", self.at_h, 0.0, math.inf, "time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """One reading. It says nothing of mood, and no safety is drawn from it; it is kept beside the rest."""

    at_h: float
    systolic_mmhg: float
    diastolic_mmhg: float

    def __post_init__(self) -> None:
        _within("at_h", self.at_h, -math.inf, math.inf, "time")
        if not 0.0 < self.diastolic_mmhg < self.systolic_mmhg < math.inf:
            raise ValueError(f"{self.systolic_mmhg:g} over {self.diastolic_mmhg:g} mmHg is no pressure")


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What was given to one person and what was seen. `also_outside`: why the model may not speak of them.

    `now_h` is when a forecast is asked for; left out, it is the newest of what is told.
    """

    patient: Patient
    doses: tuple[Dose, ...]
    ratings: tuple[Rating, ...]
    levels: tuple[Level, ...] = ()
    cadss: tuple[Cadss, ...] = ()
    pressures: tuple[Pressure, ...] = ()
    also_outside: tuple[str, ...] = ()
    now_h: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "doses", in_order(self.doses))
        object.__setattr__(self, "ratings", tuple(sorted(self.ratings, key=lambda r: r.at_h)))
        if self.now_h is not None and (not math.isfinite(self.now_h) or self.now_h < self.newest_h):
            raise ValueError(f"now_h is {self.now_h}; something is told of {self.newest_h:g} h")

    @property
    def newest_h(self) -> float:
        """The hour of the newest of all that is told."""
        lists = (self.doses, self.ratings, self.levels, self.cadss, self.pressures)
        return max((one.at_h for told in lists for one in told), default=0.0)

    @property
    def asked_h(self) -> float:
        return self.newest_h if self.now_h is None else self.now_h

    def stale(self) -> tuple[str, ...]:
        """Why the newest rating is too old to forecast from; nothing when there is none at all."""
        if not self.ratings:
            return ()
        limit = library().limits["forecast_rating_age"]
        age_d = (self.asked_h - self.ratings[-1].at_h) / HOURS_PER_DAY
        if age_d <= float(limit.value):
            return ()
        return (
            f"The newest rating is {age_d:.0f} days old; no forecast is made from one older than {limit}.",
        )

    def spaced_ratings(self) -> int:
        """How many ratings lie so long after a session that they say how long the gain lasts."""
        apart_h = float(library().limits["forecast_spaced_out"].value) * HOURS_PER_DAY
        sessions = [d.at_h for d in self.doses if d.route != "ablate"]
        return sum(
            bool(past := [h for h in sessions if h <= rating.at_h]) and rating.at_h - max(past) >= apart_h
            for rating in self.ratings
        )


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
