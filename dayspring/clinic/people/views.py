"""The doors and the people: front page, demonstration entrance, lock, and who the patients are."""

from __future__ import annotations

from uuid import UUID

from allauth.core.ratelimit import consume
from django.conf import settings
from django.contrib.auth import authenticate, login
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dayspring.clinic.people import clock, idle
from dayspring.clinic.people.demo import CAST, PASSWORD, make_staff
from dayspring.clinic.people.forms import PersonForm
from dayspring.clinic.people.models import Person, Role
from dayspring.clinic.people.policy import policy
from dayspring.clinic.people.records import register

BACKEND = "dayspring.clinic.people.backend.Backend"
STAFF = tuple(Role.values)


@policy(public=True)
@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """The board for those who are in; the way in for those who are not."""
    if request.user.is_authenticated:
        return redirect(home())
    return redirect("people:enter" if settings.DEMO else "account_login")


@policy(public=True)
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Enter the demonstration as one of its staff. Elsewhere there is no such page."""
    if not settings.DEMO:
        raise Http404
    if request.method == "POST":
        person = make_staff().get(request.POST.get("as", ""))
        if person is None:
            raise Http404
        login(request, person, backend=BACKEND)
        return redirect(_next(request))
    cast = [{"username": u, "called": c, "role": r.label} for u, c, r in CAST]
    context = {"first": cast[:3], "more": cast[3:], "password": PASSWORD, "next": request.GET.get("next", "")}
    return render(request, "people/enter.html", context)


@policy(signed_in=True, locked=True, setup=True)
@require_http_methods(["GET", "POST"])
def locked(request: HttpRequest) -> HttpResponse:
    """Behind the lock: the same person comes back by their password; in the demonstration, by a press."""
    if not request.locked:  # type: ignore[attr-defined]
        return redirect(_next(request))
    wrong = ""
    if request.method == "POST":
        wrong = _not_back(request)
        if not wrong:
            idle.unlock(request.session, clock.now())
            return redirect(_next(request))
    context = {"wrong": wrong, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "people/locked.html", context, status=422 if wrong else 200)


def _not_back(request: HttpRequest) -> str:
    """Why the lock stays; empty when it opens."""
    if settings.DEMO:
        return ""
    if not consume(request, action="reauthenticate", user=request.user):
        return _("Too many tries. Wait a minute, or sign out.")
    known = authenticate(
        request, username=request.user.get_username(), password=request.POST.get("password", "")
    )
    return "" if known == request.user else _("The password is not the one of %s.") % request.user.called  # type: ignore[union-attr]


@policy(signed_in=True, setup=True)
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock this browser now, without waiting for the five minutes."""
    idle.lock(request.session)
    return redirect("people:locked")


@policy(roles=STAFF)
@require_http_methods(["GET", "POST"])
def persons(request: HttpRequest) -> HttpResponse:
    """Everybody with a record. The search is posted, so that no name enters an address."""
    wanted = request.POST.get("find", "").strip()
    found = Person.objects.all()
    for word in wanted.split():
        found = found.filter(
            Q(name__icontains=word) | Q(preferred_name__icontains=word) | Q(record_number__icontains=word)
        )
    return render(request, "people/persons.html", {"persons": found, "wanted": wanted})


@policy(act="RegisterPerson")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a person's name, birth date and contact."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = register(form.save(commit=False))
        return redirect("people:person", chart=made.pk)
    return render(request, "people/new.html", {"form": form}, status=422 if form.is_bound else 200)


@policy(roles=STAFF)
@require_GET
def person(request: HttpRequest, chart: UUID) -> HttpResponse:
    """Who this is, and the way to their course."""
    known = get_object_or_404(Person, pk=chart)
    return render(request, "people/person.html", {"person": known, "course": _course_of(chart)})


def home() -> str:
    """The board, or the people while there is no board."""
    try:
        return reverse("sessions:board")
    except NoReverseMatch:
        return reverse("people:persons")


def _course_of(chart: UUID) -> str:
    try:
        return reverse("courses:course", kwargs={"chart": chart})
    except NoReverseMatch:
        return ""


def _next(request: HttpRequest) -> str:
    """Where the person was going, if that is on this server; else home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted.startswith("/") else home()
