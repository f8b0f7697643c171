"""Vital tiles: from the chart and the stream to number, unit, age, source, start and limit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from dayspring.clinic.charts.readings import Latest
from dayspring.clinic.showing.screen import Tile
from dayspring.knowledge import Library
from dayspring.quantities import plain
from dayspring.therapy import facts
from dayspring.therapy.facts import Stamped
from dayspring.therapy.monitoring import minutes
from dayspring.therapy.session import Session, has_pressure

LEVELS = {
    "pressure": ("pressure-",),
    "pulse": ("pulse-",),
    "spo2": ("saturation-low", "saturation-very-low"),
}


def tiles(
    session: Session, latest: Mapping[str, Latest], knowledge: Library, at: datetime
) -> tuple[Tile, ...]:
    """Pressure, pulse and saturation, newest of chart and stream."""
    return (
        _pressure(session, knowledge, at),
        _single("pulse", _("Pulse"), _("per min"), session, latest, knowledge, at),
        _single("spo2", _("Saturation"), "%", session, latest, knowledge, at),
    )


def state_of(age_ms: int | None, max_age_ms: int) -> str:
    """fresh, half, old, gone or never: past the maximum it is struck, past twice it is a dash."""
    if age_ms is None:
        return "never"
    if age_ms > 2 * max_age_ms:
        return "gone"
    if age_ms > max_age_ms:
        return "old"
    return "half" if 2 * age_ms > max_age_ms else "fresh"


def _level(session: Session, key: str) -> str:
    worst = ""
    for condition, line in session.findings.items():
        if condition.startswith(LEVELS[key]) and isinstance(line.fact, facts.FindingRaised):
            worst = line.fact.priority if worst != "high" else worst
    return worst


def _pressure(session: Session, knowledge: Library, at: datetime) -> Tile:
    line = next((v for v in reversed(session.vitals) if has_pressure(v)), None)
    max_age = _ms(minutes(knowledge, "pressure_max_age").total_seconds())
    start = session.baseline
    age = _ms((at - line.happened_at).total_seconds()) if line else None
    limits = [plain(knowledge.limit(f"{kind}_during_pause").value + 1) for kind in ("systolic", "diastolic")]
    return Tile(
        key="pressure",
        name=_("Pressure"),
        unit="mmHg",
        text=_pair(line) if line else "",
        age_ms=age,
        max_age_ms=max_age,
        source=_source(line) if line else "",
        start=_("start %(pressure)s") % {"pressure": _pair(start)} if start else _("no start value"),
        limit=_("pauses at %(limit)s") % {"limit": "/".join(limits)},
        state=state_of(age, max_age),
        level=_level(session, "pressure"),
    )


def _pair(line: Stamped) -> str:
    assert isinstance(line.fact, facts.VitalsTaken)
    return "/".join(plain(line.fact.values[kind].value) for kind in ("systolic", "diastolic"))


def _source(line: Stamped) -> str:
    assert isinstance(line.fact, facts.VitalsTaken)
    return (
        _("by hand, %(name)s") % {"name": line.by.name} if line.fact.source == "manual" else line.fact.source
    )


def _single(
    kind: str,
    name: str,
    unit: str,
    session: Session,
    latest: Mapping[str, Latest],
    knowledge: Library,
    at: datetime,
) -> Tile:
    charted = [
        v
        for v in session.vitals
        if isinstance(v.fact, facts.VitalsTaken) and kind in v.fact.values and kind not in v.fact.marks
    ]
    line = charted[-1] if charted else None
    streamed = latest.get(kind)
    from_stream = streamed is not None and (line is None or streamed.reading.received_at >= line.happened_at)
    if from_stream and streamed is not None:
        when, value, source = streamed.reading.received_at, streamed.reading.value, streamed.reading.device
        max_age = _ms(minutes(knowledge, f"{kind}_max_age").total_seconds())
    elif line is not None and isinstance(line.fact, facts.VitalsTaken):
        when, value, source = line.happened_at, line.fact.values[kind], _source(line)
        max_age = _ms(minutes(knowledge, "hand_max_age").total_seconds())
    else:
        max_age = _ms(minutes(knowledge, f"{kind}_max_age").total_seconds())
        return Tile(
            key=kind,
            name=name,
            unit=unit,
            text="",
            age_ms=None,
            max_age_ms=max_age,
            source="",
            limit=_limit(kind, knowledge),
        )
    age = max(0, _ms((at - when).total_seconds()))
    first = charted[0] if charted else None
    start = first.fact.values[kind] if first and isinstance(first.fact, facts.VitalsTaken) else None
    return Tile(
        key=kind,
        name=name,
        unit=unit,
        text=plain(value.value),
        age_ms=age,
        max_age_ms=max_age,
        source=source,
        start=_("start %(value)s") % {"value": plain(start.value)} if start else _("no start value"),
        limit=_limit(kind, knowledge),
        state=state_of(age, max_age),
        level=_level(session, kind),
    )


def _limit(kind: str, knowledge: Library) -> str:
    key = {"pulse": "pulse_during_held", "spo2": "spo2_during_low"}[kind]
    return _("limit %(limit)s") % {"limit": plain(knowledge.limit(key).value)}


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
