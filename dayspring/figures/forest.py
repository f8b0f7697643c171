"""What was published beside what the model says, row by row, misses as visible as hits.

Three rules keep it honest.
1. All rows share one scale: the distance from the middle of what counts as met, in half-widths of it.
2. A miss carries a cross and its words; what is off the scale stands at its edge as an arrow.
3. Rows that were fitted and rows that were only checked are told apart; the sentence counts both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dayspring.figures.paper import DESK, NARROW, Table, svg, text, wrapped

HEAD, ROW, PHONE_ROW, FOOT = 34, 42, 86, 34
FAR = 3.0
# What floating point may add at an edge is no miss.
ROUNDING = 1e-9
LETTERS = 36
# More misses than a sentence can hold are counted in it and stand in the drawing and the table.
SAID = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One published number with the range that counts as met, the model's, and what that row was used for."""

    name: str
    published: float
    low: float
    high: float
    model: float
    unit: str = ""
    use: str = "fit"

    @property
    def met(self) -> bool:
        rounding = ROUNDING * (self.high - self.low)
        return self.low - rounding <= self.model <= self.high + rounding

    @property
    def away(self) -> float:
        """Half-widths of the tolerance between the middle of what counts as met and the model."""
        half = (self.high - self.low) / 2
        return (self.model - (self.low + self.high) / 2) / half

    @property
    def verdict(self) -> str:
        if self.met:
            return "met"
        miss = self.model - self.high if self.model > self.high else self.model - self.low
        return f"misses by {short(miss, signed=True)}"


def short(value: float, *, signed: bool = False) -> str:
    """Three digits at most; a sign only where it is asked for."""
    return f"{value:+.3g}" if signed else f"{value:.3g}"


def forest(rows: Sequence[Row], *, title: str = "", width: int = DESK) -> tuple[str, str, Table]:
    """The drawing at a width in pixels (936 for a desk, 340 for a phone), its sentence and its table."""
    for row in rows:
        if row.high <= row.low:
            raise ValueError(f"{row.name} counts as met up to {row.high:g}, which is not above {row.low:g}")
    says = _sentence(rows, title)
    if not rows:
        return "", says, []
    narrow = width < NARROW
    tall = PHONE_ROW if narrow else ROW
    left, right = (4, width - 4) if narrow else (330, width - 346)
    foot = HEAD + tall * len(rows)

    def x(away: float) -> float:
        return round((left + right) / 2 + (right - left) / 2 * min(max(away, -FAR), FAR) / FAR, 1)

    marks = [
        f'<rect class="ahead" x="{x(-1)}" y="{HEAD}" width="{x(1) - x(-1):.1f}" height="{foot - HEAD}"/>'
    ]
    marks += [f'<path class="grid" d="M{x(at)} {HEAD}V{foot}"/>' for at in (-FAR, -1.0, 0.0, 1.0, FAR)]
    marks += [text(x(0), foot + 16, "what counts as met", anchor="middle", kind="halo")]
    marks += [] if narrow else _heads(width)
    for n, row in enumerate(rows):
        marks += _row(row, HEAD + tall * n, x, narrow, width)
    return svg(width, foot + FOOT, says, marks), says, _table(rows)


def _heads(width: int) -> list[str]:
    places = ((width - 336, "published"), (width - 216, "model"), (width - 152, "verdict"))
    return [text(0, HEAD - 12, "row"), *(text(x, HEAD - 12, words) for x, words in places)]


def _row(row: Row, top: int, x: object, narrow: bool, width: int) -> list[str]:
    assert callable(x)
    kind = "" if row.met else "strong"
    marks = [f'<path class="grid" d="M0 {top}H{width}"/>']
    name = row.name if row.use == "fit" else f"{row.name} ({row.use})"
    if narrow:
        y = top + 72.0
        published = f"{short(row.published)} {row.unit}".rstrip()
        lines = wrapped(name, LETTERS)[:2]
        lines += [f"{published}, model {short(row.model)}: {row.verdict}"]
        for n, part in enumerate(lines):
            marks.append(text(0, top + 17 + n * 18, part, kind=kind if n < len(lines) - 1 else "halo"))
        return [*marks, _mark(row, x(row.away), y)]
    y = top + ROW / 2
    lines = wrapped(name, LETTERS)[:2]
    for n, part in enumerate(lines):
        marks.append(text(0, y + 5 - (len(lines) - 1) * 8 + n * 16, part, kind=kind))
    marks.append(text(width - 336, y + 5, f"{short(row.published)} {row.unit}".rstrip()))
    marks.append(text(width - 216, y + 5, short(row.model)))
    marks.append(text(width - 152, y + 5, row.verdict, kind=kind))
    return [*marks, _mark(row, x(row.away), y)]


def _mark(row: Row, at: float, y: float) -> str:
    """A dot where it is met, a cross where it is not, an arrow at the edge where it is far off."""
    if abs(row.away) > FAR:
        way = 1 if row.away > 0 else -1
        back = at - 9 * way
        return f'<path class="score miss" d="M{back:.1f} {y - 7:.1f}L{at} {y:.1f}L{back:.1f} {y + 7:.1f}"/>'
    if row.met:
        return f'<circle class="scoredot" cx="{at}" cy="{y:.1f}" r="6"/>'
    return f'<path class="score miss" d="M{at - 6:.1f} {y - 6:.1f}l12 12m0 -12l-12 12"/>'


def _sentence(rows: Sequence[Row], title: str) -> str:
    if not rows:
        return f"{title or 'Nothing'} is not compared: there are no rows."
    parts = []
    for use in dict.fromkeys(row.use for row in rows):
        own = [row for row in rows if row.use == use]
        parts.append(f"{sum(row.met for row in own)} of {len(own)} rows for {use}")
    missed = [row.name for row in rows if not row.met]
    more = f"; and {len(missed) - SAID} more, each marked" if len(missed) > SAID else ""
    rest = f". Missed: {'; '.join(missed[:SAID])}{more}" if missed else ""
    return f"{title + ': ' if title else ''}the model meets {', '.join(parts)}{rest}."


def _table(rows: Sequence[Row]) -> Table:
    head: Table = [("row", "use", "published", "counts as met", "model", "verdict")]
    return head + [
        (
            row.name,
            row.use,
            f"{short(row.published)} {row.unit}".rstrip(),
            f"{short(row.low)} to {short(row.high)}",
            short(row.model),
            row.verdict,
        )
        for row in rows
    ]


__all__ = ["Row", "forest"]
