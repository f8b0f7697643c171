"""The server's entrance. It does not open when the database could lose an answer or a route has no policy."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dayspring.clinic.settings")
application = get_asgi_application()

# What follows names tables, which exist only once Django is set up.
from dayspring.clinic import clock  # noqa: E402
from dayspring.clinic.charts.verify import assert_guarded  # noqa: E402
from dayspring.clinic.durable import assert_durable  # noqa: E402
from dayspring.clinic.people.policy import assert_policies  # noqa: E402
from dayspring.clinic.running import begin  # noqa: E402


def _assert_ready() -> None:
    try:
        assert_durable()
        assert_guarded()
        assert_policies()
        begin()
    finally:
        connections.close_all()


clock.start(settings.HOME / "clock")
# Servers import this file inside their event loop, where Django refuses its database.
with ThreadPoolExecutor(max_workers=1) as aside:
    aside.submit(_assert_ready).result()
