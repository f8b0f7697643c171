"""The only writer of the access log."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from dayspring.clinic.audit.models import Access
from dayspring.clinic.people import clock


def opened(request: HttpRequest, chart_id: UUID | str) -> None:
    """The person of this request has this chart before them. Said twice in one request, written once."""
    told: set[str] = request.__dict__.setdefault("charts_opened", set())
    if str(chart_id) not in told:
        told.add(str(chart_id))
        _write(request, chart_id, Access.Outcome.OPENED)


def refused(request: HttpRequest, chart_id: UUID | str | None, why: str) -> None:
    """Somebody was turned away, and by what."""
    _write(request, chart_id, Access.Outcome.REFUSED, why)


def _write(request: HttpRequest, chart_id: UUID | str | None, outcome: str, why: str = "") -> None:
    match = request.resolver_match
    person = request.user if request.user.is_authenticated else None
    Access.objects.create(
        at=clock.now(),
        who=str(person.pk) if person else "",
        name=person.called if person else "",
        role=person.role if person else "",
        chart=chart_id,
        route=match.view_name[:120] if match else "",
        outcome=outcome,
        why=why[:300],
        station=str(getattr(request, "station", "") or ""),
    )
