"""Pressure, pulse, saturation and drug against the minute, as on an anaesthesia record. SVG, sentence and table.

Two rules keep it honest.
1. What was not taken is hollow, at the foot of its strip: it has no height, for a height is a value.
2. The sentence claims only what was compared. Without diastolic limits it speaks of the systolic alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from dayspring.figures.pressure_words import Limits, Seen, over, sentence, table

TOP, FOOT = 12, 180
LOW, HIGH = 40.0, 240.0
PULSE_TOP, PULSE_FOOT, PULSE_LOW, PULSE_HIGH = 196, 226, 30.0, 180.0
RIBBON, SATURATION, MINUTE, HEIGHT = 238, 268, 290, 298
LABEL_STEP = 16
DESK, PHONE = 936, 340
INSET = 18
JOINS_WITHIN = 18.0

Across = Callable[[float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressures:
    """Everything the chart draws. `drug` is a list of (from, to) minutes; a limit is (value, words, priority).

    `limits` are the systolic ones, `diastolic_limits` the others; a reading is over a limit from its value on.
    `missed` are the minutes at which a pressure was due and was not taken.
    """

    seen: Sequence[Seen]
    now: float
    until: float
    drug: Sequence[tuple[float, float]]
    planned: float
    missed: Sequence[float] = ()
    limits: Limits = ()
    diastolic_limits: Limits = ()
    begins: float = -6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paper:
    width: int
    left: int
    right: int
    narrow: bool


def pressure_chart(data: Pressures, *, width: int | None = None) -> tuple[str, str, list[tuple[str, ...]]]:
    """The drawing, its sentence and its table.

    Without a width there are two drawings, one for a desk and one for a phone; the stylesheet shows one.
    """
    says = sentence(data.seen, data.limits, data.diastolic_limits)
    if width is not None:
        return _drawn(data, says, width), says, table(data.seen)
    both = _drawn(data, says, DESK, "for-desk") + _drawn(data, says, PHONE, "for-phone")
    return both, says, table(data.seen)


def _drawn(data: Pressures, says: str, width: int, kind: str = "figure") -> str:
    narrow = width < 500
    paper = _Paper(
        width=width, left=58 if narrow else 92, right=width - (12 if narrow else 118), narrow=narrow
    )
    span = max(data.until - data.begins, 1.0)

    def x(minute: float) -> float:
        share = (min(max(minute, data.begins), data.begins + span) - data.begins) / span
        return round(paper.left + INSET + (paper.right - paper.left - INSET) * share, 1)

    marks = [
        *_ground(data, paper, x),
        *_limits(data, paper),
        *_pressures(data, x),
        *_pulse(data, paper, x),
        *_ribbon(data, paper, x),
        *_saturation(data, paper, x),
        *_minutes(data, paper, x),
        f'<path class="nowline" d="M{x(data.now)} {TOP - 6}V{PULSE_FOOT}"/>',
    ]
    head = f'<svg class="{kind}" viewBox="0 0 {width} {HEIGHT}" role="img" aria-label="{escape(says)}">'
    return f"{head}{''.join(marks)}</svg>"


def _y(value: float) -> float:
    """Height of a pressure. What is off the scale stands at its edge, and carries its number there."""
    share = (min(max(value, LOW), HIGH) - LOW) / (HIGH - LOW)
    return round(FOOT - share * (FOOT - TOP), 1)


def _text(x: float, y: float, words: str, *, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def _ground(data: Pressures, paper: _Paper, x: Across) -> list[str]:
    ahead = max(0.0, paper.right - x(data.now))
    marks = [
        f'<rect class="ahead" x="{x(data.now)}" y="{top}" width="{ahead:.1f}" height="{foot - top}"/>'
        for top, foot in ((TOP, FOOT), (PULSE_TOP, PULSE_FOOT))
    ]
    for value in range(60, int(HIGH), 40):
        marks.append(f'<path class="grid" d="M{paper.left} {_y(value)}H{paper.right}"/>')
        marks.append(_text(paper.left - 12, _y(value) + 5, str(value), anchor="end"))
    for foot in (FOOT, PULSE_FOOT):
        marks.append(f'<path class="grid" d="M{paper.left} {foot}H{paper.right}"/>')
    return marks


def _limits(data: Pressures, paper: _Paper) -> list[str]:
    """Systolic limits cross the paper; diastolic ones are short, for every systolic reading lies above them."""
    rows = [(_y(v), words, p, paper.left) for v, words, p in data.limits]
    rows += [(_y(v), words, p, paper.right - 36) for v, words, p in data.diastolic_limits]
    marks, below = [], -1e9
    for y, words, priority, begins in sorted(rows):
        line, kind = ("limit", "t-high") if priority == "high" else ("limit-m", "t-med")
        marks.append(f'<path class="{line}" d="M{begins} {y}H{paper.right}"/>')
        if paper.narrow:
            if begins == paper.left:
                marks.append(_text(paper.right, y - 4, words, kind=f"{kind} halo", anchor="end"))
        else:
            below = max(y + 5, below + LABEL_STEP)
            marks.append(_text(paper.right + 8, below, words, kind=kind))
    return marks


def _pressures(data: Pressures, x: Across) -> list[str]:
    marks = [_hollow(x(minute), FOOT) for minute in data.missed]
    for seen in data.seen:
        at, bad = x(seen.minute), over(seen, data.limits, data.diastolic_limits) == "high"
        tips = [(v, turn) for v, turn in ((seen.systolic, -1), (seen.diastolic, 1)) if v is not None]
        path = "".join(f"M{at - 6:.1f} {_y(v) + 7 * turn:.1f}l6 {-7 * turn}l6 {7 * turn}" for v, turn in tips)
        if len(tips) == 2:
            path += f"M{at} {_y(tips[0][0]) + 4:.1f}V{_y(tips[1][0]) - 4:.1f}"
        if len(tips) == 1:
            marks.append(_hollow(at, FOOT))
        if path:
            marks.append(f'<path class="bp{" bad" if bad else ""}" d="{path}"/>')
        marks += [
            _text(at + 9, _y(v) + 5, f"{v:.0f}", kind="strong halo") for v, _ in tips if not LOW <= v <= HIGH
        ]
        if bad:
            # Never colour alone: on paper and to many eyes this is the only difference.
            above = max(TOP + 2, _y(max(v for v, _ in tips)) - 9)
            marks.append(_text(at, above, "***", kind="t-high", anchor="middle"))
    return marks + _newest(data, x)


def _newest(data: Pressures, x: Across) -> list[str]:
    """The newest pressure as a number at the line of now."""
    last = next((s for s in reversed(data.seen) if s.systolic is not None), None)
    if last is None or last.systolic is None:
        return []
    middle = last.systolic if last.diastolic is None else (last.systolic + last.diastolic) / 2
    at = max(x(last.minute), x(data.now)) + 10
    return [_text(at, _y(middle) + 5, last.pressure, kind="strong halo")]


def _hollow(x: float, y: float) -> str:
    return f'<circle class="hollow" cx="{x:g}" cy="{y:g}" r="5"/>'


def _pulse(data: Pressures, paper: _Paper, x: Across) -> list[str]:
    """The pulse on its own strip; the line breaks where a reading is missing, and the place is hollow."""

    def y(value: float) -> float:
        share = (min(max(value, PULSE_LOW), PULSE_HIGH) - PULSE_LOW) / (PULSE_HIGH - PULSE_LOW)
        return round(PULSE_FOOT - share * (PULSE_FOOT - PULSE_TOP), 1)

    path, dots, before = "", [], None
    for seen in data.seen:
        if seen.pulse is None:
            before = None
            if seen.whole:
                dots.append(_hollow(x(seen.minute), PULSE_FOOT))
            continue
        joins = before is not None and seen.minute - before <= JOINS_WITHIN
        path += f"{'L' if joins else 'M'}{x(seen.minute)} {y(seen.pulse)}"
        dots.append(f'<circle class="pulsedot" cx="{x(seen.minute)}" cy="{y(seen.pulse)}" r="3"/>')
        before = seen.minute
    marks = [_text(paper.left - 12, PULSE_FOOT - 8, "pulse", anchor="end")]
    if path:
        marks.append(f'<path class="pulse" d="{path}"/>')
    last = next((s for s in reversed(data.seen) if s.pulse is not None), None)
    if last is not None and last.pulse is not None:
        at = max(x(last.minute), x(data.now)) + 10
        dots.append(_text(at, y(last.pulse) + 5, f"{last.pulse:.0f}", kind="strong halo"))
    return marks + dots


def _ribbon(data: Pressures, paper: _Paper, x: Across) -> list[str]:
    wide = max(0.0, x(data.planned) - x(0))
    return [
        f'<rect class="drugwash" x="{x(0)}" y="{RIBBON}" width="{wide:.1f}" height="9" rx="4.5"/>',
        *(
            f'<rect class="drugfill" x="{x(a)}" y="{RIBBON}" width="{max(1.0, x(b) - x(a)):.1f}" height="9" rx="4.5"/>'
            for a, b in data.drug
        ),
        _text(paper.left - 12, RIBBON + 10, "drug", anchor="end"),
    ]


def _saturation(data: Pressures, paper: _Paper, x: Across) -> list[str]:
    """Saturation as numbers. Where they would touch, the lowest stays: crowding must not hide a fall."""
    room, shown = 30.0, list[tuple[float, float | None]]()
    for seen in data.seen:
        if seen.spo2 is None and not seen.whole:
            continue
        at = x(seen.minute)
        if shown and at - shown[-1][0] < room:
            last = shown[-1][1]
            if seen.spo2 is not None and (last is None or seen.spo2 < last):
                shown[-1] = (at if len(shown) == 1 or at - shown[-2][0] >= room else shown[-1][0], seen.spo2)
            continue
        shown.append((at, seen.spo2))
    named = "SpO₂" if paper.narrow else "SpO₂ %"
    return [
        _text(paper.left - 12, SATURATION, named, anchor="end"),
        *(
            _text(at, SATURATION, "–" if v is None else f"{v:.0f}", kind="strong", anchor="middle")
            for at, v in shown
        ),
    ]


def _minutes(data: Pressures, paper: _Paper, x: Across) -> list[str]:
    step = 10
    while x(step) - x(0) < 44 and step < data.until:
        step *= 3 if step == 10 else 2
    marks = [_text(paper.left - 12, MINUTE, "minute", anchor="end")]
    return marks + [
        _text(x(minute), MINUTE, str(minute), anchor="middle")
        for minute in range(0, int(data.until) + 1, step)
    ]


__all__ = ["Pressures", "Seen", "pressure_chart"]
