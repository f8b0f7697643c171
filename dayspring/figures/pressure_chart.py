"""Pressure, pulse, saturation and drug against the minute, as on an anaesthesia record. SVG, sentence and table.

Chevrons meet at the two pressures; a reading that is missing at a due time is a hollow mark, never a gap
that looks like rest. Limits are dotted and named. What lies ahead stands on sunken ground.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

MAX_GAP = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One set of vitals at a minute from the first drug; None is not taken."""

    minute: float
    systolic: float | None = None
    diastolic: float | None = None
    pulse: float | None = None
    spo2: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressures:
    """Everything the chart draws. `drug` is a list of (from, to) minutes; `limits` of (value, words, priority)."""

    seen: Sequence[Seen]
    now: float
    until: float
    drug: Sequence[tuple[float, float]]
    planned: float
    missed: Sequence[float] = ()
    limits: Sequence[tuple[float, str, str]] = ()
    begins: float = -6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paper:
    width: int
    left: int
    right: int
    top: int = 8
    bottom: int = 176
    low: float = 40.0
    high: float = 200.0

    def y(self, value: float) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.bottom - share * (self.bottom - self.top), 1)


def pressure_chart(data: Pressures, *, width: int = 936) -> tuple[str, str, list[tuple[str, ...]]]:
    """The drawing at a width in pixels (936 for a desk, 360 for a phone), its sentence and its table."""
    narrow = width < 500
    paper = _Paper(width=width, left=64 if narrow else 92, right=width - (78 if narrow else 118))
    span = max(data.until - data.begins, 1.0)

    def x(minute: float) -> float:
        return round(paper.left + (paper.right - paper.left) * (minute - data.begins) / span, 1)

    marks = [f'<rect class="ahead" x="{x(data.now)}" y="{paper.top}" width="{max(0, paper.right - x(data.now)):.1f}" '
             f'height="{paper.bottom - paper.top}"/>']  # fmt: skip
    for value in (60, 100, 140, 180):
        marks.append(f'<path class="grid" d="M{paper.left} {paper.y(value)}H{paper.right}"/>'
                     f'<text x="{paper.left - 12}" y="{paper.y(value) + 5}" text-anchor="end">{value}</text>')  # fmt: skip
    for value, words, priority in data.limits:
        line, text = ("limit", "t-high") if priority == "high" else ("limit-m", "t-med")
        marks.append(f'<path class="{line}" d="M{paper.left} {paper.y(value)}H{paper.right}"/>'
                     f'<text class="{text}" x="{paper.right + 8}" y="{paper.y(value) + 5}">{escape(words)}</text>')  # fmt: skip
    marks += [_chevron(x(s.minute), paper.y(s.systolic), paper.y(s.diastolic), bad=_bad(s, data))
              for s in data.seen if s.systolic is not None and s.diastolic is not None]  # fmt: skip
    marks += [f'<circle class="hollow" cx="{x(m)}" cy="{paper.y(100)}" r="6"/>' for m in data.missed]
    marks += _pulse(data.seen, x, paper)
    marks += _below(data, x, paper, narrow=narrow)
    marks.append(f'<path class="nowline" d="M{x(data.now)} {paper.top}V{paper.bottom}"/>')
    sentence = _sentence(data)
    svg = f'<svg viewBox="0 0 {width} 244" role="img" aria-label="{escape(sentence)}">{"".join(marks)}</svg>'
    return svg, sentence, _table(data)


def _bad(seen: Seen, data: Pressures) -> bool:
    top = [value for value, _, priority in data.limits if priority == "high"]
    return bool(top) and seen.systolic is not None and seen.systolic >= min(top)


def _chevron(x: float, top: float, bottom: float, *, bad: bool) -> str:
    return (f'<path class="bp{" bad" if bad else ""}" d="M{x - 6} {top - 7}l6 7l6 -7M{x - 6} {bottom + 7}'
            f'l6 -7l6 7M{x} {top + 4}V{bottom - 4}"/>')  # fmt: skip


def _pulse(seen: Sequence[Seen], x: object, paper: _Paper) -> list[str]:
    """The pulse as a line, broken where a stretch is missing."""
    assert callable(x)
    points = [(s.minute, s.pulse) for s in seen if s.pulse is not None]
    marks, path, before = [], "", None
    for minute, pulse in points:
        joins = before is not None and minute - before <= MAX_GAP * 3
        path += f"{'L' if joins else 'M'}{x(minute)} {paper.y(pulse)} "
        marks.append(f'<circle class="pulsedot" cx="{x(minute)}" cy="{paper.y(pulse)}" r="3"/>')
        before = minute
    return [f'<path class="pulse" d="{path.strip()}"/>', *marks] if path else []


def _below(data: Pressures, x: object, paper: _Paper, *, narrow: bool) -> list[str]:
    assert callable(x)
    end = paper.left - 12
    marks = [
        f'<rect class="drugwash" x="{x(0)}" y="186" width="{max(0.0, x(data.planned) - x(0)):.1f}" height="9" rx="4.5"/>',
        *(f'<rect class="drugfill" x="{x(a)}" y="186" width="{max(1.0, x(b) - x(a)):.1f}" height="9" rx="4.5"/>'
          for a, b in data.drug),
        f'<text x="{end}" y="196" text-anchor="end">drug</text>',
        f'<text x="{end}" y="217" text-anchor="end">SpO₂ %</text>',
        f'<text x="{end}" y="238" text-anchor="end">minute</text>',
    ]  # fmt: skip
    last = -1e9
    room = 14.0 if narrow else 6.0
    for s in data.seen:
        if s.spo2 is not None and s.minute - last >= room:
            marks.append(
                f'<text class="strong" x="{x(s.minute)}" y="217" text-anchor="middle">{s.spo2:.0f}</text>'
            )
            last = s.minute
    step = 30 if narrow or data.until > 110 else 10
    for minute in range(0, int(data.until) + 1, step):
        marks.append(f'<text x="{x(minute)}" y="238" text-anchor="middle">{minute}</text>')
    return marks


def _sentence(data: Pressures) -> str:
    taken = [s for s in data.seen if s.systolic is not None]
    if not taken:
        return "No pressure has been taken."
    first, last = taken[0], taken[-1]
    assert first.systolic is not None and last.systolic is not None
    over = [s for s in taken if _bad(s, data)]
    if over:
        minutes = " and ".join(f"{s.minute:.0f}" for s in over[-2:])
        return f"Above the pausing limit at minute {minutes}"
    change = round(last.systolic - first.systolic)
    if len(taken) == 1:
        return f"Pressure {last.systolic:.0f}/{last.diastolic or 0:.0f}, one reading so far"
    way = f"up {change}" if change > 0 else f"down {-change}" if change < 0 else "unchanged"
    warned = any(s.systolic is not None and any(s.systolic >= v for v, _, _ in data.limits) for s in taken)
    return f"Pressure {way} since the start, {'above the warning limit' if warned else 'inside every limit'}"


def _table(data: Pressures) -> list[tuple[str, ...]]:
    def cell(value: float | None) -> str:
        return "–" if value is None else f"{value:.0f}"

    return [
        (f"{s.minute:.0f}", "–" if s.systolic is None else f"{cell(s.systolic)}/{cell(s.diastolic)}", cell(s.pulse), cell(s.spo2))
        for s in data.seen
    ]  # fmt: skip
