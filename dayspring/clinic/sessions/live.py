"""The live stream of a room: one poller a session a process, the same bytes to every viewer.

Each viewer has a queue of length one: a slow one skips pictures, never delays them. The stream sends at
least one tick a second; a page that hears nothing for three seconds covers itself.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from asgiref.sync import sync_to_async
from django.db import connections

PERIOD_S = 1.0
LAST_WORD = "event: over\ndata: {}\n\n"

Picture = Callable[[], dict[str, object]]


class Hub:
    """Who watches what. `picture` is asked once a period for each key, however many watch it."""

    def __init__(self) -> None:
        self._viewers: dict[str, set[asyncio.Queue[str]]] = {}
        self._pollers: dict[str, asyncio.Task[None]] = {}

    async def watch(self, key: str, picture: Picture) -> AsyncIterator[str]:
        """The ticks of a key as server-sent events, until the viewer goes."""
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=1)
        self._viewers.setdefault(key, set()).add(queue)
        if key not in self._pollers or self._pollers[key].done():
            self._pollers[key] = asyncio.create_task(self._poll(key, picture))
        try:
            yield "retry: 1000\n\n"
            while True:
                yield await queue.get()
        finally:
            self._viewers.get(key, set()).discard(queue)

    async def _poll(self, key: str, picture: Picture) -> None:
        while self._viewers.get(key):
            try:
                said = f"event: tick\ndata: {json.dumps(await sync_to_async(_given_back(picture))())}\n\n"
            except Exception:  # an edge: viewers hear nothing, and their page covers itself
                said = ""
            if said:
                for queue in self._viewers.get(key, ()):
                    _newest(queue, said)
            await asyncio.sleep(PERIOD_S)
        self._pollers.pop(key, None)
        self._viewers.pop(key, None)


def _newest(queue: asyncio.Queue[str], said: str) -> None:
    """The newest picture replaces one that was not fetched."""
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(said)


def _given_back(picture: Picture) -> Picture:
    """Ask, and give the database connection back: a stream must not hold one."""

    def asked() -> dict[str, object]:
        try:
            return picture()
        finally:
            connections.close_all()

    return asked


HUB = Hub()
