"""One visit in which a dose is given: its states, and what moves it from one to the next.

Two rules keep this file honest.
1. Every transition is a row of NEXT. The diagram in the docs is drawn from it.
2. `fold` never raises: what happened, happened. Refusing is the work of `decide`. A fact that fits no
   row is kept in `out_of_order` and shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from dayspring.quantities import Quantity
from dayspring.therapy import facts
from dayspring.therapy.facts import Fact, Stamped


class State(StrEnum):
    """Where a session stands. PAUSING and STOPPING: asked for, and nobody has seen the pump yet."""

    PLANNED = "planned"
    PREPARING = "preparing"
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    STOPPING = "stopping"
    MONITORING = "monitoring"
    CLOSED = "closed"


NEXT: dict[State, dict[type[Fact], State]] = {
    State.PLANNED: {facts.CheckedIn: State.PREPARING},
    State.PREPARING: {facts.InfusionStarted: State.RUNNING},
    State.RUNNING: {
        facts.RateChanged: State.RUNNING,
        facts.InfusionPaused: State.PAUSING,
        facts.InfusionStopped: State.STOPPING,
        facts.InfusionCompleted: State.MONITORING,
    },
    State.PAUSING: {facts.PumpConfirmed: State.PAUSED, facts.InfusionStopped: State.STOPPING},
    State.PAUSED: {facts.InfusionResumed: State.RUNNING, facts.InfusionStopped: State.STOPPING},
    State.STOPPING: {facts.PumpConfirmed: State.MONITORING},
    State.MONITORING: {facts.Discharged: State.CLOSED},
    State.CLOSED: {},
}

MOVING = frozenset(kind for row in NEXT.values() for kind in row)

STAGES = {
    State.PLANNED: "planned",
    State.PREPARING: "preparing",
    State.RUNNING: "dosing",
    State.PAUSING: "dosing",
    State.PAUSED: "dosing",
    State.STOPPING: "dosing",
    State.MONITORING: "monitoring",
    State.CLOSED: "closed",
}

IN_THE_DRUG = frozenset({State.RUNNING, State.PAUSING, State.PAUSED, State.STOPPING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A stretch of pumping at one rate. `until` is when it was asked to end; `seen` when someone saw that it had."""

    rate: Quantity
    since: datetime
    until: datetime | None = None
    seen: datetime | None = None
    volume: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The fold of one session's facts. Everything the rules look at, nothing they decide."""

    id: str
    state: State = State.PLANNED
    booked: facts.SessionBooked | None = None
    latest: Mapping[type[Fact], Stamped] = field(default_factory=dict)
    vitals: tuple[Stamped, ...] = ()
    sedation: tuple[Stamped, ...] = ()
    dissociation: tuple[Stamped, ...] = ()
    recovery: tuple[Stamped, ...] = ()
    events: tuple[Stamped, ...] = ()
    flows: tuple[Flow, ...] = ()
    overrides: Mapping[str, Stamped] = field(default_factory=dict)
    discharge_overrides: Mapping[str, Stamped] = field(default_factory=dict)
    findings: Mapping[str, Stamped] = field(default_factory=dict)
    seen: frozenset[int] = frozenset()
    wasted: tuple[Stamped, ...] = ()
    pauses: tuple[datetime, ...] = ()
    refusals: tuple[Stamped, ...] = ()
    notes: tuple[Stamped, ...] = ()
    out_of_order: tuple[Stamped, ...] = ()
    lines: tuple[Stamped, ...] = ()

    @property
    def stage(self) -> str:
        return STAGES[self.state]

    def last(self, kind: type[Fact]) -> Stamped | None:
        """The newest standing line of that kind, or None: never looked at."""
        return self.latest.get(kind)

    @property
    def started(self) -> Stamped | None:
        return self.latest.get(facts.InfusionStarted)

    @property
    def baseline(self) -> Stamped | None:
        """The newest pressure before the drug: what later readings are compared with."""
        begun = self.started
        before = [v for v in self.vitals if begun is None or v.happened_at <= begun.happened_at]
        return next((v for v in reversed(before) if has_pressure(v)), None)

    @property
    def last_drug_at(self) -> datetime | None:
        """The latest moment at which drug may still have been flowing; None while it is or never was."""
        if not self.flows or self.state in IN_THE_DRUG:
            return None
        ended = self.flows[-1]
        return ended.seen or ended.until


def has_pressure(line: Stamped) -> bool:
    """Whether the line holds both pressures, neither marked as implausible."""
    vitals = line.fact
    return isinstance(vitals, facts.VitalsTaken) and all(
        kind in vitals.values and kind not in vitals.marks for kind in ("systolic", "diastolic")
    )


def fold(lines: Iterable[Stamped], session: str) -> Session:
    """The session as its standing lines tell it, in the order they happened."""
    gathered = _Gathering(session)
    for line in lines:
        if line.session == session:
            gathered.take(line)
    return gathered.frozen()


@dataclass(slots=True)
class _Gathering:
    """Lists while folding, tuples at the end: growing a tuple line by line is quadratic."""

    session: str
    state: State = State.PLANNED
    booked: facts.SessionBooked | None = None
    latest: dict[type[Fact], Stamped] = field(default_factory=dict)
    kept: dict[str, list[Stamped]] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    overrides: dict[str, Stamped] = field(default_factory=dict)
    discharge_overrides: dict[str, Stamped] = field(default_factory=dict)
    findings: dict[str, Stamped] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    pauses: list[datetime] = field(default_factory=list)
    lines: list[Stamped] = field(default_factory=list)

    def take(self, line: Stamped) -> None:
        self.lines.append(line)
        kind = type(line.fact)
        if kind in MOVING:
            moved = NEXT[self.state].get(kind)
            if moved is None:
                self._keep("out_of_order", line)
                return
            self._flow(line)
            self.state = moved
        self.latest[kind] = line
        self._sort(line)

    def _keep(self, shelf: str, line: Stamped) -> None:
        self.kept.setdefault(shelf, []).append(line)

    def _sort(self, line: Stamped) -> None:
        match line.fact:
            case facts.SessionBooked() as booked:
                self.booked = booked
            case facts.VitalsTaken():
                self._keep("vitals", line)
            case facts.SedationScored():
                self._keep("sedation", line)
            case facts.DissociationScored():
                self._keep("dissociation", line)
            case facts.RecoverySeen():
                self._keep("recovery", line)
            case facts.EventNoted():
                self._keep("events", line)
            case facts.GateOverridden(check=check):
                self.overrides[check] = line
            case facts.DischargeOverridden(check=check):
                self.discharge_overrides[check] = line
            case facts.FindingRaised(condition=condition):
                self.findings[condition] = line
            case facts.FindingCleared(condition=condition):
                self.findings.pop(condition, None)
            case facts.FindingSeen(episode=episode):
                self.seen.add(episode)
            case facts.DrugWasted():
                self._keep("wasted", line)
            case facts.ActRefused():
                self._keep("refusals", line)
            case facts.NoteSigned() | facts.NoteAdded():
                self._keep("notes", line)

    def _flow(self, line: Stamped) -> None:
        at = line.happened_at
        match line.fact:
            case facts.InfusionStarted(rate=rate) | facts.InfusionResumed(rate=rate):
                self.flows.append(Flow(rate=rate, since=at))
            case facts.RateChanged(rate=rate):
                self._end(until=at, seen=at)
                self.flows.append(Flow(rate=rate, since=at))
            case facts.InfusionPaused() | facts.InfusionStopped():
                if self.state is State.PAUSED or self.state is State.PAUSING:
                    return
                self._end(until=at)
                if isinstance(line.fact, facts.InfusionPaused):
                    self.pauses.append(at)
            case facts.PumpConfirmed(volume=volume):
                # Seen standing still once (a pause), a later look adds only what the display says.
                self._end(seen=self.flows[-1].seen or at, volume=volume)
            case facts.InfusionCompleted(volume=volume):
                self._end(until=at, seen=at, volume=volume)

    def _end(
        self, *, until: datetime | None = None, seen: datetime | None = None, volume: Quantity | None = None
    ) -> None:
        last = self.flows[-1]
        self.flows[-1] = replace(
            last, until=until or last.until, seen=seen or last.seen, volume=volume or last.volume
        )

    def frozen(self) -> Session:
        return Session(
            id=self.session,
            state=self.state,
            booked=self.booked,
            latest=self.latest,
            flows=tuple(self.flows),
            overrides=self.overrides,
            discharge_overrides=self.discharge_overrides,
            findings=self.findings,
            seen=frozenset(self.seen),
            pauses=tuple(self.pauses),
            lines=tuple(self.lines),
            **{shelf: tuple(kept) for shelf, kept in self.kept.items()},
        )
