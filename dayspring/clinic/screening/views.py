"""Intake, decision, second reviewer, clearances from outside, and the letter that tells the decision."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dayspring.clinic import clock
from dayspring.clinic.people.models import Person
from dayspring.clinic.people.policy import policy
from dayspring.clinic.screening.finding_words import Weighed, decision_words, weighed
from dayspring.clinic.screening.intake_page import intake_page
from dayspring.clinic.screening.letter import letter_of, printed
from dayspring.clinic.screening.outside import clearances, of_words, outcome_words
from dayspring.clinic.screening.waiting import waiting
from dayspring.clinic.screening.weighing import compared, first_dose, protocol_asked, protocols_in_use
from dayspring.clinic.showing.folded import Folded, folded
from dayspring.clinic.showing.found import AT_THE_DESK, CLINICAL
from dayspring.clinic.showing.patient import chart_context
from dayspring.clinic.zone import zone
from dayspring.knowledge import library
from dayspring.therapy.aim import aim_of
from dayspring.therapy.course import Course
from dayspring.therapy.decide_screening import (
    ASKED_OF,
    CLEARED,
    monitoring_programme,
    not_cleared,
    second_prescriber,
)
from dayspring.therapy.facts import PdmpChecked
from dayspring.therapy.roles import RoleRow, allowed
from dayspring.therapy.screening import Decision, screen

PROGRAMME_ASKED = "pdmp_checked"


def _now() -> datetime:
    return clock.now().astimezone(zone())


def _today() -> date:
    return _now().date()


@policy(roles=AT_THE_DESK)
def queue(request: HttpRequest) -> HttpResponse:
    """Everybody whose screening is not through, first those for whom the reader can do something."""
    person = request.user
    rows = waiting(
        library(),
        on=_today(),
        reader=str(person.pk),
        role=person.role,  # type: ignore[union-attr]
    )
    context = {
        "rows": rows,
        "may_decide": person.role in CLINICAL,  # type: ignore[union-attr]
        "may_see_clearances": person.role in CLINICAL,  # type: ignore[union-attr]
    }
    return render(request, "screening/queue.html", context)


def _about(request: HttpRequest, fold: Folded, page: str) -> dict[str, Any]:
    """The protocol that the page is about, and the others that one may ask for."""
    knowledge = library()
    key = protocol_asked(request.GET.get("protocol", ""), fold.course, knowledge)
    address = {
        name: reverse(f"screening:{name}", kwargs={"chart": fold.chart}) for name in ("intake", "decision")
    }
    return {
        "protocol_key": key,
        "protocol": knowledge.protocols[key],
        "protocols": [{"key": k, "name": row["name"]} for k, row in protocols_in_use(knowledge).items()],
        "page_url": address[page],
        "here": f"{address[page]}?protocol={key}",
        "intake_url": f"{address['intake']}?protocol={key}",
        "decision_url": f"{address['decision']}?protocol={key}",
    }


@policy(roles=AT_THE_DESK)
def intake(request: HttpRequest, chart: UUID) -> HttpResponse:
    """The referral, and the questions that are still unknown and matter for the protocol that is asked for."""
    fold, context = chart_context(chart)
    context |= _about(request, fold, "intake")
    aim = aim_of(context["protocol_key"], library())
    context["asking"] = intake_page(
        fold.course, library(), on=_today(), aim=aim, born=context["person"].birth_date
    )
    context["medicine_names"] = sorted(library().screening["medicines"]["ingredients"])
    return render(request, "screening/intake.html", context)


@policy(roles=CLINICAL)
def decision(request: HttpRequest, chart: UUID) -> HttpResponse:
    """What speaks for, against and is unknown, each with its source; the decision, and who else looks."""
    fold, context = chart_context(chart)
    context |= _about(request, fold, "decision")
    at, course = _now(), fold.course
    context |= _by_rules(course, context["protocol_key"], at, request.GET.get("about", ""))
    context |= _by_people(course, str(request.user.pk))
    for row in context["clearances"]:
        row["form_key"] = context["key"][f"AnswerClearance {row['id']}"]
    context |= {
        "asked_of": [{"key": of, "words": of_words(of)} for of in ASKED_OF],
        "cleared": [{"key": word, "words": outcome_words(word)} for word in CLEARED],
        "today": at.date(),
        "may": _may(request, "DecideScreening", "AskClearance", "CheckPdmp"),
        "letter_url": reverse("screening:letter", kwargs={"chart": chart}),
    }
    return render(request, "screening/decision.html", context)


def _by_rules(course: Course, key: str, at: datetime, about: str) -> dict[str, Any]:
    """What the rules say of this person by that protocol; `about` is the rule that somebody outside is asked on."""
    knowledge, aim = library(), aim_of(key, library())
    said = screen(course.told, knowledge, on=at.date(), aim=aim)
    programme = monitoring_programme(course, knowledge, at=at, aim=aim)
    asked = clearances(course, at.date())
    # Whether the programme was looked at is told by the looks that are recorded, and once.
    findings = [f for f in said.findings if f.question != PROGRAMME_ASKED or aim.jurisdiction != "US"]
    found = weighed((*findings, *programme), knowledge, {rule for row in asked for rule in row["rules"]})
    return {
        "said": said,
        "found": found,
        "about": next((f for f in (*found.holds, *found.weigh, *found.unknown) if f.rule == about), None),
        "sentence": _sentence(said, found),
        "first": first_dose(key, course, knowledge),
        "compared": compared(course, knowledge, on=at.date(), current=key),
        "second_reasons": second_prescriber(said, aim, knowledge),
        "clearances": asked,
        "against": not_cleared(course, at.date()),
        "needs_programme": aim.jurisdiction == "US",
    }


def _by_people(course: Course, reader: str) -> dict[str, Any]:
    """What the staff decided, reviewed and looked up."""
    latest = course.screening[-1] if course.screening else None
    decided = course.decision
    pdmp = course.pdmp[-1] if course.pdmp else None
    return {
        "latest": latest,
        "latest_words": decision_words(decided.decision) if decided else "",
        "decided_for": _named(decided.protocol) if decided else "",
        "review": course.review,
        "reviewed_by": course.reviews[-1].by.name if course.review else "",
        "is_mine": latest is not None and latest.by.id == reader,
        "pdmp": pdmp,
        "pdmp_words": pdmp_words(pdmp.fact) if pdmp else "",
    }


def _may(request: HttpRequest, *acts: str) -> dict[str, bool]:
    """Which of these acts the table of roles gives to the reader; the others are not offered."""
    role = request.user.role  # type: ignore[union-attr]
    return {act: isinstance(allowed(act, role, library()), RoleRow) for act in acts}


def _named(protocol: str) -> str:
    row = library().protocols.get(protocol)
    return str(row["name"]) if row else ""


def pdmp_words(fact: object) -> str:
    if not isinstance(fact, PdmpChecked):
        return ""
    words = {
        "as_told": _("as told"),
        "differs": _("differs from what was told"),
        "not_reachable": _("could not be reached"),
    }
    return f"{words.get(fact.outcome, fact.outcome)}, {fact.state}" + (
        f": {fact.words}" if fact.words else ""
    )


def _sentence(said: Decision, found: Weighed) -> str:
    """What the rules say in one sentence."""
    holds, weigh, asks = len(found.holds), len(found.weigh), len(found.unknown)
    counts = [
        ngettext("%(n)d holds it", "%(n)d hold it", holds) % {"n": holds} if holds else "",
        _("%(n)d to weigh") % {"n": weigh} if weigh else "",
        _("%(n)d to ask") % {"n": asks} if asks else "",
    ]
    told = ", ".join(count for count in counts if count)
    if said.status == "eligible":
        return _("Nothing holds a course back.") + (f" {told.capitalize()}." if told else "")
    return (_("No: %(told)s.") if holds else _("Not yet: %(told)s.")) % {"told": told or _("no indication")}


@policy(roles=CLINICAL)
def clearance_list(request: HttpRequest) -> HttpResponse:
    """Every clearance of the clinic that was asked for, the late ones first, then those that wait."""
    rows = [
        {"person": person, **row}
        for person in Person.objects.all()
        for row in clearances(folded(person.pk).course, _today())
    ]
    waits = [row for row in rows if row["state"] != "answered"]
    waits.sort(key=lambda row: (row["state"] != "late", row["due"] or date.max))
    answered = [row for row in rows if row["state"] == "answered"]
    answered.sort(key=lambda row: row["said_on"], reverse=True)
    return render(request, "screening/clearances.html", {"waits": waits, "answered": answered})


@policy(roles=CLINICAL)
def letter(request: HttpRequest, chart: UUID) -> HttpResponse:
    """The newest decision as a letter, to the patient or, with `?to=referrer`, to whoever referred them."""
    fold, context = chart_context(chart)
    to = "referrer" if request.GET.get("to") == "referrer" else "patient"
    content = letter_of(fold, context["person"], library(), to=to, zone=zone())
    if content is None:
        raise Http404
    paper = printed(content, by=request.user.called, at=_now())  # type: ignore[union-attr]
    answer = HttpResponse(paper, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="screening-letter.pdf"'
    return answer
