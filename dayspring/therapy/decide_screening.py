"""Acts on screening: the decision, its second reviewer, clearances from outside, the monitoring programme."""

from __future__ import annotations

from collections.abc import Callable

from dayspring.therapy import acts, facts
from dayspring.therapy.acts import Act
from dayspring.therapy.aim import aim_of
from dayspring.therapy.asked import Answer, Asked, refuse, refuse_all
from dayspring.therapy.screening import screen

DECISIONS = ("start", "not_yet", "no_course")
CLEARED = ("cleared", "with_conditions", "not_cleared")
ASKED_OF = ("cardiology", "gynaecology", "primary_care", "neurology", "other")
MONITORED = ("as_told", "differs", "not_reachable")


def decide_screening(asked: Asked, act: acts.DecideScreening) -> Answer:
    """The rules speak, the prescriber decides; a hold is not decided away."""
    if act.decision not in DECISIONS:
        return refuse(f"A decision is one of {', '.join(DECISIONS)}, not “{act.decision}”.")
    if not act.why.strip():
        return refuse("A decision needs its reason.")
    if act.protocol not in asked.knowledge.protocols:
        return refuse(f"A decision is about a protocol; none is called “{act.protocol}”.")
    aim = aim_of(act.protocol, asked.knowledge)
    said = screen(asked.course.told, asked.knowledge, on=asked.at.date(), aim=aim)
    if act.decision == "start" and said.status == "not_eligible":
        holds = [f"Not started. {f.reason} ({f.rule})" for f in said.findings if f.kind == "BLOCK"]
        return refuse_all(holds)
    return (
        facts.ScreeningDecided(
            decision=act.decision,
            why=act.why.strip(),
            status=said.status,
            findings=tuple(f"{f.kind} {f.rule}: {f.reason}" for f in said.findings),
            protocol=act.protocol,
        ),
    )


def review_screening(asked: Asked, act: acts.ReviewScreening) -> Answer:
    """Another prescriber than the one who decided, on the newest decision alone."""
    newest = asked.course.screening[-1] if asked.course.screening else None
    if newest is None or newest.number != act.decided:
        return refuse("This is not the newest decision; read that one.")
    if newest.by.id == asked.by.id:
        return refuse(f"The second reviewer is another person; {asked.by.name} made this decision.")
    if not act.agrees and not act.words.strip():
        return refuse("Not agreeing needs its reason.")
    return (facts.ScreeningReviewed(decided=act.decided, agrees=act.agrees, words=act.words.strip()),)


def ask_clearance(asked: Asked, act: acts.AskClearance) -> Answer:
    if not act.clearance_id or act.clearance_id in asked.course.clearances:
        return refuse("This clearance was asked for already, or has no id.")
    if act.of not in ASKED_OF:
        return refuse(f"Clearance is asked of one of {', '.join(ASKED_OF)}, not of “{act.of}”.")
    if not act.question.strip():
        return refuse("A clearance needs its question.")
    if act.due_on is not None and act.due_on < asked.at.date():
        return refuse(f"An answer cannot be due on {act.due_on:%-d %B %Y}: that is past.")
    return (
        facts.ClearanceAsked(
            clearance_id=act.clearance_id,
            of=act.of,
            question=act.question.strip(),
            rules=act.rules,
            to=act.to.strip(),
            due_on=act.due_on,
        ),
    )


def answer_clearance(asked: Asked, act: acts.AnswerClearance) -> Answer:
    """A later answer replaces an earlier one; both stay in the chart."""
    if act.clearance_id not in asked.course.clearances:
        return refuse("No clearance of that id was asked for.")
    if act.outcome not in CLEARED:
        return refuse(f"The answer is one of {', '.join(CLEARED)}, not “{act.outcome}”.")
    if not act.by_whom.strip():
        return refuse("An answer from outside names who gave it.")
    if act.outcome == "with_conditions" and not act.words.strip():
        return refuse("An answer with conditions says which.")
    if act.said_on > asked.at.date():
        return refuse(f"It cannot have been said on {act.said_on:%-d %B %Y}: that day lies ahead.")
    return (
        facts.ClearanceAnswered(
            clearance_id=act.clearance_id,
            outcome=act.outcome,
            by_whom=act.by_whom.strip(),
            said_on=act.said_on,
            words=act.words.strip(),
        ),
    )


def check_pdmp(asked: Asked, act: acts.CheckPdmp) -> Answer:
    if not act.state.strip():
        return refuse("Name the state whose programme was asked.")
    if act.outcome not in MONITORED:
        return refuse(f"The outcome is one of {', '.join(MONITORED)}, not “{act.outcome}”.")
    if act.outcome != "as_told" and not act.words.strip():
        return refuse("Say what differs, or why the programme could not be asked.")
    return (facts.PdmpChecked(state=act.state.strip(), outcome=act.outcome, words=act.words.strip()),)


DECIDERS: dict[type[Act], Callable[..., Answer]] = {
    acts.DecideScreening: decide_screening,
    acts.ReviewScreening: review_screening,
    acts.AskClearance: ask_clearance,
    acts.AnswerClearance: answer_clearance,
    acts.CheckPdmp: check_pdmp,
}
