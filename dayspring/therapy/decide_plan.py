"""Acts on the plan: the dates of a series, whether to go on, and the booking of a visit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from dayspring.therapy import acts, facts
from dayspring.therapy.acts import Act
from dayspring.therapy.asked import Answer, Asked, refuse, refuse_all
from dayspring.therapy.regimen import faults, judged_on, phases_of
from dayspring.therapy.standing import no_start

OUTCOMES = ("continue", "change", "stop")


def plan_regimen(asked: Asked, act: acts.PlanRegimen) -> Answer:
    """Dates that one phase of the protocol allows; with them the days on which the answer is judged."""
    protocol = asked.knowledge.protocols.get(act.protocol)
    if protocol is None:
        return refuse(f"No protocol is called {act.protocol}.")
    if held := no_start(asked, act.protocol):
        return refuse_all(f"Not planned. {reason}" for reason in held)
    if act.indication and act.indication != protocol["indication"]:
        return refuse(
            f"Not planned. The dates are for {act.indication}; “{protocol['name']}” is for {protocol['indication']}."
        )
    if act.phase and act.phase not in (names := [p.name for p in phases_of(act.protocol, asked.knowledge)]):
        return refuse(f"“{protocol['name']}” has no phase “{act.phase}”; it has {', '.join(names)}.")
    wrong = faults(act.dates, act.protocol, asked.knowledge, phase=act.phase, after=_last_dose(asked, act))
    if wrong:
        return refuse_all(wrong)
    decide_on, reevaluate_on = judged_on(act.dates, act.protocol, asked.knowledge, phase=act.phase)
    return (
        facts.RegimenPlanned(
            protocol=act.protocol,
            indication=protocol["indication"],
            dates=act.dates,
            goals=act.goals,
            phase=act.phase,
            decide_on=decide_on,
            reevaluate_on=reevaluate_on,
        ),
    )


def _last_dose(asked: Asked, act: acts.PlanRegimen) -> date | None:
    """The day of the last dose; None when the first date is that day's own or lies before it, as after a late entry."""
    doses = asked.course.doses
    last = doses[-1].started.happened_at.date() if doses else None
    return last if last and act.dates and act.dates[0] > last else None


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
