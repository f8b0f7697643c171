"""What devices send, once a second into one synced transaction for all sessions together.

The newest values are kept in memory from the moment they arrive, so that screens and alarms do not wait for
the disk; whoever sent them is answered only once the disk has them.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction

from dayspring.clinic.charts.models import Reading
from dayspring.clinic.charts.turns import TURNS
from dayspring.quantities import Quantity

FLUSH_EVERY_S = 1.0
MOST_WAITING = 20_000
# What the rules are handed of each kind: ten minutes at one a second.
STREAM_LENGTH = 600
GOOD = ""


class TooMany(RuntimeError):
    """More readings wait for the disk than can be held; these were not taken. Send them again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReading:
    """One value from a device. `quality` is empty when the device had nothing to say against it."""

    session: str
    chart: UUID
    device: str
    kind: str
    value: Quantity
    received_at: datetime
    device_at: datetime | None = None
    quality: str = GOOD


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The newest reading of a kind. Its age is counted on the monotonic clock, which nobody can set."""

    reading: NewReading
    received_monotonic: float


class ReadingBatcher:
    """Takes readings from any thread or event loop and writes them in batches."""

    def __init__(
        self,
        *,
        every_s: float = FLUSH_EVERY_S,
        most_waiting: int = MOST_WAITING,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._every_s = every_s
        self._most = most_waiting
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._waiting: list[tuple[Sequence[NewReading], Future[int]]] = []
        self._count = 0
        self._latest: dict[str, dict[str, Latest]] = {}
        self._streams: dict[str, dict[str, deque[tuple[Quantity, datetime]]]] = {}
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None

    # Taking --------------------------------------------------------------------------------------

    def submit(self, readings: Sequence[NewReading]) -> Future[int]:
        """Queues readings; the future holds their count once they are on disk. Raises TooMany."""
        done: Future[int] = Future()
        now = self._monotonic()
        with self._guard:
            if self._count + len(readings) > self._most:
                raise TooMany(
                    f"{self._count} readings wait already; {len(readings)} more exceed {self._most}"
                )
            self._waiting.append((tuple(readings), done))
            self._count += len(readings)
            for reading in readings:
                self._note(reading, now)
        return done

    def post(self, readings: Sequence[NewReading], *, patience_s: float = 10.0) -> int:
        """Returns their count once they are on disk; raises what went wrong with the batch otherwise."""
        return self.submit(readings).result(timeout=patience_s)

    async def apost(self, readings: Sequence[NewReading]) -> int:
        """As `post`, for an event loop."""
        return await asyncio.wrap_future(self.submit(readings))

    def latest(self, session: str) -> Mapping[str, Latest]:
        """The newest reading of each kind, good or not, whether the disk has it yet or not."""
        with self._guard:
            return dict(self._latest.get(session, {}))

    def stream(self, session: str) -> dict[str, tuple[tuple[Quantity, datetime], ...]]:
        """The recent good readings of each kind, oldest first, as acts.Watch takes them."""
        with self._guard:
            return {kind: tuple(kept) for kind, kept in self._streams.get(session, {}).items()}

    def forget(self, session: str) -> None:
        """Drops a closed session from memory; its readings stay in the table."""
        with self._guard:
            self._latest.pop(session, None)
            self._streams.pop(session, None)

    def _note(self, reading: NewReading, now: float) -> None:
        # The order is that of receipt: a device whose clock was set back must not go unheard.
        known = self._latest.setdefault(reading.session, {})
        known[reading.kind] = Latest(reading=reading, received_monotonic=now)
        if reading.quality == GOOD:
            kinds = self._streams.setdefault(reading.session, {})
            kept = kinds.setdefault(reading.kind, deque(maxlen=STREAM_LENGTH))
            kept.append((reading.value, reading.received_at))

    # Writing -------------------------------------------------------------------------------------

    def flush(self) -> int:
        """Writes everything that waits in one transaction and answers those who wait. Returns the count.

        When the database refuses, everyone who waits is told so and nothing is counted as stored.
        """
        with self._guard:
            batch, self._waiting, self._count = self._waiting, [], 0
        if not batch:
            return 0
        try:
            _write(reading for readings, _ in batch for reading in readings)
        except Exception as wrong:
            # Whatever it was, whoever waits must hear of it; the thread itself must live on.
            for _, done in batch:
                if done.set_running_or_notify_cancel():
                    done.set_exception(wrong)
            return 0
        for readings, done in batch:
            # False when whoever asked has given up waiting; the readings are stored all the same.
            if done.set_running_or_notify_cancel():
                done.set_result(len(readings))
        return sum(len(readings) for readings, _ in batch)

    def start(self, *, now: datetime, look_back: timedelta = timedelta(minutes=15)) -> None:
        """Reads the newest readings back from the table, then flushes once a period until `stop`."""
        self.reload(now=now, look_back=look_back)
        self._ends.clear()
        self._thread = threading.Thread(target=self._run, name="readings", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Flushes what waits and ends."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
            self._thread = None

    def reload(self, *, now: datetime, look_back: timedelta) -> None:
        """Takes up the table's recent readings, each as old as its receipt says."""
        rows = Reading.objects.filter(received_at__gt=now - look_back).order_by("id")
        with self._guard:
            for row in rows.iterator():
                age_s = max((now - row.received_at).total_seconds(), 0.0)
                self._note(_reading_from(row), self._monotonic() - age_s)

    def _run(self) -> None:
        while not self._ends.wait(self._every_s):
            self.flush()
            connection.close_if_unusable_or_obsolete()
        self.flush()
        connection.close()


def _write(readings: Iterable[NewReading]) -> None:
    rows = [
        Reading(
            session=reading.session,
            chart=reading.chart,
            device=reading.device,
            kind=reading.kind,
            value=str(reading.value.value),
            unit=reading.value.unit,
            device_at=reading.device_at and reading.device_at.astimezone(UTC),
            received_at=reading.received_at.astimezone(UTC),
            quality=reading.quality,
        )
        for reading in readings
    ]
    connection.ensure_connection()
    with TURNS.turn(queues=connection.vendor == "sqlite"), transaction.atomic(durable=True):
        Reading.objects.bulk_create(rows)


def _reading_from(row: Reading) -> NewReading:
    return NewReading(
        session=row.session,
        chart=row.chart,
        device=row.device,
        kind=row.kind,
        value=Quantity(Decimal(row.value), row.unit),
        received_at=row.received_at,
        device_at=row.device_at,
        quality=row.quality,
    )


READINGS = ReadingBatcher()
