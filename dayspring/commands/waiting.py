"""What somebody who waits at a terminal is told, on one line of the error stream; nobody else is told anything."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable


class Progress:
    """How many people are done, on one line of the error stream, where somebody looks at it."""

    def __init__(self, whole: int, *, wide: int = 30) -> None:
        self.whole, self.wide, self.done = whole, wide, 0
        self.seen = sys.stderr.isatty()

    def __enter__(self) -> Callable[[int], None]:
        return self.more

    def more(self, people: int) -> None:
        self.done += people
        if self.seen:
            bar = "#" * (self.wide * self.done // self.whole)
            print(f"\r[{bar:<{self.wide}}] {self.done} of {self.whole} people", end="", file=sys.stderr)

    def __exit__(self, *_: object) -> None:
        if self.seen:
            print(file=sys.stderr)


class Waiting:
    """That something is still being played, and for how long, where somebody looks at the error stream."""

    EVERY_S = 0.5

    def __init__(self, people: int) -> None:
        self.people, self.over = people, threading.Event()
        self.thread = threading.Thread(target=self._tell, daemon=True)

    def _tell(self) -> None:
        begun = time.monotonic()
        while not self.over.wait(self.EVERY_S):
            words = f"playing {self.people} people for {time.monotonic() - begun:.0f} s"
            print(f"\r{words}", end="", file=sys.stderr, flush=True)

    def __enter__(self) -> None:
        if sys.stderr.isatty():
            self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.over.set()
        if self.thread.ident is not None:
            self.thread.join()
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
