"""Stop: one press, no dialog, never refused. It works behind the lock and after the sign-in has ended.

The page that was opened by a signed-in person carries a token for its one session; with it, or with a
signed-in person, the stop is taken. It is then recorded who pressed, or that the station did and nobody
was verified. The server commands no pump: the answer says to press stop on the pump.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dayspring.clinic import clock
from dayspring.clinic.acting.person import by_of, station_only
from dayspring.clinic.charts.record import record
from dayspring.clinic.people.policy import policy
from dayspring.clinic.showing.found import chart_of
from dayspring.therapy import acts

SALT = "dayspring.stop"


def stop_token(session: str) -> str:
    """Good for stopping this one session and for nothing else; it does not run out while a page stands open."""
    return signing.Signer(salt=SALT).sign(session)


def _good(token: str, session: str) -> bool:
    try:
        return signing.Signer(salt=SALT).unsign(token) == session
    except signing.BadSignature:
        return False


@policy(station=True)
@require_POST
def stop(request: HttpRequest, session: UUID) -> HttpResponse:
    """Take a stop and say at once what to do at the pump."""
    key = str(session)
    signed_in = request.user.is_authenticated and not getattr(request, "locked", False)
    if not signed_in and not _good(request.POST.get("token", ""), key):
        return render(request, "sessions/stop_at_pump.html", {"recorded": False}, status=403)
    chart = chart_of(key)
    if chart is None:
        return render(request, "sessions/stop_at_pump.html", {"recorded": False}, status=404)
    by = by_of(request) if signed_in else station_only(str(getattr(request, "station", "") or "unknown"))
    act = acts.StopInfusion(session=key, reason=request.POST.get("reason", ""))
    outcome = record(
        chart, act, by=by, at=clock.now(), key=request.POST.get("key") or f"stop-{uuid4()}", seen=None
    )
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"ok": True, "version": outcome.version})
    if signed_in:
        return redirect("sessions:room", session=session)
    return render(request, "sessions/stop_at_pump.html", {"recorded": True})
