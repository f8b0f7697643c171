"""What the model expects, for the eye alone: the level of a running infusion, and what the drug did so far.

Three rules keep it honest.
1. Nothing here is read by a gate, a finding, the watcher or the stop: only pages ask, and only to draw.
2. It is typical for people like this and says so; a person's own forecast needs more than a chart of doses.
3. A page never falls with it: whatever goes wrong here, the page says that there is no forecast.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dayspring.clinic.showing.folded import Folded
from dayspring.clinic.showing.predicted_course import course
from dayspring.clinic.showing.predicted_from import Predicted
from dayspring.clinic.showing.predicted_room import room
from dayspring.clinic.showing.rooms import Looking
from dayspring.knowledge import Library
from dayspring.therapy.session import State

LOG = logging.getLogger(__name__)
SHOWN_IN = (State.RUNNING, State.PAUSING, State.PAUSED, State.STOPPING, State.MONITORING)


def of_room(look: Looking, born: date) -> Predicted | None:
    """The forecast of the infusion in a room; None where no drug was begun or the session is closed."""
    if look.session.started is None or look.session.state not in SHOWN_IN:
        return None
    return _standing(lambda: room(look, born))


def of_course(fold: Folded, born: date, at: datetime, zone: ZoneInfo, knowledge: Library) -> Predicted | None:
    """What the drug did so far; None before any dose."""
    if not fold.course.doses:
        return None
    return _standing(lambda: course(fold, born, at, zone, knowledge))


def _standing(draw: Callable[[], Predicted]) -> Predicted:
    """The page stands when the model falls. No word of the person goes into the log."""
    try:
        return draw()
    except Exception as wrong:
        LOG.error("a forecast could not be made: %s", type(wrong).__name__)
        return Predicted(why=(_("it could not be calculated"),))


__all__ = ["Predicted", "of_course", "of_room"]
