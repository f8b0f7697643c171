"""The list of courses, and one course as steps with what is next."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from dayspring.chart.timeline import with_struck
from dayspring.clinic import clock
from dayspring.clinic.charts import record
from dayspring.clinic.courses.steps import next_step, steps
from dayspring.clinic.people.models import Chair, Person
from dayspring.clinic.people.policy import policy
from dayspring.clinic.showing.folded import folded
from dayspring.clinic.showing.found import AT_THE_DESK, allergy_of
from dayspring.clinic.showing.keys import keys
from dayspring.clinic.showing.telling import happenings
from dayspring.clinic.zone import zone
from dayspring.knowledge import library
from dayspring.therapy.given import given
from dayspring.therapy.note import amount
from dayspring.therapy.scoring import phq9


@policy(roles=AT_THE_DESK)
def index(request: HttpRequest) -> HttpResponse:
    """Everybody with what is next for them."""
    rows = []
    for person in Person.objects.all():
        fold = folded(person.pk)
        rows.append(
            {"person": person, "next": next_step(fold, request.user.role), "doses": len(fold.course.doses)}
        )  # type: ignore[union-attr]
    return render(request, "courses/index.html", {"rows": rows})


@policy(roles=AT_THE_DESK)
def course(request: HttpRequest, chart: UUID) -> HttpResponse:
    """One course: its steps, its sessions with doses beside scores, and the chart's lines."""
    person = get_object_or_404(Person, pk=chart)
    fold = folded(chart)
    stories = [s for s in with_struck(record.lines(chart)) if not s.original.line.session]
    context = {
        "person": person,
        "chart": chart,
        "version": fold.version,
        "allergy": allergy_of(fold),
        "course": fold.course,
        "steps": steps(fold),
        "next": next_step(fold, request.user.role),  # type: ignore[union-attr]
        "sessions": _sessions(fold),
        "scores": [(line.happened_at, phq9(line.fact.items)) for line in fold.course.phq9],  # type: ignore[attr-defined]
        "happenings": happenings(stories, zone(), "%-d %b %H:%M"),
        "chairs": Chair.objects.all(),
        "protocols": library().protocols,
        "key": keys(),
        "here": reverse("courses:course", kwargs={"chart": chart}),
        "now": clock.now().astimezone(zone()),
    }
    return render(request, "courses/course.html", context)


def _sessions(fold) -> list[dict[str, object]]:  # type: ignore[no-untyped-def]
    rows = []
    for key, line in fold.course.bookings.items():
        session = fold.session(key)
        rows.append(
            {
                "id": key,
                "planned_for": line.fact.planned_for,
                "chair": line.fact.chair,
                "stage": session.stage,
                "given": amount(given(session, clock.now())) if session.started else "",
                "peak": _peak(session),
            }
        )
    return sorted(rows, key=lambda row: str(row["planned_for"]))


def _peak(session) -> str:  # type: ignore[no-untyped-def]
    """The highest systolic pressure since the drug began, with its diastolic."""
    begun = session.started
    pairs = [
        v.fact.values
        for v in session.vitals
        if begun
        and v.happened_at >= begun.happened_at
        and "systolic" in v.fact.values
        and "systolic" not in v.fact.marks
    ]
    if not pairs:
        return ""
    top = max(pairs, key=lambda values: values["systolic"].value)
    return f"{top['systolic'].value:f}/{top['diastolic'].value:f}"
