"""A forecast of one person's score as a fan, beside what was measured.

Four rules keep it honest.
1. “Forecast, not measured” stands in the drawing; the fan is dashed and pale, the measured totals are solid.
2. Below it stand what it was made from: version, age of the inputs, how often the band held, the simplest rival.
3. Where the data have not moved the expectation it says “typical for people like this”, never “for you”.
4. A withheld forecast has no drawing, only the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dayspring.figures.paper import (
    DESK,
    LETTER,
    NARROW,
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
    wrapped,
)
from dayspring.figures.population_figure import MIDDLE, bands, box, ends, named_at, pairs, shares, ticks

DOSES, FOOT, LINE = 22, 30, 20
SAYS = "Forecast, not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class FanFigure:
    """Everything the figure draws.

    `days` and `quantiles` are the forecast; `measured` are (day, total or None) before it; `doses` are the
    days of the plan that somebody chose; `below` are the lines on what the forecast was made from.
    """

    name: str
    highest: float
    days: Points
    quantiles: Mapping[float, Points]
    measured: Sequence[tuple[float, float | None]] = ()
    doses: Sequence[float] = ()
    begins: date | None = None
    label: str = ""
    below: Sequence[str] = ()
    withheld: str = ""

    def __post_init__(self) -> None:
        if self.withheld:
            return
        if MIDDLE not in self.quantiles:
            raise ValueError(f"{self.name} has no middle; its quantiles are {shares(self.quantiles)}")
        for share, values in self.quantiles.items():
            matched(f"the quantile {share:g} of {self.name}", values, self.days)


def fan(data: FanFigure, *, width: int = DESK) -> tuple[str, str, Table]:
    """The drawing at a width in pixels (936 for a desk, 340 for a phone), its sentence and its table."""
    says = _sentence(data)
    if data.withheld or not data.days:
        return "", says, []
    narrow = width < NARROW
    span = sorted([*data.days, *data.doses, *(day for day, _ in data.measured)])
    marks, top = labelled(SAYS, data.label, sides(width)[0], width)
    frame = box(span, 0, data.highest, width, top)
    marks += frame.ahead(data.days[0])
    marks += [*frame.scale(), *named(frame, width, data.name, "")]
    marks += bands(frame, data.days, data.quantiles)
    marks += frame.points(data.measured)
    marks += ends(
        frame, {_end(share, v[-1]): v[-1] for share, v in sorted(data.quantiles.items()) if named_at(share)}
    )
    marks.append(text(frame.left - 8, frame.foot + DOSES + 4, "dose", anchor="end"))
    marks += ticks(frame, data.doses, frame.foot + DOSES)
    y = frame.foot + DOSES + FOOT
    marks += frame.days(y, data.begins)
    at = 0 if narrow else frame.left
    for line in (part for whole in data.below for part in wrapped(whole, int((width - at) / LETTER))):
        y += LINE
        marks.append(text(at, y, line))
    return svg(width, y + 10, says, marks), says, _table(data)


def _end(share: float, value: float) -> str:
    return f"{said(value)} middle" if share == MIDDLE else said(value)


def _sentence(data: FanFigure) -> str:
    if data.withheld:
        return f"No forecast: {data.withheld}"
    if not data.days:
        return "No forecast: no days were asked for."
    known = [(day, value) for day, value in data.measured if value is not None]
    newest = f"{data.name} {known[-1][1]:g} measured on {_day(data, known[-1][0])}. " if known else ""
    widest = pairs(data.quantiles)
    low, high = widest[0] if widest else (MIDDLE, MIDDLE)
    return (
        f"{newest}{SAYS}: on {_day(data, data.days[-1])} about {said(data.quantiles[MIDDLE][-1])} of {data.highest:g}, "
        f"{(high - low) * 100:.0f} of 100 times between {said(data.quantiles[low][-1])} "
        f"and {said(data.quantiles[high][-1])}.{closing(data.label)}"
    )


def _day(data: FanFigure, day: float) -> str:
    return f"{data.begins + timedelta(days=int(day)):%-d %B}" if data.begins else f"day {day:g}"


def _table(data: FanFigure) -> Table:
    order = sorted(data.quantiles)
    rows: Table = [("day", "measured", *(f"{share * 100:g} % below" for share in order))]
    for day, value in sorted(data.measured, key=lambda row: row[0]):
        rows.append(
            (_day(data, day), "not complete" if value is None else f"{value:g}", *("" for _ in order))
        )
    for n in rows_of(data.days):
        rows.append((_day(data, data.days[n]), "", *(said(data.quantiles[share][n]) for share in order)))
    return rows


__all__ = ["FanFigure", "fan"]
