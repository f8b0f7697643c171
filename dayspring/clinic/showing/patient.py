"""What every page about one patient prints: who they are, their allergies, their course, and the chart's version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404

from dayspring.clinic import clock
from dayspring.clinic.people.models import Person
from dayspring.clinic.showing.folded import Folded, folded
from dayspring.clinic.showing.found import allergy_of
from dayspring.clinic.showing.keys import keys
from dayspring.clinic.zone import zone


def chart_context(chart: UUID) -> tuple[Folded, dict[str, Any]]:
    """The chart as it stands, and the part of a page's context that is the same on each; 404 for no such patient."""
    person = get_object_or_404(Person, pk=chart)
    fold = folded(chart)
    return fold, {
        "person": person,
        "allergy": allergy_of(fold),
        "chart": chart,
        "course": fold.course,
        "version": fold.version,
        "key": keys(),
        "now": clock.now().astimezone(zone()),
    }
