"""What is worked out from the knowledge once and kept, so that a thousand people cost one reading."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from dayspring.knowledge import Library

T = TypeVar("T")

# The library as it was shipped, and the same with the limits that the clinic made tighter.
MOST = 2


def kept(work: Callable[[Library], T]) -> Callable[[Library], T]:
    """Remembers the answer for each library object. A library is never changed in place."""
    shelf: dict[int, tuple[Library, T]] = {}

    @wraps(work)
    def asked(knowledge: Library) -> T:
        # The library is held beside its answer, so that its number cannot come to mean another one.
        if (held := shelf.get(id(knowledge))) is not None:
            return held[1]
        answer = work(knowledge)
        while len(shelf) >= MOST:
            shelf.pop(next(iter(shelf)))
        shelf[id(knowledge)] = (knowledge, answer)
        return answer

    return asked
