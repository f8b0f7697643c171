"""How much drug a course has been promised: doses since the plan, and what was prescribed for use at home.

Two rules keep this file honest.
1. An order that no session tells of, such as tablets, counts as taken from the day it was planned for.
2. A next pack waits until the last one is all but used up, whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from dayspring.knowledge import Library
from dayspring.quantities import Quantity, plain, span
from dayspring.therapy import facts
from dayspring.therapy.aim import HOME
from dayspring.therapy.course import Course, OrderStanding
from dayspring.therapy.orders import AnyOrder, Tablets, given_in_room, order_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """One dose given, or signed and not withdrawn: the line that promised it, and its day."""

    number: int
    on: datetime
    order: AnyOrder | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What was prescribed for home since the plan. `refill_from` is the first day of a next pack, if one must wait.

    `tablets` counts by strength; `due` are the doses whose day has come, `ahead` those still to come.
    """

    doses: int
    tablets: Mapping[Quantity, int]
    due: int
    ahead: int
    missed_days: tuple[date, ...]
    refill_from: date | None
    says: tuple[str, ...]


def promised(course: Course, *, since: int = 0, at: datetime) -> tuple[Promised, ...]:
    """Each dose given after line `since`, and each order signed after it that may still be given or was taken."""
    found = [
        Promised(
            number=dose.started.number,
            on=dose.started.happened_at,
            order=_order(course, dose.ordered.order_id),
        )
        for dose in course.doses
        if dose.started.number > since
    ]
    for standing in course.orders.values():
        order = order_from(standing.order.order)
        if standing.signed.number > since and _still_counts(standing, order, at):
            found.append(Promised(number=standing.signed.number, on=order.planned_for, order=order))
    return tuple(sorted(found, key=lambda one: (one.number, one.on)))


def _still_counts(standing: OrderStanding, order: AnyOrder, at: datetime) -> bool:
    if standing.voided or standing.used_in:
        return False
    return not given_in_room(order) or order.not_after >= at.date()


def _order(course: Course, order_id: str) -> AnyOrder | None:
    standing = course.orders.get(order_id)
    return order_from(standing.order.order) if standing else None


def unjudged(course: Course, after: int, *, at: datetime) -> int:
    """How many doses have been promised since the plan when a judgement is due and none has come; 0 when none is.

    A judgement is due at each multiple of `after`, and only one made later than that dose answers it.
    """
    doses = promised(course, since=course.plan.number if course.plan else 0, at=at)
    due = len(doses) // after * after
    if not due:
        return 0
    judged = course.judgements[-1].number if course.judgements else 0
    return len(doses) if judged < doses[due - 1].number else 0


def supply(course: Course, protocol: str, knowledge: Library, *, at: datetime) -> Supply | None:
    """What was prescribed for home under this protocol, beside the sessions; None for a protocol of the clinic."""
    row = knowledge.protocols[protocol]
    if row.get("setting") != HOME:
        return None
    since = course.plan.number if course.plan else 0
    ours = sorted(
        (one for one in promised(course, since=since, at=at) if one.order and one.order.protocol == protocol),
        key=lambda one: one.on,
    )
    pack, early = knowledge.limit(row["supply"]["doses_in_pack"]), knowledge.limit("regimen_refill_early")
    refill = None
    if ours and len(ours) % int(pack.value) == 0:
        opens = ours[-1].on.date() - span(early.quantity)
        refill = opens if at.date() < opens else None
    due = [one for one in ours if one.on <= at]
    missed = _days_without(course, due, at)
    return Supply(
        doses=len(ours),
        tablets=_counted(ours),
        due=len(due),
        ahead=len(ours) - len(due),
        missed_days=missed,
        refill_from=refill,
        says=tuple(_says(ours, due, missed, refill, pack=plain(pack.value))),
    )


def _counted(doses: list[Promised]) -> dict[Quantity, int]:
    counts: dict[Quantity, int] = {}
    for one in doses:
        if isinstance(one.order, Tablets):
            for strength, count in (
                (one.order.large, one.order.large_count),
                (one.order.small, one.order.small_count),
            ):
                if count:
                    counts[strength] = counts.get(strength, 0) + count
    return counts


def _days_without(course: Course, due: list[Promised], at: datetime) -> tuple[date, ...]:
    """Planned days that have passed and for which no dose was prescribed."""
    planned = course.plan.fact if course.plan else None
    if not isinstance(planned, facts.RegimenPlanned):
        return ()
    days = {one.on.date() for one in due}
    return tuple(day for day in planned.dates if day < at.date() and day not in days)


def _says(
    ours: list[Promised], due: list[Promised], missed: tuple[date, ...], refill: date | None, *, pack: str
) -> Iterator[str]:
    tablets = sum(_counted(ours).values())
    yield (
        f"{len(ours)} doses of {tablets} tablets in all are prescribed for home; "
        f"the day of {len(due)} has come, {len(ours) - len(due)} lie ahead."
    )
    if missed:
        yield f"For {len(missed)} planned days that have passed no dose was prescribed."
    if refill:
        yield f"A pack of {pack} doses is out; the next one can be prescribed from {refill:%-d %B %Y} on."
