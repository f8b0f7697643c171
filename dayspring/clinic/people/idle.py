"""When a door closes by itself: locked after five idle minutes, ended after twelve hours.

Two rules keep this file honest.
1. The server decides, from times it wrote itself; nothing a browser sends is read.
2. Only a person's act moves the idle clock: whether a request is one is declared by its route.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from dayspring.clinic.people import clock

BEGAN, SEEN, LOCKED = "door_began", "door_seen", "door_locked"

# The stored time may lag this far behind: one write in five seconds, not one for each click.
LAG = timedelta(seconds=5)


class Door(Enum):
    OPEN = "open"
    LOCKED = "locked"
    ENDED = "ended"


def begin(sender: object, request: HttpRequest, **_: Any) -> None:
    """Signing in starts both clocks."""
    at = clock.now().timestamp()
    request.session[BEGAN] = at
    request.session[SEEN] = at
    request.session.pop(LOCKED, None)


def door(session: SessionBase, at: datetime) -> Door:
    """How the door stands at that time. A session that does not say when it began has ended."""
    began, seen = session.get(BEGAN), session.get(SEEN)
    if began is None or seen is None:
        return Door.ENDED
    if at.timestamp() - began >= settings.ABSOLUTE.total_seconds():
        return Door.ENDED
    if session.get(LOCKED) or at.timestamp() - seen >= settings.IDLE.total_seconds():
        return Door.LOCKED
    return Door.OPEN


def touch(session: SessionBase, at: datetime) -> None:
    """A person did something. An open door stays open; a locked one is not opened by this."""
    if door(session, at) is Door.OPEN and at.timestamp() - session[SEEN] >= LAG.total_seconds():
        session[SEEN] = at.timestamp()


def lock(session: SessionBase) -> None:
    session[LOCKED] = True


def unlock(session: SessionBase, at: datetime) -> None:
    """Opens a locked door. The twelve hours go on from where they were."""
    session[SEEN] = at.timestamp()
    session.pop(LOCKED, None)


def door_of(session_key: str | None) -> Door:
    """How the stored session stands now. A stream that outlives its request asks this as it goes on."""
    if not session_key:
        return Door.ENDED
    stored = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return door(stored, clock.now())
