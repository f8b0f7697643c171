"""What the tests of the rules share: cases from the tables, evidence made older, and one look at a room."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from dayspring.knowledge import library
from dayspring.quantities import Quantity
from dayspring.therapy import acts, discharge, facts, gate, safety
from dayspring.therapy.asked import protocol_of
from dayspring.therapy.checks import Check, Scene
from dayspring.therapy.safety import Look
from tests.people import SESSION, Chart, q

CASES = Path(__file__).parents[1] / "cases"
UNITS = {kind: code["unit"] for kind, code in library().codes.items()}

Stream = Mapping[str, tuple[tuple[Quantity, datetime], ...]]


def cases(name: str) -> list[dict[str, Any]]:
    """The signed cases of one table. Numbers are read as exact decimals."""
    return list(tomllib.loads((CASES / name).read_text(), parse_float=Decimal)["case"])


def amounts(values: Mapping[str, object]) -> dict[str, Quantity]:
    return {kind: Quantity(Decimal(str(value)), UNITS[kind]) for kind, value in values.items()}


def vitals(*, rest: bool = True, **values: object) -> acts.TakeVitals:
    return acts.TakeVitals(session=SESSION, values=amounts(values), at_rest=rest)


def scene(chart: Chart) -> Scene:
    return Scene(
        course=chart.course,
        session=chart.session,
        protocol=protocol_of(chart.session, library()),
        knowledge=library(),
        at=chart.at,
    )


def gate_rows(chart: Chart) -> dict[str, Check]:
    return {row.id: row for row in gate.gate(scene(chart))}


def door_rows(chart: Chart) -> dict[str, Check]:
    return {row.id: row for row in discharge.criteria(scene(chart))}


def holding(rows: Mapping[str, Check]) -> set[str]:
    return {id for id, row in rows.items() if row.holds}


def changed(chart: Chart, kind: type[facts.Fact], **stamp: Any) -> Chart:
    """The newest line of a kind with another stamp: another time, another session, another fact."""
    place = next(i for i in reversed(range(len(chart.lines))) if isinstance(chart.lines[i].fact, kind))
    chart.lines[place] = replace(chart.lines[place], **stamp)
    return chart


def without(chart: Chart, *kinds: type[facts.Fact]) -> Chart:
    chart.lines = [line for line in chart.lines if not isinstance(line.fact, kinds)]
    return chart


def aged(chart: Chart, kind: type[facts.Fact], **span: float) -> Chart:
    """The newest line of a kind, happened and written down so much earlier."""
    line = next(x for x in reversed(chart.lines) if isinstance(x.fact, kind))
    earlier = line.happened_at - timedelta(**span)
    return changed(chart, kind, happened_at=earlier, recorded_at=earlier)


def stream(at: datetime, *, seconds: float = 0, **values: object) -> Stream:
    """One fresh reading of each kind, received so many seconds ago."""
    when = at - timedelta(seconds=seconds)
    return {kind: ((amount, when),) for kind, amount in amounts(values).items()}


def trace(at: datetime, kind: str, values: list[object], *, every: float = 1) -> Stream:
    """Readings of one kind, evenly spaced, the last one at this moment."""
    count = len(values)
    return {
        kind: tuple(
            (q(str(value), UNITS[kind]), at - timedelta(seconds=every * (count - 1 - place)))
            for place, value in enumerate(values)
        )
    }


def look(chart: Chart, readings: Stream | None = None) -> Look:
    fresh = stream(chart.at, spo2=98) if readings is None else readings
    return Look(
        session=chart.session,
        protocol=protocol_of(chart.session, library()),
        knowledge=library(),
        at=chart.at,
        stream=fresh,
    )


def found(chart: Chart, readings: Stream | None = None) -> dict[str, str]:
    """Condition to priority of everything the rules say now; the oximeter is fresh unless told otherwise."""
    return {f.condition: f.priority for f in safety.findings(look(chart, readings))}
