"""The public questions: one a page, one tap each, answers carried by the page itself and by nothing else."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dayspring.clinic.people import clock
from dayspring.clinic.people.policy import policy
from dayspring.clinic.prescreen.forms import SendForm
from dayspring.clinic.prescreen.models import Sent
from dayspring.knowledge import library
from dayspring.therapy.prescreen import asked, crisis, next_question, readable, weigh

# Against a flood, not against people: a family that shares a line still gets through.
SENT_AN_HOUR = 10
HOUR = 60 * 60


@policy(public=True)
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Whom to call first, what this is, and how it begins."""
    return render(request, "prescreen/start.html", _context() | {"count": len(asked(library()))})


@policy(public=True)
@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The next question, or what the answers come to. The answers so far travel in the page."""
    if request.method == "GET":
        return redirect("prescreen:start")
    answers = readable(request.POST.dict(), library())
    if (undone := request.POST.get("back", "")) in answers:
        # Everything from that question on is asked again.
        keys = list(asked(library()))
        answers = {key: answers[key] for key in keys[: keys.index(undone)] if key in answers}
    key = next_question(answers, library())
    if not key:
        return _outcome(request, answers)
    keys = list(asked(library()))
    number = keys.index(key) + 1
    urgent = weigh({**dict.fromkeys(keys, "no"), **answers}, library()).urgent
    context = {
        "answers": answers,
        "key": key,
        "row": asked(library())[key],
        "number": number,
        "count": len(keys),
        "done": range(number),
        "left": range(len(keys) - number),
        "before": keys[number - 2] if number > 1 else "",
        "urgent": urgent and number == len(answers) + 1 and list(answers)[-1:] == ["safe"],
    }
    return render(request, "prescreen/ask.html", _context() | context)


def _outcome(
    request: HttpRequest, answers: dict[str, str], form: SendForm | None = None, status: int = 200
) -> HttpResponse:
    keys = list(asked(library()))
    context = {
        "answers": answers,
        "outcome": weigh(answers, library()),
        "form": form or SendForm(),
        "before": keys[-1],
        "sources": library().sources,
    }
    return render(request, "prescreen/outcome.html", _context() | context, status=status)


@policy(public=True)
@never_cache
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Keeps the answers with a name, because the person asked for it."""
    answers = readable(request.POST.dict(), library())
    if next_question(answers, library()):
        return redirect("prescreen:start")
    form = SendForm(request.POST)
    if not form.is_valid():
        return _outcome(request, answers, form, status=422)
    if _too_many(request):
        form.add_error(None, _("Too many were sent from here within an hour. Please call the clinic."))
        return _outcome(request, answers, form, status=429)
    sent: Sent = form.save(commit=False)
    sent.answers, sent.sent_at = answers, clock.now()
    sent.save(force_insert=True)
    return render(request, "prescreen/sent.html", _context() | {"sent_at": sent.sent_at})


def _too_many(request: HttpRequest) -> bool:
    place = f"prescreen-{request.META.get('REMOTE_ADDR', '')}"
    cache.add(place, 0, HOUR)
    return bool(cache.incr(place) > SENT_AN_HOUR)


def _context() -> dict[str, Any]:
    return {"crisis": crisis(library())}
