"""A protocol as a drawing: its phases as a line, its dose steps as bars, the day with everything watched.

All of it comes from the protocol's own tables: what a protocol does not say is not drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from dayspring.clinic.browser import shown, telling
from dayspring.clinic.browser.catalogue import Catalogue
from dayspring.clinic.browser.shown import Line
from dayspring.knowledge import Library, Limit
from dayspring.knowledge.pack import UNSIGNED
from dayspring.quantities import plain

# Parts of a protocol with a place of their own on its page.
DRAWN = (
    "phases", "dose_steps", "monitoring", "fasting", "ceilings", "gate", "discharge", "supply", "decisions",
)  # fmt: skip
# The widths of the two drawings in their own units, one for a desk and one for a phone.
WIDTHS = {"desk-only": 760, "phone-only": 340}
MARGIN, LABEL, ROW, HEAD = 12, 96, 34, 30
# How wide a dose is drawn that is given at once.
DOSE = 6
# No drawing goes on longer than this many points of one kind; the words below it say the spacing.
MOST_POINTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One dose step."""

    name: str
    text: str
    note: str
    url: str
    width: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One thing that is watched, with the points at which it is."""

    name: str
    y: int
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The day from the first drug to the earliest discharge, in minutes, drawn at one width."""

    place: str
    width: int
    height: int
    left: int
    drug: int
    track: int
    tracks: tuple[Track, ...]
    ticks: tuple[tuple[int, str], ...]


def protocol(row: Mapping[str, Any], known: Catalogue) -> dict[str, Any]:
    """Everything that the page of a protocol draws."""
    times = Times(row, known.known)
    return {
        "phases": [_phase(phase, number, known) for number, phase in enumerate(row.get("phases", ()), 1)],
        "bars": bars(row, known),
        "days": [times.day(place, width) for place, width in WIDTHS.items()] if times.tracks else [],
        "says": times.says,
        "parts": list(_parts(row, known)),
        "decisions": [_decision(one, known) for one in row.get("decisions", ())],
    }


def _phase(phase: Mapping[str, Any], number: int, known: Catalogue) -> dict[str, Any]:
    return {
        "name": telling.words(str(phase.get("name", number))),
        "says": phase.get("says", ""),
        "standing": telling.standing(str(phase.get("standing", ""))),
        "unsigned": phase.get("standing") in UNSIGNED,
        "lines": shown.lines(phase, known, without=("name", "says", "source", "standing")),
    }


def _decision(row: Mapping[str, Any], known: Catalogue) -> dict[str, Any]:
    """One point at which somebody decides: what is looked at, and the numbers it rests on."""
    rule = known.shelves["rules"].get(str(row.get("rule", "")))
    return {
        "rule": row.get("rule", ""),
        "url": shown.address(rule) if rule else "",
        "says": row.get("says", ""),
        "test": row.get("test", ""),
        "standing": telling.standing(str(row.get("standing", ""))),
        "unsigned": row.get("standing") in UNSIGNED,
        "source": row.get("source", ""),
        "lines": shown.lines({"limits": row["limits"]} if row.get("limits") else {}, known),
    }


def _parts(row: Mapping[str, Any], known: Catalogue) -> Iterator[tuple[str, tuple[Line, ...]]]:
    """The parts that are told in words, under the names that the clinic uses."""
    named = {
        "fasting": _("Before the dose: nothing to eat or drink"),
        "gate": _("Before the dose: what is checked"),
        "monitoring": _("What is watched, and how often"),
        "ceilings": _("The highest doses"),
        "discharge": _("Leaving"),
        "supply": _("Supply"),
    }
    for key, title in named.items():
        if isinstance(row.get(key), Mapping) and row[key]:
            yield title, shown.lines(row[key], known)


def bars(row: Mapping[str, Any], known: Catalogue) -> list[Bar]:
    """The dose steps, each as long as its number; steps in different units are not laid side by side."""
    steps = [known.known.limits[key] for key in row.get("dose_steps", ()) if key in known.known.limits]
    if not steps or len({step.unit for step in steps}) > 1:
        return []
    longest = max(step.value for step in steps)
    return [
        Bar(
            name=_("Step %d") % number if number > 1 else _("Start"),
            text=telling.amount(step),
            note=step.means,
            url=shown.address(known.shelves["limits"][step.key]),
            width=max(2, int(step.value / longest * 100)),
            y=(number - 1) * ROW,
        )
        for number, step in enumerate(steps, 1)
    ]


class Times:
    """The minutes of a protocol's day, read from the limits that it names."""

    def __init__(self, row: Mapping[str, Any], known: Library) -> None:
        plan = row.get("monitoring", {})
        self._known = known
        self.drug = self._minutes(row.get("infusion_minutes"))
        self.stay = self._minutes(plan.get("stay")) if isinstance(plan, Mapping) else Decimal(0)
        self.end = self.drug + self.stay
        self.tracks = self._tracks(plan) if isinstance(plan, Mapping) and self.end else {}

    @property
    def says(self) -> str:
        """What the drawing shows, for whoever does not see it."""
        if not self.tracks:
            return ""
        if not self.drug:
            return _("At least %(stay)s min under watch after the dose; leaving from then.") % {
                "stay": plain(self.stay)
            }
        return _(
            "%(drug)s min of drug, then at least %(stay)s min under watch; leaving from minute %(end)s."
        ) % {
            "drug": plain(self.drug),
            "stay": plain(self.stay),
            "end": plain(self.end),
        }

    def _limit(self, key: object) -> Limit | None:
        limit = self._known.limits.get(key) if isinstance(key, str) else None
        return limit if limit is not None and limit.unit in IN_MINUTES else None

    def _minutes(self, key: object) -> Decimal:
        limit = self._limit(key)
        return limit.value * IN_MINUTES[limit.unit] if limit else Decimal(0)

    def _tracks(self, plan: Mapping[str, Any]) -> dict[str, tuple[Decimal, ...]]:
        """For each thing that is watched the minutes at which it is, from `_during`, `_after` and `_at`."""
        found: dict[str, set[Decimal]] = {}
        for name, value in plan.items():
            kind, _sep, how = name.rpartition("_")
            if how == "during":
                found.setdefault(kind, set()).update(self._spaced(value, Decimal(0), self.drug))
            elif how == "after":
                found.setdefault(kind, set()).update(self._spaced(value, self.drug, self.end))
            elif how == "at":
                keys = value if isinstance(value, list) else [value]
                found.setdefault(kind, set()).update(self._minutes(key) for key in keys if self._limit(key))
        return {kind: tuple(sorted(points)) for kind, points in found.items() if points}

    def _spaced(self, key: object, start: Decimal, end: Decimal) -> Iterator[Decimal]:
        every = self._minutes(key)
        when = start + every
        for _number in range(MOST_POINTS):
            if not every or when > end:
                return
            yield when
            when += every

    def day(self, place: str, width: int) -> Day:
        """The drawing at that width."""
        last = max([self.end, *(points[-1] for points in self.tracks.values())])
        room = width - LABEL - MARGIN

        def at(minute: Decimal) -> int:
            return LABEL + int(minute / last * room)

        tracks = tuple(
            Track(name=telling.words(kind), y=HEAD + (number + 1) * ROW, points=tuple(at(p) for p in points))
            for number, (kind, points) in enumerate(self.tracks.items())
        )
        marks = dict.fromkeys((Decimal(0), self.drug, self.end))
        return Day(
            place=place,
            width=width,
            height=HEAD + (len(tracks) + 1) * ROW + MARGIN,
            left=LABEL,
            drug=max(DOSE, at(self.drug) - LABEL),
            track=at(self.end) - LABEL,
            tracks=tracks,
            ticks=tuple((at(mark), plain(mark)) for mark in marks),
        )


IN_MINUTES = {"min": Decimal(1), "h": Decimal("60")}
