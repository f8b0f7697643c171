"""A course as steps: done, next or waiting, each with the page that does it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from dayspring.clinic.showing.folded import Folded
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
    decision = course.decision
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
            decision is not None and decision.decision == "start",
            decision.decision.replace("_", " ") if decision else _("not decided"),
            reverse("screening:decision", kwargs=chart),
            "prescriber",
        ),
        (
            _("Consent"),
            bool(course.consents),
            _("signed") if course.consents else _("not signed"),
            reverse("planning:plan", kwargs=chart),
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
            any(o.is_checked for o in open_orders) or bool(going and not open_orders),
            _("checked") if any(o.is_checked for o in open_orders) else _("not checked"),
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


def _plan(fold: Folded) -> str:
    line = fold.course.plan
    return _("%(n)d sessions") % {"n": len(line.fact.dates)} if line else _("not planned")  # type: ignore[attr-defined]
