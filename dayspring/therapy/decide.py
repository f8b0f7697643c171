"""An act to facts, or a refusal with its reasons. Nothing here writes, reads a clock or knows a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from dayspring.knowledge import Library
from dayspring.therapy import acts, course, session
from dayspring.therapy.acts import Act, Refusal
from dayspring.therapy.asked import Answer, Asked, refuse
from dayspring.therapy.decide_course import DECIDERS as COURSE
from dayspring.therapy.decide_drug import DECIDERS as DRUG
from dayspring.therapy.decide_leave import DECIDERS as LEAVE
from dayspring.therapy.decide_room import DECIDERS as ROOM
from dayspring.therapy.facts import By, Stamped

DECIDERS = {**COURSE, **ROOM, **DRUG, **LEAVE}


def decide(lines: Sequence[Stamped], act: Act, knowledge: Library, *, by: By, at: datetime) -> Answer:
    """What the record takes for this act on a chart whose standing lines are `lines`.

    A stop is never refused. A time in the future is refused for every other act. Acts that belong to a
    session are refused when no such session is booked.
    """
    if late := _impossible_time(act, at):
        return late
    asked = Asked(
        course=course.fold(lines),
        session=session.fold(lines, act.session),
        lines=lines,
        knowledge=knowledge,
        by=by,
        at=act.happened_at or at,
        recorded_at=at,
    )
    return DECIDERS[type(act)](asked, act)


def _impossible_time(act: Act, at: datetime) -> Refusal | None:
    if act.happened_at is None or isinstance(act, acts.StopInfusion):
        return None
    if act.happened_at > at + timedelta(seconds=1):
        return refuse(f"It cannot have happened at {act.happened_at:%H:%M:%S}: it is {at:%H:%M:%S} now.")
    return None
