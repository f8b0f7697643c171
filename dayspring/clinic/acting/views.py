"""The one view through which staff act on a chart: it reads the form, hands over clock and name, tells the answer."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dayspring.clinic import clock
from dayspring.clinic.acting.forms import Unreadable, act_from
from dayspring.clinic.acting.person import by_of
from dayspring.clinic.charts.record import LONGEST_KEY, Outcome, record
from dayspring.clinic.pack.signing import unsigned_refusal
from dayspring.clinic.people.policy import policy
from dayspring.clinic.zone import zone
from dayspring.knowledge import library
from dayspring.therapy import acts
from dayspring.therapy.facts import OrderCheckFailed


@policy(signed_in=True)
@require_POST
def do(request: HttpRequest, chart: UUID, act: str) -> HttpResponse:
    """Take one act on one chart; the roles table decides who may. Watch and TellClock are the server's own."""
    kind = acts.KINDS.get(act)
    if kind is None or kind in (acts.Watch, acts.TellClock):
        raise Http404
    posted = request.POST
    try:
        wanted = act_from(
            kind,
            posted.dict(),
            session=posted.get("session", ""),
            zone=zone(),
            knowledge=library(),
        )
    except Unreadable as wrong:
        return told(request, faults=wrong.faults)
    if kind is acts.SignOrder and not settings.DEMO and (why := unsigned_refusal()):
        return told(request, refused=(_("Not signed. %(why)s") % {"why": why},))
    seen, key = posted.get("seen", ""), posted.get("key", "")
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable() or not seen.isdigit():
        return told(request, refused=(_("This form is too old or not whole. Load the page again."),))
    outcome = record(
        chart,
        wanted,
        by=by_of(request),
        at=clock.now().astimezone(zone()),
        key=key,
        seen=int(seen),
    )
    return answered(request, outcome)


def answered(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    """Back to the page on success; the reasons, and what changed meanwhile, on a refusal."""
    if isinstance(outcome.answer, acts.Refusal):
        return told(request, refused=outcome.answer.reasons)
    for entry in outcome.answer:
        if isinstance(entry.fact, OrderCheckFailed):
            return told(
                request,
                refused=(
                    *entry.fact.differs,
                    _(
                        "Nothing counts as checked. Another person checks, or the prescriber signs a new order."
                    ),
                ),
            )
    return _back(request)


def told(
    request: HttpRequest, *, refused: tuple[str, ...] = (), faults: dict[str, str] | None = None
) -> HttpResponse:
    """Why not. Nothing typed is lost: a script shows it beside the form, and without one Back keeps the fields."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"ok": False, "refused": refused, "faults": faults or {}}, status=422)
    context = {"refused": refused, "faults": faults or {}, "back": _next(request)}
    return render(request, "acting/refused.html", context, status=422)


def _back(request: HttpRequest) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"ok": True, "next": _next(request)})
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) and wanted.startswith("/"):
        return wanted
    return reverse("sessions:board")
