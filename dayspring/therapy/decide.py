"""An act to facts, or a refusal with its reasons. Nothing here writes, reads a clock or knows a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from dayspring.knowledge import Library
from dayspring.therapy import acts, course, session
from dayspring.therapy.acts import Act, Refusal
from dayspring.therapy.asked import Answer, Asked, refuse
from dayspring.therapy.decide_consent import DECIDERS as CONSENT
from dayspring.therapy.decide_course import DECIDERS as COURSE
from dayspring.therapy.decide_drug import DECIDERS as DRUG
from dayspring.therapy.decide_leave import DECIDERS as LEAVE
from dayspring.therapy.decide_orders import DECIDERS as ORDERS
from dayspring.therapy.decide_plan import DECIDERS as PLAN
from dayspring.therapy.decide_room import DECIDERS as ROOM
from dayspring.therapy.decide_screening import DECIDERS as SCREENING
from dayspring.therapy.facts import By, Stamped

DECIDERS = {**COURSE, **SCREENING, **CONSENT, **PLAN, **ORDERS, **ROOM, **DRUG, **LEAVE}


# What gives drug, ends it or rests on a gate happens when it is asked for. Dated back, it would be judged on
# evidence that has gone old since, or would move the last drug to before it ended.
AS_IT_HAPPENS = frozenset(DRUG) | {
    acts.OverrideGate,
    acts.OverrideDischarge,
    acts.Discharge,
    acts.SignOrder,
    acts.CheckOrder,
    acts.SignNote,
}


def decide(lines: Sequence[Stamped], act: Act, knowledge: Library, *, by: By, at: datetime) -> Answer:
    """What the record takes for this act on a chart whose standing lines are `lines`.

    A stop is never refused. A time in the future is refused for every other act, and a time in the past for
    acts on the drug and on a gate. Acts that belong to a session are refused when no such session is booked.
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
    if type(act) in AS_IT_HAPPENS and act.happened_at != at:
        return refuse(
            f"This cannot be dated {act.happened_at:%H:%M:%S}: it is {at:%H:%M:%S} now. "
            "Enter it as it happens; write in a note what happened earlier."
        )
    return None
