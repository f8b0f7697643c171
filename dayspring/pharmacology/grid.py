"""Where time is cut: at what happens, at what is asked for, and finely where the drug is fresh.

Between two happenings lies a stretch. A stretch is cut into panels that grow with the time since it began,
for what decays in exponentials changes less and less. The nodes of Gauss lie inside each panel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from dayspring.pharmacology.dose import SAME_H, Dose
from dayspring.pharmacology.patient import Array

Index = npt.NDArray[np.int64]
NODES = 5
# A panel is at first a minute, then as long as the time since the stretch began, at most half a day.
FIRST_H, LONGEST_H = 1.0 / 60.0, 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Stretches, panels, nodes and outputs. Times inside a stretch count from where the stretch began."""

    starts_h: Array
    lengths_h: Array
    panel_stretch: Index
    panel_from_h: Array
    panel_h: Array
    output_stretch: Index
    output_from_h: Array
    output_edge: Index
    stretch_edge: Index

    @property
    def node_from_h(self) -> Array:
        """Time of each node since its stretch began: (panels, nodes)."""
        return self.nodes_from_h(NODES)

    def nodes_from_h(self, nodes: int) -> Array:
        """The same for so many nodes in each panel."""
        return np.round(self.panel_from_h[:, None] + self.panel_h[:, None] * gauss(nodes)[0], SAME_H + 2)


@cache
def gauss(count: int = NODES) -> tuple[Array, Array]:
    """Nodes and weights of Gauss and Legendre on 0..1."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return (nodes + 1.0) / 2.0, weights / 2.0


@cache
def gauss_to_middle(count: int = NODES) -> Array:
    """Weights at the same nodes for the integral over 0..1/2: exact for what the nodes can follow."""
    nodes, powers = gauss(count)[0], np.arange(count)
    return np.asarray(np.linalg.solve(nodes[None, :] ** powers[:, None], 0.5 ** (powers + 1) / (powers + 1)))


@cache
def _ladder(until_h: float, first_h: float) -> tuple[float, ...]:
    edges = [0.0]
    while edges[-1] < until_h:
        edges.append(edges[-1] + min(max(first_h, edges[-1]), LONGEST_H))
    return tuple(edges)


def course_grid(doses: Sequence[Dose], times_h: Array, first_h: float = FIRST_H) -> Grid:
    """The grid from 0 to the last time asked for. Doses after it play no part."""
    asked, end = np.round(times_h, SAME_H), round(float(times_h[-1]), SAME_H)
    happens = {0.0} | {d.starts_h for d in doses} | {d.ends_h for d in doses}
    starts = np.array(sorted(h for h in happens if h <= end))
    lengths = np.round(np.append(starts[1:], end) - starts, SAME_H)
    inside = np.searchsorted(starts, asked, side="right") - 1
    ladder = np.array(_ladder(end, first_h))
    stretch: list[int] = []
    begins: list[float] = []
    panels: list[float] = []
    edge_of: dict[tuple[int, float], int] = {}
    first_edge: list[int] = []
    for number, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        cuts = np.round(asked[inside == number] - start, SAME_H)
        edges = np.unique(np.concatenate([[0.0, length], cuts, np.round(ladder[ladder < length], SAME_H)]))
        first_edge.append(len(panels))
        edge_of |= {(number, float(edge)): len(panels) + place for place, edge in enumerate(edges)}
        stretch += [number] * (edges.size - 1)
        begins += edges[:-1].tolist()
        panels += np.diff(edges).tolist()
    since = np.round(asked - starts[inside], SAME_H)
    return Grid(
        starts_h=starts,
        lengths_h=lengths,
        panel_stretch=np.array(stretch, dtype=np.int64),
        panel_from_h=np.array(begins),
        panel_h=np.round(np.array(panels), SAME_H),
        output_stretch=inside.astype(np.int64),
        output_from_h=since,
        output_edge=np.array(
            [edge_of[n, float(h)] for n, h in zip(inside, since, strict=True)], dtype=np.int64
        ),
        stretch_edge=np.array(first_edge, dtype=np.int64),
    )
