"""Whether every chart is whole and the database keeps its promises. Reads everything, trusts no memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from dayspring.chart import BEFORE_THE_FIRST, Entry, Unreadable, chain_fault
from dayspring.clinic import durable
from dayspring.clinic.charts import triggers
from dayspring.clinic.charts.models import ChartEntry, ChartHead
from dayspring.clinic.charts.rows import stored


class Unguarded(RuntimeError):
    """The database would let somebody change what was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is not as it must be. `chart` is empty for the database as a whole."""

    says: str
    chart: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was looked at and what was found. `unreadable` counts lines kept aside: shown, and no fault."""

    charts: int
    lines: int
    unreadable: int
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        return not self.faults


def verify() -> Report:
    """Looks at every line of every chart, at the triggers and at the settings."""
    faults = [Fault(says=says) for says in (*durable.faults(), *triggers.faults(connection))]
    heads = ChartHead.objects.values_list("chart", flat=True)
    charts = sorted({*heads, *ChartEntry.objects.values_list("chart", flat=True).distinct()})
    lines = unreadable = 0
    for chart in charts:
        head, entries = _at_one_moment(chart)
        lines += len(entries)
        unreadable += sum(isinstance(entry.fact, Unreadable) for entry in entries)
        for says in _chart_faults(entries, head):
            faults.append(Fault(chart=str(chart), says=says))
    return Report(charts=len(charts), lines=lines, unreadable=unreadable, faults=tuple(faults))


def _at_one_moment(chart: UUID) -> tuple[ChartHead | None, tuple[Entry, ...]]:
    """The head and the lines as they belong together: a clinic that is open writes while it is verified."""
    with transaction.atomic():
        head = ChartHead.objects.select_for_update().filter(chart=chart).first()
        return head, stored(chart)


def _chart_faults(entries: tuple[Entry, ...], head: ChartHead | None) -> Iterator[str]:
    if broken := chain_fault(entries):
        yield broken
    last, last_hash = (entries[-1].number, entries[-1].hash) if entries else (0, BEFORE_THE_FIRST)
    if head is None:
        yield f"the lines end at {last}, but the chart has no head"
    elif head.number != last:
        yield f"the lines end at {last}, but the head says {head.number}"
    elif head.hash != last_hash:
        yield f"line {last} is sealed as {last_hash[:12]}, but the head says {head.hash[:12]}"


def assert_guarded() -> None:
    """Raises Unguarded naming each trigger that is missing or changed, before anything can be written."""
    if found := triggers.faults(connection):
        raise Unguarded("; ".join(found))
