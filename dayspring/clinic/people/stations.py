"""The browser as a place: a signed cookie that outlives the sign-in, so that stop can say where it was."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from dayspring.clinic.people import clock
from dayspring.clinic.people.models import Station

COOKIE, SALT = "station", "dayspring.station"
YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A station as its cookie tells it; reading it needs no database, so a stop waits for none."""

    id: str
    name: str

    def __str__(self) -> str:
        return self.name


def seat_of(request: HttpRequest) -> Seat | None:
    """The station that the request comes from; None without a cookie that we signed."""
    try:
        told = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
        return Seat(id=str(uuid.UUID(told["id"])), name=str(told["name"]))
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        return None


def seat_for(response: HttpResponseBase) -> Seat:
    """Makes this browser a station and gives it the cookie that says so."""
    key = uuid.uuid4()
    station = Station.objects.create(id=key, name=key.hex[:4].upper(), opened_at=clock.now())
    told = signing.dumps({"id": str(station.id), "name": station.name}, salt=SALT)
    response.set_cookie(
        COOKIE, told, max_age=YEAR_S, httponly=True, secure=settings.SECURE, samesite="Strict"
    )
    return Seat(id=str(station.id), name=station.name)
