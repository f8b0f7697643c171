"""What is known of one person: what was given, and what was seen of it.

All hours are counted from one zero, at or before the first dose. A rating may lie before it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from dayspring.knowledge import library
from dayspring.pharmacology.dose import Dose, in_order
from dayspring.pharmacology.observe import HOURS_PER_DAY, INSTRUMENTS
from dayspring.pharmacology.patient import Patient

KINDS = ("ketamine", "norketamine")
CADSS_POINTS = 92.0


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
        for level in self.levels:
            given = [d.at_h for d in self.doses if d.form == level.form and d.mg > 0.0]
            if not given or min(given) > level.at_h:
                said = f"a level of {level.form} {level.kind} at {level.at_h:g} h"
                raise ValueError(f"{said} clashes with the doses: none of that form is given before")
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
