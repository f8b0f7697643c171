"""The running infusion by the model: level, and when effects are felt, going on and stopped now.

Four rules keep it honest.
1. Every line is dashed, the drawing says that it is a forecast, and no pressure is drawn: none is safe by forecast.
2. The band is where nine of ten people like this lie; one line alone would look like knowledge.
3. Until when is said for the middle person and for nineteen of twenty.
4. Without the inputs there is no drawing, only the sentence that says what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dayspring.figures.paper import (
    DASHES,
    DESK,
    NARROW,
    Frame,
    Points,
    Table,
    closing,
    labelled,
    matched,
    named,
    rows_of,
    said,
    sides,
    svg,
    text,
)

TALL_LEVEL, RIBBON, RIBBONS_UNDER = 96, 24, 16
STEPS = (10, 20, 30, 60, 120, 240)


@dataclass(frozen=True, slots=True, kw_only=True)
class Felt:
    """When effects are felt: from and until for the middle person, and for nineteen of twenty; None is never."""

    middle: tuple[float, float] | None
    most: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """One way that the infusion may go: level for the middle, the low and the high person, and what is felt."""

    words: str
    level: Points
    low: Points
    high: Points
    felt: Felt


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Everything the figure draws; minutes count from the first drug. `ways`: going on, then stopped now."""

    minutes: Points
    ways: Sequence[Going]
    now: float
    highest: float
    label: str = ""

    def __post_init__(self) -> None:
        for way in self.ways:
            for values in (way.level, way.low, way.high):
                matched(way.words, values, self.minutes)


def levels(data: Levels, *, width: int = DESK) -> tuple[str, str, Table]:
    """The drawing at a width in pixels (936 for a desk, 340 for a phone), its sentence and its table."""
    says = _sentence(data)
    if not data.minutes or not data.ways:
        return "", says, []
    narrow = width < NARROW
    left, right = sides(width, desk=(150, 110), phone=(44, 44))
    marks, top = labelled("forecast, not measured", data.label, left, width)
    frame = Frame(
        first=data.minutes[0],
        last=data.minutes[-1],
        lowest=0,
        highest=data.highest,
        left=left,
        right=right,
        top=top,
        foot=top + TALL_LEVEL,
    )
    marks += [*frame.ahead(data.now), *frame.scale(), *named(frame, width, "Ketamine", "ng/mL")]
    marks.append(frame.band(data.minutes, data.ways[0].low, data.ways[0].high))
    for n, way in enumerate(data.ways):
        marks.append(frame.line(data.minutes, way.level, dash=DASHES[n]))
    peak = max(data.ways[0].level)
    marks.append(text(right + 8, frame.y(peak) + 5, said(peak), kind="strong"))
    y = frame.foot + RIBBONS_UNDER
    for way in data.ways:
        marks += _ribbon(way, frame, y, narrow)
        y += RIBBON + (LINE_ABOVE if narrow else 0)
    marks += _minutes(frame, y + 18)
    return svg(width, y + 28, says, marks), says, _table(data)


LINE_ABOVE = 16


def _ribbon(way: Going, frame: Frame, y: float, narrow: bool) -> list[str]:
    """When effects are felt that way: pale for nineteen of twenty, full for the middle person."""
    down = y + (LINE_ABOVE if narrow else 0)
    words = f"felt, {way.words}"
    marks = [text(0, y + 10, words)]
    for ends, kind, tall in ((way.felt.most, "fan90", 12), (way.felt.middle, "fan50", 12)):
        if ends is not None:
            wide = max(2.0, frame.x(ends[1]) - frame.x(ends[0]))
            marks.append(
                f'<rect class="{kind}" x="{frame.x(ends[0])}" y="{down:.1f}" width="{wide:.1f}" '
                f'height="{tall}" rx="6"/>'
            )
    if way.felt.most is not None:
        until = _until(way.felt.most[1], frame.last)
        marks.append(
            text(min(frame.x(way.felt.most[1]) + 6, frame.right - 30), down + 11, until, kind="halo")
        )
    return marks


def _until(minute: float, last: float) -> str:
    return f"past {last:.0f}" if minute >= last else f"{minute:.0f}"


def _minutes(frame: Frame, y: float) -> list[str]:
    marks = [text(frame.left - 14, y, "minute", anchor="end")] if frame.left > LEFT_FOR_WORDS else []
    span = frame.last - frame.first
    step = next((s for s in STEPS if span / s <= (frame.right - frame.left) / 56), STEPS[-1])
    minute = step * -(-int(frame.first) // step)
    while minute <= frame.last:
        marks.append(text(frame.x(minute), y, str(minute), anchor="middle"))
        minute += step
    return marks


LEFT_FOR_WORDS = 80


def _sentence(data: Levels) -> str:
    if not data.minutes or not data.ways:
        return "No forecast: no minutes were simulated."
    parts = []
    for way in data.ways:
        ends, most = way.felt.middle, way.felt.most
        if most is None:
            parts.append(f"{way.words}: no effects expected to be felt")
            continue
        felt = f"felt until about minute {ends[1]:.0f}" if ends else "hardly felt by most"
        last = data.minutes[-1]
        over = f"past minute {last:.0f}" if most[1] >= last else f"by minute {most[1]:.0f}"
        whole = "not over for 19 of 20" if most[1] >= last else "over for 19 of 20"
        parts.append(f"{way.words}: {felt}, {whole} {over}")
    peak = max(data.ways[0].level)
    at = data.minutes[list(data.ways[0].level).index(peak)]
    return (
        f"Forecast, not measured. Highest level about {said(peak)} ng/mL at minute {at:.0f}; "
        f"{'; '.join(parts)}.{closing(data.label)}"
    )


def _table(data: Levels) -> Table:
    head = ["minute"]
    for way in data.ways:
        head += [f"ng/mL, {way.words}", f"9 of 10, {way.words}"]
    rows: Table = [tuple(head)]
    for n in rows_of(data.minutes):
        cells = [f"{data.minutes[n]:.0f}"]
        for way in data.ways:
            cells += [said(way.level[n]), f"{said(way.low[n])} to {said(way.high[n])}"]
        rows.append(tuple(cells))
    return rows


def felt_between(minutes: Points, effect: Points, above: float) -> tuple[float, float] | None:
    """The first and the last minute at which an effect is above a number; None when it never is."""
    found = [minute for minute, value in zip(minutes, effect, strict=True) if value > above]
    return (found[0], found[-1]) if found else None


__all__ = ["Felt", "Going", "Levels", "felt_between", "levels"]
