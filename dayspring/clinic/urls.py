"""Every route of the server. Each declares its policy, or the server does not start."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("dayspring.clinic.people.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/second-factor/", include("allauth.mfa.urls")),
    *(path("", include(urls)) for urls in settings.PAGE_URLS),
]

handler404 = "dayspring.clinic.people.failures.missing"
handler500 = "dayspring.clinic.people.failures.failed"
