"""A simple patient: vital signs that follow the drug, and what a scenario does on top.

Not the pharmacology engine: one effect level that rises while the drug runs and decays after, and linear
responses to it. The numbers only have to move as a monitor's would; nothing here reaches a real chart's
forecast. Mean rise at the end of 40 minutes: +16/+11 mmHg (the Yale series, source S26 of the knowledge).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

SCENARIOS = Path(__file__).parent / "scenarios"
KINDS = {
    "systolic": "mm[Hg]",
    "diastolic": "mm[Hg]",
    "pulse": "/min",
    "spo2": "%",
    "respiration": "/min",
}
REST = {"systolic": 122.0, "diastolic": 76.0, "pulse": 70.0, "spo2": 98.0, "respiration": 14.0}
# At the level reached by 40 minutes of the ordered rate.
FULL_RESPONSE = {"systolic": 16.0, "diastolic": 11.0, "pulse": 9.0, "spo2": -1.0, "respiration": -1.0}
RISE_MINUTES, FALL_MINUTES = 18.0, 25.0
WOBBLE = {"systolic": 2.0, "diastolic": 1.5, "pulse": 1.5, "spo2": 0.3, "respiration": 0.6}
CUFF_EVERY_S = 300


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens beside the drug: keyframes of offsets by minute of the drug, and silences of the monitor."""

    name: str
    says: str
    keyframes: Mapping[str, list[tuple[float, float]]]
    silent: list[tuple[float, float]]
    events: list[tuple[float, str]]


def scenario(name: str) -> Scenario:
    """The scenario of that name; raises KeyError naming those that exist."""
    path = SCENARIOS / f"{name}.toml"
    if not path.exists():
        raise KeyError(f"no scenario is called {name}; there are {', '.join(names())}")
    row: dict[str, Any] = tomllib.loads(path.read_text())
    return Scenario(
        name=name,
        says=row["says"],
        keyframes={
            kind: [tuple(frame) for frame in frames] for kind, frames in row.get("offsets", {}).items()
        },
        silent=[tuple(span) for span in row.get("silent", [])],
        events=[(minute, what) for minute, what in row.get("events", [])],
    )


def names() -> list[str]:
    return sorted(path.stem for path in SCENARIOS.glob("*.toml"))


@dataclass(slots=True)
class Patient:
    """The level of the drug's effect, moved second by second."""

    plan: Scenario
    rng: Random
    level: float = 0.0
    drug_minute: float = 0.0
    started: bool = False
    _noise: dict[str, float] = field(default_factory=dict)

    def step(self, seconds: float, *, rate_share: float, running: bool) -> None:
        """Let time pass. `rate_share` is the present rate over the ordered one."""
        minutes = seconds / 60
        target = rate_share if running else 0.0
        pace = RISE_MINUTES if target > self.level else FALL_MINUTES
        self.level += (target - self.level) * (1 - math.exp(-minutes / pace))
        self.started = self.started or running
        if self.started:
            self.drug_minute += minutes

    def reading(self, kind: str) -> float:
        """The value a monitor would show now."""
        before = self._noise.get(kind, 0.0)
        self._noise[kind] = 0.9 * before + self.rng.gauss(0, WOBBLE[kind] * 0.4)
        value = REST[kind] + FULL_RESPONSE[kind] * self.level + self._offset(kind) + self._noise[kind]
        return min(value, 100.0) if kind == "spo2" else value

    def silent(self) -> bool:
        """Whether the monitor sends nothing at this minute."""
        return any(start <= self.drug_minute < end for start, end in self.plan.silent)

    def _offset(self, kind: str) -> float:
        frames = self.plan.keyframes.get(kind, [])
        earlier = [frame for frame in frames if frame[0] <= self.drug_minute]
        later = [frame for frame in frames if frame[0] > self.drug_minute]
        if not self.started or not earlier:
            return 0.0
        if not later:
            return earlier[-1][1]
        (m0, v0), (m1, v1) = earlier[-1], later[0]
        return v0 + (v1 - v0) * (self.drug_minute - m0) / (m1 - m0)
