"""Referral, intake and the decision whether a course may start."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dayspring.clinic import clock
from dayspring.clinic.acting.answers import shown
from dayspring.clinic.people.models import Person
from dayspring.clinic.people.policy import policy
from dayspring.clinic.showing.folded import Folded, folded
from dayspring.clinic.showing.found import AT_THE_DESK, CLINICAL, allergy_of
from dayspring.clinic.showing.keys import keys
from dayspring.clinic.zone import zone
from dayspring.knowledge import library
from dayspring.quantities import SPOKEN
from dayspring.therapy.intake import columns, questions
from dayspring.therapy.screening import screen

ORDER = ("BLOCK", "REVIEW", "WARN", "INFO")


@policy(roles=AT_THE_DESK)
def queue(request: HttpRequest) -> HttpResponse:
    """Everybody about whom nobody has decided yet, with how far the intake is."""
    rows = []
    for person in Person.objects.all():
        fold = folded(person.pk)
        decided = fold.course.decision
        if decided is not None and decided.decision == "start":
            continue
        said = screen(fold.course.told, library(), on=clock.now().astimezone(zone()).date())
        rows.append(
            {
                "person": person,
                "answers": len(fold.course.answers),
                "status": said.status,
                "holds": sum(1 for f in said.findings if f.kind == "BLOCK"),
                "decided": decided,
            }
        )
    return render(request, "screening/queue.html", {"rows": rows})


def common(chart: UUID) -> tuple[Folded, dict[str, Any]]:
    person = get_object_or_404(Person, pk=chart)
    fold = folded(chart)
    return fold, {
        "person": person,
        "allergy": allergy_of(fold),
        "chart": chart,
        "course": fold.course,
        "version": fold.version,
        "key": keys(),
    }


@policy(roles=AT_THE_DESK)
def intake(request: HttpRequest, chart: UUID) -> HttpResponse:
    """The referral and the questions, section by section. What was answered is shown beside its question."""
    fold, context = common(chart)
    sections: dict[str, list[dict[str, Any]]] = {}
    tables = columns(library())
    for question in questions(library()):
        answer = fold.course.answers.get(question.key)
        words = shown(answer, tuple(tables.get(question.kind, ())))
        row = {
            "q": question,
            "answer": words,
            "raw": answer if isinstance(answer, str | int) else "",
            "choices": [{"key": key, "words": _choice(key)} for key in question.choices],
            "unit": SPOKEN.get(question.unit, question.unit),
        }
        sections.setdefault(question.section, []).append(row)
    context |= {
        "sections": [
            {
                "name": name,
                "rows": rows,
                "open": sum(1 for r in rows if r["answer"] == ""),
                "key": context["key"][f"section_{name}"],
            }
            for name, rows in sections.items()
        ],
        "here": reverse("screening:intake", kwargs={"chart": chart}),
        "decision_url": reverse("screening:decision", kwargs={"chart": chart}),
    }
    return render(request, "screening/intake.html", context)


def _choice(key: str) -> str:
    """A choice as people say it; abbreviations keep their capitals."""
    words = key.replace("_", " ")
    return words.upper() if key in ("ptsd", "ocd", "crps") else words


@policy(roles=CLINICAL)
def decision(request: HttpRequest, chart: UUID) -> HttpResponse:
    """What speaks for, against and is unknown, each with its source; and the prescriber's decision."""
    fold, context = common(chart)
    said = screen(fold.course.told, library(), on=clock.now().astimezone(zone()).date())
    asks = [f for f in said.findings if f.asks]
    context |= {
        "said": said,
        "holds": [f for f in said.findings if f.kind == "BLOCK"],
        "weigh": [f for f in said.findings if f.kind == "REVIEW" and not f.asks],
        "asks": asks,
        "notes": [f for f in said.findings if f.kind in ("WARN", "INFO") and not f.asks],
        "speaks_for": [f for f in said.findings if f.kind == "INDICATION"],
        "sentence": _sentence(said, len(asks)),
        "sources": library().sources,
        "here": reverse("courses:course", kwargs={"chart": chart}),
        "intake_url": reverse("screening:intake", kwargs={"chart": chart}),
        "protocol_key": "iv_depression",
        "latest": fold.course.screening[-1] if fold.course.screening else None,
    }
    return render(request, "screening/decision.html", context)


def _sentence(said: Any, asks: int) -> str:
    counts = {kind: sum(1 for f in said.findings if f.kind == kind and not f.asks) for kind in ORDER}
    words = {
        "eligible": _("Nothing holds a course back."),
        "needs_review": _("Not yet: %(weigh)d to weigh, %(asks)d to ask."),
        "not_eligible": _("No: %(holds)d holds, %(weigh)d to weigh, %(asks)d to ask."),
    }
    return words[said.status] % {"holds": counts["BLOCK"], "weigh": counts["REVIEW"], "asks": asks}
