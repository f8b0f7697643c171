"""A chart read and folded once for each version of it; every page of that version looks at the same fold."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from dayspring.chart.timeline import standing
from dayspring.clinic.charts import record
from dayspring.therapy import course, session
from dayspring.therapy.course import Course
from dayspring.therapy.facts import Stamped
from dayspring.therapy.session import Session

KEPT = 200


@dataclass(frozen=True, slots=True)
class Folded:
    """One version of one chart."""

    chart: UUID
    version: int
    lines: Sequence[Stamped]
    course: Course
    _sessions: dict[str, Session] = field(default_factory=dict)

    def session(self, key: str) -> Session:
        """The fold of one session; folded on first asking."""
        if key not in self._sessions:
            self._sessions[key] = session.fold(self.lines, key)
        return self._sessions[key]


_lock = threading.Lock()
_cache: OrderedDict[UUID, Folded] = OrderedDict()


def folded(chart: UUID) -> Folded:
    """The chart as it stands now."""
    version = record.version(chart)
    with _lock:
        kept = _cache.get(chart)
        if kept is not None and kept.version == version:
            _cache.move_to_end(chart)
            return kept
    entries = record.lines(chart)
    lines = standing(entries)
    fresh = Folded(
        chart=chart, version=entries[-1].number if entries else 0, lines=lines, course=course.fold(lines)
    )
    with _lock:
        _cache[chart] = fresh
        while len(_cache) > KEPT:
            _cache.popitem(last=False)
    return fresh


def sessions_today(charts: Mapping[UUID, Folded]) -> list[tuple[Folded, str]]:
    """Every booked session of these charts, as (chart, session) pairs."""
    return [(each, key) for each in charts.values() for key in each.course.bookings]
