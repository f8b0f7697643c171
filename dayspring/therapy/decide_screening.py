"""Acts on screening: the decision, its second reviewer, clearances from outside, the monitoring programme."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from dayspring.knowledge import Library
from dayspring.quantities import Quantity
from dayspring.therapy import acts, facts
from dayspring.therapy.acts import Act
from dayspring.therapy.aim import Aim, aim_of
from dayspring.therapy.asked import Answer, Asked, refuse, refuse_all
from dayspring.therapy.course import Clearance, Course
from dayspring.therapy.screening import Decision, ScreeningFinding, screen
from dayspring.therapy.screening.findings import BLOCK, REVIEW

DECISIONS = ("start", "not_yet", "no_course")
CLEARED = ("cleared", "with_conditions", "not_cleared")
ASKED_OF = ("cardiology", "gynaecology", "primary_care", "neurology", "other")
MONITORED = ("as_told", "differs", "not_reachable")


def decide_screening(asked: Asked, act: acts.DecideScreening) -> Answer:
    """The rules speak, the prescriber decides; neither a hold nor an open clearance is decided away."""
    if act.decision not in DECISIONS:
        return refuse(f"A decision is one of {', '.join(DECISIONS)}, not “{act.decision}”.")
    if not act.why.strip():
        return refuse("A decision needs its reason.")
    if act.protocol not in asked.knowledge.protocols:
        return refuse(f"A decision is about a protocol; none is called “{act.protocol}”.")
    aim = aim_of(act.protocol, asked.knowledge)
    said = screen(asked.course.told, asked.knowledge, on=asked.at.date(), aim=aim)
    starts = act.decision == "start"
    if starts and (against := _against_start(asked, said, act.protocol)):
        return refuse_all(against)
    programme = monitoring_programme(asked.course, asked.knowledge, at=asked.at, aim=aim)
    return (
        facts.ScreeningDecided(
            decision=act.decision,
            why=act.why.strip(),
            status=said.status,
            findings=tuple(f"{f.kind} {f.rule}: {f.reason}" for f in (*said.findings, *programme)),
            protocol=act.protocol,
            second_needed=starts and bool(second_prescriber(said, aim, asked.knowledge)),
        ),
    )


def _against_start(asked: Asked, said: Decision, protocol: str) -> list[str]:
    """Every reason why nobody may decide to start: a closed protocol, a hold, a clearance that is not given."""
    row = asked.knowledge.protocols[protocol]
    closed = [] if row.get("enabled", True) else [f"Not started. “{row['name']}” is not in use here."]
    holds = [f"Not started. {f.reason} ({f.rule})" for f in said.findings if f.kind == BLOCK]
    return [*closed, *holds, *(f"Not started. {says}" for says in not_cleared(asked.course, asked.at.date()))]


def second_prescriber(said: Decision, aim: Aim, knowledge: Library) -> tuple[str, ...]:
    """Why a start by that aim needs a second prescriber; empty when one is enough."""
    fired = {finding.rule for finding in said.findings}
    rows = knowledge.screening["second_review"]["second"].values()
    return tuple(
        row["says"]
        for row in rows
        if aim.lane in row.get("lanes", ())
        or aim.protocol in row.get("protocols", ())
        or fired & set(row.get("rules", ()))
    )


def is_overdue(clearance: Clearance, on: date) -> bool:
    """Whether the day by which an answer was to come has passed without one."""
    due = clearance.asked.fact.due_on  # type: ignore[attr-defined]
    return clearance.answered is None and due is not None and on > due


def not_cleared(course: Course, on: date) -> tuple[str, ...]:
    """Each clearance that was asked for and does not stand: unanswered, late, or answered with no."""
    found = []
    for each in course.clearances.values():
        asked_for, answer = each.asked.fact, each.answered.fact if each.answered else None
        assert isinstance(asked_for, facts.ClearanceAsked)
        of = asked_for.of.replace("_", " ")
        if answer is None:
            late = f"; it was due on {asked_for.due_on:%-d %B %Y}" if is_overdue(each, on) else ""
            found.append(f"Clearance by {of} was asked for and is not answered{late}.")
        elif isinstance(answer, facts.ClearanceAnswered) and answer.outcome == "not_cleared":
            found.append(f"Clearance by {of} was not given ({answer.by_whom}, {answer.said_on:%-d %B %Y}).")
    return tuple(found)


def monitoring_programme(
    course: Course, knowledge: Library, *, at: datetime, aim: Aim
) -> tuple[ScreeningFinding, ...]:
    """What is open about the prescription-monitoring programme, as a thing to weigh; empty when it agreed lately.

    It keeps nobody from deciding: whoever decides sees it and the decision keeps it.
    """
    if aim.jurisdiction != "US":
        return ()
    limit = knowledge.limit("pdmp_max_age")
    newest = course.pdmp[-1] if course.pdmp else None
    said = newest.fact if newest else None
    shown, open_now = "no look is recorded", _OPEN_AFTER["never"]
    if newest is not None and isinstance(said, facts.PdmpChecked):
        day = newest.happened_at.astimezone(at.tzinfo).date()
        fresh = limit.allows(Quantity(Decimal((at.date() - day) // timedelta(days=1)), "d"))
        shown = f"{said.state}, {day:%-d %B %Y}" + (f": {said.words}" if said.words else "")
        open_now = _OPEN_AFTER[said.outcome if fresh or said.outcome != "as_told" else "old"]
    if open_now is None:
        return ()
    says, asks = open_now
    return (
        ScreeningFinding(
            kind=REVIEW,
            rule="REG-RX",
            reason=says,
            evidence=shown,
            limit=limit,
            source=limit.source,
            standing=limit.standing,
            asks=asks,
        ),
    )


# What a look leaves open: the reason, and the question that is asked again; an empty question is a thing to weigh.
_LOOK_AGAIN = "What does the prescription-monitoring programme show now?"
_OPEN_AFTER: dict[str, tuple[str, str] | None] = {
    "never": (
        "The prescription-monitoring programme has not been looked into.",
        "What does the prescription-monitoring programme show?",
    ),
    "old": ("The last look into the prescription-monitoring programme is too old.", _LOOK_AGAIN),
    "as_told": None,
    "differs": ("The prescription-monitoring programme shows other prescriptions than were told.", ""),
    "not_reachable": ("The prescription-monitoring programme could not be reached.", _LOOK_AGAIN),
}


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
