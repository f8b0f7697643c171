"""The list of courses, and one course as steps with what is next."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dayspring.chart.timeline import with_struck
from dayspring.clinic import clock
from dayspring.clinic.charts import record
from dayspring.clinic.courses.steps import next_step, protocol_of, steps
from dayspring.clinic.people.models import Chair, Person
from dayspring.clinic.people.policy import policy
from dayspring.clinic.showing.folded import Folded, folded
from dayspring.clinic.showing.found import AT_THE_DESK, allergy_of
from dayspring.clinic.showing.keys import keys
from dayspring.clinic.showing.predicted import of_course
from dayspring.clinic.showing.telling import happenings
from dayspring.clinic.zone import zone
from dayspring.figures.course_line import Course, course_line
from dayspring.knowledge import library
from dayspring.therapy.given import given
from dayspring.therapy.note import amount
from dayspring.therapy.scoring import PHQ9_ITEMS, PHQ9_TOP, phq9


@policy(roles=AT_THE_DESK)
def index(request: HttpRequest) -> HttpResponse:
    """Everybody with what is next for them."""
    rows = []
    for person in Person.objects.all():
        fold = folded(person.pk)
        rows.append({"person": person, "next": next_step(fold), "doses": len(fold.course.doses)})
    return render(request, "courses/index.html", {"rows": rows})


@policy(roles=AT_THE_DESK)
def course(request: HttpRequest, chart: UUID) -> HttpResponse:
    """One course: its steps, its sessions with doses beside scores, and the chart's lines."""
    person = get_object_or_404(Person, pk=chart)
    fold = folded(chart)
    stories = [s for s in with_struck(record.lines(chart)) if not s.original.line.session]
    drawn = _line(fold)
    context = {
        "drawing": course_line(drawn)[0],
        "small_drawing": course_line(drawn, width=360)[0],
        "sentence": course_line(drawn)[1],
        "person": person,
        "chart": chart,
        "version": fold.version,
        "allergy": allergy_of(fold),
        "course": fold.course,
        "steps": steps(fold),
        "next": next_step(fold),
        "sessions": _sessions(fold),
        "scores": [(line.happened_at, phq9(line.fact.items)) for line in fold.course.phq9],  # type: ignore[attr-defined]
        "happenings": happenings(stories, zone(), "%-d %b %H:%M"),
        "chairs": Chair.objects.all(),
        "protocol_key": protocol_of(fold) or "iv_depression",
        "in_the_room": library().protocols.get(protocol_of(fold), {}).get("kind", "infusion") == "infusion",
        "drug_did": of_course(fold, person.birth_date, clock.now(), zone(), library()),
        "key": keys(),
        "here": reverse("courses:course", kwargs={"chart": chart}),
        "now": clock.now().astimezone(zone()),
    }
    return render(request, "courses/course.html", context)


# PHQ-9 severity bands by their lowest score (rulebook 9).
BANDS = ((5, _("mild")), (10, _("moderate")), (15, _("marked")), (20, _("severe")))
PHQ9_HIGHEST = PHQ9_ITEMS * PHQ9_TOP


def _line(fold: Folded) -> Course:
    days = zone()
    return Course(
        name="PHQ-9",
        highest=PHQ9_HIGHEST,
        scores=[(x.happened_at.astimezone(days).date(), phq9(x.fact.items)) for x in fold.course.phq9],  # type: ignore[attr-defined]
        doses=[
            (d.started.happened_at.astimezone(days).date(), str(d.ordered.dose)) for d in fold.course.doses
        ],
        bands=[(lowest, str(name)) for lowest, name in BANDS],
    )


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
