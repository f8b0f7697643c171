"""What must be observed when: the rounds of a session, which of them were taken, and how late the rest are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dayspring.knowledge import Library
from dayspring.quantities import span
from dayspring.therapy import facts
from dayspring.therapy.facts import Stamped
from dayspring.therapy.session import IN_THE_DRUG, Session, State, has_pressure

WORDS = {"pressure": "Pressure, pulse", "sedation": "Sedation", "dissociation": "Dissociation"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Observations due together. `minute` counts from the first drug."""

    minute: int
    at: datetime
    kinds: tuple[str, ...]
    taken: tuple[str, ...] = ()
    late: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(kind for kind in self.kinds if kind not in self.taken)

    @property
    def words(self) -> str:
        """The kinds as one phrase: Pressure, pulse, sedation."""
        named = [WORDS[kind] for kind in (self.missing or self.kinds)]
        return ", ".join(named[:1] + [word.lower() for word in named[1:]])


def minutes(knowledge: Library, key: str) -> timedelta:
    """A limit of time as a duration; raises UnitMismatch for a limit of anything else."""
    return span(knowledge.limit(key).quantity)


def drug_ends(session: Session, protocol: Mapping[str, Any], knowledge: Library) -> datetime | None:
    """When the drug ended, or is planned to end while it runs; None before it began."""
    if session.started is None:
        return None
    planned = session.started.happened_at + minutes(knowledge, protocol["infusion_minutes"])
    return session.last_drug_at or planned


def ready_from(session: Session, protocol: Mapping[str, Any], knowledge: Library) -> datetime | None:
    """The earliest moment of discharge: the minimum stay counted from the last drug."""
    ends = drug_ends(session, protocol, knowledge)
    return None if ends is None else ends + minutes(knowledge, protocol["monitoring"]["stay"])


def rounds(
    session: Session, protocol: Mapping[str, Any], knowledge: Library, at: datetime
) -> tuple[Round, ...]:
    """Every round from the first drug to the earliest discharge, and on at the same spacing until they leave."""
    begun = session.started
    ends = drug_ends(session, protocol, knowledge)
    ready = ready_from(session, protocol, knowledge)
    if begun is None or ends is None or ready is None:
        return ()
    if session.state in IN_THE_DRUG:
        # Still in the drug past the planned end: the spacing of dosing goes on.
        ends = max(ends, at)
        ready = max(ready, ends)
    plan = protocol["monitoring"]
    # Whoever stays beyond the minimum stays observed: one round further than now.
    beyond = at + minutes(knowledge, plan["pressure_after"])
    last = ready if session.state is State.CLOSED else max(ready, beyond)
    times: dict[datetime, set[str]] = {}
    for kind in ("pressure", "sedation"):
        during = minutes(knowledge, plan[f"{kind}_during"])
        after = minutes(knowledge, plan[f"{kind}_after"])
        for when in _spaced(begun.happened_at, ends, during):
            times.setdefault(when, set()).add(kind)
        for when in _spaced(ends, last, after):
            times.setdefault(when, set()).add(kind)
    for key in plan["dissociation_at"]:
        when = begun.happened_at + minutes(knowledge, key)
        if when <= last:
            times.setdefault(when, set()).add("dissociation")
    whole = [
        Round(
            minute=round((when - begun.happened_at) / timedelta(minutes=1)),
            at=when,
            kinds=tuple(kind for kind in WORDS if kind in kinds),
        )
        for when, kinds in sorted(times.items())
    ]
    return tuple(_judged(_near(whole, minutes(knowledge, plan["round_early"])), session, knowledge, plan, at))


def _spaced(start: datetime, end: datetime, every: timedelta) -> Iterable[datetime]:
    when = start + every
    while when <= end:
        yield when
        when += every


def _near(whole: list[Round], early: timedelta) -> list[Round]:
    """Rounds closer together than a person can walk become one, at the earlier time."""
    merged: list[Round] = []
    for this in whole:
        if merged and this.at - merged[-1].at < early:
            kinds = tuple(k for k in WORDS if k in merged[-1].kinds or k in this.kinds)
            merged[-1] = Round(minute=merged[-1].minute, at=merged[-1].at, kinds=kinds)
        else:
            merged.append(this)
    return merged


def _taken_times(session: Session) -> dict[str, list[datetime]]:
    return {
        "pressure": [v.happened_at for v in session.vitals if has_pressure(v) and _by_hand_or_cuff(v)],
        "sedation": [s.happened_at for s in session.sedation],
        "dissociation": [d.happened_at for d in session.dissociation],
    }


def _by_hand_or_cuff(line: Stamped) -> bool:
    vitals = line.fact
    return isinstance(vitals, facts.VitalsTaken) and "pulse" in vitals.values


def _judged(
    whole: list[Round], session: Session, knowledge: Library, plan: Mapping[str, Any], at: datetime
) -> Iterable[Round]:
    early = minutes(knowledge, plan["round_early"])
    amber = minutes(knowledge, plan["round_amber"])
    red = minutes(knowledge, plan["round_red"])
    seen = _taken_times(session)
    for place, this in enumerate(whole):
        upto = (
            whole[place + 1].at - early
            if place + 1 < len(whole)
            else datetime.max.replace(tzinfo=this.at.tzinfo)
        )
        taken = tuple(k for k in this.kinds if any(this.at - early <= t < upto for t in seen[k]))
        late = ""
        if len(taken) < len(this.kinds):
            by = at - this.at
            # Until the next round is late itself, or its kinds were seen, the absence goes on being said.
            made_up = all(any(t >= upto for t in seen[k]) for k in this.kinds if k not in taken)
            late = (
                "missed"
                if at >= upto and (made_up or at >= whole[place + 1].at + amber)
                else "red"
                if by >= red
                else "amber"
                if by >= amber
                else "due"
                if at >= this.at
                else ""
            )
        yield Round(minute=this.minute, at=this.at, kinds=this.kinds, taken=taken, late=late)


def next_due(rows: Iterable[Round]) -> Round | None:
    """The first round that is neither taken nor given up as missed."""
    return next((row for row in rows if row.missing and row.late != "missed"), None)
