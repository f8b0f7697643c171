"""What every page knows: where it is, who is there, and which parts of the clinic are theirs."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from dayspring.clinic.people.policy import decide, policy_of


@dataclass(frozen=True, slots=True)
class Way:
    """One word of the navigation."""

    label: str
    url: str
    current: bool


# Route and, as gettext must find them in the source, the word; in the order of a patient's way.
def _words() -> tuple[tuple[str, str], ...]:
    return (
        ("sessions:board", _("Board")),
        ("people:persons", _("People")),
        ("prescreen:inbox", _("Online")),
        ("screening:queue", _("Screening")),
        ("planning:queue", _("Plans")),
        ("courses:index", _("Courses")),
        ("reports:index", _("Reports")),
        ("browser:index", _("Knowledge")),
    )


def clinic(request: HttpRequest) -> dict[str, object]:
    """`demo`, `nav`, `staff`, `locked`, `station` and `clinic_zone`."""
    user = getattr(request, "user", None)
    staff = user if user is not None and user.is_authenticated else None
    locked = getattr(request, "locked", False)
    return {
        "demo": settings.DEMO,
        "nav": ways(request, staff.role) if staff and not locked else [],
        "staff": staff,
        "locked": locked,
        "station": getattr(request, "station", None),
        "clinic_zone": settings.ZONE,
    }


def ways(request: HttpRequest, role: str) -> list[Way]:
    """The parts of the clinic that exist and that this role may open."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    found = []
    for route, label in _words():
        try:
            url = reverse(route)
            said = policy_of(resolve(url).func, route)
        except (NoReverseMatch, Resolver404):
            continue
        if said and decide(said, route=route, role=role, station=False).allowed:
            found.append(Way(label, url, current=here.split(":")[0] == route.split(":")[0]))
    return found
