"""The board: one card for each chair, filled from the session that sits in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dayspring.clinic.charts.models import ChartEntry
from dayspring.clinic.charts.readings import READINGS
from dayspring.clinic.people.models import Chair, Person
from dayspring.clinic.showing import rooms, screen
from dayspring.clinic.showing.folded import folded
from dayspring.clinic.showing.tiles import tiles
from dayspring.knowledge import library
from dayspring.therapy import gate, monitoring
from dayspring.therapy.checks import Scene
from dayspring.therapy.safety import ORDER
from dayspring.therapy.session import State

NEAR = timedelta(hours=18)


def board_screen(at: datetime, zone: ZoneInfo) -> screen.Board:
    """Every chair in its place. Closed sessions leave their chair; a later booking is named in a free one."""
    seated, coming = _sessions(at, zone)
    people = Person.objects.in_bulk([look.folded.chart for look in (*seated.values(), *coming.values())])
    chairs = []
    for chair in Chair.objects.all():
        place = str(chair.number)
        look = seated.get(place)
        if look is not None:
            chairs.append(_taken(look, people[look.folded.chart], place))
        else:
            after = coming.get(place)
            planned = (
                f"{after.clock(_booked(after).planned_for)} {_short(people[after.folded.chart])}"
                if after
                else ""
            )
            chairs.append(screen.Chair(place=place, free=True, planned=planned))
    loud = sorted((c for c in chairs if c.level), key=lambda c: ORDER[c.level])
    worst = loud[0] if loud else None
    return screen.Board(
        chairs=tuple(chairs),
        clock=at.astimezone(zone).strftime("%H:%M"),
        loudest=_("Chair %(place)s: %(words)s") % {"place": worst.place, "words": worst.next_words}
        if worst
        else "",
        loudest_priority=worst.level if worst else "",
        loudest_stars=worst.stars if worst else "",
    )


def _sessions(at: datetime, zone: ZoneInfo) -> tuple[dict[str, rooms.Looking], dict[str, rooms.Looking]]:
    """Who sits in which chair now, and who is booked for it next."""
    recent = ChartEntry.objects.filter(kind="SessionBooked", recorded_at__gt=at - timedelta(days=30))
    seated: dict[str, rooms.Looking] = {}
    coming: dict[str, rooms.Looking] = {}
    for chart, key in recent.order_by("recorded_at").values_list("chart", "session"):
        look = rooms.looking(folded(chart), key, library(), at, zone)
        booked = _booked(look)
        if look.session.state is State.CLOSED:
            continue
        if look.session.state is State.PLANNED:
            if abs(booked.planned_for - at) < NEAR:
                coming.setdefault(booked.chair, look)
            continue
        seated[booked.chair] = look
    return seated, coming


def _booked(look: rooms.Looking):  # type: ignore[no-untyped-def]
    booked = look.session.booked
    assert booked is not None, "a session on the board is booked"
    return booked


def _short(person: Person) -> str:
    """Given name and initial: enough for a wall, no more."""
    last = person.name.split()[-1]
    return f"{person.short} {last[0]}."


def _taken(look: rooms.Looking, person: Person, place: str) -> screen.Chair:
    session = look.session
    pressure, pulse, saturation = tiles(session, READINGS.latest(session.id), look.knowledge, look.at)
    cards = [card for card in rooms.cards(look) if not card.seen_by or card.priority != "low"]
    worst = cards[0] if cards else None
    next_words, owner = _next(look)
    return screen.Chair(
        place=place,
        session=session.id,
        name=_short(person),
        stage=session.stage,
        minute=rooms.minute_of_stage(look),
        minute_of=rooms.planned_minutes(look),
        pressure=pressure,
        pulse=pulse,
        saturation=saturation,
        track=rooms.track(look, words=False)[0],
        next_words=worst.says if worst else next_words,
        next_owner=owner,
        level=worst.priority if worst else "",
        stars=worst.stars if worst else "",
        todo=_todo(look) if session.state is State.PREPARING else (),
    )


def _next(look: rooms.Looking) -> tuple[str, str]:
    rows = monitoring.rounds(look.session, look.protocol, look.knowledge, look.at)
    upcoming = monitoring.next_due(rows)
    owner = look.session.started.by.name if look.session.started else ""
    if upcoming is None:
        return "", owner
    return f"{upcoming.words} {look.clock(upcoming.at)}", owner


def _todo(look: rooms.Looking) -> tuple[tuple[str, bool], ...]:
    scene = Scene(
        course=look.folded.course,
        session=look.session,
        protocol=look.protocol,
        knowledge=look.knowledge,
        at=look.at,
    )
    rows = gate.gate(scene)
    waiting = [(row.name, False) for row in rows if row.holds]
    done = len(rows) - len(waiting)
    return ((_("%(done)d of %(all)d ready") % {"done": done, "all": len(rows)}, not waiting), *waiting[:4])
