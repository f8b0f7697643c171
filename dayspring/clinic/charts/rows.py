"""Lines between the database and the pure chart, read once: what was written does not change."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from uuid import UUID

from dayspring.chart import Entry
from dayspring.chart.codec import decode_by, encode_by
from dayspring.clinic.charts.models import ChartEntry

COLUMNS = tuple(field.name for field in ChartEntry._meta.concrete_fields if field.name != "id")


def entry_from(row: Sequence[object]) -> Entry:
    """The line that a row in the order of COLUMNS holds."""
    named = dict(zip(COLUMNS, row, strict=True))
    named["chart"] = str(named["chart"])
    named["by"] = decode_by(str(named["by"]))
    return Entry(**named)  # type: ignore[arg-type]


def row_from(entry: Entry) -> ChartEntry:
    """The row that holds a line."""
    named: dict[str, object] = {name: getattr(entry, name) for name in COLUMNS}
    return ChartEntry(**(named | {"chart": UUID(entry.chart), "by": encode_by(entry.by)}))


def stored(chart: UUID, *, start: int = 1) -> tuple[Entry, ...]:
    """The lines of a chart from number `start` on, from the database."""
    rows = ChartEntry.objects.filter(chart=chart, number__gte=start).order_by("number")
    return tuple(entry_from(row) for row in rows.values_list(*COLUMNS))


class Kept:
    """The lines of the charts that were looked at last.

    Each look reads from the last kept line on. If that line is not the same any more, nothing before it can
    be trusted either (its hash covers them all), and the chart is read anew.
    """

    def __init__(self, charts: int) -> None:
        self._room = charts
        self._guard = threading.Lock()
        self._lines: OrderedDict[UUID, tuple[Entry, ...]] = OrderedDict()

    def lines(self, chart: UUID) -> tuple[Entry, ...]:
        """All lines of the chart in the order they were written."""
        with self._guard:
            kept = self._lines.get(chart, ())
        if not kept:
            return self.keep(chart, stored(chart))
        last = kept[-1]
        newer = stored(chart, start=last.number)
        if not newer or newer[0].hash != last.hash:
            return self.keep(chart, stored(chart))
        return self.keep(chart, kept + newer[1:] if len(newer) > 1 else kept)

    def keep(self, chart: UUID, lines: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Remembers the lines, and forgets the chart that nobody looked at for longest."""
        with self._guard:
            self._lines[chart] = lines
            self._lines.move_to_end(chart)
            while len(self._lines) > self._room:
                self._lines.popitem(last=False)
        return lines


KEPT = Kept(charts=200)
