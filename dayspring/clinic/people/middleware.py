"""Every request passes here once its route is known. What no policy opens stays shut.

The order is: what the route asks, whether the door still stands open, who is there, the second factor,
the lock, the role. `request.locked` and `request.station` are for the views; on a station's route behind
a lock, `request.user` is nobody, so that no act can be signed with the name of a person who has left.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from dayspring.clinic.audit import access
from dayspring.clinic.people import clock, idle, stations
from dayspring.clinic.people.failures import refused
from dayspring.clinic.people.idle import Door
from dayspring.clinic.people.policy import Policy, decide, policy_of

# What routes call the key of a chart.
CHART = ("chart", "chart_id")


class Doors:
    """The one place where a request is let in or turned away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.locked = False  # type: ignore[attr-defined]
        request.station = stations.seat_of(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if not request.station and request.user.is_authenticated and not request.locked:  # type: ignore[attr-defined]
            stations.seat_for(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        route = request.resolver_match.view_name if request.resolver_match else ""
        said = policy_of(view, route)
        if said is None:
            return _turn_away(request, Policy(closed=True), f"{route} declares no policy")
        if said.closed:
            raise Http404
        at = clock.now()
        if request.user.is_authenticated:
            stands = idle.door(request.session, at)
            if stands is Door.ENDED:
                logout(request)
            request.locked = stands is Door.LOCKED  # type: ignore[attr-defined]
        if said.station:
            return _station(request, said, route)
        if not (said.public or said.gateway) and (answer := _shut(request, said, route)):
            return answer
        if request.user.is_authenticated and not request.locked and not said.background:  # type: ignore[attr-defined]
            idle.touch(request.session, at)
        if not said.background and (chart := chart_in(kwargs)):
            access.opened(request, chart)
        return None


def _station(request: HttpRequest, said: Policy, route: str) -> HttpResponseBase | None:
    """A route that works for a browser nobody is signed in to, from our own pages only."""
    if request.locked or not _known_well(request):  # type: ignore[attr-defined]
        request.user = AnonymousUser()
    role = request.user.role if request.user.is_authenticated else None
    verdict = decide(said, route=route, role=role, station=bool(request.station))  # type: ignore[attr-defined]
    if not verdict.allowed:
        return _turn_away(request, said, verdict.row)
    if request.method not in ("GET", "HEAD") and not from_our_page(request):
        return _turn_away(request, said, f"{route} is open to our own pages; this came from elsewhere")
    return None


def _known_well(request: HttpRequest) -> bool:
    """Whether the person has the second factor that a real clinic asks for."""
    return settings.DEMO or (request.user.is_authenticated and is_mfa_enabled(request.user))


def _shut(request: HttpRequest, said: Policy, route: str) -> HttpResponseBase | None:
    """The answer of a door that does not open; None when it does."""
    person = request.user
    if not person.is_authenticated:
        return _to_sign_in(request, said, route)
    if request.locked and not said.locked:  # type: ignore[attr-defined]
        return _to(request, said, reverse("people:locked"), status=423)
    if not (said.setup or _known_well(request)):
        return _to(request, said, reverse("mfa_index"), status=403)
    verdict = decide(said, route=route, role=person.role, station=False)
    return None if verdict.allowed else _turn_away(request, said, verdict.row)


def _to_sign_in(request: HttpRequest, said: Policy, route: str) -> HttpResponseBase:
    if not said.background:
        row = decide(said, route=route, role=None, station=False).row
        access.refused(request, chart_of(request), row)
    return _to(request, said, reverse("people:enter" if settings.DEMO else "account_login"), status=401)


def _to(request: HttpRequest, said: Policy, where: str, *, status: int) -> HttpResponseBase:
    """Sent elsewhere first. A script and a stream are told by a status, since they cannot sign in."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"ok": False, "go": where}, status=status)
    if said.background:
        return HttpResponse(status=status)
    return redirect(f"{where}?{urlencode({'next': _return_to(request)})}")


def _return_to(request: HttpRequest) -> str:
    """Where to come back to: this page, or the page whose form this was."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came = urlsplit(request.headers.get("Referer", ""))
    return came.path if came.netloc == request.get_host() else "/"


def _turn_away(request: HttpRequest, said: Policy, row: str) -> HttpResponseBase:
    if not said.background:
        access.refused(request, chart_of(request), row)
    return refused(request, row=row)


def from_our_page(request: HttpRequest) -> bool:
    """Whether the browser says that one of our own pages sent this. The cookies are same-site besides."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.get_host()
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def chart_of(request: HttpRequest) -> str | None:
    """The key of the chart that the route names, if it names one."""
    return chart_in(request.resolver_match.kwargs) if request.resolver_match else None


def chart_in(kwargs: dict[str, Any]) -> str | None:
    return next((str(kwargs[name]) for name in CHART if name in kwargs), None)
