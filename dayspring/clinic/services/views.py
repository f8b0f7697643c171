"""Screening over HTTP: the document of `dayspring screen` in, its decision out. No chart is read or written."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dayspring.clinic import clock
from dayspring.clinic.people.policy import policy
from dayspring.clinic.showing.found import CLINICAL
from dayspring.clinic.zone import zone
from dayspring.knowledge import library
from dayspring.therapy.facts_file import FaultyFacts, read_facts
from dayspring.therapy.facts_schema import decision_document, schema
from dayspring.therapy.screening import screen

LARGEST = 256 * 1024


@policy(roles=CLINICAL)
@require_GET
def facts_schema(request: HttpRequest) -> JsonResponse:
    """The JSON Schema of the facts."""
    return JsonResponse(schema(library()), json_dumps_params={"ensure_ascii": False})


@policy(roles=CLINICAL)
@require_POST
def screen_facts(request: HttpRequest) -> JsonResponse:
    """200 with the decision; 422 with every fault by its JSON path; 413 for more than a person's facts hold."""
    body = request.body
    if len(body) > LARGEST:
        words = _("%(size)d bytes are more than the %(most)d that facts may have.")
        return _faulty([("$", words % {"size": len(body), "most": LARGEST})], status=413)
    try:
        on = _day(request.GET.get("on", ""))
        facts = read_facts(body.decode("utf-8"), library())
    except FaultyFacts as wrong:
        return _faulty(wrong.faults)
    except UnicodeDecodeError:
        return _faulty([("$", _("This is not UTF-8."))])
    except ValueError:
        return _faulty([("?on", _("A day is written as 2026-12-31."))])
    said = screen(facts.answers, library(), on=on, aim=facts.aim)
    document = decision_document(said, facts.aim, on=on, knowledge=library())
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False})


def _day(text: str) -> date:
    return date.fromisoformat(text) if text else clock.now().astimezone(zone()).date()


def _faulty(faults: object, status: int = 422) -> JsonResponse:
    assert isinstance(faults, list | tuple)
    rows = [{"at": place, "says": says} for place, says in faults]
    return JsonResponse({"faults": rows}, status=status)
