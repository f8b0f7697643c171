"""Past doses beside past answers, and what the rules propose next. A proposal is never carried out by itself.

Two rules keep this file honest.
1. A total that is missing stays missing: no dose is called without effect because nobody asked.
2. A fall is measured from the baseline, the last whole total before the first dose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dayspring.knowledge import Library
from dayspring.quantities import Quantity
from dayspring.therapy import facts
from dayspring.therapy.course import Course, DoseHad
from dayspring.therapy.scoring import phq9

UNKNOWN, NONE, PARTIAL, RESPONSE, REMISSION = "unknown", "none", "partial", "response", "remission"
LABELS = (UNKNOWN, NONE, PARTIAL, RESPONSE, REMISSION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A whole total of an instrument and when it was answered."""

    at: datetime
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One dose with the last total before it and the last one before the next dose; `fall` is from the baseline."""

    number: int
    at: datetime
    session: str
    order_id: str
    dose: Quantity
    before: Total | None
    after: Total | None
    fall: Quantity | None
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The course as its totals tell it. `fall` and `label` are of the newest total."""

    baseline: Total | None
    lowest: Total | None
    newest: Total | None
    fall: Quantity | None
    label: str
    relapse: bool
    doses: tuple[Answered, ...]


def response(course: Course, knowledge: Library) -> Response:
    """Each dose beside what followed it, and where the course stands today."""
    totals = totals_of(course)
    begun = course.doses[0].started.happened_at if course.doses else None
    baseline = _last(totals, before=begun) if begun else (totals[-1] if totals else None)
    since = [t for t in totals if begun is not None and t.at > begun]
    newest = since[-1] if since else None
    lowest = min(since, key=lambda t: (t.total, t.at)) if since else None
    fall = fall_from(baseline, newest)
    return Response(
        baseline=baseline,
        lowest=lowest,
        newest=newest,
        fall=fall,
        label=label_of(newest, fall, knowledge),
        relapse=_relapsed(baseline, lowest, newest, knowledge),
        doses=tuple(
            _answered(course.doses, place, totals, baseline, knowledge) for place in range(len(course.doses))
        ),
    )


def totals_of(course: Course) -> tuple[Total, ...]:
    """Every whole PHQ-9 in the order in which it was answered; an incomplete one has no total."""
    found = [
        Total(at=line.happened_at, total=total)
        for line in course.phq9
        if isinstance(line.fact, facts.Phq9Answered) and (total := phq9(line.fact.items)) is not None
    ]
    return tuple(sorted(found, key=lambda t: t.at))


def fall_from(baseline: Total | None, later: Total | None) -> Quantity | None:
    """How far a total fell, in percent of the baseline; negative when it rose, None when it cannot be said."""
    if baseline is None or later is None or baseline.total == 0:
        return None
    return Quantity(Decimal(baseline.total - later.total) / baseline.total * 100, "%")


def label_of(newest: Total | None, fall: Quantity | None, knowledge: Library) -> str:
    """Remission, response, partial or none, by the agreed numbers; unknown without a total to compare."""
    if newest is None:
        return UNKNOWN
    if knowledge.limit("regimen_remission_phq9").allows(Quantity(Decimal(newest.total), "{score}")):
        return REMISSION
    if fall is None:
        return UNKNOWN
    if knowledge.limit("regimen_response_fall").allows(fall):
        return RESPONSE
    return PARTIAL if knowledge.limit("regimen_partial_fall").allows(fall) else NONE


def _last(totals: Sequence[Total], *, before: datetime) -> Total | None:
    found = [t for t in totals if t.at <= before]
    return found[-1] if found else None


def _answered(
    doses: Sequence[DoseHad],
    place: int,
    totals: Sequence[Total],
    baseline: Total | None,
    knowledge: Library,
) -> Answered:
    dose = doses[place]
    begun = dose.started.happened_at
    until = doses[place + 1].started.happened_at if place + 1 < len(doses) else None
    followed = [t for t in totals if t.at > begun and (until is None or t.at <= until)]
    after = followed[-1] if followed else None
    fall = fall_from(baseline, after)
    return Answered(
        number=place + 1,
        at=begun,
        session=dose.session,
        order_id=dose.ordered.order_id,
        dose=dose.ordered.dose,
        before=_last(totals, before=begun),
        after=after,
        fall=fall,
        label=label_of(after, fall, knowledge),
    )


def _relapsed(baseline: Total | None, lowest: Total | None, newest: Total | None, knowledge: Library) -> bool:
    """A total that had answered and has risen again by as much, to as much, as the rulebook calls a relapse."""
    if newest is None or lowest is None:
        return False
    if label_of(lowest, fall_from(baseline, lowest), knowledge) not in (RESPONSE, REMISSION):
        return False
    rise, height = (Quantity(Decimal(n), "{score}") for n in (newest.total - lowest.total, newest.total))
    return knowledge.limit("regimen_relapse_rise").allows(rise) and knowledge.limit(
        "regimen_relapse_phq9"
    ).allows(height)
