"""Acts on the plan: the dates of a series, whether to go on, and the booking of a visit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from dayspring.quantities import span
from dayspring.therapy import acts, facts
from dayspring.therapy.acts import Act
from dayspring.therapy.asked import Answer, Asked, refuse, refuse_all
from dayspring.therapy.standing import no_start

OUTCOMES = ("continue", "change", "stop")


def plan_regimen(asked: Asked, act: acts.PlanRegimen) -> Answer:
    """Dates in order, as many as the protocol has sessions, never closer than its interval."""
    protocol = asked.knowledge.protocols.get(act.protocol)
    if protocol is None:
        return refuse(f"No protocol is called {act.protocol}.")
    if held := no_start(asked, act.protocol):
        return refuse_all(f"Not planned. {reason}" for reason in held)
    if not act.dates or list(act.dates) != sorted(set(act.dates)):
        return refuse("The dates must be different days, in order.")
    most = asked.limit(protocol["sessions"]).value
    if len(act.dates) > most:
        return refuse(f"{len(act.dates)} dates are more than the {most} sessions of {protocol['name']}.")
    least = asked.limit(protocol["minimum_interval"])
    for first, second in zip(act.dates, act.dates[1:], strict=False):
        if second - first < span(least.quantity):
            return refuse(f"{first:%-d %B} and {second:%-d %B} are closer than {least}.")
    return (
        facts.RegimenPlanned(
            protocol=act.protocol,
            indication=protocol["indication"],
            dates=act.dates,
            goals=act.goals,
            phase=act.phase,
        ),
    )


def reevaluate(asked: Asked, act: acts.Reevaluate) -> Answer:
    """Going on is judged by a prescriber, with a reason; going on names the next day on which it is judged."""
    if act.outcome not in OUTCOMES:
        return refuse(f"The outcome is one of {', '.join(OUTCOMES)}, not “{act.outcome}”.")
    if not act.why.strip():
        return refuse("A re-evaluation needs its reason.")
    if act.outcome != "stop" and (act.next_on is None or act.next_on <= asked.at.date()):
        return refuse("Going on needs the next day on which it is judged again, and that day lies ahead.")
    return (facts.Reevaluated(outcome=act.outcome, why=act.why.strip(), next_on=act.next_on),)


def book_session(asked: Asked, act: acts.BookSession) -> Answer:
    if not act.session or act.session in asked.course.bookings:
        return refuse(f"Session “{act.session}” is booked already, or has no id.")
    if act.protocol not in asked.knowledge.protocols:
        return refuse(f"No protocol is called {act.protocol}.")
    if act.planned_for < asked.at - timedelta(days=1):
        return refuse(f"A session cannot be booked for {act.planned_for:%-d %B %Y}: that is past.")
    return (facts.SessionBooked(planned_for=act.planned_for, chair=act.chair, protocol=act.protocol),)


DECIDERS: dict[type[Act], Callable[..., Answer]] = {
    acts.PlanRegimen: plan_regimen,
    acts.Reevaluate: reevaluate,
    acts.BookSession: book_session,
}
