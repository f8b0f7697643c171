"""The page on which every token, component and state stands, so that a change to one is seen at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dayspring.clinic.look.tokens import colours, pairs
from dayspring.clinic.people.policy import policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """A person who does not exist, for the specimens."""

    name: str
    birth_date: date
    record_number: str


def parts() -> list[tuple[str, str]]:
    """The parts of the page: anchor and title. Each has a template of its name in look/."""
    return [
        ("colour", _("Colour")),
        ("type", _("Type")),
        ("buttons", _("Buttons")),
        ("forms", _("Forms")),
        ("faults", _("Faults and refusals")),
        ("checks", _("Checks and rules")),
        ("orders", _("Order and second check")),
        ("consent", _("Consent and signature")),
        ("lists", _("Lists, tables and cards")),
        ("room", _("The treatment room")),
        ("hard", _("When it is hard")),
        ("board", _("The board")),
        ("phone", _("The patient's phone")),
    ]


@policy(signed_in=True)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Everything that a page may be made of."""
    context = {
        "parts": [(anchor, title, f"look/{anchor}.html") for anchor, title in parts()],
        "colours": colours().values(),
        "pairs": pairs(),
        "person": Invented(name="Mara Kessler", birth_date=date(1984, 2, 9), record_number="10-2044"),
    }
    return render(request, "look/index.html", context)
