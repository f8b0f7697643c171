"""From an address to a chart: which chart a session belongs to, and a look at it now."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from dayspring.clinic import clock
from dayspring.clinic.audit.access import opened
from dayspring.clinic.charts.models import ChartEntry
from dayspring.clinic.showing import rooms
from dayspring.clinic.showing.folded import Folded, folded
from dayspring.clinic.zone import zone
from dayspring.knowledge import library
from dayspring.therapy import facts

CLINICAL = ("nurse", "prescriber", "pharmacist", "therapist")
AT_THE_DESK = (*CLINICAL, "front_desk", "manager")


def chart_of(session: UUID | str) -> UUID | None:
    """The chart that a session belongs to; None when no such session was booked."""
    return (
        ChartEntry.objects.filter(session=str(session), kind=facts.SessionBooked.__name__)
        .values_list("chart", flat=True)
        .first()
    )


def found(session: UUID | str) -> Folded:
    """The chart of a session; 404 when there is none."""
    chart = chart_of(session)
    if chart is None:
        raise Http404
    return folded(chart)


def looking(session: UUID | str, request: HttpRequest | None = None) -> rooms.Looking:
    """A look at one session now. With the request of a person, the access log says who opened the chart."""
    fold = found(session)
    if request is not None:
        opened(request, fold.chart)
    return rooms.looking(fold, str(session), library(), clock.now(), zone())


def allergy_of(fold: Folded) -> str:
    """What the intake says; unknown stays unknown."""
    said = fold.course.answers.get("allergies")
    return str(said) if said else ""
