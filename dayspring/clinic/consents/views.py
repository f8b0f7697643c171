"""The consents of one person: a list with their states, one to read and sign, and the same on paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dayspring.clinic import clock
from dayspring.clinic.consents.paper import printed
from dayspring.clinic.people.models import Person
from dayspring.clinic.people.policy import policy
from dayspring.clinic.showing.folded import Folded, folded
from dayspring.clinic.showing.found import AT_THE_DESK
from dayspring.clinic.showing.keys import keys
from dayspring.clinic.zone import zone
from dayspring.knowledge import library
from dayspring.therapy import consents, facts
from dayspring.therapy.facts import Stamped
from dayspring.therapy.roles import RoleRow, allowed


@policy(roles=AT_THE_DESK)
def every(request: HttpRequest, chart: UUID) -> HttpResponse:
    """Each treatment with the state of its consent; that of the present course stands first."""
    person = get_object_or_404(Person, pk=chart)
    fold = folded(chart)
    rows = [_row(key, protocol, fold) for key, protocol in _offered(fold).items()]
    rows.sort(key=lambda row: (not row["going"], row["standing"].line is None, row["name"]))
    context = {
        "person": person,
        "chart": chart,
        "rows": rows,
        "course_url": reverse("courses:course", kwargs={"chart": chart}),
    }
    return render(request, "consents/every.html", context)


@policy(roles=AT_THE_DESK)
def one(request: HttpRequest, chart: UUID, protocol: str) -> HttpResponse:
    """One consent whole, what is new in it, the place to sign, and every signature that was ever under it."""
    fold, context = _common(chart, protocol)
    role = request.user.role  # type: ignore[union-attr]
    context |= {
        "version": fold.version,
        "key": keys(),
        "here": reverse("consents:one", kwargs={"chart": chart, "protocol": protocol}),
        "paper_url": reverse("consents:paper", kwargs={"chart": chart, "protocol": protocol}),
        "every_url": reverse("consents:every", kwargs={"chart": chart}),
        "may_sign": isinstance(allowed("SignConsent", role, library()), RoleRow),
        "may_withdraw": isinstance(allowed("WithdrawConsent", role, library()), RoleRow),
        "present": request.user.called,  # type: ignore[union-attr]
    }
    return render(request, "consents/one.html", context)


@policy(roles=AT_THE_DESK)
def paper(request: HttpRequest, chart: UUID, protocol: str) -> HttpResponse:
    """The same consent on paper, with the signature that belongs to these words and no other."""
    _fold, context = _common(chart, protocol)
    by = request.user.called  # type: ignore[union-attr]
    answer = HttpResponse(printed(context, by=by, at=_now()), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="consent.pdf"'
    return answer


def _now() -> datetime:
    """Now, on the clinic's clock: days are told as they are on the wall here."""
    return clock.now().astimezone(zone())


def _common(chart: UUID, protocol: str) -> tuple[Folded, dict[str, Any]]:
    """What page and paper share; 404 for a protocol that does not exist."""
    person = get_object_or_404(Person, pk=chart)
    knowledge = library()
    if protocol not in knowledge.protocols:
        raise Http404
    fold = folded(chart)
    text = consents.consent_for(knowledge.protocols[protocol], knowledge)
    standing = consents.stands(fold.course, text, knowledge, _now())
    return fold, {
        "person": person,
        "chart": chart,
        "protocol": knowledge.protocols[protocol],
        "text": text,
        "source": knowledge.consents[text.key],
        "standing": standing,
        "state": state_words(standing),
        "new": {p.heading for p in standing.new},
        "all_new": len(standing.new) == len(text.paragraphs),
        "line": None if standing.state == consents.RENEWED else standing.line,
        "past": [_told(line) for line in consents.signatures(fold.course, text.key)],
        "demo": settings.DEMO,
    }


def state_words(standing: consents.Standing) -> str:
    """The state of a consent in a word or two."""
    return {
        consents.CURRENT: _("Current"),
        consents.EXPIRING: _("Ends soon"),
        consents.EXPIRED: _("Too old"),
        consents.RENEWED: _("Text renewed"),
        consents.WITHDRAWN: _("Withdrawn"),
        consents.UNSIGNED: _("Not signed"),
    }[standing.state]


def _offered(fold: Folded) -> dict[str, Mapping[str, Any]]:
    """The protocols that the clinic gives, and any other whose consent this person has signed."""
    signed = {getattr(line.fact, "consent", "") for line in fold.course.consents}
    return {
        key: row
        for key, row in library().protocols.items()
        if row.get("enabled", True) or row["consent"] in signed
    }


def _row(key: str, protocol: Mapping[str, Any], fold: Folded) -> dict[str, Any]:
    standing = consents.current(fold.course, protocol, library(), _now())
    return {
        "name": protocol["name"],
        "going": key == _going(fold),
        "standing": standing,
        "state": state_words(standing),
        "url": reverse("consents:one", kwargs={"chart": fold.chart, "protocol": key}),
    }


def _going(fold: Folded) -> str:
    """The protocol of the plan, else that of the newest decision; empty when there is neither."""
    plan = fold.course.plan.fact if fold.course.plan else fold.course.decision
    return str(getattr(plan, "protocol", ""))


def _told(line: Stamped) -> dict[str, Any]:
    """One signature or withdrawal as the list of the page shows it."""
    fact = line.fact
    told = {"at": line.happened_at, "by": line.by.name, "signed": isinstance(fact, facts.ConsentSigned)}
    named = ("signed_name", "version", "drawing", "digest", "reason")
    return told | {name: getattr(fact, name, "") for name in named}
