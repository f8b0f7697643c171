"""Past doses beside past answers, on one line of days. SVG, sentence and table.

Three rules keep it honest.
1. The whole scale of the instrument is drawn, whatever the totals; an answer without a total is hollow, at the foot.
2. Doses stand in their own strip from nothing up, so that a step of the dose looks as large as it is.
3. The sentence says what followed what, never that one caused the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

DESK, PHONE = 900, 340
TOP, FOOT, STRIP_TOP, STRIP_FOOT, LABEL, HIGH = 16, 190, 220, 262, 286, 294
LABEL_STEP = 52.0
DASH = "2 5"

Across = Callable[[date], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """A dose: its day, how much in the unit of its words, and those words."""

    day: date
    amount: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseAndResponse:
    """Everything the figure draws. `bands` are (lowest total of the band, its name); `aims` (total, words)."""

    name: str
    highest: int
    totals: Sequence[tuple[date, int | None]]
    doses: Sequence[Dose]
    bands: Sequence[tuple[int, str]] = ()
    aims: Sequence[tuple[float, str]] = ()
    label: str = ""


def dose_and_response(data: DoseAndResponse, *, width: int = DESK) -> tuple[str, str, list[tuple[str, ...]]]:
    """The drawing at a width in pixels (900 for a desk, 340 for a phone), its sentence and its table."""
    says = _sentence(data)
    days = sorted({day for day, _ in data.totals} | {dose.day for dose in data.doses})
    if not days:
        return "", says, []
    left, right = 44, width - (118 if width > 500 else 92)
    long = max((days[-1] - days[0]).days, 1)

    def x(day: date) -> float:
        return round(left + (right - left) * (day - days[0]).days / long, 1)

    marks = [*_ground(data, left, right), *_scores(data, x), *_doses(data, x, left, right)]
    marks += _days(data, days, x)
    head = f'<svg viewBox="0 0 {width} {HIGH}" role="img" aria-label="{escape(says)}">'
    return f"{head}{''.join(marks)}</svg>", says, _table(data)


def _y(data: DoseAndResponse, total: float) -> float:
    return round(FOOT - (FOOT - TOP) * min(max(total, 0), data.highest) / data.highest, 1)


def _ground(data: DoseAndResponse, left: int, right: int) -> list[str]:
    """The scale with its bands, and what is aimed at as dotted lines."""
    marks = []
    for lowest, name in ((0, ""), *data.bands):
        y = _y(data, lowest)
        marks.append(f'<path class="grid" d="M{left} {y}H{right}"/>')
        marks.append(_text(left - 8, y + 5, str(lowest), anchor="end"))
        # A band's name stands in the middle of the band, not on its edge.
        if name:
            marks.append(_text(right + 10, y - 4, name))
    for total, words in data.aims:
        y = _y(data, total)
        # An attribute, not a style: the printer of the PDF ignores page styles inside a drawing.
        marks.append(f'<path class="aim" stroke-dasharray="{DASH}" d="M{left} {y}H{right}"/>')
        marks.append(_text(left + 6, y - 5, words, kind="halo"))
    return marks


def _scores(data: DoseAndResponse, x: Across) -> list[str]:
    known = [(day, total) for day, total in data.totals if total is not None]
    marks = []
    if len(known) > 1:
        line = " L".join(f"{x(day)} {_y(data, total)}" for day, total in known)
        marks.append(f'<path class="score" d="M{line}"/>')
    marks += [
        f'<circle class="scoredot" cx="{x(day)}" cy="{_y(data, total)}" r="6"/>' for day, total in known
    ]
    marks += [
        f'<circle class="hollow" cx="{x(day)}" cy="{FOOT}" r="6"><title>not complete</title></circle>'
        for day, total in data.totals
        if total is None
    ]
    taken = -LABEL_STEP
    for place, (day, total) in enumerate(known):
        if x(day) - taken >= LABEL_STEP / 2 or place == len(known) - 1:
            taken = x(day)
            marks.append(_text(taken, _y(data, total) - 12, str(total), kind="strong halo", anchor="middle"))
    return marks


def _doses(data: DoseAndResponse, x: Across, left: int, right: int) -> list[str]:
    """Each dose as a tick from nothing up; its words where the amount changed and there is room."""
    marks = [
        f'<path class="grid" d="M{left} {STRIP_FOOT}H{right}"/>',
        _text(left - 8, STRIP_FOOT, "dose", anchor="end"),
    ]
    most = max((dose.amount for dose in data.doses), default=0.0)
    before, taken = "", -LABEL_STEP
    for dose in data.doses:
        tall = round((STRIP_FOOT - STRIP_TOP) * dose.amount / most, 1) if most > 0 else 0
        marks.append(
            f'<rect class="drugfill" x="{x(dose.day) - 4:g}" y="{STRIP_FOOT - tall:g}" width="8" height="{tall:g}" '
            f'rx="2"><title>{escape(f"{dose.day:%-d %B}")}: {escape(dose.words)}</title></rect>'
        )
        if dose.words != before and x(dose.day) - taken >= LABEL_STEP:
            taken, before = x(dose.day), dose.words
            marks.append(_text(taken, STRIP_FOOT - tall - 6, dose.words, anchor="middle", kind="halo"))
    return marks


def _days(data: DoseAndResponse, days: Sequence[date], x: Across) -> list[str]:
    """The first and the last day, and between them as many as have room."""
    placed = [x(days[-1])]
    marks = [_text(placed[0], LABEL, f"{days[-1]:%-d %b}", anchor="middle")]
    for day in [days[0], *days[1:-1]] if len(days) > 1 else []:
        if all(abs(x(day) - other) >= LABEL_STEP for other in placed):
            placed.append(x(day))
            marks.append(_text(x(day), LABEL, f"{day:%-d %b}", anchor="middle"))
    return marks


def _text(x: float, y: float, words: str, *, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def _sentence(data: DoseAndResponse) -> str:
    known = [total for _, total in data.totals if total is not None]
    doses = f"{len(data.doses)} dose{'' if len(data.doses) == 1 else 's'}"
    if not known:
        return f"{data.name} has no total yet; {doses} so far."
    if len(known) == 1:
        return f"{data.name} {known[0]} of {data.highest}, one total so far; {doses}."
    first, newest = known[0], known[-1]
    way = "rose" if newest > first else "fell" if newest < first else "stayed"
    moved = f"at {newest}" if newest == first else f"from {first} to {newest}"
    share = f", by {abs(first - newest) * 100 / first:.0f} %" if first and newest != first else ""
    return f"{data.name} {way} {moved}{share}, over {doses}{': ' + data.label if data.label else ''}."


def _table(data: DoseAndResponse) -> list[tuple[str, ...]]:
    """The head, then each total and each dose in the order of the days."""
    rows = [
        (day, 0, f"{data.name} {'not complete' if total is None else total}") for day, total in data.totals
    ]
    rows += [(dose.day, 1, dose.words) for dose in data.doses]
    return [("date", "what"), *((f"{day:%-d %b %Y}", what) for day, _, what in sorted(rows))]


__all__ = ["Dose", "DoseAndResponse", "dose_and_response"]
