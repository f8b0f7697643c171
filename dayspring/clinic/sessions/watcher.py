"""The server's own look at every running room, once a second: findings that arise or end become facts.

The look itself costs no lock: only when something has changed is the writer asked. A room is watched from
its first drug until the patient leaves. The same thread notices a step of the clock and the server's own
absence, and writes both into every running session.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.db import connection

from dayspring.clinic import clock
from dayspring.clinic.acting.person import SYSTEM
from dayspring.clinic.charts.models import ChartEntry
from dayspring.clinic.charts.readings import READINGS
from dayspring.clinic.charts.record import record
from dayspring.clinic.showing.folded import Folded, folded
from dayspring.knowledge import library
from dayspring.quantities import spoken
from dayspring.therapy import acts
from dayspring.therapy.asked import Asked
from dayspring.therapy.decide_room import watch as decide_watch
from dayspring.therapy.safety import WATCHED

log = logging.getLogger("dayspring.watcher")

EVERY_S = 1.0
LOOK_BACK = timedelta(days=2)


def open_sessions() -> list[tuple[Folded, str]]:
    """Sessions in which drug was given and nobody has left yet."""
    started = ChartEntry.objects.filter(kind="InfusionStarted", recorded_at__gt=clock.now() - LOOK_BACK)
    found = []
    for chart, key in started.values_list("chart", "session").distinct():
        chart_fold = folded(chart)
        if chart_fold.session(key).state in WATCHED:
            found.append((chart_fold, key))
    return found


def look_once(rooms: Iterable[tuple[Folded, str]] | None = None) -> int:
    """One look at every open session. Gives how many had something new."""
    told = 0
    for chart_fold, key in open_sessions() if rooms is None else rooms:
        act = acts.Watch(session=key, stream=READINGS.stream(key), device=_device(key))
        asked = Asked(
            course=chart_fold.course,
            session=chart_fold.session(key),
            lines=chart_fold.lines,
            knowledge=library(),
            by=SYSTEM,
            at=clock.now(),
            recorded_at=clock.now(),
        )
        if decide_watch(asked, act):
            record(chart_fold.chart, act, by=SYSTEM, at=clock.now(), key=f"watch-{uuid4()}", seen=None)
            told += 1
    return told


def _device(session: str) -> str:
    latest = READINGS.latest(session)
    return next((value.reading.device for value in latest.values()), "")


def tell_step(apart: timedelta, why: str) -> None:
    """Writes a step of the clock, or the server's absence, into every open session."""
    for chart_fold, key in open_sessions():
        act = acts.TellClock(session=key, seconds=Decimal(str(round(apart.total_seconds(), 1))), why=why)
        record(chart_fold.chart, act, by=SYSTEM, at=clock.now(), key=f"clock-{uuid4()}", seen=None)


class Watcher:
    """The thread that looks. One failed look is logged without a word about whom, and the next one comes."""

    def __init__(self) -> None:
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        away = clock.current().away
        if away is not None:
            tell_step(away, f"The server was away for {spoken(away)}. The session stands as it was.")
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ends.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._ends.wait(EVERY_S):
            try:
                self._look()
            except Exception as failed:  # the thread is an edge: one bad look must not end the watching
                log.error("look failed: %s", type(failed).__name__)
            finally:
                connection.close_if_unusable_or_obsolete()

    def _look(self) -> None:
        apart = clock.current().step()
        if apart is not None:
            tell_step(apart, f"The server's clock was moved by {spoken(abs(apart))}; timers did not move.")
        look_once()
        clock.current().keep()
