"""Two schedules beside each other in the same people: the difference with its band, and no verdict.

Three rules keep it honest.
1. The difference is drawn, person by person, not two lines that invite a winner.
2. No difference stands in the middle of the scale, whatever was found.
3. The sentence says how much lower or higher, never better or worse, and says when the band holds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dayspring.figures.paper import (
    DESK,
    NARROW,
    Points,
    Table,
    above,
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
from dayspring.figures.population_figure import MIDDLE, bands, box, ends, named_at, pairs, shares, ticks

STEP, FOOT = 22, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonFigure:
    """Everything the figure draws: quantiles of (second minus first) in the same people over the days."""

    name: str
    unit: str
    first: str
    second: str
    days: Points
    quantiles: Mapping[float, Points]
    people: int
    first_doses: Sequence[float] = ()
    second_doses: Sequence[float] = ()
    label: str = ""

    def __post_init__(self) -> None:
        if MIDDLE not in self.quantiles:
            raise ValueError(f"{self.name} has no middle; its quantiles are {shares(self.quantiles)}")
        for share, values in self.quantiles.items():
            matched(f"the quantile {share:g} of {self.name}", values, self.days)


def comparison(data: ComparisonFigure, *, width: int = DESK) -> tuple[str, str, Table]:
    """The drawing at a width in pixels (936 for a desk, 340 for a phone), its sentence and its table."""
    says = _sentence(data)
    if not data.days:
        return "", says, []
    narrow = width < NARROW
    far = above(max(1.0, *(abs(v) for values in data.quantiles.values() for v in values)))
    words = f"{data.people} drawn people, calculated, not measured"
    marks, top = labelled(words, "", sides(width)[0], width)
    frame = box(data.days, -far, far, width, top)
    marks += [*frame.scale(also=(0.0,)), *named(frame, width, f"{data.name}, difference", data.unit)]
    marks += bands(frame, data.days, data.quantiles)
    marks.append(f'<path class="base" d="M{frame.left:.1f} {frame.y(0.0)}H{frame.right:.1f}"/>')
    marks.append(text(frame.left + 6, frame.top + 15, f"higher in {data.second}", kind="halo"))
    marks.append(text(frame.left + 6, frame.foot - 7, f"lower in {data.second}", kind="halo"))
    marks += ends(
        frame, {said(v[-1]): v[-1] for share, v in sorted(data.quantiles.items()) if named_at(share)}
    )
    y = frame.foot
    for name, doses in ((data.first, data.first_doses), (data.second, data.second_doses)):
        if doses:
            # On a phone a name has no room beside its doses; it stands above them.
            y += STEP
            marks.append(
                text(0 if narrow else frame.left - 8, y + 4, name, anchor="start" if narrow else "end")
            )
            y += STEP if narrow else 0
            marks += ticks(frame, doses, y)
    marks += frame.days(y + FOOT)
    return svg(width, y + FOOT + 10, says, marks), says, _table(data)


def _sentence(data: ComparisonFigure) -> str:
    if not data.days:
        return f"{data.first} and {data.second} are not compared: no days were simulated."
    middle = data.quantiles[MIDDLE][-1]
    way = "lower" if middle < 0 else "higher"
    differs = "no different" if said(middle) == "0" else f"{said(abs(middle))} {data.unit} {way}"
    found = pairs(data.quantiles)
    low, high = found[0] if found else (MIDDLE, MIDDLE)
    ends_at = data.quantiles[low][-1], data.quantiles[high][-1]
    nothing = "; the band holds no difference" if min(ends_at) <= 0.0 <= max(ends_at) else ""
    return (
        f"On day {data.days[-1]:g}, {data.name} under {data.second} is {differs} than under {data.first} in the middle "
        f"of {data.people} drawn people, {(high - low) * 100:.0f} % of them between {said(ends_at[0])} and "
        f"{said(ends_at[1])}{nothing}. Calculated, not measured; it does not say which to choose.{closing(data.label)}"
    )


def _table(data: ComparisonFigure) -> Table:
    order = sorted(data.quantiles)
    rows: Table = [("day", *(f"{share * 100:g} % below" for share in order))]
    rows += [(f"{data.days[n]:g}", *(said(data.quantiles[s][n]) for s in order)) for n in rows_of(data.days)]
    return rows


__all__ = ["ComparisonFigure", "comparison"]
