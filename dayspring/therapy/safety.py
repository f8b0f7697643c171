"""The rules that hold, warn and stop while a person is in the chair.

Each rule is a function that yields findings; the list of rules is written out at the end. A finding
proposes, a person acts. The numbers are rows in `knowledge/limits/during_dose.toml`, the words and
priorities rows in `knowledge/conditions.toml`. Absence is its own case in every rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from dayspring.knowledge import Library, Limit
from dayspring.quantities import Quantity, plain, spoken
from dayspring.therapy import facts, monitoring
from dayspring.therapy.facts import Stamped
from dayspring.therapy.session import IN_THE_DRUG, Session, State, has_pressure

WATCHED = IN_THE_DRUG | {State.MONITORING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule has to say: the claim, what to do, the limit it rests on and the lines that show it."""

    condition: str
    priority: str
    says: str
    do: str
    limit: Limit | None = None
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value of one kind at a time; `number` is its chart line, 0 while it is only in the stream.

    `looked` says that a person charted it, not the server from what a device had sent.
    """

    value: Quantity
    at: datetime
    number: int = 0
    looked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Everything a rule may look at."""

    session: Session
    protocol: Mapping[str, Any]
    knowledge: Library
    at: datetime
    stream: Mapping[str, tuple[tuple[Quantity, datetime], ...]] = field(default_factory=dict)

    def limit(self, key: str) -> Limit:
        return self.knowledge.limit(key)

    def readings(self, kind: str) -> list[Reading]:
        """Charted and streamed values of a kind, oldest first; values marked implausible are left out."""
        charted = [
            Reading(
                value=v.fact.values[kind],
                at=v.happened_at,
                number=v.number,
                looked=v.by.role != "system",
            )
            for v in self.session.vitals
            if isinstance(v.fact, facts.VitalsTaken) and kind in v.fact.values and kind not in v.fact.marks
        ]
        streamed = [Reading(value=value, at=when) for value, when in self.stream.get(kind, ())]
        return sorted(charted + streamed, key=lambda r: r.at)

    def latest(self, kind: str) -> Reading | None:
        found = self.readings(kind)
        return found[-1] if found else None

    def says(self, condition: str, claim: str, **more: Any) -> Finding:
        row = self.knowledge.conditions[condition]
        return Finding(condition=condition, priority=row["priority"], says=claim, do=row["do"], **more)


def pressure(look: Look) -> Iterator[Finding]:
    taken = [v for v in look.session.vitals if has_pressure(v)]
    if not taken:
        return
    newest = taken[-1]
    text = pressure_text(newest)
    evidence = (newest.number,)
    crisis = _crossed(look, newest, "systolic_during_stop", "diastolic_during_stop")
    very = _crossed(look, newest, "systolic_during_pause", "diastolic_during_pause")
    high = _crossed(look, newest, "systolic_during_recheck", "diastolic_during_recheck")
    low = look.limit("systolic_during_low")
    if crisis:
        yield look.says("pressure-crisis", f"Pressure {text}", limit=crisis, evidence=evidence)
    elif (very or high) and (symptom := _symptom(look, newest.happened_at)):
        # The rulebook's row: at or above 200/120, or any raised pressure with a symptom.
        claim = f"Pressure {text} with {symptom.kind.replace('_', ' ')}"
        yield look.says("pressure-crisis", claim, limit=very or high, evidence=evidence)
    elif very:
        before = taken[-2] if len(taken) > 1 else None
        again = before and _crossed(look, before, "systolic_during_pause", "diastolic_during_pause")
        claim = f"Pressure {text}: second reading in a row this high" if again else f"Pressure {text}"
        numbers = (before.number, newest.number) if again and before else evidence
        yield look.says("pressure-very-high", claim, limit=very, evidence=numbers)
    elif high:
        yield look.says("pressure-high", f"Pressure {text}", limit=high, evidence=evidence)
    assert isinstance(newest.fact, facts.VitalsTaken)
    if not low.allows(newest.fact.values["systolic"]):
        yield look.says("pressure-low", f"Pressure {text}", limit=low, evidence=evidence)


def _crossed(look: Look, line: Stamped, systolic: str, diastolic: str) -> Limit | None:
    """The limit that this pressure crosses. The rulebook says `at or above`; a row holds the last value that keeps."""
    assert isinstance(line.fact, facts.VitalsTaken)
    for kind, key in (("systolic", systolic), ("diastolic", diastolic)):
        limit = look.limit(key)
        if not limit.allows(line.fact.values[kind]):
            return limit
    return None


def pressure_text(line: Stamped) -> str:
    """The pressure as people say it: 142/86."""
    assert isinstance(line.fact, facts.VitalsTaken)
    return "/".join(plain(line.fact.values[kind].value) for kind in ("systolic", "diastolic"))


def _symptom(look: Look, since: datetime) -> facts.EventNoted | None:
    window = monitoring.minutes(look.knowledge, "symptom_window")
    table = look.knowledge.conditions["events"]
    for line in reversed(look.session.events):
        event = line.fact
        if not isinstance(event, facts.EventNoted) or abs(line.happened_at - since) > window:
            continue
        if table.get(event.kind) in ("symptom", "emergency"):
            return event
    return None


def pulse(look: Look) -> Iterator[Finding]:
    found = look.readings("pulse")
    if not found:
        return
    newest = found[-1]
    once, held, slow = (look.limit(k) for k in ("pulse_during_once", "pulse_during_held", "pulse_during_low"))
    text = f"Pulse {plain(newest.value.value)}"
    evidence = (newest.number,) if newest.number else ()
    if not once.allows(newest.value):
        yield look.says("pulse-fast", text, limit=once, evidence=evidence)
    elif not held.allows(newest.value):
        since = _breached_since(found, held)
        if newest.at - since >= monitoring.minutes(look.knowledge, "pulse_held_for"):
            yield look.says(
                "pulse-fast", f"{text}, for {spoken(newest.at - since)}", limit=held, evidence=evidence
            )
    if not slow.allows(newest.value):
        yield look.says("pulse-slow", text, limit=slow, evidence=evidence)


def _breached_since(found: list[Reading], limit: Limit) -> datetime:
    """When the present unbroken run outside the limit began."""
    since = found[-1].at
    for reading in reversed(found):
        if limit.allows(reading.value):
            break
        since = reading.at
    return since


def saturation(look: Look) -> Iterator[Finding]:
    found = look.readings("spo2")
    if not found:
        return
    newest = found[-1]
    low, stop = look.limit("spo2_during_low"), look.limit("spo2_during_stop")
    evidence = (newest.number,) if newest.number else ()
    text = f"Saturation {plain(newest.value.value)} %"
    if not stop.allows(newest.value):
        lasted = newest.at - _breached_since(found, stop)
        # A person who charts one low value has looked; a clip must be low for a while.
        if newest.looked or lasted > monitoring.minutes(look.knowledge, "spo2_held_for"):
            yield look.says("saturation-very-low", f"{text}, {spoken(lasted)}", limit=stop, evidence=evidence)
        else:
            yield look.says("saturation-low", text, limit=stop, evidence=evidence)
    elif not low.allows(newest.value):
        yield look.says("saturation-low", text, limit=low, evidence=evidence)


def breathing(look: Look) -> Iterator[Finding]:
    newest = look.latest("respiration")
    limit = look.limit("respiration_during_low")
    if newest and not limit.allows(newest.value):
        yield look.says("breathing-slow", f"Breathing {plain(newest.value.value)} per min", limit=limit,
                        evidence=(newest.number,) if newest.number else ())  # fmt: skip


def sedation(look: Look) -> Iterator[Finding]:
    if not look.session.sedation:
        return
    line = look.session.sedation[-1]
    assert isinstance(line.fact, facts.SedationScored)
    score = Quantity(Decimal(line.fact.moaas), "{score}")
    for condition, key in (
        ("sedation-deep", "moaas_during_stop"),
        ("sedation-moderate", "moaas_during_pause"),
        ("sedation-light", "moaas_during_note"),
    ):
        limit = look.limit(key)
        if not limit.allows(score):
            yield look.says(
                condition, f"Sedation {line.fact.moaas} of 5", limit=limit, evidence=(line.number,)
            )
            return


def events(look: Look) -> Iterator[Finding]:
    """What someone tapped in the last minutes and the table calls a condition."""
    table = look.knowledge.conditions["events"]
    lasts = monitoring.minutes(look.knowledge, "event_stands")
    said: set[str] = set()
    for line in reversed(look.session.events):
        event = line.fact
        assert isinstance(event, facts.EventNoted)
        condition = table.get(event.kind, "")
        if (
            condition in look.knowledge.conditions
            and condition not in said
            and look.at - line.happened_at <= lasts
        ):
            said.add(condition)
            claim = event.kind.replace("_", " ").capitalize()
            yield look.says(condition, claim, evidence=(line.number,))


def intent(look: Look) -> Iterator[Finding]:
    for line in reversed(look.session.recovery):
        assert isinstance(line.fact, facts.RecoverySeen)
        if line.fact.no_suicidal_intent is not None:
            if not line.fact.no_suicidal_intent:
                yield look.says("suicidal-intent", "Suicidal intent voiced", evidence=(line.number,))
            return


def oximeter(look: Look) -> Iterator[Finding]:
    """Saturation must be fresh while the drug runs: silent is a finding, gone is a high one."""
    begun = look.session.started
    if begun is None or look.session.state not in IN_THE_DRUG:
        return
    newest = look.latest("spo2")
    fresh = look.limit("spo2_max_age")
    since = max(newest.at, begun.happened_at) if newest else begun.happened_at
    age = look.at - since
    allowed = monitoring.minutes(look.knowledge, "spo2_max_age")
    if newest and newest.number and not look.stream.get("spo2"):
        fresh = look.limit("spo2_manual_max_age")
        allowed = monitoring.minutes(look.knowledge, "spo2_manual_max_age")
    if age > 2 * allowed:
        yield look.says("saturation-gone", f"No saturation for {spoken(age)}", limit=fresh)
    elif age > allowed:
        yield look.says("saturation-silent", f"Oximeter silent, {spoken(age)}", limit=fresh)


def rounds_late(look: Look) -> Iterator[Finding]:
    if look.session.state not in WATCHED:
        return
    rows = monitoring.rounds(look.session, look.protocol, look.knowledge, look.at)
    late = [row for row in rows if row.late in ("amber", "red")]
    if not late:
        return
    worst = max(late, key=lambda row: look.at - row.at)
    claim = f"{worst.words} due at minute {worst.minute}, {spoken(look.at - worst.at)} late"
    key = "round_red" if worst.late == "red" else "round_amber"
    condition = "round-overdue" if worst.late == "red" else "round-late"
    yield look.says(condition, claim, limit=look.limit(key))


def pump(look: Look) -> Iterator[Finding]:
    session = look.session
    if session.state in (State.PAUSING, State.STOPPING):
        asked = session.last(facts.InfusionStopped) or session.last(facts.InfusionPaused)
        waits = monitoring.minutes(look.knowledge, "pump_confirm_within")
        if asked and look.at - asked.happened_at >= waits:
            word = "Stop" if session.state is State.STOPPING else "Pause"
            claim = f"{word} asked {spoken(look.at - asked.happened_at)} ago, pump not seen"
            yield look.says("pump-unconfirmed", claim, limit=look.limit("pump_confirm_within"))
    if session.state is State.RUNNING and session.started:
        flow = session.flows[-1]
        ends = monitoring.drug_ends(session, look.protocol, look.knowledge)
        if (
            ends
            and flow.rate == getattr(session.started.fact, "rate", None)
            and not session.pauses
            and look.at > ends
        ):
            yield look.says("pump-ending", f"Planned end passed {spoken(look.at - ends)} ago")
    if is_locked(session, look.knowledge):
        yield look.says("restarts-locked", "Paused again and again", limit=look.limit("pauses_before_lock"))


def is_locked(session: Session, knowledge: Library) -> bool:
    """Whether so many pauses lie so close together that only a prescriber may resume.

    Counted back from the newest pause, not from now: a lock that waiting opens is no lock.
    """
    if session.state not in (State.PAUSING, State.PAUSED) or not session.pauses:
        return False
    window = monitoring.minutes(knowledge, "pause_lock_window")
    recent = [when for when in session.pauses if session.pauses[-1] - when <= window]
    return len(recent) >= knowledge.limit("pauses_before_lock").value


def server_away(look: Look) -> Iterator[Finding]:
    """After a restart or a step of the clock the session stands as it was, and a person must look."""
    stepped = look.session.last(facts.ClockStepped)
    if stepped is None or look.session.state not in WATCHED:
        return
    # Once somebody has looked it is over: a later look must not raise the same absence again.
    looked = (x for x in look.session.lines if isinstance(x.fact, facts.FindingSeen))
    if any(x.fact.condition == "server-away" and x.fact.episode > stepped.number for x in looked):  # type: ignore[attr-defined]
        return
    assert isinstance(stepped.fact, facts.ClockStepped)
    yield look.says("server-away", stepped.fact.why, evidence=(stepped.number,))


RULES = (
    pressure,
    pulse,
    saturation,
    breathing,
    sedation,
    events,
    intent,
    oximeter,
    rounds_late,
    pump,
    server_away,
)

ORDER = {"high": 0, "medium": 1, "low": 2}


def findings(look: Look) -> tuple[Finding, ...]:
    """Everything the rules have to say now, worst first; nothing while no drug was given yet or after leaving."""
    if look.session.state not in WATCHED:
        return ()
    said = [finding for rule in RULES for finding in rule(look)]
    return tuple(sorted(said, key=lambda f: ORDER[f.priority]))
