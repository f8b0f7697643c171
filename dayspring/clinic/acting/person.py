"""Who acts, as the chart names them."""

from __future__ import annotations

from django.http import HttpRequest

from dayspring.therapy.facts import By


def by_of(request: HttpRequest) -> By:
    """The signed-in person with the station they sit at."""
    person = request.user
    station = getattr(request, "station", None)
    return By(id=str(person.pk), name=person.called, role=person.role, station=str(station or ""))  # type: ignore[union-attr]


SYSTEM = By(id="dayspring", name="Dayspring", role="system")


def station_only(station: str) -> By:
    """A station at which nobody is signed in: it can stop the drug and nothing else."""
    return By(
        id=f"station:{station}", name=f"Station {station}", role="station", station=station, verified=False
    )
