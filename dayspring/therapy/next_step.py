"""What the rules of the course propose next: stay, step the dose, go on, extend, stop. Only a person does it.

Two rules keep this file honest.
1. Each proposal carries its rule and its limit; none carries a chance that it will work.
2. Without a total that can be compared the only proposal is to ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dayspring.knowledge import Library, Limit
from dayspring.quantities import Quantity, plain, span
from dayspring.therapy import facts
from dayspring.therapy.course import Course
from dayspring.therapy.dose_steps import doses_at_this_amount, step_after
from dayspring.therapy.regimen import phase_named
from dayspring.therapy.response import PARTIAL, REMISSION, RESPONSE, Answered, Response, response

BEGIN, ASK, STAY, STEP, MAINTAIN, EXTEND, STOP, RETREAT = (
    "begin", "ask", "stay", "step", "maintain", "extend", "stop", "retreat",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One thing a prescriber may do next, by which rule, and why. `dose` is the step it speaks of, if any."""

    kind: str
    rule: str
    says: str
    reason: str
    limit: Limit
    dose: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """The course as the rules look at it."""

    course: Course
    seen: Response
    protocol: str
    knowledge: Library
    in_phase: tuple[Answered, ...]
    planned: int
    phase: str

    def limit(self, key: str) -> Limit:
        return self.knowledge.limit(key)

    @property
    def fell(self) -> str:
        """The newest fall in words; only asked for when there is one."""
        assert self.seen.fall is not None
        assert self.seen.baseline is not None
        assert self.seen.newest is not None
        way = "risen" if self.seen.fall.value < 0 else "fallen"
        share = Quantity(abs(self.seen.fall.value), "%").rounded(Decimal(1))
        return f"PHQ-9 has {way} by {share}, from {self.seen.baseline.total} to {self.seen.newest.total}"


def next_step(
    course: Course, protocol: str, knowledge: Library, *, at: datetime | None = None
) -> tuple[Proposal, ...]:
    """Everything the rules propose, the most pressing first. With `at`, a total that is too old says nothing.

    Never raises for a course without scores.
    """
    seen = response(course, knowledge)
    view = _view(course, seen, protocol, knowledge)
    if not seen.doses:
        return (_begin(view),)
    first = (_spaced_too_little(view),) if _is_too_dense(view) else ()
    if "phq9" not in asked_each_session(protocol, knowledge):
        return (*first, _another_instrument(view))
    if seen.newest is None or seen.fall is None or _is_old(view, at):
        return (*first, _ask(view, at))
    if seen.relapse:
        return (*first, _retreat(view))
    if len(view.in_phase) >= view.planned:
        return (*first, *_at_the_end(view))
    return (*first, *_on_the_way(view))


def asked_each_session(protocol: str, knowledge: Library) -> tuple[str, ...]:
    """The instruments that a protocol asks at each session; PHQ-9 where it names none."""
    measures = knowledge.protocols[protocol].get("measures", {})
    return tuple(measures.get("session", ("phq9",)))


def _view(course: Course, seen: Response, protocol: str, knowledge: Library) -> _View:
    planned = course.plan.fact if course.plan else None
    phase = planned.phase if isinstance(planned, facts.RegimenPlanned) else ""
    part = phase_named(protocol, phase, knowledge)
    number = course.plan.number if course.plan else 0
    since = {d.ordered.order_id for d in course.doses if d.started.number > number}
    many = int(part.sessions.value) if part.sessions else 0
    if isinstance(planned, facts.RegimenPlanned):
        many = len(planned.dates)
    return _View(
        course=course,
        seen=seen,
        protocol=protocol,
        knowledge=knowledge,
        in_phase=tuple(dose for dose in seen.doses if dose.order_id in since),
        planned=max(many, 1),
        phase=part.name,
    )


def _begin(view: _View) -> Proposal:
    limit = view.limit(view.knowledge.protocols[view.protocol]["start_dose"])
    return Proposal(
        kind=BEGIN,
        rule="CRS-IND",
        says=f"Begin with {limit.quantity}.",
        reason="No dose has been given yet; the protocol begins there.",
        limit=limit,
        dose=limit.quantity,
    )


def _is_old(view: _View, at: datetime | None) -> bool:
    """Whether a dose has been given since the newest total, and that total is older than it may be."""
    assert view.seen.newest is not None
    oldest = span(view.limit("regimen_score_age").quantity)
    return at is not None and at - view.seen.newest.at > oldest


def _ask(view: _View, at: datetime | None) -> Proposal:
    limit, lacks = view.limit("regimen_early_fall"), "No whole PHQ-9 stands in the chart"
    if view.seen.baseline is None:
        reason = f"{lacks} from before the first dose, so no fall can be measured."
    elif view.seen.newest is None:
        reason = f"{lacks} since the first dose, so no fall can be measured."
    elif view.seen.fall is None:
        reason = "The baseline is 0, so no fall can be measured."
    else:
        limit = view.limit("regimen_score_age")
        reason = f"The newest PHQ-9 is of {view.seen.newest.at:%-d %B %Y}, older than {limit.quantity}."
    return Proposal(kind=ASK, rule="CRS-CHECK", says="Ask the PHQ-9 first.", reason=reason, limit=limit)


def _another_instrument(view: _View) -> Proposal:
    """The answer of pain or anxiety is not read from a PHQ-9; the chart says so instead of guessing."""
    keys = asked_each_session(view.protocol, view.knowledge)
    names = [
        str(view.knowledge.instruments[key]["name"]) for key in keys if key in view.knowledge.instruments
    ]
    pain = view.knowledge.protocols[view.protocol]["indication"] == "pain"
    return Proposal(
        kind=ASK,
        rule="CRS-PAIN" if pain else "CRS-CHECK",
        says=f"Judge the answer by {names[0] if names else 'the instrument of this protocol'}.",
        reason="It is not read from a PHQ-9, and the chart holds no totals of it yet.",
        limit=view.limit("crs_pain_relief" if pain else "regimen_response_fall"),
    )


def _is_too_dense(view: _View) -> bool:
    """Whether the course is past its second month and its last two doses are closer than they may then be."""
    begun, by, to = view.seen.doses[0].at, view.limit("crs_space_by"), view.limit("crs_space_to")
    if len(view.seen.doses) < 2:
        return False
    before, last = view.seen.doses[-2].at, view.seen.doses[-1].at
    return last - begun > span(by.quantity) and (last.date() - before.date()) < span(to.quantity)


def _spaced_too_little(view: _View) -> Proposal:
    by, to = view.limit("crs_space_by"), view.limit("crs_space_to")
    return Proposal(
        kind=STOP,
        rule="CRS-STOP-SPACE",
        says="Space the sessions, or stop.",
        reason=f"The course is longer than {plain(by.value)} months and two doses lie less than "
        f"{plain(to.value)} days apart.",
        limit=to,
    )


def _retreat(view: _View) -> Proposal:
    assert view.seen.lowest is not None
    assert view.seen.newest is not None
    return Proposal(
        kind=RETREAT,
        rule="CRS-RELAPSE",
        says="Judge whether this is a relapse: step back one interval, or lay out a few doses again.",
        reason=f"PHQ-9 had come down to {view.seen.lowest.total} and is {view.seen.newest.total} now.",
        limit=view.limit("regimen_relapse_rise"),
    )


def _on_the_way(view: _View) -> Iterator[Proposal]:
    """Before the end of a phase: from the mid-point on, too small a fall asks for a step of the dose."""
    early, given = view.limit("regimen_early_fall"), Quantity(Decimal(len(view.seen.doses)), "1")
    assert view.seen.fall is not None
    if not view.limit("regimen_midpoint_from").allows(given):
        yield Proposal(
            kind=STAY,
            rule="CRS-CHECK",
            says="Stay at this dose.",
            reason=f"The answer is first judged after dose {plain(view.limit('regimen_midpoint_from').value)}.",
            limit=view.limit("regimen_midpoint_from"),
        )
        return
    if early.allows(view.seen.fall):
        yield Proposal(
            kind=STAY,
            rule="CRS-CHECK",
            says="Stay at this dose.",
            reason=f"{view.fell}, at least {early.quantity}.",
            limit=early,
        )
        return
    yield _stepped(view, f"{view.fell}, less than {early.quantity}.", early)


def _stepped(view: _View, reason: str, because: Limit) -> Proposal:
    """The next step of the protocol, unless the dose was changed too lately or stands at its highest step."""
    apart = view.limit("regimen_change_apart")
    step = step_after(view.course, view.protocol, view.knowledge)
    if doses_at_this_amount(view.course) < apart.value:
        return Proposal(
            kind=STAY,
            rule="CRS-DOSE",
            says="Stay at this dose for now.",
            reason=f"{reason} The dose was changed less than {plain(apart.value)} sessions ago.",
            limit=apart,
        )
    if step is None:
        return Proposal(
            kind=STAY,
            rule="CRS-CHECK",
            says="The protocol has no higher step.",
            reason=reason,
            limit=because,
        )
    return Proposal(
        kind=STEP,
        rule="CRS-CHECK",
        says=f"Step the dose to {step.quantity}.",
        reason=reason,
        limit=step,
        dose=step.quantity,
    )


def _at_the_end(view: _View) -> Iterator[Proposal]:
    """At the end of a phase: go on after a response, weigh a partial one, stop or extend without one."""
    answered, partial = view.limit("regimen_response_fall"), view.limit("regimen_partial_fall")
    if view.seen.label in (RESPONSE, REMISSION):
        limit = view.limit("regimen_remission_phq9") if view.seen.label == REMISSION else answered
        word = "remission" if view.seen.label == REMISSION else "a response"
        yield Proposal(
            kind=MAINTAIN,
            rule="CRS-CHECK",
            says="Judge whether to go on, and lay out the next phase at the longest distance that holds.",
            reason=f"{view.fell}: {word}.",
            limit=limit,
        )
        return
    extend = view.limit("regimen_extend_sessions")
    if view.seen.label != PARTIAL:
        yield Proposal(
            kind=STOP,
            rule="CRS-STOP-NR",
            says="Stop this course.",
            reason=f"{view.fell}, less than {partial.quantity}, after {len(view.seen.doses)} doses.",
            limit=partial,
        )
    step = step_after(view.course, view.protocol, view.knowledge)
    higher = f" at {step.quantity}" if step else ""
    yield Proposal(
        kind=EXTEND,
        rule="CRS-STOP-NR" if view.seen.label != PARTIAL else "CRS-CHECK",
        says=f"Or extend by {plain(extend.value)} sessions{higher}, with a reason, and judge again.",
        reason=f"{view.fell}: {'partial' if view.seen.label == PARTIAL else 'no answer'}.",
        limit=extend,
        dose=step.quantity if step else None,
    )
