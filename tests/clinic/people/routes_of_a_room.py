"""A few routes as a room has them, so that the doors are tested whatever the real pages do."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from dayspring.clinic.people.policy import policy


def _who(request: HttpRequest) -> HttpResponse:
    name = request.user.called if request.user.is_authenticated else "nobody"  # type: ignore[union-attr]
    return HttpResponse(f"{name} at {request.station or 'no station'}")  # type: ignore[attr-defined]


@policy(station=True)
def stop(request: HttpRequest) -> HttpResponse:
    return _who(request)


@policy(roles=["nurse", "prescriber"], locked=True)
def room(request: HttpRequest) -> HttpResponse:
    return HttpResponse("locked" if request.locked else "open")  # type: ignore[attr-defined]


@policy(roles=["nurse", "prescriber"], background=True)
def stream(request: HttpRequest) -> HttpResponse:
    return _who(request)


@policy(roles=["nurse", "prescriber"])
def chart(request: HttpRequest, chart: UUID) -> HttpResponse:
    return _who(request)


@policy(act="SignOrder")
def sign(request: HttpRequest) -> HttpResponse:
    return _who(request)


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("a chart")


@policy(public=True)
def breaks(request: HttpRequest) -> HttpResponse:
    raise ValueError("Mara Lindqvist, 186/113")


sessions = [
    path("stop/", stop, name="stop"),
    path("room/", room, name="room"),
    path("stream/", stream, name="stream"),
    path("chart/<uuid:chart>/", chart, name="chart"),
    path("sign/", sign, name="sign"),
    path("forgotten/", forgotten, name="forgotten"),
    path("breaks/", breaks, name="breaks"),
]
urlpatterns = [
    path("room-test/", include((sessions, "rooms"))),
    path("", include("dayspring.clinic.people.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/second-factor/", include("allauth.mfa.urls")),
]
handler404 = "dayspring.clinic.people.failures.missing"
handler500 = "dayspring.clinic.people.failures.failed"
