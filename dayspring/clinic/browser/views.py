"""The knowledge browser: search, shelves, one row with all that is known of it, what changed, and the signature."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from allauth.core.ratelimit import consume
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dayspring import __version__
from dayspring.clinic.browser import drawn, shown, telling
from dayspring.clinic.browser.catalogue import SHELVES, Catalogue, Item, catalogue
from dayspring.clinic.pack import signing
from dayspring.clinic.pack.models import PackSignature
from dayspring.clinic.people import clock
from dayspring.clinic.people.policy import decide, policy, policy_of
from dayspring.knowledge.pack import UNSIGNED, standings
from dayspring.knowledge.rows import STANDINGS

NAMES = {shelf.key: shelf for shelf in SHELVES}
# A page of results is read, not scrolled: what is further down is found by another word.
MOST = 60
LONGEST_WORDS = 300


@policy(signed_in=True)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The shelves, the state of the signature, and what a search found."""
    known, asked = catalogue(), " ".join(request.GET.get("q", "").split())
    found = known.found(asked)
    context = {
        "asked": asked,
        "count": len(found),
        "hits": [_hit(one, known) for one in found[:MOST]],
        "more": max(0, len(found) - MOST),
        "shelves": [(shelf, len(known.shelves[shelf.key])) for shelf in SHELVES],
        "overdue": [_hit(one, known) for one in known.overdue(_today())],
        "signature": _state(request),
    }
    return render(request, "browser/index.html", context)


@policy(signed_in=True)
@require_GET
def shelf(request: HttpRequest, shelf: str) -> HttpResponse:
    """One shelf from end to end."""
    if shelf not in NAMES:
        raise Http404
    known = catalogue()
    rows = [_hit(one, known) for one in known.shelves[shelf].values()]
    return render(request, "browser/shelf.html", {"shelf": NAMES[shelf], "hits": rows})


@policy(signed_in=True)
@require_GET
def item(request: HttpRequest, shelf: str, key: str) -> HttpResponse:
    """One row: what it says, where it comes from, what it is worth, what names it."""
    known = catalogue()
    one = known.shelves.get(shelf, {}).get(key)
    if one is None:
        raise Http404
    drawing = drawn.protocol(known.known.protocols[key], known) if shelf == "protocols" else None
    context = {
        "item": one,
        "shelf": NAMES[shelf],
        "lines": shown.lines(one.row, known, without=_drawn_already(shelf)),
        "grounds": shown.grounds(one, known),
        "users": [(NAMES[name].title, rows) for name, rows in shown.users(one, known)],
        "house": shown.house(one, known),
        "drawing": drawing,
        "web": shown.web(known.known.sources[key].address) if shelf == "sources" else "",
        "late": one.review_by is not None and one.review_by < _today(),
        "paragraphs": one.row.get("paragraphs", ()) if shelf == "consents" else (),
    }
    return render(request, "browser/item.html", context)


def _drawn_already(shelf: str) -> tuple[str, ...]:
    return {"protocols": drawn.DRAWN, "consents": ("paragraphs",), "sources": ("address",)}.get(
        shelf, ("number",)
    )


@policy(signed_in=True)
@require_GET
def changed(request: HttpRequest) -> HttpResponse:
    """What changed since the last signature, and what the rows rest on."""
    return render(request, "browser/changes.html", _changes(request))


@policy(act="SignPack")
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest) -> HttpResponse:
    """Read what changed, and answer for all of it with one's own password."""
    wrong = ""
    words = " ".join(request.POST.get("words", "").split())
    if request.method == "POST":
        wrong = _not_signed(request, words)
        if not wrong:
            signing.sign(request.user, words)  # type: ignore[arg-type]
            return redirect("browser:changes")
    context = _changes(request) | {"wrong": wrong, "words": words, "form": True}
    return render(request, "browser/changes.html", context, status=422 if wrong else 200)


def _not_signed(request: HttpRequest, words: str) -> str:
    """Why the pack stays unsigned; empty when it may be signed."""
    if request.POST.get("digest") != signing.digest_now():
        return _("The knowledge changed while you read. Read what changed, then sign.")
    if not 1 <= len(words) <= LONGEST_WORDS:
        return _("Say in your own words what you answer for, in at most %d letters.") % LONGEST_WORDS
    if not consume(request, action="reauthenticate", user=request.user):
        return _("Too many tries. Wait a minute.")
    known = authenticate(
        request, username=request.user.get_username(), password=request.POST.get("password", "")
    )
    return "" if known == request.user else _("The password is not the one of %s.") % request.user.called  # type: ignore[union-attr]


def _changes(request: HttpRequest) -> dict[str, Any]:
    last = PackSignature.objects.first()
    found = signing.since(last)
    counted = standings(signing.rows_now())
    # Before the first signature all is new: what needs one is laid open, the rest is on the shelves.
    if last is None:
        found = tuple(change for change in found if _needs_a_name(signing.rows_now()[change.key]))
    parts = [
        (NAMES[key].title if key in NAMES else telling.words(key), list(rows))
        for key, rows in groupby(found, key=lambda change: change.shelf)
    ]
    return {
        "last": last,
        "signatures": PackSignature.objects.all()[1:20],
        "parts": parts,
        "count": len(found),
        "standings": [(STANDINGS[key], number, key in UNSIGNED) for key, number in counted.items()],
        "rows": len(signing.rows_now()),
        "digest": signing.digest_now(),
        "version": __version__,
        "signature": _state(request),
        "form": False,
    }


def _needs_a_name(row: Mapping[str, str]) -> bool:
    return row.get("standing") in UNSIGNED


def _state(request: HttpRequest) -> dict[str, Any]:
    """Whether the pack is signed, by whom, and whether this person may sign it."""
    said = policy_of(sign, "browser:sign")
    role = getattr(request.user, "role", None)
    counted = standings(signing.rows_now())
    return {
        "signed": signing.pack_is_signed(),
        "last": PackSignature.objects.first(),
        "unsigned": sum(counted[key] for key in UNSIGNED),
        "may": said is not None and decide(said, route="browser:sign", role=role, station=False).allowed,
        "demo": settings.DEMO,
    }


def _hit(one: Item, known: Catalogue) -> dict[str, Any]:
    """An item as one line of a list."""
    limit = known.known.limits.get(one.key) if one.shelf == "limits" else None
    return {
        "item": one,
        "url": shown.address(one),
        "shelf": NAMES[one.shelf].title,
        "number": telling.bound(limit) if limit else "",
        "house": limit is not None and limit.house is not None,
        "standing": telling.standing(one.standing),
        "unsigned": one.standing in UNSIGNED,
        "late": one.review_by is not None and one.review_by < _today(),
    }


def _today() -> Any:
    return timezone.localdate(clock.now())
