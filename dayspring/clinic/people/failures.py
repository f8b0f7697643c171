"""The pages for when something did not work: the fact, what was kept, the way out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def refused(request: HttpRequest, *, row: str, status: int = 403) -> HttpResponse:
    """Not opened; the row that decided is named."""
    return _told(request, "people/refused.html", status, row=row, said=_("Not opened."))


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is not this browser's: the page stayed open over a sign-in, or came from elsewhere."""
    return _told(
        request,
        "people/too_old.html",
        403,
        row="csrf",
        said=_(
            "Nothing was saved: this page was open before you signed in. Open it again and repeat the act."
        ),
    )


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """There is no such page."""
    return _told(request, "people/missing.html", 404, row="", said=_("There is no such page."))


def failed(request: HttpRequest) -> HttpResponse:
    """Our own fault, with the number under which the log holds it."""
    reference = getattr(request, "reference", "")
    said = _("This did not work, and it is not known whether it was saved. Open the page again and look.")
    return _told(request, "people/failed.html", 500, row=reference, said=said)


def _told(request: HttpRequest, template: str, status: int, *, row: str, said: str) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"ok": False, "refused": [said], "row": row}, status=status)
    return render(request, template, {"row": row, "said": said}, status=status)
