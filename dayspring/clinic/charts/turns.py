"""Whose turn it is to write. SQLite lets waiting writers in at random; here they queue, a stop in front."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

# As long as SQLite itself would wait for its lock (`timeout` in the settings).
PATIENCE_S = 20.0


class NoTurn(TimeoutError):
    """The writer in front did not finish in time. Nothing was written."""


class Turns:
    """One writer at a time, first come, first served; urgent ones before all that wait."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._busy = False
        self._urgent: deque[threading.Event] = deque()
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(
        self, *, urgent: bool = False, queues: bool = True, patience_s: float = PATIENCE_S
    ) -> Iterator[None]:
        """Returns when it is this caller's turn; raises NoTurn when that takes longer than `patience_s`.

        With `queues` false it is always everyone's turn: for a database that locks single charts, in order.
        """
        if not queues:
            yield
            return
        self._take(self._urgent if urgent else self._waiting, patience_s)
        try:
            yield
        finally:
            self._pass_on()

    def _take(self, queue: deque[threading.Event], patience_s: float) -> None:
        with self._guard:
            if not self._busy:
                self._busy = True
                return
            called = threading.Event()
            queue.append(called)
        if called.wait(patience_s):
            return
        with self._guard:
            if called in queue:
                queue.remove(called)
                raise NoTurn(f"another writer kept the charts for more than {patience_s} s")

    def _pass_on(self) -> None:
        with self._guard:
            queue = self._urgent or self._waiting
            if queue:
                queue.popleft().set()
            else:
                self._busy = False


TURNS = Turns()
