"""Scores and doses of a course on one line of dates. SVG and a sentence; the table stands beside it on the page.

The whole scale of the instrument is drawn, whatever the scores; an answer without a total is a hollow mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

TOP, BOTTOM, RIBBON, HIGH = 14, 190, 214, 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """`scores` are (day, total or None); `doses` (day, words); `bands` (lowest score of the band, its name)."""

    name: str
    highest: int
    scores: Sequence[tuple[date, int | None]]
    doses: Sequence[tuple[date, str]]
    bands: Sequence[tuple[int, str]]


def course_line(course: Course, *, width: int = 900) -> tuple[str, str]:
    """The drawing at a width in pixels (900 for a desk, 360 for a phone) and the sentence that it shows."""
    sentence = _sentence(course)
    days = [day for day, _ in (*course.scores, *course.doses)]
    if not days:
        return "", sentence
    left, right = 44, width - (110 if width > 500 else 86)
    first, span = min(days), max((max(days) - min(days)).days, 1)

    def x(day: date) -> float:
        return round(left + (right - left) * (day - first).days / span, 1)

    def y(score: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * score / course.highest, 1)

    marks = [
        f'<path class="grid" d="M{left} {y(0)}H{right}"/>',
        f'<text x="{left - 8}" y="{y(0) + 5}" text-anchor="end">0</text>',
    ]
    for lowest, name in course.bands:
        marks.append(f'<path class="grid" d="M{left} {y(lowest)}H{right}"/>')
        marks.append(f'<text x="{left - 8}" y="{y(lowest) + 5}" text-anchor="end">{lowest}</text>')
        marks.append(f'<text x="{right + 10}" y="{y(lowest) + 5}">{escape(name)}</text>')
    known = [(day, total) for day, total in course.scores if total is not None]
    if known:
        marks.append(
            '<path class="score" d="M' + " L".join(f"{x(day)} {y(total)}" for day, total in known) + '"/>'
        )
    marks += [f'<circle class="scoredot" cx="{x(day)}" cy="{y(total)}" r="6"/>' for day, total in known]
    marks += [
        f'<circle class="hollow" cx="{x(day)}" cy="{y(course.highest / 2)}" r="6"/>'
        for day, total in course.scores
        if total is None
    ]
    marks += _ends(known, x, y)
    marks.append(f'<text x="{left - 8}" y="{RIBBON + 6}" text-anchor="end">dose</text>')
    marks += [
        f'<rect class="drugfill" x="{x(day) - 4}" y="{RIBBON - 9}" width="8" height="18" rx="4">'
        f"<title>{escape(words)}</title></rect>"
        for day, words in course.doses
    ]
    marks.append(f'<text x="{left}" y="{HIGH - 4}">{first:%-d %b}</text>')
    marks.append(f'<text x="{right}" y="{HIGH - 4}" text-anchor="end">{max(days):%-d %b}</text>')
    return (
        f'<svg viewBox="0 0 {width} {HIGH}" role="img" aria-label="{escape(sentence)}">{"".join(marks)}</svg>',
        sentence,
    )


def _ends(known: Sequence[tuple[date, int]], x: object, y: object) -> list[str]:
    """The first and the last score are written beside their dots."""
    assert callable(x)
    assert callable(y)
    ends = [known[0], known[-1]] if len(known) > 1 else list(known)
    return [
        f'<text class="strong halo" x="{x(day)}" y="{y(total) - 12}" text-anchor="middle">{total}</text>'
        for day, total in ends
    ]


def _sentence(course: Course) -> str:
    known = [total for _, total in course.scores if total is not None]
    doses = f"{len(course.doses)} dose{'' if len(course.doses) == 1 else 's'}"
    if not known:
        return f"{course.name} has no total yet; {doses} so far."
    if len(known) == 1:
        return f"{course.name} {known[0]} of {course.highest}, one total so far; {doses}."
    change = known[-1] - known[0]
    way = (
        f"down from {known[0]}"
        if change < 0
        else f"up from {known[0]}"
        if change > 0
        else f"as at the start, {known[0]}"
    )
    return f"{course.name} {known[-1]} of {course.highest}, {way}, after {doses}."
