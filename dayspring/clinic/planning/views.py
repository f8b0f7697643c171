"""The queue of plans, and one plan: weight, consent, dates, past answers, the judgement, the next order."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import formats
from django.utils.translation import gettext as _

from dayspring.clinic import clock
from dayspring.clinic.people.models import Person
from dayspring.clinic.people.policy import policy
from dayspring.clinic.planning import course_page
from dayspring.clinic.planning.choosing import into, products, protocol_of, protocols
from dayspring.clinic.planning.drafting import bases_of
from dayspring.clinic.showing.folded import Folded, folded
from dayspring.clinic.showing.found import CLINICAL
from dayspring.clinic.showing.patient import chart_context
from dayspring.clinic.zone import zone
from dayspring.knowledge import Library, library
from dayspring.quantities import Quantity, plain
from dayspring.therapy.consents import current
from dayspring.therapy.held import kind_of
from dayspring.therapy.next_step import next_step
from dayspring.therapy.orders import Spray, order_from
from dayspring.therapy.regimen import phases_of
from dayspring.therapy.standing import judgement_due
from dayspring.therapy.supply import supply


@policy(roles=CLINICAL)
def queue(request: HttpRequest) -> HttpResponse:
    """Whose order waits for a second person, whose answer is to be judged, whose plan or order waits."""
    today = clock.now().astimezone(zone()).date()
    rows = [row for person in Person.objects.all() for row in _waiting(person, folded(person.pk), today)]
    rows.sort(key=lambda row: (row["due"] is None, row["due"] or today))
    return render(request, "planning/queue.html", {"rows": rows, "today": today})


def _waiting(person: Person, fold: Folded, today: date) -> list[dict[str, Any]]:
    """What waits for a person of the clinic on this chart, the judgement first."""
    course, chart = fold.course, {"chart": person.pk}
    plan_url = reverse("planning:plan", kwargs=chart)
    rows: list[dict[str, Any]] = []

    def add(what: str, url: str, due: date | None = None, late: bool = False) -> None:
        rows.append({"person": person, "what": what, "url": url, "due": due, "late": late})

    if due := judgement_due(course, today):
        blocks = course.reevaluate_on is not None and today > course.reevaluate_on
        what = _("Judge whether to go on; no drug until then") if blocks else _("Judge the answer")
        add(what, f"{plan_url}#judge", due, blocks)
    orders = [o for o in course.orders.values() if not o.voided and not o.used_in]
    if any(not order.is_checked for order in orders):
        add(_("Second check"), reverse("planning:check", kwargs=chart))
    elif course.decision is not None and course.decision.decision == "start" and not orders:
        add(_("Order") if course.plan else _("Plan"), plan_url)
    return rows


@policy(roles=CLINICAL)
def plan(request: HttpRequest, chart: UUID) -> HttpResponse:
    """What is signed, what followed, and what to sign next, for the protocol that was decided or is asked for."""
    fold, context = chart_context(chart)
    knowledge = library()
    key = protocol_of(request, fold, knowledge)
    protocol, bases = knowledge.protocols[key], bases_of(fold, knowledge)
    context |= {
        "protocol": protocol,
        "protocol_key": key,
        "into": into(protocol, knowledge),
        "protocols": protocols(knowledge, key, fold.course.decision.protocol if fold.course.decision else ""),
        "here": f"{reverse('planning:plan', kwargs={'chart': chart})}?protocol={key}",
        "plan_url": reverse("planning:plan", kwargs={"chart": chart}),
        "bases": bases,
        "sex": fold.course.answers.get("sex", ""),
        "orders": [row for row in _orders(fold) if row["open"]],
        "past_orders": [row for row in _orders(fold) if not row["open"]],
        "other_decided": _decided_otherwise(fold, key, knowledge),
        "supply": supply(fold.course, key, knowledge, at=context["now"]),
    }
    context |= _consent(fold, protocol, key, context["now"])
    context |= _dates(request, fold, key, context["now"].date())
    context |= _answers(fold, key, context["now"])
    context |= _order_form(key, protocol, fold, knowledge)
    return render(request, "planning/plan.html", context)


def _decided_otherwise(fold: Folded, key: str, knowledge: Library) -> str:
    """The name of the protocol that was decided, where that is another one than this."""
    decided = fold.course.decision.protocol if fold.course.decision else ""
    return (
        str(knowledge.protocols[decided]["name"])
        if decided not in ("", key) and decided in knowledge.protocols
        else ""
    )


def _consent(fold: Folded, protocol: Any, key: str, now: Any) -> dict[str, Any]:
    """Whether what was signed allows this protocol, and the way to the text."""
    try:
        url = reverse("consents:one", kwargs={"chart": fold.chart, "protocol": key})
    except NoReverseMatch:
        url = ""
    return {"consent": current(fold.course, protocol, library(), now), "consent_url": url}


def _dates(request: HttpRequest, fold: Folded, key: str, today: date) -> dict[str, Any]:
    """The line of dates, the form that lays it out, and what the spacing is."""
    knowledge = library()
    layout = course_page.layout_of(request.GET, fold, key, knowledge, today)
    series = course_page.proposed(layout, key, knowledge)
    due = judgement_due(fold.course, today)
    judged = fold.course.reevaluate_on
    return {
        "layout": layout,
        "series": series,
        "drawn": course_page.series_drawn(fold, series, layout, today),
        "whole": course_page.whole_drawn(fold, layout, key, knowledge, today),
        "phases": [phase.name for phase in phases_of(key, knowledge)],
        "weekdays": _weekdays(layout.weekdays),
        "least": knowledge.limit(knowledge.protocols[key]["minimum_interval"]),
        "due": due,
        "blocked": judged is not None and today > judged,
        "next_on": course_page.next_judgement(fold, today),
    }


def _weekdays(chosen: frozenset[int]) -> list[dict[str, Any]]:
    """The days of the week as people of this language call them, Monday first."""
    monday = date(2024, 1, 1)
    return [
        {"number": n, "name": formats.date_format(monday + timedelta(days=n), "D"), "chosen": n in chosen}
        for n in range(7)
    ]


def _answers(fold: Folded, key: str, now: datetime) -> dict[str, Any]:
    seen, drawn = course_page.answered(fold, library())
    return {
        "response": seen,
        "response_label": course_page.label_words()[seen.label],
        "answers_drawn": drawn,
        "doses": course_page.table_of(fold, seen),
        "proposals": next_step(fold.course, key, library(), at=now),
        "sources": library().sources,
    }


def _order_form(key: str, protocol: Any, fold: Folded, knowledge: Library) -> dict[str, Any]:
    """The fields of the next order: those of the protocol's kind, with the protocol's own steps beside them."""
    kind = kind_of(key, knowledge)
    steps = [knowledge.limit(name) for name in protocol["dose_steps"]]
    minutes = protocol.get("infusion_minutes")
    found = products(protocol, kind, knowledge)
    return {
        "kind": kind,
        "order_form": f"planning/order_{kind}.html",
        "steps": steps,
        "sprays": _sprays(key, found, fold, knowledge) if kind == Spray.kind else [],
        "products": found,
        "units": {"per_hour": "mg/h", "per_kg_hour": "mg/kg/h", "hours": "h"},
        "minutes": knowledge.limit(minutes) if minutes else None,
    }


def _sprays(key: str, found: Any, fold: Folded, knowledge: Library) -> list[dict[str, Any]]:
    """Each step of a spray with its devices, and the lower start of older people where the law has one."""
    protocol = knowledge.protocols[key]
    device = next((row["device"] for row in found.values() if "device" in row), None)
    names = list(protocol["dose_steps"])
    older = protocol.get("start_dose_older")
    if older and knowledge.jurisdiction == "EU":
        names.insert(0, older)
    rows = []
    for name in names:
        limit = knowledge.limit(name)
        devices = limit.value / device if device else Decimal(0)
        rows.append(
            {
                "dose": limit.quantity,
                "number": plain(limit.value),
                "devices": int(devices) if devices and devices == int(devices) else None,
                "why": _("the start from 65 years on") if name == older else "",
            }
        )
    return rows


def _orders(fold: Folded) -> list[dict[str, Any]]:
    """Every order of the chart, the newest first, in one line each."""
    rows = []
    for key, standing in fold.course.orders.items():
        order = order_from(standing.order.order)
        rate: Quantity | None = getattr(order, "rate", None)
        rows.append(
            {
                "id": key,
                "standing": standing,
                "order": order,
                "rate": rate,
                "checked": standing.is_checked,
                "open": not standing.voided and not standing.used_in,
                "void_key": str(uuid4()),
            }
        )
    return rows[::-1]
