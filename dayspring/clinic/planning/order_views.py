"""The order before it is signed, every number with its sum, and the blind second check."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dayspring.clinic import clock
from dayspring.clinic.people.policy import policy
from dayspring.clinic.planning import arithmetic, course_page
from dayspring.clinic.planning.choosing import into, protocol_of
from dayspring.clinic.planning.drafting import bases_of, drafted
from dayspring.clinic.showing.folded import Folded
from dayspring.clinic.showing.patient import chart_context
from dayspring.knowledge import library
from dayspring.quantities import SPOKEN, NotANumber
from dayspring.therapy.exposure import compare
from dayspring.therapy.facts import WeightMeasured
from dayspring.therapy.order_context import findings_on
from dayspring.therapy.orders import AnyOrder, Drip, entries_for, order_dict, order_from
from dayspring.therapy.response import response
from dayspring.therapy.supply import promised

KINDS = (("BLOCK", "blocked"), ("REVIEW", "review"), ("WARN", "warn"))


@policy(act="SignOrder")
def draft(request: HttpRequest, chart: UUID) -> HttpResponse:
    """The order as it would be signed, every number in sight with what the limits say. Nothing is written."""
    fold, context = chart_context(chart)
    knowledge = library()
    key = protocol_of(request, fold, knowledge)
    context["here"] = f"{reverse('planning:plan', kwargs={'chart': chart})}?protocol={key}"
    try:
        order = drafted(fold, request.POST.dict(), key, knowledge)
    except (NotANumber, ValueError) as wrong:
        context |= {"refused": (str(wrong),), "faults": {}, "back": context["here"]}
        return render(request, "acting/refused.html", context, status=422)
    said = findings_on(order, fold.course, fold.lines, knowledge, clock.now())
    context |= {
        "protocol": knowledge.protocols[key],
        "protocol_key": key,
        "into": into(knowledge.protocols[key], knowledge),
        "order": order,
        "order_json": json.dumps(order_dict(order)),
        "order_id": str(uuid4()),
        "findings": said,
        "sources": knowledge.sources,
        "big": arithmetic.big(order),
        "beside": arithmetic.beside(order),
        "by_basis": arithmetic.by_basis(bases_of(fold, knowledge), order),
        "by_basis_of": _("speed") if isinstance(order, Drip) else _("dose"),
        "exposure": exposure_of(fold, order, context["now"]),
        "doses": course_page.table_of(fold, response(fold.course, knowledge)),
        "second_check": bool(knowledge.protocols[key].get("second_check", True)),
    }
    context |= {name: [f for f in said if f.kind == kind] for kind, name in KINDS}
    return render(request, "planning/draft.html", context)


def exposure_of(fold: Folded, order: AnyOrder, now: datetime) -> str:
    """What the last dose would come to by the new route, in words; empty while the route stays, or nothing is known."""
    before = [one.order for one in promised(fold.course, at=now) if one.order is not None]
    if not before or (before[-1].route, before[-1].drug) == (order.route, order.drug):
        return ""
    last = before[-1]
    try:
        return compare(
            last.dose, last.route, order.route, library(), from_drug=last.drug, to_drug=order.drug
        ).says
    except NotANumber as unknown:
        return str(unknown)


@policy(act="CheckOrder")
def check(request: HttpRequest, chart: UUID) -> HttpResponse:
    """The second person enters the numbers again from the label and the scale, without seeing the order's."""
    fold, context = chart_context(chart)
    waiting = [
        {
            "id": key,
            "standing": standing,
            "own": standing.signed.by.id == str(request.user.pk),
            "entries": _entries(order_from(standing.order.order)),
        }
        for key, standing in fold.course.orders.items()
        if not standing.voided and not standing.used_in and not standing.is_checked
    ]
    context |= {
        "waiting": waiting,
        "here": reverse("planning:check", kwargs={"chart": chart}),
        "done_url": reverse("courses:course", kwargs={"chart": chart}),
        "weights": _weights(fold),
    }
    return render(request, "planning/check.html", context)


def _weights(fold: Folded) -> list[Any]:
    return [w for w in fold.course.weights if isinstance(w.fact, WeightMeasured)]


def _entries(order: AnyOrder) -> list[dict[str, str]]:
    """The fields of the second check for this kind of order, each in the words of what is read."""
    labels = {
        "weight": _("Weight, from the scale or the record"),
        "dose": _("Dose"),
        "drawn": _("Volume drawn from the vial"),
        "total_volume": _("Volume of the bag in all"),
        "minutes": _("Duration"),
        "rate": _("Rate on the pump"),
        "devices": _("Number of devices"),
        "tablets": _("Number of tablets in all"),
        "speed": _("Speed"),
        "lasting": _("Duration"),
        "bolus": _("Bolus"),
        "bag_dose": _("Drug in one bag"),
        "bag_volume": _("Volume of one bag"),
    }
    return [
        {
            "key": entry.key,
            "label": labels.get(entry.key, entry.says),
            "unit": SPOKEN.get(entry.unit, entry.unit),
        }
        for entry in entries_for(order)
    ]
