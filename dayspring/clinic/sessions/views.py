"""The board and the room, their live parts and their streams."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from dayspring.clinic import clock
from dayspring.clinic.charts.readings import READINGS
from dayspring.clinic.people.models import Person
from dayspring.clinic.people.policy import policy
from dayspring.clinic.sessions.boards import board_screen
from dayspring.clinic.sessions.live import HUB
from dayspring.clinic.sessions.stop import stop_token
from dayspring.clinic.showing import rooms
from dayspring.clinic.showing.found import AT_THE_DESK, CLINICAL, allergy_of, found, looking
from dayspring.clinic.showing.keys import keys
from dayspring.clinic.showing.predicted import of_room
from dayspring.clinic.showing.tiles import tiles
from dayspring.clinic.zone import zone
from dayspring.knowledge import library
from dayspring.therapy.session import State


@policy(roles=CLINICAL, locked=True)
def room(request: HttpRequest, session: UUID) -> HttpResponse:
    """The room while drug is given or watched; before and after, the page that the stage needs."""
    look = looking(session, request)
    if look.session.state in (State.PLANNED, State.PREPARING) and "stay" not in request.GET:
        return redirect("sessions:before", session=session)
    if look.session.state is State.CLOSED and "stay" not in request.GET:
        return redirect("reports:note", session=session)
    return render(request, "sessions/room.html", _context(look))


@policy(roles=CLINICAL, locked=True, background=True)
def room_live(request: HttpRequest, session: UUID) -> HttpResponse:
    """The part of the room that changes, for the page to put in place."""
    return render(request, "sessions/room_live.html", _context(looking(session)))


def _context(look: rooms.Looking) -> dict[str, Any]:
    person = Person.objects.get(pk=look.folded.chart)
    screen = rooms.room(look, person, allergy_of(look.folded), stop_token(look.session.id))
    here = reverse("sessions:room", kwargs={"session": look.session.id})
    return {"room": screen, "key": keys(), "here": here, "predicted": of_room(look, person.birth_date)}


@policy(roles=CLINICAL, locked=True, background=True)
async def room_stream(request: HttpRequest, session: UUID) -> StreamingHttpResponse:
    """Ticks of one room, once a second."""
    key = str(session)

    def picture() -> dict[str, object]:
        return tick(key)

    await sync_to_async(connections.close_all)()
    return _stream(HUB.watch(key, picture))


def tick(session: str) -> dict[str, object]:
    """Version, clock and tiles of a room: all that a page needs each second."""
    fold = found(session)
    at = clock.now()
    look = rooms.looking(fold, session, library(), at, zone())
    rows = tiles(look.session, READINGS.latest(session), library(), at)
    return {
        "version": fold.version,
        "clock": look.clock(at),
        "server_ms": round(at.timestamp() * 1000),
        "given": rooms.given_words(look),
        "minute": rooms.minute_of_stage(look),
        "tiles": {
            row.key: {"text": row.text, "age_ms": row.age_ms, "max_age_ms": row.max_age_ms} for row in rows
        },
    }


@policy(roles=AT_THE_DESK)
def board(request: HttpRequest) -> HttpResponse:
    """All chairs, worst first on top, each in its own place."""
    return render(request, "sessions/board.html", {"board": board_screen(clock.now(), zone())})


@policy(roles=AT_THE_DESK, locked=True, background=True)
def board_live(request: HttpRequest) -> HttpResponse:
    return render(request, "sessions/board_live.html", {"board": board_screen(clock.now(), zone())})


@policy(roles=AT_THE_DESK, locked=True, background=True)
async def board_stream(request: HttpRequest) -> StreamingHttpResponse:
    """One tick a second; the board fetches itself anew at each."""

    def picture() -> dict[str, object]:
        at = clock.now()
        return {"version": round(at.timestamp()), "server_ms": round(at.timestamp() * 1000), "tiles": {}}

    await sync_to_async(connections.close_all)()
    return _stream(HUB.watch("board", picture))


def _stream(ticks: Any) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(ticks, content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer
