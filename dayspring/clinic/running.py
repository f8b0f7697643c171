"""What runs beside the requests: the batcher of readings and the watcher of the rooms."""

from __future__ import annotations

import atexit

from dayspring.clinic import clock
from dayspring.clinic.charts.readings import READINGS
from dayspring.clinic.sessions.watcher import Watcher

WATCHER = Watcher()


def begin() -> None:
    """Take up where the last process stopped: newest readings, open rooms; then watch until the process ends."""
    READINGS.start(now=clock.now())
    WATCHER.start()
    atexit.register(end)


def end() -> None:
    WATCHER.stop()
    READINGS.stop()
