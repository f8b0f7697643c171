"""The clinic's clock: wall time carried forward by the monotonic clock, so that a step of the wall moves no timer.

Within one boot of the machine, elapsed time comes from the boot clock, which a set wall clock, daylight
saving and a restart of the server cannot move. After a reboot the wall clock is all there is; then time
never goes back behind the last mark. A step of more than two seconds is reported, so that it can become a
fact and a person can look.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

STEP_THAT_MATTERS = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a clock takes its time from; tests hand in their own."""

    @staticmethod
    def wall() -> datetime:
        return datetime.now(UTC)

    @staticmethod
    def since_boot() -> float:
        return (
            time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
        )

    @staticmethod
    def boot_id() -> str:
        path = Path("/proc/sys/kernel/random/boot_id")
        return path.read_text().strip() if path.exists() else ""


class Clock:
    """Reads `now` and notices steps. One per process; `mark` is a small file that outlives it."""

    def __init__(self, mark: Path | None = None, sources: Sources | None = None) -> None:
        self._sources = sources or Sources()
        self._mark = mark
        self._lock = threading.Lock()
        self._anchor_wall = self._sources.wall()
        self._anchor_boot = self._sources.since_boot()
        self.away: timedelta | None = None
        self._resume()

    def _resume(self) -> None:
        """Go on from the last mark: by the boot clock within one boot, else never backwards."""
        if self._mark is None or not self._mark.exists():
            return
        try:
            kept = json.loads(self._mark.read_text())
            wall, boot = datetime.fromisoformat(kept["wall"]), float(kept["since_boot"])
        except (ValueError, KeyError, TypeError):
            return
        if wall.tzinfo is None:
            return
        if kept.get("boot_id") == self._sources.boot_id() and self._anchor_boot >= boot:
            self.away = timedelta(seconds=self._anchor_boot - boot)
            self._anchor_wall = wall + self.away
        else:
            self.away = max(self._anchor_wall - wall, timedelta())
            self._anchor_wall = max(self._anchor_wall, wall)

    def now(self) -> datetime:
        """The time, in UTC; never moved by a step of the wall clock."""
        return self._anchor_wall + timedelta(seconds=self._sources.since_boot() - self._anchor_boot)

    def step(self) -> timedelta | None:
        """How far the wall clock has been moved against ours since the last look; None when not noticeably.

        The step is taken over slowly by nobody: ours goes on as it was until the server is next started
        after a reboot, and the difference is told once.
        """
        with self._lock:
            apart = self._sources.wall() - self.now()
            told = getattr(self, "_told", timedelta())
            if abs(apart - told) <= STEP_THAT_MATTERS:
                return None
            self._told = apart
            return apart

    def keep(self) -> None:
        """Write the mark, so that a restart goes on from here."""
        if self._mark is None:
            return
        kept = {
            "wall": self.now().isoformat(),
            "since_boot": self._sources.since_boot(),
            "boot_id": self._sources.boot_id(),
        }
        fresh = self._mark.with_suffix(".new")
        fresh.write_text(json.dumps(kept))
        fresh.replace(self._mark)


_clock: Clock | None = None


def start(mark: Path) -> Clock:
    """Begin the process's clock from its mark. Called once, by the server."""
    global _clock
    _clock = Clock(mark)
    return _clock


def current() -> Clock:
    """The process's clock; one without a mark when none was started, as in a command or a test."""
    global _clock
    if _clock is None:
        _clock = Clock()
    return _clock


def now() -> datetime:
    return current().now()
