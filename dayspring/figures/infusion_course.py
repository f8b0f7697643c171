"""One infusion as the model expects it: level, receptor, pressure, dissociation by minute. SVG, sentence, table.

Three rules keep it honest.
1. Every line is dashed and the drawing says that it is a forecast; only what was measured would be solid.
2. Each strip shows its whole scale from the same nothing, so that a small effect looks small.
3. The sentence gives the highest value and its minute, and no safety: a pressure that is expected is not one taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

DESK, PHONE = 936, 340
TOP, STRIP, GAP = 30, 74, 20
RIBBON_UNDER, MINUTES_UNDER, HEIGHT_UNDER = 12, 42, 52
DASH = "7 5"
ROWS_APART = 10.0
CADSS_HIGHEST = 92

Across = Callable[[float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One quantity: its values at the minutes of the course, its unit, and the ends of its scale."""

    name: str
    unit: str
    values: Sequence[float]
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionCourse:
    """Everything the figure draws. `drug` is the planned (from, to) minutes of the infusion."""

    minutes: Sequence[float]
    strips: Sequence[Strip]
    drug: tuple[float, float]

    def __post_init__(self) -> None:
        for strip in self.strips:
            if len(strip.values) != len(self.minutes):
                raise ValueError(
                    f"{strip.name} has {len(strip.values)} values; the course has {len(self.minutes)} minutes"
                )
            if strip.highest <= strip.lowest:
                raise ValueError(
                    f"the scale of {strip.name} ends at {strip.highest:g}, not above {strip.lowest:g}"
                )


def infusion_course(course: InfusionCourse, *, width: int = DESK) -> tuple[str, str, list[tuple[str, ...]]]:
    """The drawing at a width in pixels (936 for a desk, 340 for a phone), its sentence and its table."""
    says = _sentence(course)
    if not course.minutes or not course.strips:
        return "", says, []
    narrow = width < 500
    left, right = (58, width - 52) if narrow else (150, width - 92)
    first, last = min(course.minutes), max(course.minutes)

    def x(minute: float) -> float:
        share = (min(max(minute, first), last) - first) / max(last - first, 1e-9)
        return round(left + (right - left) * share, 1)

    marks = [
        _text(
            left,
            TOP - 14,
            "forecast, not measured" if narrow else "forecast from the model, not measured",
            kind="halo",
        )
    ]
    for place, strip in enumerate(course.strips):
        marks += _strip(course, strip, TOP + place * (STRIP + GAP), x, (left, right), narrow)
    foot = TOP + len(course.strips) * (STRIP + GAP) - GAP
    marks += _foot(course, foot, x, left)
    height = foot + HEIGHT_UNDER
    head = f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(says)}">'
    return f"{head}{''.join(marks)}</svg>", says, _table(course)


def _strip(
    course: InfusionCourse, strip: Strip, top: int, x: Across, ends: tuple[int, int], narrow: bool
) -> list[str]:
    left, right = ends
    foot = top + STRIP

    def y(value: float) -> float:
        share = (min(max(value, strip.lowest), strip.highest) - strip.lowest) / (strip.highest - strip.lowest)
        return round(foot - share * STRIP, 1)

    marks = [f'<path class="grid" d="M{left} {edge}H{right}"/>' for edge in (top, foot)]
    marks += [
        _text(left - 8, foot + 4, f"{strip.lowest:g}", anchor="end"),
        _text(left - 8, top + 5, f"{strip.highest:g}", anchor="end"),
    ]
    if narrow:
        marks.append(_text(left + 4, top + 14, f"{strip.name}, {strip.unit}", kind="halo"))
    else:
        marks.append(_text(0, top + STRIP / 2, strip.name, kind="strong"))
        marks.append(_text(0, top + STRIP / 2 + 18, strip.unit))
    line = "L".join(f"{x(m)} {y(v)}" for m, v in zip(course.minutes, strip.values, strict=True))
    # An attribute, not a style: the printer of the PDF ignores page styles inside a drawing.
    marks.append(f'<path class="drugline" fill="none" stroke-dasharray="{DASH}" d="M{line}"/>')
    at, most = _highest(course, strip)
    # A tick, not a dot: on the other charts a dot is a reading, and a hollow one is a reading that is missing.
    marks.append(f'<path class="base" d="M{x(at)} {y(most) - 4:.1f}v-9"/>')
    marks.append(_text(right + 8, y(most) + 5, _said(most), kind="strong"))
    return marks


def _foot(course: InfusionCourse, foot: int, x: Across, left: int) -> list[str]:
    """The planned infusion as a ribbon, and the minutes."""
    begins, ends = course.drug
    marks = [
        f'<rect class="drugwash" x="{x(begins)}" y="{foot + RIBBON_UNDER}" '
        f'width="{max(1.0, x(ends) - x(begins)):.1f}" height="9" rx="4.5"/>',
        _text(left - 8, foot + RIBBON_UNDER + 9, "drug", anchor="end"),
        _text(left - 14, foot + MINUTES_UNDER, "min" if left < 100 else "minute", anchor="end"),
    ]
    span = max(course.minutes) - min(course.minutes)
    step = next((s for s in (10, 20, 30, 60, 120, 240) if span / s <= 7), 480)
    minute = step * -(-int(min(course.minutes)) // step)
    while minute <= max(course.minutes):
        marks.append(_text(x(minute), foot + MINUTES_UNDER, str(minute), anchor="middle"))
        minute += step
    return marks


def _text(x: float, y: float, words: str, *, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def _highest(course: InfusionCourse, strip: Strip) -> tuple[float, float]:
    """The first minute of the highest value, and that value."""
    place = max(range(len(strip.values)), key=lambda n: (strip.values[n], -n))
    return course.minutes[place], strip.values[place]


def _said(value: float) -> str:
    return f"{value:.2f}" if abs(value) < 1.0 else f"{value:.0f}"


def _sentence(course: InfusionCourse) -> str:
    if not course.minutes or not course.strips:
        return "Nothing is expected: no minutes were simulated."
    parts = []
    for strip in course.strips:
        at, most = _highest(course, strip)
        parts.append(f"{strip.name} {_said(most)} {strip.unit} at minute {at:.0f}")
    return f"Expected highest: {'; '.join(parts)}. A forecast from the model, not measured."


def _table(course: InfusionCourse) -> list[tuple[str, ...]]:
    """The head, then a row about every ten minutes: nobody reads a table of hundreds."""
    rows = [("minute", *(f"{strip.name}, {strip.unit}" for strip in course.strips))]
    due = float("-inf")
    for place, minute in enumerate(course.minutes):
        if minute >= due or place == len(course.minutes) - 1:
            rows.append((f"{minute:.0f}", *(_said(strip.values[place]) for strip in course.strips)))
            due = minute + ROWS_APART
    return rows


def infusion_strips(columns: Mapping[str, Sequence[float]]) -> list[Strip]:
    """The four strips of a run from its columns by name; a scale grows only when the run would not fit."""

    def strip(key: str, name: str, unit: str, lowest: float, highest: float) -> Strip:
        values = columns[key]
        return Strip(
            name=name, unit=unit, values=values, lowest=lowest, highest=max(highest, ceil(max(values)))
        )

    form = max(("racemic", "esketamine"), key=lambda f: max(columns[f"{f}_ketamine_ng_per_ml"]))
    drug = "Esketamine" if form == "esketamine" else "Ketamine"
    return [
        strip(f"{form}_ketamine_ng_per_ml", drug, "ng/mL", 0, 400),
        strip("blocked_share", "Receptor blocked", "share", 0, 1),
        strip("systolic_mmhg", "Systolic", "mmHg", 80, 200),
        strip("cadss_points", "Dissociation", "CADSS", 0, CADSS_HIGHEST),
    ]


__all__ = ["InfusionCourse", "Strip", "infusion_course", "infusion_strips"]
