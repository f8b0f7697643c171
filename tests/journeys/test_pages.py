"""Every page of the demonstration clinic, for each role: it opens or says why not, and can be used by everybody.

The pages are found from the routes of the server, so a new one cannot be forgotten here.
"""

from __future__ import annotations

import re
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.urls import resolve, reverse
from playwright.sync_api import Page

from dayspring.clinic.browser.catalogue import catalogue
from dayspring.clinic.people.policy import decide, policy_of, routes
from tests.journeys.people_at_work import enter, look

pytestmark = pytest.mark.browser

ROLES = {"lena": "nurse", "amadi": "prescriber", "robin": "front_desk"}
# Routes that are no page of their own, with the reason. Whatever is not here is opened below.
NO_PAGE = {
    "people:front": "leads to the board",
    "people:lock": "posted",
    "acting:do": "posted",
    "planning:draft": "posted",
    "prescreen:ask": "posted",
    "prescreen:send": "posted",
    "prescreen:take": "posted",
    "prescreen:set_aside": "posted",
    "services:screen": "posted by another program",
    "services:schema": "JSON",
    "screening:letter": "paper; read in its own test",
    "consents:paper": "paper; read in its own test",
    "sessions:stop": "posted",
    "sessions:board_live": "a part of the board",
    "sessions:room_live": "a part of the room",
    "sessions:board_stream": "never ends",
    "sessions:room_stream": "never ends",
    "sessions:bind": "for machines",
    "sessions:readings": "for machines",
    "reports:note_pdf": "paper; read in the day's own test",
}
# Whose pages are looked at, so that each kind is seen in the states that it can be in; all are opened besides.
ANYBODY = ("Ottilie Madeup",)
LOOKED_AT = {
    "courses:course": ("Ines Dummont", "Ottilie Madeup"),
    "planning:plan": ("Ines Dummont", "Ada Nobody"),
    "planning:check": ("Ada Nobody", "Ines Dummont"),
    "screening:intake": ("Ines Dummont", "Victor Sample"),
    "screening:decision": ("Ines Dummont", "Victor Sample"),
    "sessions:before": ("Ravi Inventado", "Lucia Pretend"),
    "sessions:room": ("Peter Mockley", "Ottilie Madeup"),
}
SHELVES_LOOKED_AT = ("protocols", "rules", "instruments")
# The design page shows every size of heading.
MANY_HEADINGS = ("look:index",)
PROTOCOL = "iv_depression"
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def found(page: Page) -> tuple[dict[str, str], dict[str, str]]:
    """Charts and sessions with the name of their person, as the pages of the courses name them."""
    charts: dict[str, str] = {}
    sessions: dict[str, str] = {}
    index = page.request.get("/courses/").text()
    for chart in dict.fromkeys(re.findall(rf"/courses/({UUID})/", index)):
        course = page.request.get(f"/courses/{chart}/").text()
        name = re.findall(r"<h1>(.*?)</h1>", course)[0]
        charts[chart] = name
        sessions |= dict.fromkeys(re.findall(rf"/sessions/({UUID})/", course), name)
    return charts, sessions


def addresses(charts: dict[str, str], sessions: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Every page: its route, its address and whose page it is, empty for nobody's."""
    for route, pattern in routes():
        if route in NO_PAGE or ":" not in route:
            continue
        match sorted(pattern.pattern.converters):
            case []:
                yield route, reverse(route), ""
            case ["chart"]:
                yield from ((route, reverse(route, args=[chart]), name) for chart, name in charts.items())
            case ["chart", "protocol"]:
                yield from (
                    (route, reverse(route, args=[chart, PROTOCOL]), name) for chart, name in charts.items()
                )
            case ["shelf"]:
                yield from ((route, reverse(route, args=[shelf]), "") for shelf in catalogue().shelves)
            case ["key", "shelf"]:
                # One row of each shelf: the pages are made from one template.
                yield from (
                    (route, reverse(route, args=[shelf, next(iter(rows))]), "")
                    for shelf, rows in catalogue().shelves.items()
                )
            case ["session"]:
                yield from ((route, reverse(route, args=[key]), name) for key, name in sessions.items())
            case other:
                pytest.fail(f"{route} asks for {other}; say here how such a page is found")


def on_shelf(address: str) -> bool:
    """Whether this is one of the shelves that stand for all."""
    return address.startswith(tuple(f"/knowledge/{shelf}/" for shelf in SHELVES_LOOKED_AT))


def may_open(address: str, role: str) -> bool:
    """What the policy of the page at that address says to that role."""
    match = resolve(urlsplit(address).path)
    said = policy_of(match.func, match.view_name)
    assert said is not None, f"{match.view_name} declares no policy"
    return decide(said, route=match.view_name, role=role, station=False).allowed


@pytest.mark.parametrize("username", ROLES)
def test_every_page_opens_for_whom_it_is_and_tells_the_others_why_not(desk, username):
    page = enter(desk.open(), "lena")
    charts, sessions = found(page)
    assert len(charts) >= 12
    assert len(sessions) >= 12
    enter(page, username)
    took: dict[str, list[float]] = defaultdict(list)
    wrong = []
    for route, address, name in addresses(charts, sessions):
        began = time.perf_counter()
        answer = page.request.get(address)
        took[route].append(1000 * (time.perf_counter() - began))
        text = answer.text()
        status = 200 if may_open(answer.url, ROLES[username]) else 403
        title = re.search(r"<title>(\S.*) · Dayspring</title>", text)
        headed = text.count("<h1") == 1 or route in MANY_HEADINGS
        if answer.status != status or not title or not headed:
            wrong.append(
                f"{route} of {name or 'nobody'}: {answer.status}, {text.count('<h1')} first headings"
            )
    for route, times in sorted(took.items()):
        print(f"{route:24} {statistics.median(times):6.1f} ms, median of {len(times)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("username", ROLES)
def test_every_kind_of_page_can_be_used_by_everybody(desk, username, size):
    page = enter(desk.open(size), "lena")
    charts, sessions = found(page)
    # A course names first the session that is going on.
    first = dict(reversed([(name, key) for key, name in sessions.items()]))
    going = {key: name for name, key in first.items()}
    enter(page, username)
    for route, address, name in addresses(charts, going):
        looked_at = LOOKED_AT.get(route, ANYBODY)
        # The pages of the others are the nurse's with fewer ways: once each is enough, and no picture.
        if name and name not in (looked_at if username == "lena" else looked_at[-1:]):
            continue
        # The shelves are one template; the longest ones would only take longer to look at.
        if route in ("browser:shelf", "browser:item") and (username != "lena" or not on_shelf(address)):
            continue
        if may_open(page.request.get(address).url, ROLES[username]):
            page.goto(address)
            whose = name.split(" ")[0].lower()
            look(
                page,
                f"page-{route.replace(':', '-')}-{whose}".rstrip("-"),
                whole=route != "sessions:room",
                picture=username == "lena",
            )


@pytest.mark.parametrize("address", ["/enter/", "/account/login/", "/locked/", "/account/second-factor/"])
def test_the_doors_can_be_used_by_everybody(desk, size, address):
    page = desk.open(size)
    if address == "/account/second-factor/":
        enter(page, "lena")
    page.goto(address)
    look(page, "door-" + address.strip("/").split("/")[-1])


def test_the_locked_door_can_be_used_by_everybody(desk, size):
    page = enter(desk.open(size), "samir")
    token = next(c["value"] for c in page.context.cookies() if c["name"] == "csrftoken")
    page.request.post("/lock/", form={"csrfmiddlewaretoken": token})
    page.goto("/people/")
    page.get_by_role("heading", name="Locked").wait_for()
    look(page, "door-locked")
