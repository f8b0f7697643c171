"""A series of sessions as a line of dates, with the days on which somebody judges. SVG, sentence and table.

Two rules keep it honest.
1. A date is drawn where it lies: the distance between two dots is the time between two doses.
2. The day after which no drug is ordered is a bar across the line, not a dot among the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import groupby

DESK, PHONE = 900, 340
JUDGE, LINE, LABEL, PHASE, HIGH = 22, 52, 82, 112, 122
LABEL_STEP = 56.0
STATES = {"done": ("dot", 8.0), "next": ("ring", 9.0), "later": ("hollow", 7.0), "missed": ("hollow", 7.0)}

Across = Callable[[date], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One session's day: done, next, later or missed, and the phase it belongs to."""

    day: date
    state: str
    phase: str = ""

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"{self.day} is {self.state}; a day is one of {', '.join(STATES)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """Everything the line draws. `given` are the days of doses; `last` is the last day without a judgement."""

    days: Sequence[Day]
    judged: Sequence[date]
    last: date | None
    today: date | None = None
    given: Sequence[date] = ()


def series_line(dates: Dates, *, width: int = DESK) -> tuple[str, str, list[tuple[str, ...]]]:
    """The drawing at a width in pixels (900 for a desk, 340 for a phone), its sentence and its table."""
    says = _sentence(dates)
    if not dates.days:
        return "", says, []
    every = [*(d.day for d in dates.days), *dates.judged, *dates.given, *([dates.last] if dates.last else [])]
    inside = dates.today and min(every) <= dates.today <= max(every)
    left, right = 26, width - 34
    first, long = min(every), max((max(every) - min(every)).days, 1)

    def x(day: date) -> float:
        return round(left + (right - left) * (day - first).days / long, 1)

    marks = [f'<path class="base" d="M{x(first)} {LINE}H{x(max(every))}"/>']
    if dates.today and inside:
        marks.append(f'<path class="nowline" d="M{x(dates.today)} {LINE - 18}V{LINE + 18}"/>')
    marks += _judgements(dates, x, width)
    marks += [
        f'<rect class="drugfill" x="{x(day) - 3:g}" y="{LINE - 16}" width="6" height="32" rx="3">'
        f"<title>{escape(_said(day))}, dose given</title></rect>"
        for day in dates.given
    ]
    marks += [_dot(day, x) for day in dates.days]
    marks += _labels(dates, x)
    marks += _phases(dates, x, width)
    head = f'<svg viewBox="0 0 {width} {HIGH}" role="img" aria-label="{escape(says)}">'
    return f"{head}{''.join(marks)}</svg>", says, _table(dates)


def _dot(day: Day, x: Across) -> str:
    kind, radius = STATES[day.state]
    crossed = ""
    if day.state == "missed":
        at = x(day.day)
        crossed = f'<path class="base" d="M{at - 5:g} {LINE - 5}l10 10m0 -10l-10 10"/>'
    return (
        f'<circle class="{kind} session" cx="{x(day.day)}" cy="{LINE}" r="{radius:g}">'
        f"<title>{escape(_said(day.day))}, {day.state}</title></circle>{crossed}"
    )


def _judgements(dates: Dates, x: Across, width: int) -> list[str]:
    """A diamond above the line for a day of judging; a bar across it for the last day without one."""
    marks, words_until = [], -LABEL_STEP
    for day in dates.judged:
        at = x(day)
        marks.append(f'<path class="judged" d="M{at} {JUDGE}l7 7l-7 7l-7 -7z"/>')
        if day != dates.last and at - words_until >= LABEL_STEP:
            marks.append(_text(at, JUDGE - 7, "judge", anchor="middle"))
            words_until = at
    if dates.last:
        at = x(dates.last)
        marks.append(f'<path class="lastday" d="M{at} {JUDGE + 14}V{LINE + 16}"/>')
        marks.append(_text(min(at + 28, width), JUDGE - 7, "judge by", kind="strong halo", anchor="end"))
    return marks


def _labels(dates: Dates, x: Across) -> list[str]:
    """As many dates below the line as have room; the first and the last day always."""
    days = [d.day for d in dates.days]
    if dates.last and dates.last not in days:
        days.append(dates.last)
    placed = [x(days[-1])]
    marks = [_text(placed[0], LABEL, _short(days[-1]), anchor="middle")]
    for day in days[:-1]:
        at = x(day)
        if all(abs(at - other) >= LABEL_STEP for other in placed):
            placed.append(at)
            marks.append(_text(at, LABEL, _short(day), anchor="middle"))
    return marks


def _phases(dates: Dates, x: Across, width: int) -> list[str]:
    """The name of each phase under its first day, with a line as long as the phase."""
    marks, free = [], 0.0
    for name, days in groupby(dates.days, key=lambda d: d.phase):
        inside = [d.day for d in days]
        begins, ends = x(inside[0]) - 8, x(inside[-1]) + 8
        words = name.replace("_", " ")
        if not name or begins + 8.5 * len(words) > width or begins < free:
            continue
        free = begins + 8.5 * len(words) + 12
        marks.append(f'<path class="grid" d="M{begins:g} {PHASE - 19}H{ends:g}"/>')
        marks.append(_text(begins, PHASE - 1, words))
    return marks


def _text(x: float, y: float, words: str, *, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def _short(day: date) -> str:
    return f"{day:%-d %b}"


def _said(day: date) -> str:
    return f"{day:%-d %B}"


def _sentence(dates: Dates) -> str:
    if not dates.days:
        return "No dates are planned."
    days = [d.day for d in dates.days]
    many = f"{len(days)} session{'' if len(days) == 1 else 's'}"
    says = (
        f"{many} from {_said(days[0])} to {_said(days[-1])}"
        if len(days) > 1
        else f"{many} on {_said(days[0])}"
    )
    coming = next((d.day for d in dates.days if d.state == "next"), None)
    says += f"; {len(dates.given)} dose{'' if len(dates.given) == 1 else 's'} given" if dates.given else ""
    says += f"; next {_said(coming)}" if coming else ""
    judged = [_said(day) for day in dates.judged if day != dates.last]
    says += f". Judged on {' and '.join(judged)}" if judged else ""
    says += f". No drug after {_said(dates.last)} without a judgement" if dates.last else ""
    return f"{says}."


def _table(dates: Dates) -> list[tuple[str, ...]]:
    """The head, then each session and each day of judging in the order of the days."""
    rows = [(d.day, f"session {place}", d.state, d.phase) for place, d in enumerate(dates.days, 1)]
    rows += [(day, "dose given", "", "") for day in dates.given]
    rows += [(day, "judge the answer", "", "") for day in dates.judged if day != dates.last]
    if dates.last:
        rows.append((dates.last, "last day without a judgement", "", ""))
    ordered = sorted(rows, key=lambda row: (row[0], not row[1].startswith("session")))
    return [("date", "what", "state", "phase"), *((f"{day:%a %-d %b %Y}", *rest) for day, *rest in ordered)]


__all__ = ["Dates", "Day", "series_line"]
