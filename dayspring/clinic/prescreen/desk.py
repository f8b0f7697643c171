"""What was sent online, at the desk: taken in as a person with a chart, or set aside with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dayspring.clinic import clock
from dayspring.clinic.acting.person import by_of
from dayspring.clinic.charts.record import record
from dayspring.clinic.people.models import Person
from dayspring.clinic.people.policy import policy
from dayspring.clinic.people.records import register
from dayspring.clinic.prescreen.models import Sent
from dayspring.clinic.zone import zone
from dayspring.knowledge import library
from dayspring.therapy import acts
from dayspring.therapy.prescreen import asked, weigh


@policy(act="TakePreScreen")
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Everything sent that nobody has dealt with, the most pressing first."""
    rows = [_row(sent) for sent in Sent.objects.filter(done_at=None)]
    rows.sort(key=lambda row: (not row["outcome"].urgent, row["sent"].sent_at))
    return render(request, "prescreen/inbox.html", {"rows": rows, "sources": library().sources})


def _row(sent: Sent) -> dict[str, Any]:
    """One sending with what it comes to, and who in the clinic may be the same person already."""
    questions = asked(library())
    return {
        "sent": sent,
        "outcome": weigh(sent.answers, library()),
        "said": [(questions[key]["wording"], said) for key, said in sent.answers.items() if key in questions],
        "same": _same(sent),
    }


def _same(sent: Sent) -> Person | None:
    """The person in the clinic's records with this name and birth date, if there is one."""
    return Person.objects.filter(name__iexact=sent.name, birth_date=sent.birth_date).first()


@policy(act="TakePreScreen")
@require_POST
def take(request: HttpRequest, sent: UUID) -> HttpResponse:
    """A person with a chart: the one who is known already, when the desk says so, else a new one."""
    with transaction.atomic():
        # Two at the desk press at once: one of them takes it in.
        row = get_object_or_404(Sent.objects.select_for_update(), pk=sent, done_at=None)
        same = _same(row)
        known = same is not None and request.POST.get("known") == str(same.pk)
        person = (
            same
            if known and same
            else register(Person(name=row.name, birth_date=row.birth_date, phone=row.phone))
        )
        row.chart, row.done_at, row.done_by = person.pk, clock.now(), request.user.called  # type: ignore[union-attr]
        row.save()
    _write(request, person.pk, row)
    return redirect("people:person", chart=person.pk)


def _write(request: HttpRequest, chart: UUID, row: Sent) -> None:
    by, at = by_of(request), clock.now().astimezone(zone())
    told = acts.ReceiveReferral(
        referrer=_("the person, online"), reason=row.words or _("first questions answered")
    )
    for act in (told, acts.TakePreScreen(answers=row.answers, sent_at=row.sent_at)):
        record(chart, act, by=by, at=at, key=str(uuid4()), seen=None)


@policy(act="TakePreScreen")
@require_POST
def set_aside(request: HttpRequest, sent: UUID) -> HttpResponse:
    """Somebody looked and made no chart of it; why is kept with it."""
    row = get_object_or_404(Sent, pk=sent, done_at=None)
    why = request.POST.get("why", "").strip()
    if not why:
        context = {"refused": (_("Setting aside needs a reason."),), "faults": {}, "back": request.path}
        return render(request, "acting/refused.html", context, status=422)
    row.set_aside, row.done_at, row.done_by = why, clock.now(), request.user.called  # type: ignore[union-attr]
    row.save()
    return redirect("prescreen:inbox")
