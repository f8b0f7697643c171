"""The summary of very many people: moments by chunk, a histogram fine enough for quantiles, counts over limits.

Chunks are of one fixed size and merged in one order, and counts are whole numbers, so a summary is the same to
the last bit however many threads worked on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dayspring.pharmacology.patient import Array

BINS = 2048
# Above a limit means by more than rounding: a score that began at 22 is not above 22.
ROUNDING = 1e-9
Counts = npt.NDArray[np.int64]
# Between which values a column is sketched; what lies outside is counted at the end. The last word: by logarithm.
RANGES = {
    "madrs_points": (0.0, 60.0),
    "phq9_points": (0.0, 28.0),
    "cadss_points": (0.0, 93.0),
    "systolic_mmhg": (0.0, 300.0),
    "diastolic_mmhg": (-100.0, 200.0),
    "pulse_per_min": (0.0, 250.0),
    "antidepressant_logit": (-8.0, 8.0),
}
FROM, TO = float(np.log(1e-6)), float(np.log(1e6))


@dataclass(frozen=True, slots=True)
class Scale:
    """How a column is cut into bins."""

    low: float
    per_bin: float
    is_log: bool

    def edges(self) -> Array:
        edges = self.low + np.arange(BINS + 1) / self.per_bin
        return np.exp(edges) if self.is_log else edges

    def bins(self, values: Array) -> Counts:
        """The bin of each value."""
        seen = np.log(np.maximum(values, 1e-300)) if self.is_log else values
        return np.clip((seen - self.low) * self.per_bin, 0.0, BINS - 1.0).astype(np.int64)


def scale_of(column: str) -> Scale:
    """Shares and scores on their own scale, levels and units by their logarithm."""
    low, high = RANGES.get(column, (0.0, 1.0))
    if column in RANGES or column.endswith(("_share", "_probability")):
        return Scale(low, BINS / (high - low), False)
    return Scale(FROM, BINS / (TO - FROM), True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summed:
    """What the people of a course add up to."""

    columns: tuple[str, ...]
    above: tuple[tuple[str, float], ...]
    sizes: Counts
    moments: Array
    counts: Counts | None
    over: Counts

    @property
    def people(self) -> int:
        return int(self.sizes.sum())

    def mean(self) -> Array:
        return np.asarray((self.sizes[:, None, None] * self.moments[..., 0]).sum(axis=0) / self.people)

    def variance(self) -> Array:
        """Of the people themselves, not of the larger group they may be drawn from."""
        away = self.moments[..., 0] - self.mean()
        square = self.moments[..., 1] + self.sizes[:, None, None] * away**2
        return np.asarray(np.maximum(square.sum(axis=0), 0.0) / self.people)

    def quantiles(self, column: str, shares: Sequence[float]) -> dict[float, Array]:
        """Within a bin people are taken to be spread evenly."""
        assert self.counts is not None
        counts = self.counts[self.columns.index(column)]
        edges = scale_of(column).edges()
        below = np.concatenate(
            [np.zeros((len(counts), 1), dtype=np.int64), np.cumsum(counts, axis=1)], axis=1
        )
        return {float(s): np.array([_at(s * self.people, b, edges) for b in below]) for s in shares}


def _at(rank: float, below: Counts, edges: Array) -> float:
    """Where so many lie below: the lowest and the highest filled edge at the ends."""
    total = int(below[-1])
    place = min(max(int(np.searchsorted(below, rank, side="left")) - 1, 0), BINS - 1)
    if rank <= 0.0:
        place = int(np.searchsorted(below, 0, side="right")) - 1
    rank = min(rank, float(total))
    inside = int(below[place + 1] - below[place])
    part = (rank - float(below[place])) / inside if inside else 0.0
    return float(edges[place] + part * (edges[place + 1] - edges[place]))
