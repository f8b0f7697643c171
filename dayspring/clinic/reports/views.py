"""The administration note: made from facts alone, signed as it was read, printed as PDF."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dayspring.clinic import clock
from dayspring.clinic.people.models import Person
from dayspring.clinic.people.policy import policy
from dayspring.clinic.reports.pdf import printed
from dayspring.clinic.reports.words import happening_rows, observation_rows, section_rows
from dayspring.clinic.showing import rooms
from dayspring.clinic.showing.folded import folded
from dayspring.clinic.showing.found import CLINICAL, allergy_of, looking
from dayspring.clinic.showing.keys import keys
from dayspring.clinic.zone import zone
from dayspring.therapy import facts
from dayspring.therapy.note import complete, digest, note_from
from dayspring.therapy.session import State


def contents(look: rooms.Looking) -> dict[str, Any]:
    """Everything that page and paper share."""
    note = note_from(look.folded.course, look.session, look.knowledge)
    person = Person.objects.get(pk=look.folded.chart)
    signed = [x for x in look.session.notes if isinstance(x.fact, facts.NoteSigned)]
    return {
        "person": person,
        "allergy": allergy_of(look.folded),
        "session_words": rooms.session_words(look),
        "sections": section_rows(note, look.zone),
        "observations": observation_rows(note, look.session, look.zone),
        "happenings": happening_rows(note, look.zone),
        "lacking": complete(note),
        "digest": digest(note),
        "upto": note.upto,
        "signed": signed[-1] if signed else None,
        "outdated": bool(signed) and signed[-1].fact.digest != digest(note),  # type: ignore[attr-defined]
        "addenda": [x for x in look.session.notes if isinstance(x.fact, facts.NoteAdded)],
        "picture": rooms.picture(look)[0],
        "sentence": rooms.picture(look)[1],
        "demo": settings.DEMO,
    }


@policy(roles=CLINICAL)
def note(request: HttpRequest, session: UUID) -> HttpResponse:
    """The note on the screen, with what it lacks, its signature and its addenda."""
    look = looking(session, request)
    context = contents(look) | {
        "look": look,
        "session": look.session,
        "chart": look.folded.chart,
        "version": look.folded.version,
        "key": keys(),
        "here": reverse("reports:note", kwargs={"session": session}),
        "pdf_url": reverse("reports:note_pdf", kwargs={"session": session}),
        "room_url": reverse("sessions:room", kwargs={"session": session}),
    }
    return render(request, "reports/note.html", context)


@policy(roles=CLINICAL)
def note_pdf(request: HttpRequest, session: UUID) -> HttpResponse:
    """The same note on paper: each page says whose it is, who printed it and when, and that it is a copy."""
    look = looking(session, request)
    content = contents(look)
    at = clock.now().astimezone(zone())
    paper = printed(content, by=request.user.called, at=at)  # type: ignore[union-attr]
    answer = HttpResponse(paper, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="administration-note.pdf"'
    return answer


@policy(roles=CLINICAL)
def index(request: HttpRequest) -> HttpResponse:
    """Notes that wait for a signature, then the signed ones, newest first."""
    rows: list[dict[str, Any]] = []
    for person in Person.objects.all():
        fold = folded(person.pk)
        for key in fold.course.bookings:
            session = fold.session(key)
            if session.started is None:
                continue
            signed = session.last(facts.NoteSigned)
            rows.append(
                {
                    "person": person,
                    "session": key,
                    "at": session.started.happened_at,
                    "stamp": session.started.happened_at.timestamp(),
                    "closed": session.state is State.CLOSED,
                    "signed": signed,
                }
            )
    rows.sort(key=lambda row: (row["signed"] is not None, -row["stamp"]))
    return render(request, "reports/index.html", {"rows": rows})
