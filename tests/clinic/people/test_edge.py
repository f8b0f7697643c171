"""What leaves the server beside the page: headers and log lines (hazards H53, H55)."""

from __future__ import annotations

import logging
import re

import pytest
from django.test import Client

from dayspring.clinic.people.log import Once, Plain
from tests.clinic.people import routes_of_a_room

pytestmark = pytest.mark.django_db

PAGES = ["/enter/", "/account/login/", "/people/", "/nothing-here/", "/account/signup/"]


def directives(answer) -> dict[str, list[str]]:
    parts = (p.split() for p in answer.headers["Content-Security-Policy"].split(";"))
    return {name: sorted(values) for name, *values in parts}


@pytest.mark.hazard("H53")
@pytest.mark.parametrize("url", PAGES)
def test_every_page_forbids_whatever_is_not_ours(signed_in, demo, url):
    answer = signed_in("nurse").get(url)
    assert directives(answer) == {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.hazard("H55")
@pytest.mark.parametrize("url", PAGES)
def test_no_page_may_be_kept_by_a_browser(signed_in, demo, url):
    assert signed_in("nurse").get(url).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("url", ["/enter/", "/account/login/", "/people/", "/people/new/"])
def test_no_page_holds_an_inline_script_or_style_or_an_address_of_somebody_else(signed_in, demo, url):
    client = Client() if url in ("/enter/", "/account/login/") else signed_in("nurse")
    page = client.get(url).content.decode()
    scripts = [s for s in re.findall(r"<script\b[^>]*>", page) if "application/json" not in s]
    assert all(" src=" in s for s in scripts), scripts
    assert not re.findall(r"\son\w+=|\sstyle=|<style\b|(?:src|href|action)=.?(?:https?:)?//", page)


@pytest.mark.hazard("H55")
def test_a_failure_gives_a_number_and_keeps_the_patient_out_of_page_and_log(settings, demo):
    settings.ROOT_URLCONF = routes_of_a_room.__name__
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if Once().filter(record):
                lines.append(Plain().format(record))

    kept = Kept()
    watched = [logging.getLogger(n) for n in ("dayspring", "dayspring.requests", "django")]
    for logger in watched:
        logger.addHandler(kept)
    try:
        answer = Client(raise_request_exception=False).get("/room-test/breaks/?who=Lindqvist")
    finally:
        for logger in watched:
            logger.removeHandler(kept)
    page, said = answer.content.decode(), "\n".join(lines)
    assert answer.status_code == 500
    number = re.search(r"Say this number when you ask for help: ([0-9A-F]{6})\.", page)
    assert number
    assert f"reference={number[1]}" in said
    assert said.count("ValueError") == 1
    assert "routes_of_a_room.py" in said
    assert "method=GET route=rooms:breaks status=500 ms=" in said
    for secret in ("Lindqvist", "186", "room-test", "who="):
        assert secret not in said
        assert secret not in page


def test_a_field_that_nobody_allowed_is_not_written():
    record = logging.makeLogRecord(
        {"name": "dayspring.x", "msg": "seen %s", "args": ("Mara",), "patient": "Mara", "route": "r"}
    )
    line = Plain().format(record)
    assert line.endswith(" dayspring.x seen %s route=r")
    assert "Mara" not in line


@pytest.mark.hazard("H55")
def test_a_search_for_a_name_puts_no_name_into_an_address(signed_in, demo):
    page = signed_in("front_desk").get("/people/").content.decode()
    form = re.search(r'<form[^>]*role="search"[^>]*>', page)
    assert form
    assert 'method="post"' in form[0]
