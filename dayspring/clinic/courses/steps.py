"""A course as steps: done, next or waiting, each with the page that does it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from dayspring.clinic import clock
from dayspring.clinic.showing.folded import Folded
from dayspring.knowledge import library
from dayspring.therapy import facts
from dayspring.therapy.consents import Standing, current
from dayspring.therapy.course import OrderStanding
from dayspring.therapy.session import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`state` is done, next or later; `by` is the role whose act it is."""

    name: str
    detail: str
    state: str
    url: str = ""
    by: str = ""


def steps(fold: Folded) -> list[Step]:
    """Referral to discharge, in the order of the patient's way; the first that is not done is next."""
    course = fold.course
    chart = {"chart": fold.chart}
    decision, consent = course.decision, _consent(fold)
    orders = [o for o in course.orders.values() if not o.voided]
    open_orders = [o for o in orders if not o.used_in]
    closed = [key for key in course.bookings if fold.session(key).state is State.CLOSED]
    going = [key for key in course.bookings if key not in closed]
    rows = [
        (
            _("Referral"),
            bool(course.referral),
            _referral(fold),
            reverse("screening:intake", kwargs=chart),
            "front_desk",
        ),
        (
            _("Intake"),
            len(course.answers) > 0,
            _("%(n)d answers") % {"n": len(course.answers)},
            reverse("screening:intake", kwargs=chart),
            "nurse",
        ),
        (
            _("Screening decision"),
            decision is not None and decision.decision == "start" and not _second_awaited(fold),
            _decided(fold),
            reverse("screening:decision", kwargs=chart),
            "prescriber",
        ),
        (
            _("Consent"),
            consent is not None and consent.ok,
            _consented(consent),
            reverse("consents:every", kwargs=chart),
            "nurse",
        ),
        (
            _("Plan"),
            course.plan is not None,
            _plan(fold),
            reverse("planning:plan", kwargs=chart),
            "prescriber",
        ),
        (
            _("Order"),
            bool(open_orders or going),
            str(len(open_orders)) if open_orders else _("none open"),
            reverse("planning:plan", kwargs=chart),
            "prescriber",
        ),
        (
            _("Second check"),
            _check_done(fold, open_orders) or bool(going and not open_orders),
            _checked(fold, open_orders),
            reverse("planning:check", kwargs=chart),
            "nurse",
        ),
        (
            _("Session"),
            False,
            _("%(n)d closed") % {"n": len(closed)},
            reverse("sessions:room", kwargs={"session": going[0]})
            if going
            else reverse("courses:course", kwargs=chart),
            "nurse" if going else "front_desk",
        ),
    ]
    first = next(place for place, row in enumerate(rows) if not row[1])
    return [
        Step(
            name=name,
            detail=detail,
            state="done" if done else "next" if place == first else "later",
            url=url,
            by=by,
        )
        for place, (name, done, detail, url, by) in enumerate(rows)
    ]


def next_step(fold: Folded) -> Step:
    """The step that waits; everybody sees it, and whose it is."""
    return next(step for step in steps(fold) if step.state == "next")


def _referral(fold: Folded) -> str:
    line = fold.course.referral
    return line.fact.referrer if line else _("none recorded")  # type: ignore[attr-defined]


def protocol_of(fold: Folded) -> str:
    """Which protocol this course is by: the plan's, else the decision's; empty while nobody has named one."""
    plan, decision = fold.course.plan, fold.course.decision
    if plan is not None and isinstance(plan.fact, facts.RegimenPlanned):
        return plan.fact.protocol
    return decision.protocol if decision else ""


def _consent(fold: Folded) -> Standing | None:
    row = library().protocols.get(protocol_of(fold))
    return current(fold.course, row, library(), clock.now()) if row else None


def _consented(consent: Standing | None) -> str:
    words = {
        "current": _("signed"),
        "expiring": _("signed, ends soon"),
        "expired": _("too old"),
        "renewed": _("the text is new"),
        "withdrawn": _("withdrawn"),
        "unsigned": _("not signed"),
    }
    return words[consent.state if consent else "unsigned"]


def _asks_for_check(fold: Folded) -> bool:
    row = library().protocols.get(protocol_of(fold), {})
    return bool(row.get("second_check", True))


def _check_done(fold: Folded, orders: list[OrderStanding]) -> bool:
    return any(o.is_checked for o in orders) or (bool(orders) and not _asks_for_check(fold))


def _checked(fold: Folded, orders: list[OrderStanding]) -> str:
    if any(o.is_checked for o in orders):
        return _("checked")
    return _("not checked") if _asks_for_check(fold) else _("not asked for")


def _second_awaited(fold: Folded) -> bool:
    """Whether a second prescriber must still agree."""
    decision, review = fold.course.decision, fold.course.review
    return bool(decision and decision.second_needed and (review is None or not review.agrees))


def _decided(fold: Folded) -> str:
    decision = fold.course.decision
    if decision is None:
        waits = [c for c in fold.course.clearances.values() if c.answered is None]
        return _("clearance awaited") if waits else _("not decided")
    if _second_awaited(fold):
        return _("second look awaited")
    return {"start": _("start"), "not_yet": _("not yet"), "no_course": _("no course")}[decision.decision]


def _plan(fold: Folded) -> str:
    line = fold.course.plan
    return _("%(n)d sessions") % {"n": len(line.fact.dates)} if line else _("not planned")  # type: ignore[attr-defined]
