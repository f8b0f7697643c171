"""Before the dose and at the door: a list of checks, what is missing said in words, and the acts that answer it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dayspring.clinic.charts.readings import READINGS
from dayspring.clinic.people.models import Person, Staff
from dayspring.clinic.people.policy import policy
from dayspring.clinic.sessions.stop import stop_token
from dayspring.clinic.showing import rooms
from dayspring.clinic.showing.found import AT_THE_DESK, allergy_of, looking
from dayspring.clinic.showing.keys import keys
from dayspring.therapy import discharge, facts, gate
from dayspring.therapy.checks import Scene
from dayspring.therapy.given import unaccounted
from dayspring.therapy.monitoring import minutes
from dayspring.therapy.orders import given_in_room, order_from
from dayspring.therapy.session import IN_THE_DRUG, State


def scene_of(look: rooms.Looking) -> Scene:
    return Scene(
        course=look.folded.course,
        session=look.session,
        protocol=look.protocol,
        knowledge=look.knowledge,
        at=look.at,
    )


def common(look: rooms.Looking) -> dict[str, Any]:
    """What both pages print of the person and the session."""
    person = Person.objects.get(pk=look.folded.chart)
    return {
        "person": person,
        "allergy": allergy_of(look.folded),
        "look": look,
        "session": look.session,
        "chart": look.folded.chart,
        "version": look.folded.version,
        "key": keys(),
        "stop_token": stop_token(look.session.id),
        "session_words": rooms.session_words(look),
        "order": look.order,
    }


# Which form of the page answers which check.
ANSWERED_BY = {
    "G-ID": "identity",
    "G-ESCORT": "escort",
    "G-FAST": "fasting",
    "G-BP": "vitals",
    "G-HR": "vitals",
    "G-SPO2": "vitals",
    "G-RR": "vitals",
    "G-TEMP": "vitals",
    "G-SED": "alertness",
    "G-PREG": "pregnancy",
    "G-STOCK": "drug",
    "G-SUBST": "today",
    "G-SI": "today",
    "G-MANIA": "today",
    "G-URO": "today",
    "G-BZD": "today",
}


@policy(roles=AT_THE_DESK)
def before(request: HttpRequest, session: UUID) -> HttpResponse:
    """Check-in and the whole gate of the dose, from fresh evidence of this session."""
    look = looking(session, request)
    if look.session.state in IN_THE_DRUG or look.session.state is State.MONITORING:
        return redirect("sessions:room", session=session)
    scene = scene_of(look)
    rows = [
        {
            "check": row,
            "form": ANSWERED_BY.get(row.id, ""),
            "can_override": row.holds and gate.may_override(scene, row),
            "key": str(uuid4()),
        }
        for row in gate.gate(scene)
    ]
    open_orders = [
        {"id": key, "order": order, "checked": o.is_checked, "by": o.signed.by.name}
        for key, o in look.folded.course.orders.items()
        if not o.voided and (not o.used_in or o.used_in == look.session.id)
        # What the room cannot give is not offered here; its own page shows it.
        if given_in_room(order := order_from(o.order.order))
    ]
    holding = [row for row in rows if row["check"].holds]  # type: ignore[attr-defined]
    products = look.knowledge.drugs[look.protocol["drug"]]["products"]
    context = common(look) | {
        "rows": rows,
        "holding": len(holding),
        "passed": len(rows) - len(holding),
        "orders": open_orders,
        "products": products,
        "latest": {kind: value.reading.value for kind, value in READINGS.latest(look.session.id).items()},
        "questions": questions(),
        "here": reverse("sessions:before", kwargs={"session": session}),
        "room_url": reverse("sessions:room", kwargs={"session": session}),
        "today": look.at.astimezone(look.zone),
        "checked_in": look.session.state is State.PREPARING,
    }
    return render(request, "sessions/before.html", context)


def questions() -> tuple[tuple[str, str], ...]:
    """The questions of the day, as asked."""
    return (
        ("alcohol_or_drugs", _("Any alcohol or drugs since yesterday?")),
        ("benzodiazepine", _("A benzodiazepine or sleeping pill today?")),
        ("opioid", _("An opioid today?")),
        ("stimulant", _("A stimulant today?")),
        ("bladder_pain_or_urgency", _("New pain or urgency when passing water?")),
        ("blood_in_urine", _("Blood in the urine?")),
        ("suicidal_intent", _("Since last time, any intent or plan to end life?")),
        ("mania_concern", _("Signs of mania: little sleep without tiredness, racing, reckless?")),
        ("pregnancy_possible", _("Could the patient be pregnant?")),
    )


@policy(roles=AT_THE_DESK)
def leave(request: HttpRequest, session: UUID) -> HttpResponse:
    """Every criterion of discharge, what is missing, and the acts at the door."""
    look = looking(session, request)
    if look.session.state is State.CLOSED:
        return redirect("reports:note", session=session)
    scene = scene_of(look)
    criteria = discharge.criteria(scene)
    rows = [
        {
            "check": row,
            "can_override": row.holds and discharge.may_override(scene, row),
            "key": str(uuid4()),
        }
        for row in criteria
    ]
    local = look.at.astimezone(look.zone)
    wait = minutes(look.knowledge, "no_driving_hours")
    morning = int(look.knowledge.limit("morning_hour").value)
    context = common(look) | {
        "rows": rows,
        "holding": sum(1 for check in criteria if check.holds),
        "driving": discharge.no_driving_until(local, morning, wait),
        "staff_list": Staff.objects.filter(role__in=("nurse", "prescriber")).exclude(
            username=request.user.get_username()
        ),
        "here": reverse("sessions:leave", kwargs={"session": session}),
        "room_url": reverse("sessions:room", kwargs={"session": session}),
        "ended": look.session.state is State.MONITORING,
        "given": rooms.given_words(look),
        "left_mg": _left(look),
        "escort": look.session.last(facts.EscortNamed),
    }
    return render(request, "sessions/leave.html", context)


def _left(look: rooms.Looking) -> str:
    """Drug drawn and neither given nor wasted, in mg; empty when there is none to speak of."""
    left = unaccounted(look.session, look.at)
    return str(left) if left and left.value >= 1 else ""
