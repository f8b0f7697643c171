"""What must stand on a course before drug is planned or ordered: a decision, its reviewer, a judgement in time."""

from __future__ import annotations

from datetime import date

from dayspring.therapy import facts
from dayspring.therapy.aim import aim_of
from dayspring.therapy.asked import Asked
from dayspring.therapy.course import Course
from dayspring.therapy.regimen import judged_after
from dayspring.therapy.screening import screen
from dayspring.therapy.screening.findings import BLOCK
from dayspring.therapy.supply import supply, unjudged


def no_start(asked: Asked, protocol: str) -> tuple[str, ...]:
    """Why no course by that protocol may go on; empty when one may."""
    line = asked.course.screening[-1] if asked.course.screening else None
    fact = line.fact if line else None
    if line is None or not isinstance(fact, facts.ScreeningDecided) or fact.decision != "start":
        return ("No prescriber has decided that a course may start.",)
    if fact.protocol and fact.protocol != protocol:
        decided, wanted = (_called(asked, key) for key in (fact.protocol, protocol))
        return (f"The decision to start was for “{decided}”; this is “{wanted}”.",)
    if not asked.knowledge.protocols.get(protocol, {}).get("enabled", True):
        return (f"“{_called(asked, protocol)}” is switched off in this clinic; no course runs by it.",)
    review = asked.course.review
    if review is not None and isinstance(review, facts.ScreeningReviewed) and not review.agrees:
        return ("The second prescriber does not agree with the decision to start.",)
    if fact.second_needed and review is None:
        return ("The decision to start needs a second prescriber, and none has looked at it.",)
    return ()


def no_hold(asked: Asked, protocol: str) -> tuple[str, ...]:
    """What stands against a course by the answers of today; empty when nothing does. Silence is no hold here.

    A hold that arose after the decision stops the next order until it is settled. Only exclusions and medicines
    are asked again: that somebody got better is no reason to refuse them, and law that changed on a day speaks
    about people who begin.
    """
    if protocol not in asked.knowledge.protocols:
        return ()
    aim = aim_of(protocol, asked.knowledge)
    said = screen(asked.course.told, asked.knowledge, on=asked.at.date(), aim=aim)
    against = {*asked.knowledge.rulebook["exclusions"], *asked.knowledge.rulebook["interactions"]}
    held = [f for f in said.findings if f.kind == BLOCK and not f.asks and f.rule in against]
    return tuple(f"By the answers of today a rule holds the course. {f.reason} ({f.rule})" for f in held)


def no_supply(asked: Asked) -> tuple[str, ...]:
    """Why no further drug may be ordered until somebody has judged whether to go on; empty when nothing is due."""
    judged = asked.course.reevaluated
    if judged is not None and judged.outcome == "stop":
        return ("A prescriber judged that the course stops.",)
    due = asked.course.reevaluate_on
    if due is not None and asked.at.date() > due:
        return (f"Whether to go on was to be judged by {due:%-d %B %Y}, and nobody has.",)
    return _counted_out(asked)


def _counted_out(asked: Asked) -> tuple[str, ...]:
    """By number instead of by date: the doses of a phase are used up, or the last pack for home is not."""
    protocol, phase = planned_by(asked)
    if protocol not in asked.knowledge.protocols:
        return ()
    after = judged_after(protocol, phase, asked.knowledge)
    if had := unjudged(asked.course, after, at=asked.at):
        return (f"{had} doses were given or ordered; after {after} somebody judges whether to go on first.",)
    at_home = supply(asked.course, protocol, asked.knowledge, at=asked.at)
    if at_home is not None and at_home.refill_from is not None:
        return (
            f"The last pack is not used up; the next can be prescribed from {at_home.refill_from:%-d %B %Y} on.",
        )
    return ()


def planned_by(asked: Asked) -> tuple[str, str]:
    """The protocol that the course runs by, and the phase that is planned; empty words where neither is known."""
    planned = asked.course.plan.fact if asked.course.plan else None
    if isinstance(planned, facts.RegimenPlanned):
        return planned.protocol, planned.phase
    return (asked.course.decision.protocol if asked.course.decision else ""), ""


def _called(asked: Asked, protocol: str) -> str:
    row = asked.knowledge.protocols.get(protocol)
    return str(row["name"]) if row else protocol


def judgement_due(course: Course, on: date) -> date | None:
    """The oldest day of judging that has come and that no judgement has answered; None when nothing is due."""
    planned = course.plan.fact if course.plan else None
    if course.plan is None or not isinstance(planned, facts.RegimenPlanned):
        return None
    judged = course.judgements[-1] if course.reevaluated is not None else None
    if course.reevaluated is not None and course.reevaluated.outcome == "stop":
        return None
    days = {*planned.decide_on, course.reevaluate_on} - {None}
    since = judged.happened_at.date() if judged else date.min
    due = sorted(day for day in days if day is not None and since < day <= on)
    return due[0] if due else None
