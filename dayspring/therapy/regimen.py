"""A course laid out in days: its phases, their spacing, the days on which somebody judges whether to go on.

Two rules keep this file honest.
1. A date is only ever moved later, never closer to the one before it than the protocol's interval.
2. A series ends in a day on which it is judged; without that judgement no further drug is ordered.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from dayspring.knowledge import Library, Limit
from dayspring.quantities import plain, span

WORKING = frozenset(
    (calendar.MONDAY, calendar.TUESDAY, calendar.WEDNESDAY, calendar.THURSDAY, calendar.FRIDAY)
)
DAY = timedelta(days=1)
COUNTED = "1"
WINDOWS = (("week_window", "doses_in_week"), ("month_window", "doses_in_month"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One stretch of a protocol. `sessions` and `weeks` are None where it has no such end; `every` in days,
    taken in turn; `decide_after` are the limits that say after which session or week the answer is judged.
    """

    name: str
    sessions: Limit | None
    weeks: Limit | None
    every: tuple[Limit, ...]
    decide_after: tuple[Limit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One session of a series: its day, its phase, and its number in the series from 1."""

    day: date
    phase: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A series laid out, the days on which it is judged, and what is to be said about it."""

    slots: tuple[Slot, ...]
    decide_on: tuple[date, ...]
    reevaluate_on: date | None
    says: tuple[str, ...]

    @property
    def dates(self) -> tuple[date, ...]:
        return tuple(slot.day for slot in self.slots)


def phases_of(protocol: str, knowledge: Library) -> tuple[Phase, ...]:
    """The phases of a protocol in their order; one that names none is one induction at its least interval."""
    row = _row(protocol, knowledge)
    if not row.get("phases"):
        return (
            Phase(
                name="induction",
                sessions=knowledge.limit(row["sessions"]),
                weeks=None,
                every=(knowledge.limit(row["minimum_interval"]),),
                decide_after=(),
            ),
        )
    return tuple(_phase(part, row, knowledge) for part in row["phases"])


def phase_named(protocol: str, phase: str, knowledge: Library) -> Phase:
    """The phase of that name, the first when no name is given. Raises KeyError naming both when there is none."""
    phases = phases_of(protocol, knowledge)
    if not phase:
        return phases[0]
    for part in phases:
        if part.name == phase:
            return part
    raise KeyError(f"protocol {protocol} has no phase {phase}; it has {', '.join(p.name for p in phases)}")


def lay_out(
    protocol: str,
    knowledge: Library,
    *,
    first: date,
    weekdays: frozenset[int] = WORKING,
    closed: frozenset[date] = frozenset(),
    phase: str = "",
) -> Series:
    """The whole series, or one phase of it, on days when the clinic is open, beginning at `first` or later."""
    if not weekdays:
        raise ValueError(f"a series of {protocol} needs a day of the week on which the clinic is open")
    row = _row(protocol, knowledge)
    least = least_days(protocol, knowledge)
    parts = (phase_named(protocol, phase, knowledge),) if phase else phases_of(protocol, knowledge)
    slots: list[Slot] = []
    rhythm = first
    for part in parts:
        ends = rhythm + _lasting(part, knowledge)
        for step in _steps(part, ends, rhythm):
            earliest = max(step, slots[-1].day + least) if slots else step
            day = _open_from(earliest, weekdays, closed)
            slots.append(Slot(day=day, phase=part.name, number=len(slots) + 1))
        rhythm = _next_rhythm(part, rhythm, ends)
    decide_on, reevaluate_on = judged_on(
        tuple(s.day for s in slots if s.phase == parts[0].name), protocol, knowledge, phase=parts[0].name
    )
    return Series(
        slots=tuple(slots),
        decide_on=decide_on,
        reevaluate_on=reevaluate_on,
        says=tuple(_says(row, parts, knowledge)),
    )


def judged_on(
    dates: Sequence[date], protocol: str, knowledge: Library, *, phase: str = ""
) -> tuple[tuple[date, ...], date | None]:
    """The days on which the answer of these dates is judged, and the last day without a judgement."""
    if not dates:
        return (), None
    part = phase_named(protocol, phase, knowledge)
    last = dates[: judged_after(protocol, phase, knowledge)][-1]
    wait = span(knowledge.limit("regimen_judged_after_end").quantity)
    again = dates[0] + span(knowledge.limit("regimen_judged_again").quantity)
    end = min(last + wait, again)
    days = {day for limit in part.decide_after if (day := _decided_on(limit, dates)) and day < end}
    return (*sorted(days), end), end


def judged_after(protocol: str, phase: str, knowledge: Library) -> int:
    """After so many sessions of a phase somebody judges whether to go on."""
    part = phase_named(protocol, phase, knowledge)
    ends = [part.sessions] if part.sessions else []
    if at_home := _row(protocol, knowledge).get("supply", {}):
        ends.append(knowledge.limit(at_home["judged_after"]))
    if not ends:
        ends = [knowledge.limit("doses_in_month")]
    return min(int(limit.value) for limit in ends)


def least_days(protocol: str, knowledge: Library) -> timedelta:
    """The least distance between two dates, in whole days: a date has no hour, so hours are rounded up."""
    least = span(knowledge.limit(_row(protocol, knowledge)["minimum_interval"]).quantity)
    return DAY * -(-least // DAY)


def faults(
    dates: Sequence[date], protocol: str, knowledge: Library, *, phase: str = "", after: date | None = None
) -> tuple[str, ...]:
    """Everything that is wrong with these dates of one phase; `after` is the day of the last dose given."""
    row = _row(protocol, knowledge)
    if not dates or list(dates) != sorted(set(dates)):
        return ("The dates must be different days, in order.",)
    found: list[str] = []
    part = phase_named(protocol, phase, knowledge)
    if part.sessions is not None and len(dates) > part.sessions.value:
        found.append(
            f"{len(dates)} dates are more than the {part.sessions} sessions of {row['name']}, {part.name}."
        )
    least, limit = least_days(protocol, knowledge), knowledge.limit(row["minimum_interval"])
    if after is not None and dates[0] - after < least:
        found.append(f"{_day(dates[0])} is closer than {limit} to the last dose, on {_day(after)}.")
    found += [
        f"{_day(one)} and {_day(two)} are closer than {limit}."
        for one, two in pairwise(dates)
        if two - one < least
    ]
    found += _crowded(dates, row, knowledge)
    return tuple(found)


def _crowded(dates: Sequence[date], row: Mapping[str, Any], knowledge: Library) -> Iterator[str]:
    """No stretch of days holds more sessions than it may, by the common limits or by the protocol's own."""
    own, home = row.get("windows", {}), row.get("supply", {})
    pairs = [(window, own.get(key, home.get(key, key))) for window, key in WINDOWS]
    for window, most in pairs:
        long, limit = span(knowledge.limit(window).quantity), knowledge.limit(most)
        for first in dates:
            # Distances, not dates: a date would drop the hours of the stretch.
            inside = [day for day in dates if timedelta() <= day - first < long]
            if len(inside) > limit.value:
                yield (
                    f"From {_day(first)} on, {len(inside)} sessions lie within "
                    f"{knowledge.limit(window).quantity}; at most {limit} may."
                )
                break


# Reading the phases of a protocol -----------------------------------------------------------------


def _row(protocol: str, knowledge: Library) -> Mapping[str, Any]:
    if protocol not in knowledge.protocols:
        raise KeyError(f"no protocol is called {protocol}")
    return knowledge.protocols[protocol]


def _phase(part: Mapping[str, Any], row: Mapping[str, Any], knowledge: Library) -> Phase:
    def limits(key: str, otherwise: str = "") -> tuple[Limit, ...]:
        named = part.get(key) or otherwise
        keys = [named] if isinstance(named, str) else list(named)
        return tuple(knowledge.limit(name) for name in keys if name)

    sessions, weeks = limits("sessions"), limits("weeks")
    return Phase(
        name=str(part["name"]),
        sessions=sessions[0] if sessions else None,
        weeks=weeks[0] if weeks else None,
        every=limits("every", row["minimum_interval"]),
        decide_after=limits("decide_after"),
    )


def _lasting(part: Phase, knowledge: Library) -> timedelta:
    """How long a phase without a number of sessions is laid out: its weeks, or until it is judged again."""
    limit = part.weeks or knowledge.limit("regimen_judged_again")
    return span(limit.quantity)


def _spacing(part: Phase) -> tuple[timedelta, ...]:
    return tuple(DAY * -(-span(limit.quantity) // DAY) for limit in part.every)


def _steps(part: Phase, ends: date, rhythm: date) -> Iterator[date]:
    """The days of the phase's own rhythm: as many as it has sessions, or as its weeks hold."""
    spacing = _spacing(part)
    number = 0
    while number < part.sessions.value if part.sessions else rhythm < ends:
        yield rhythm
        rhythm += spacing[number % len(spacing)]
        number += 1


def _next_rhythm(part: Phase, rhythm: date, ends: date) -> date:
    """The day on which the next phase would begin."""
    spacing = _spacing(part)
    if part.sessions is None:
        return ends
    for number in range(int(part.sessions.value)):
        rhythm += spacing[number % len(spacing)]
    return rhythm


def _open_from(day: date, weekdays: frozenset[int], closed: frozenset[date]) -> date:
    """The first day from that one on when the clinic is open."""
    while day.weekday() not in weekdays or day in closed:
        day += DAY
    return day


def _decided_on(limit: Limit, dates: Sequence[date]) -> date | None:
    """The day of the session before which one judges, or the day when the weeks are over; None past the end."""
    if limit.unit != COUNTED:
        return dates[0] + span(limit.quantity)
    number = int(limit.value)
    return dates[number] if number < len(dates) else None


def _says(row: Mapping[str, Any], parts: Sequence[Phase], knowledge: Library) -> Iterator[str]:
    yield f"At least {knowledge.limit(row['minimum_interval'])} lie between two sessions."
    for part in parts:
        yield f"{part.name.replace('_', ' ').capitalize()}: {_many(part)}, {_often(part)}."


def _many(part: Phase) -> str:
    if part.sessions:
        return f"{plain(part.sessions.value)} session{'' if part.sessions.value == 1 else 's'}"
    return f"for {plain(part.weeks.value)} weeks" if part.weeks else "without an end of its own"


def _often(part: Phase) -> str:
    spaces = [space // DAY for space in _spacing(part)]
    if len(spaces) > 1:
        return f"{' and '.join(str(space) for space in spaces)} days apart in turn"
    return "every day" if spaces == [1] else f"every {spaces[0]} days"


def _day(day: date) -> str:
    return f"{day:%-d %B}"
