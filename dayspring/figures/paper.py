"""Pen and paper of the model's drawings: texts, lines, bands, one frame of days, and labels that do not touch.

What the model says is dashed and what was measured is solid, in every drawing that uses this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

DESK, PHONE = 936, 340
NARROW = 500
# Attributes, not styles: the printer of the PDF ignores page styles inside a drawing.
DASHES = ("7 5", "2 4", "12 4", "7 4 2 4")
TALL, GAP, LABEL_STEP = 110, 26, 17.0
# Where the first box begins under the label, and how much further on a phone, where names stand above boxes.
HEAD, NAME = 32.0, 26.0
DAY_STEPS = (1, 2, 5, 7, 14, 28, 56, 91, 182, 364)
LETTER = 7.6

Points = Sequence[float]
Table = list[tuple[str, ...]]


def text(x: float, y: float, words: str, *, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def svg(width: int, height: float, says: str, marks: Sequence[str]) -> str:
    """The drawing around its marks; the sentence is what a reader of the screen hears."""
    head = f'<svg viewBox="0 0 {width} {height:.0f}" role="img" aria-label="{escape(says)}">'
    return f"{head}{''.join(marks)}</svg>"


def said(value: float) -> str:
    """A number with as many digits as can be read off the drawing; never a minus before nothing."""
    rounded = round(value, 2 if abs(value) < 1.0 else 1 if abs(value) < 10.0 else 0)
    return f"{rounded or 0.0:g}"


def above(value: float) -> float:
    """A round end for a scale that has to hold the value: 1, 2, 4, 5, 8 or 10 times a power of ten."""
    power = 10.0 ** (
        len(f"{max(value, 1e-9):e}".split("e")[0]) and int(f"{max(value, 1e-9):e}".split("e")[1])
    )
    return next(step * power for step in (1.0, 2.0, 4.0, 5.0, 8.0, 10.0) if step * power >= value)


def apart(wanted: Points, *, step: float = LABEL_STEP, foot: float) -> list[float]:
    """Heights in the order of `wanted`, at least a step apart and none below the foot."""
    order = sorted(range(len(wanted)), key=lambda n: (wanted[n], n))
    placed = [0.0] * len(wanted)
    before = float("-inf")
    for n in order:
        placed[n] = before = max(wanted[n], before + step)
    below = foot + step
    for n in reversed(order):
        placed[n] = below = min(placed[n], below - step)
    return placed


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One box of the drawing: days from left to right, values from foot to top."""

    first: float
    last: float
    lowest: float
    highest: float
    left: float
    right: float
    top: float
    foot: float

    def x(self, day: float) -> float:
        share = (min(max(day, self.first), self.last) - self.first) / max(self.last - self.first, 1e-9)
        return round(self.left + (self.right - self.left) * share, 1)

    def y(self, value: float) -> float:
        """Height of a value; what is off the scale stands at its edge."""
        share = (min(max(value, self.lowest), self.highest) - self.lowest) / (self.highest - self.lowest)
        return round(self.foot - share * (self.foot - self.top), 1)

    def path(self, days: Points, values: Points) -> str:
        return "M" + "L".join(f"{self.x(d)} {self.y(v)}" for d, v in zip(days, values, strict=True))

    def line(self, days: Points, values: Points, *, dash: str = DASHES[0], kind: str = "drugline") -> str:
        """A dashed line: what the model says."""
        return f'<path class="{kind}" fill="none" stroke-dasharray="{dash}" d="{self.path(days, values)}"/>'

    def band(self, days: Points, low: Points, high: Points, *, kind: str = "fan90") -> str:
        back = "L".join(
            f"{self.x(d)} {self.y(v)}" for d, v in zip(reversed(days), reversed(low), strict=True)
        )
        return f'<path class="{kind}" d="{self.path(days, high)}L{back}Z"/>'

    def scale(self, *, also: Points = ()) -> list[str]:
        """Both ends of the scale and what else is to be named, as hairlines with their numbers."""
        marks = []
        for value in (self.lowest, *also, self.highest):
            marks.append(f'<path class="grid" d="M{self.left:.1f} {self.y(value)}H{self.right:.1f}"/>')
            marks.append(text(self.left - 8, self.y(value) + 5, f"{value:g}", anchor="end"))
        return marks

    def ahead(self, now: float) -> list[str]:
        """What has not been yet, on sunken ground, behind the line of now."""
        if now >= self.last:
            return []
        at, tall = self.x(now), self.foot - self.top
        return [
            f'<rect class="ahead" x="{at}" y="{self.top:.1f}" width="{self.right - at:.1f}" height="{tall:.1f}"/>',
            f'<path class="nowline" d="M{at} {self.top:.1f}V{self.foot:.1f}"/>',
        ]

    def points(self, measured: Sequence[tuple[float, float | None]]) -> list[str]:
        """Measured values as solid dots, the first and the newest with their number; hollow without a total."""
        marks = [
            f'<circle class="scoredot" cx="{self.x(d)}" cy="{self.y(v)}" r="6"/>'
            if v is not None
            else f'<circle class="hollow" cx="{self.x(d)}" cy="{self.foot:.1f}" r="6"/>'
            for d, v in measured
        ]
        known = [(d, v) for d, v in measured if v is not None]
        for d, v in known[:1] + known[1:][-1:]:
            marks.append(text(self.x(d), self.y(v) - 11, f"{v:g}", kind="strong halo", anchor="middle"))
        return marks

    def days(self, y: float, begins: date | None = None) -> list[str]:
        """As many days as have room: dates when the first day is known, else numbers of days."""
        room = 56.0 if begins else 40.0
        many = max(1.0, (self.right - self.left) // room)
        step = next((s for s in DAY_STEPS if (self.last - self.first) / s <= many), DAY_STEPS[-1])
        marks, day = [], step * -(-int(self.first) // step)
        while day <= self.last:
            words = f"{begins + timedelta(days=day):%-d %b}" if begins else str(day)
            marks.append(text(self.x(day), y, words, anchor="middle"))
            day += step
        if not begins:
            marks.append(text(self.left - 14, y, "day", anchor="end"))
        return marks


def labelled(says: str, label: str, left: float, width: int) -> tuple[list[str], float]:
    """What the drawing is and whose, above it, and where the first box may begin: on a phone line by line."""
    if width >= NARROW:
        return [text(left, 15, f"{says}; {label}" if label else says, kind="halo")], HEAD
    lines = [says, *wrapped(label, int(width / LETTER))] if label else [says]
    marks = [text(0, 15 + n * LABEL_STEP, line, kind="halo") for n, line in enumerate(lines)]
    return marks, HEAD + NAME + (len(lines) - 1) * LABEL_STEP


def closing(label: str) -> str:
    """The label as the last sentence, with one full stop."""
    return f" {label[:1].upper()}{label[1:].rstrip('.')}." if label else ""


def sides(
    width: int, *, desk: tuple[int, int] = (150, 150), phone: tuple[int, int] = (44, 106)
) -> tuple[int, int]:
    """Where a box begins and ends: room for names on the left of a desk, for ends of lines on the right."""
    left, right = phone if width < NARROW else desk
    return left, width - right


def named(frame: Frame, width: int, name: str, unit: str) -> list[str]:
    """What a box shows: beside it on a desk, above it on a phone."""
    if width < NARROW:
        whole = f"{name}, {unit}" if unit else name
        return [text(0, frame.top - 13, whole if len(whole) * LETTER <= width else name, kind="strong")]
    middle = (frame.top + frame.foot) / 2
    lines = wrapped(name, int((frame.left - 44) / LETTER))
    first = middle - (len(lines) - (0 if unit else 1)) * LABEL_STEP / 2
    marks = [text(0, first + n * LABEL_STEP, part, kind="strong") for n, part in enumerate(lines)]
    return [*marks, text(0, first + len(lines) * LABEL_STEP, unit)] if unit else marks


def wrapped(words: str, letters: int) -> list[str]:
    """The words on lines of at most so many letters; a longer word stands alone."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(longer) > letters:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def matched(name: str, values: Points, days: Points) -> None:
    """Raises ValueError with both numbers when a line and its days differ in length."""
    if len(values) != len(days):
        raise ValueError(f"{name} has {len(values)} values; there are {len(days)} times")


def rows_of(days: Points, most: int = 15) -> list[int]:
    """Places of about so many rows spread over the days, the last always among them."""
    step = max(1, -(-(len(days) - 1) // most))
    found = list(range(0, len(days), step))
    return found if not days or found[-1] == len(days) - 1 else [*found, len(days) - 1]
