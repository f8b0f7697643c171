"""How far people lie apart by the model: nested bands around the middle of a population.

Two rules keep it honest.
1. The bands are named by how many people lie in them, beside the drawing and in the sentence.
2. The whole scale is drawn, and how many people were drawn is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dayspring.figures.paper import (
    DASHES,
    DESK,
    Frame,
    Points,
    Table,
    apart,
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

TALL, DOSES, FOOT = 200, 22, 30
KINDS = ("fan90", "fan50")
MIDDLE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationFigure:
    """Everything the figure draws: quantiles by share (0.05 to 0.95, the middle among them) over the days."""

    name: str
    unit: str
    lowest: float
    highest: float
    days: Points
    quantiles: Mapping[float, Points]
    people: int
    mean: Points = ()
    doses: Sequence[float] = ()
    label: str = ""

    def __post_init__(self) -> None:
        if MIDDLE not in self.quantiles:
            raise ValueError(f"{self.name} has no middle; its quantiles are {shares(self.quantiles)}")
        for share, values in self.quantiles.items():
            matched(f"the quantile {share:g} of {self.name}", values, self.days)
        if self.mean:
            matched(f"the mean of {self.name}", self.mean, self.days)


def population_figure(data: PopulationFigure, *, width: int = DESK) -> tuple[str, str, Table]:
    """The drawing at a width in pixels (936 for a desk, 340 for a phone), its sentence and its table."""
    says = _sentence(data)
    if not data.days:
        return "", says, []
    words = f"{data.people} drawn people, calculated, not measured"
    marks, top = labelled(words, data.label, sides(width)[0], width)
    frame = box(data.days, data.lowest, data.highest, width, top)
    marks += [*frame.scale(), *named(frame, width, data.name, data.unit)]
    marks += bands(frame, data.days, data.quantiles)
    if data.mean:
        marks.append(frame.line(data.days, data.mean, dash=DASHES[1]))
    marks += ends(frame, {_words(share): values[-1] for share, values in data.quantiles.items()})
    marks.append(text(frame.left - 8, frame.foot + DOSES + 4, "dose", anchor="end"))
    marks += ticks(frame, data.doses, frame.foot + DOSES)
    marks += frame.days(frame.foot + DOSES + FOOT)
    return svg(width, frame.foot + DOSES + FOOT + 10, says, marks), says, _table(data)


def box(days: Points, lowest: float, highest: float, width: int, top: float, tall: float = TALL) -> Frame:
    left, right = sides(width)
    return Frame(
        first=days[0],
        last=max(days[-1], days[0] + 1e-9),
        lowest=lowest,
        highest=highest,
        left=left,
        right=right,
        top=top,
        foot=top + tall,
    )


def pairs(quantiles: Mapping[float, Points]) -> list[tuple[float, float]]:
    """The shares that make a band, the widest first."""
    low = sorted(share for share in quantiles if share < MIDDLE)
    return [(share, other) for share in low for other in quantiles if abs(share + other - 1.0) < 1e-9]


def bands(frame: Frame, days: Points, quantiles: Mapping[float, Points]) -> list[str]:
    """The bands from the widest in, and the dashed middle."""
    found = pairs(quantiles)
    marks = [
        frame.band(days, quantiles[low], quantiles[high], kind=KINDS[min(n, len(KINDS) - 1)])
        for n, (low, high) in enumerate(found)
    ]
    return [*marks, frame.line(days, quantiles[MIDDLE], kind="fanline")]


def ends(frame: Frame, words: Mapping[str, float]) -> list[str]:
    """What each line is called, where it ends."""
    places = apart([frame.y(value) + 5 for value in words.values()], foot=frame.foot + 5)
    return [text(frame.right + 8, y, word) for word, y in zip(words, places, strict=True)]


def named_at(share: float) -> bool:
    """The ends of the widest band and the middle have room for a number; more would be noise."""
    return share == MIDDLE or share < 0.1 or share > 0.9


def ticks(frame: Frame, doses: Sequence[float], y: float) -> list[str]:
    return [
        f'<rect class="drugfill" x="{frame.x(day) - 3:.1f}" y="{y - 8:.1f}" width="6" height="16" rx="3"/>'
        for day in doses
    ]


def shares(quantiles: Mapping[float, Points]) -> str:
    return ", ".join(f"{share:g}" for share in sorted(quantiles))


def _words(share: float) -> str:
    """How many lie below, in words that people use."""
    return "middle" if share == MIDDLE else f"{share * 100:g} % below"


def _sentence(data: PopulationFigure) -> str:
    if not data.days:
        return f"{data.name} is not drawn: no days were simulated."
    first, last = data.quantiles[MIDDLE][0], data.quantiles[MIDDLE][-1]
    spread = [
        f"{(high - low) * 100:g} % between {said(data.quantiles[low][-1])} and {said(data.quantiles[high][-1])}"
        for low, high in pairs(data.quantiles)
    ]
    return (
        f"{data.name} of {data.people} drawn people: the middle goes from {said(first)} to {said(last)} {data.unit} "
        f"by day {data.days[-1]:g}; {', '.join(spread)}. Calculated, not measured.{closing(data.label)}"
    )


def _table(data: PopulationFigure) -> Table:
    order = sorted(data.quantiles)
    rows: Table = [("day", *(_words(share) for share in order), *(("mean",) if data.mean else ()))]
    for n in rows_of(data.days):
        own = (said(data.mean[n]),) if data.mean else ()
        rows.append((f"{data.days[n]:g}", *(said(data.quantiles[share][n]) for share in order), *own))
    return rows


__all__ = [
    "PopulationFigure",
    "bands",
    "box",
    "ends",
    "named_at",
    "pairs",
    "population_figure",
    "shares",
    "ticks",
]
