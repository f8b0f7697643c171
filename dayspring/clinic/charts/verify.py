"""Whether every chart is whole and the database keeps its promises. Reads everything, trusts no memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from dayspring.chart import BEFORE_THE_FIRST, Entry, Unreadable, chain_fault
from dayspring.clinic.charts import triggers
from dayspring.clinic.charts.models import ChartEntry, ChartHead
from dayspring.clinic.charts.rows import stored


class UnsafeDatabase(RuntimeError):
    """The database is set so that it could lose or change what it was given."""


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
    heads = dict(ChartHead.objects.values_list("chart", "number"))
    sealed = dict(ChartHead.objects.values_list("chart", "hash"))
    faults = [Fault(says=says) for says in (*settings_faults(), *triggers.faults(connection))]
    charts = sorted({*heads, *ChartEntry.objects.values_list("chart", flat=True).distinct()})
    lines = unreadable = 0
    for chart in charts:
        entries = stored(chart)
        lines += len(entries)
        unreadable += sum(isinstance(entry.fact, Unreadable) for entry in entries)
        for says in _chart_faults(chart, entries, heads.get(chart), sealed.get(chart, "")):
            faults.append(Fault(chart=str(chart), says=says))
    return Report(charts=len(charts), lines=lines, unreadable=unreadable, faults=tuple(faults))


def _chart_faults(chart: UUID, entries: tuple[Entry, ...], head: int | None, sealed: str) -> Iterator[str]:
    if broken := chain_fault(entries):
        yield broken
    last, last_hash = (entries[-1].number, entries[-1].hash) if entries else (0, BEFORE_THE_FIRST)
    if head is None:
        yield f"the lines end at {last}, but the chart has no head"
    elif head != last:
        yield f"the lines end at {last}, but the head says {head}"
    elif sealed != last_hash:
        yield f"line {last} is sealed as {last_hash[:12]}, but the head says {sealed[:12]}"


# The database --------------------------------------------------------------------------------------

# Asked with PRAGMA: the name, the values that are safe, and what the first of them means.
_SQLITE = (
    ("journal_mode", ("wal",), "a write-ahead log"),
    ("synchronous", (2, 3), "FULL: a commit waits for the disk"),
    ("foreign_keys", (1,), "on"),
)
_POSTGRES = (
    ("fsync", ("on",), "on"),
    ("full_page_writes", ("on",), "on"),
    (
        "synchronous_commit",
        ("on", "remote_apply", "remote_write", "local"),
        "on: a commit waits for the disk",
    ),
)


def settings_faults() -> list[str]:
    """What the database would have to be set to so that nothing acknowledged is lost; empty when it is."""
    if connection.vendor == "sqlite":
        return [*_differing("PRAGMA", _SQLITE), *_mode_fault()]
    if connection.vendor == "postgresql":
        return _differing("SHOW", _POSTGRES)
    return [f"{connection.vendor} is not a database that charts are kept in; use sqlite or postgresql"]


def assert_safe() -> None:
    """Raises UnsafeDatabase naming each setting and each trigger that is not as it must be."""
    if found := [*settings_faults(), *triggers.faults(connection)]:
        raise UnsafeDatabase("; ".join(found))


def _differing(ask: str, wanted: tuple[tuple[str, tuple[object, ...], str], ...]) -> list[str]:
    found: list[str] = []
    with connection.cursor() as cursor:
        for name, safe, means in wanted:
            cursor.execute(f"{ask} {name}")
            (value,) = cursor.fetchone() or (None,)
            if value not in safe:
                found.append(f"{name} is {value}; it must be {safe[0]} ({means})")
    return found


def _mode_fault() -> list[str]:
    mode = connection.settings_dict.get("OPTIONS", {}).get("transaction_mode")
    if str(mode).upper() in ("IMMEDIATE", "EXCLUSIVE"):
        return []
    return [f"transaction_mode is {mode}; it must be IMMEDIATE (writers queue, they do not fail)"]
