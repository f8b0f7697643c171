"""What must stand on a course before drug is planned or ordered: a decision, its reviewer, a judgement in time."""

from __future__ import annotations

from dayspring.therapy import facts
from dayspring.therapy.asked import Asked


def no_start(asked: Asked, protocol: str) -> tuple[str, ...]:
    """Why no course by that protocol may go on; empty when one may."""
    line = asked.course.screening[-1] if asked.course.screening else None
    fact = line.fact if line else None
    if line is None or not isinstance(fact, facts.ScreeningDecided) or fact.decision != "start":
        return ("No prescriber has decided that a course may start.",)
    if fact.protocol and fact.protocol != protocol:
        decided, wanted = (_called(asked, key) for key in (fact.protocol, protocol))
        return (f"The decision to start was for “{decided}”; this is “{wanted}”.",)
    review = asked.course.review
    if review is not None and isinstance(review, facts.ScreeningReviewed) and not review.agrees:
        return ("The second prescriber does not agree with the decision to start.",)
    if fact.second_needed and review is None:
        return ("The decision to start needs a second prescriber, and none has looked at it.",)
    return ()


def no_supply(asked: Asked) -> tuple[str, ...]:
    """Why no further drug may be ordered until somebody has judged whether to go on; empty when nothing is due."""
    judged = asked.course.reevaluated
    if judged is not None and judged.outcome == "stop":
        return ("A prescriber judged that the course stops.",)
    due = asked.course.reevaluate_on
    if due is not None and asked.at.date() > due:
        return (f"Whether to go on was to be judged by {due:%-d %B %Y}, and nobody has.",)
    return ()


def _called(asked: Asked, protocol: str) -> str:
    row = asked.knowledge.protocols.get(protocol)
    return str(row["name"]) if row else protocol
