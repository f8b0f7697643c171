"""The outermost of our own layers: what is never kept by a browser, and one line for each request."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

REQUESTS = logging.getLogger("dayspring.requests")
ERRORS = logging.getLogger("dayspring.errors")


class Edge:
    """Times a request, forbids keeping its answer, and gives a failure a number that can be read out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        # Not `setdefault`: a view may not decide that a chart may lie in a cache.
        response.headers["Cache-Control"] = "no-store"
        REQUESTS.info(
            "",
            extra={
                "method": request.method,
                "route": route_of(request),
                "status": response.status_code,
                "ms": round((time.perf_counter() - began) * 1000),
            },
        )
        return response

    def process_exception(self, request: HttpRequest, failed: Exception) -> None:
        request.reference = secrets.token_hex(3).upper()  # type: ignore[attr-defined]
        ERRORS.error(
            "failed",
            exc_info=failed,
            extra={"method": request.method, "route": route_of(request), "reference": request.reference},  # type: ignore[attr-defined]
        )


def route_of(request: HttpRequest) -> str:
    """The route's name; never its address, which may hold a chart's key."""
    match = request.resolver_match
    return match.view_name or "unnamed" if match else "none"
