"""Every route of the server. Each declares its policy, or the server does not start."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.urls import include, path


def _ready(urls: str) -> bool:
    """Whether the module can be read; one that is still missing a part is left out."""
    try:
        import_module(urls)
    except ImportError:
        return False
    return True


urlpatterns = [
    path("", include("dayspring.clinic.people.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/second-factor/", include("allauth.mfa.urls")),
    *(path("", include(urls)) for urls in settings.PAGE_URLS if _ready(urls)),
]

handler404 = "dayspring.clinic.people.failures.missing"
handler500 = "dayspring.clinic.people.failures.failed"
