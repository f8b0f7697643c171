"""Consent, plan, the order with its arithmetic in sight, and the blind second check."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dayspring.clinic import clock
from dayspring.clinic.people.models import Person
from dayspring.clinic.people.policy import policy
from dayspring.clinic.showing.folded import Folded, folded
from dayspring.clinic.showing.found import CLINICAL, allergy_of
from dayspring.clinic.showing.keys import keys
from dayspring.clinic.zone import zone
from dayspring.knowledge import library
from dayspring.quantities import NotANumber, Quantity, typed
from dayspring.therapy import dosing
from dayspring.therapy.facts import WeightMeasured
from dayspring.therapy.order_context import findings_on
from dayspring.therapy.orders import ENTRIES, Order, draft_order, order_dict, order_from

PROTOCOL = "iv_depression"


@policy(roles=CLINICAL)
def queue(request: HttpRequest) -> HttpResponse:
    """Whose order waits for a second person, and whose plan or order waits for a prescriber."""
    rows = []
    for person in Person.objects.all():
        fold = folded(person.pk)
        waiting = [
            o for o in fold.course.orders.values() if not o.voided and not o.used_in and not o.is_checked
        ]
        decided = fold.course.decision is not None and fold.course.decision.decision == "start"
        open_orders = [o for o in fold.course.orders.values() if not o.voided and not o.used_in]
        if waiting:
            rows.append(
                {
                    "person": person,
                    "what": _("Second check"),
                    "url": reverse("planning:check", kwargs={"chart": person.pk}),
                }
            )
        elif decided and not open_orders:
            what = _("Order") if fold.course.plan else _("Plan")
            rows.append(
                {"person": person, "what": what, "url": reverse("planning:plan", kwargs={"chart": person.pk})}
            )
    return render(request, "planning/queue.html", {"rows": rows})


def common(chart: UUID) -> tuple[Folded, dict[str, Any]]:
    """What each page of the plan prints."""
    person = get_object_or_404(Person, pk=chart)
    fold = folded(chart)
    knowledge = library()
    protocol = knowledge.protocols[PROTOCOL]
    return fold, {
        "person": person,
        "allergy": allergy_of(fold),
        "chart": chart,
        "course": fold.course,
        "version": fold.version,
        "key": keys(),
        "protocol": protocol,
        "protocol_key": PROTOCOL,
        "consent": knowledge.consents[protocol["consent"]],
        "consent_key": protocol["consent"],
        "now": clock.now().astimezone(zone()),
    }


@policy(roles=CLINICAL)
def plan(request: HttpRequest, chart: UUID) -> HttpResponse:
    """Weight, consent, dates and the order: what is signed, and what to sign next."""
    fold, context = common(chart)
    context |= {
        "bases": _bases(fold),
        "orders": _orders(fold),
        "suggested": _dates(context["protocol"], context["now"].date()),
        "steps": [library().limit(key) for key in context["protocol"]["dose_steps"]],
        "products": library().drugs[context["protocol"]["drug"]]["products"],
        "here": reverse("planning:plan", kwargs={"chart": chart}),
        "minutes": library().limit(context["protocol"]["infusion_minutes"]),
        "sex": fold.course.answers.get("sex", ""),
    }
    return render(request, "planning/plan.html", context)


def _dates(protocol: Any, today: date) -> list[date]:
    """Dates at three and four days' distance from tomorrow on: a first proposal, to be changed freely."""
    dates, day = [], today + timedelta(days=1)
    for number in range(int(library().limit(protocol["sessions"]).value)):
        dates.append(day)
        day += timedelta(days=3 if number % 2 == 0 else 4)
    return dates


def _bases(fold: Folded) -> dosing.WeightBases | None:
    line = fold.course.weight
    if line is None or not isinstance(line.fact, WeightMeasured):
        return None
    return dosing.weight_bases(
        line.fact.weight, line.fact.height, str(fold.course.answers.get("sex", "")), library()
    )


def _orders(fold: Folded) -> list[dict[str, Any]]:
    return [
        {
            "id": key,
            "standing": standing,
            "order": order_from(standing.order.order),
            "checked": standing.is_checked,
            "void_key": str(uuid4()),
        }
        for key, standing in fold.course.orders.items()
    ]


# What the prescriber types, and in which unit it is.
TYPED = {"mg_per_kg": "mg/kg", "total_volume": "mL", "minutes": "min"}


@policy(act="SignOrder")
def draft(request: HttpRequest, chart: UUID) -> HttpResponse:
    """The order as it would be signed, every number in sight with what the limits say. Nothing is written."""
    fold, context = common(chart)
    context["here"] = reverse("planning:plan", kwargs={"chart": chart})
    try:
        order = _draft(fold, request.POST.dict(), context)
    except (NotANumber, ValueError) as wrong:
        context |= {"refused": (str(wrong),), "faults": {}, "back": context["here"]}
        return render(request, "acting/refused.html", context, status=422)
    said = findings_on(order, fold.course, fold.lines, library(), clock.now())
    per_kg_h = dosing.per_kg_per_hour(order.dose, order.dosing_weight, order.minutes)
    context |= {
        "order": order,
        "order_json": json.dumps(order_dict(order)),
        "order_id": str(uuid4()),
        "findings": said,
        "blocked": [f for f in said if f.kind == "BLOCK"],
        "review": [f for f in said if f.kind == "REVIEW"],
        "warn": [f for f in said if f.kind == "WARN"],
        "by_basis": _by_basis(_bases(fold), order),
        "per_kg_h": per_kg_h.rounded(Decimal("0.001")),
        "mcg": dosing.micrograms_per_kg_per_minute(order.dose, order.dosing_weight, order.minutes).rounded(
            Decimal("0.1")
        ),
        "doses": _past(fold),
    }
    return render(request, "planning/draft.html", context)


def _draft(fold: Folded, posted: dict[str, str], context: dict[str, Any]) -> Order:
    """The order from what was typed; raises NotANumber or ValueError that names the field."""
    numbers: dict[str, Quantity] = {}
    for name, unit in TYPED.items():
        numbers[name] = typed(posted.get(name, ""), unit)
    line, bases = fold.course.weight, _bases(fold)
    if line is None or bases is None:
        raise ValueError(_("No weight is in this chart."))
    protocol = context["protocol"]
    product = posted.get("product", "")
    products = library().drugs[protocol["drug"]]["products"]
    if product not in products:
        raise ValueError(_("“%(product)s” is not on the shelf.") % {"product": product})
    stock = Quantity(Decimal(products[product]["stock"]), "mg/mL")
    planned = datetime.fromisoformat(posted.get("planned_for", "")).replace(tzinfo=zone())
    return draft_order(
        knowledge=library(),
        route=protocol["route"],
        drug=protocol["drug"],
        form=protocol["form"],
        protocol=PROTOCOL,
        session_no=len(fold.course.doses) + 1,
        basis=posted.get("basis", ""),
        bases=bases,
        weight_measured_at=line.happened_at,
        product=product,
        stock=stock,
        planned_for=planned,
        not_after=planned.date() + timedelta(days=1),
        diluted_first=bool(products[product]["must_dilute"]),
        **numbers,
    )


def _by_basis(
    bases: dosing.WeightBases | None, order: Order
) -> list[tuple[str, Quantity | None, Quantity | None]]:
    """The same dose per kilogram on each weight: basis, weight, exact dose; None where the weight is unknown."""
    words = {"actual": _("actual"), "ideal": _("ideal"), "adjusted": _("adjusted")}
    rows = []
    for basis, word in words.items():
        weight = getattr(bases, basis, None)
        rows.append((word, weight, dosing.dose_for_weight(order.mg_per_kg, weight) if weight else None))
    return rows


def _past(fold: Folded) -> list[dict[str, Any]]:
    """Past doses beside what they did, for choosing the next."""
    return [
        {"at": dose.started.happened_at, "dose": dose.ordered.dose, "session": dose.session}
        for dose in fold.course.doses
    ]


@policy(act="CheckOrder")
def check(request: HttpRequest, chart: UUID) -> HttpResponse:
    """The second person enters the numbers again from the label and the scale, without seeing the order's."""
    fold, context = common(chart)
    waiting = [
        {"id": key, "standing": standing, "own": standing.signed.by.id == str(request.user.pk)}
        for key, standing in fold.course.orders.items()
        if not standing.voided and not standing.used_in and not standing.is_checked
    ]
    labels = {
        "weight": _("Weight, from the scale or the record"),
        "dose": _("Dose"),
        "drawn": _("Volume drawn from the vial"),
        "total_volume": _("Volume of the bag in all"),
        "minutes": _("Duration"),
        "rate": _("Rate on the pump"),
    }
    context |= {
        "waiting": waiting,
        "entries": [{"key": e.key, "label": labels[e.key], "unit": e.unit} for e in ENTRIES],
        "here": reverse("planning:check", kwargs={"chart": chart}),
        "done_url": reverse("courses:course", kwargs={"chart": chart}),
        "weights": [w for w in fold.course.weights if isinstance(w.fact, WeightMeasured)],
    }
    return render(request, "planning/check.html", context)
