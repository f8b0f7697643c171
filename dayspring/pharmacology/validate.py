"""The model held against what was published, number by number, with the misses as visible as the hits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dayspring.pharmacology.each import Place
from dayspring.pharmacology.parameters import REFERENCE
from dayspring.pharmacology.published import Published, published
from dayspring.pharmacology.validate_people import Crowd, crowd_shows
from dayspring.pharmacology.validate_typical import typical
from dayspring.pharmacology.validate_withdrawal import withdrawal_shows

PEOPLE, SEED = 4000, 2026
HEADS = {
    "fit": "Rows that a calibration may lean on",
    "target": "Targets weighed from several of them",
    "stress": "Rows that a drug model is expected to fail: the best-masked trials, and the switch at nothing",
    "check": "Only compared with, never fitted",
}
COLUMNS = ("no.", "endpoint", "published", "model", "tolerance", "use", "verdict")
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One published number, what the model says, and by how much it misses the bounds; 0 when it does not."""

    published: Published
    model: float

    @property
    def misses_by(self) -> float:
        """How far beyond the nearer bound; negative below it."""
        over, under = self.model - self.published.highest, self.model - self.published.lowest
        return over if over > ROUNDING else under if under < -ROUNDING else 0.0

    @property
    def verdict(self) -> str:
        if not self.misses_by:
            return "ok"
        return f"misses by {_said(self.misses_by, signed=True)}"

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as `COLUMNS` name it."""
        p = self.published
        said = f"{_said(p.value)} ({_said(p.lowest)} to {_said(p.highest)}) {p.unit}"
        return (p.number, p.endpoint, said, _said(self.model), p.tolerance, p.use, self.verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Every row, with the set of numbers and the people that the model's column comes from."""

    parameters: str
    people: int
    seed: int
    rows: tuple[Row, ...]

    def __getitem__(self, key: str) -> Row:
        """The row of that published key."""
        return {row.published.key: row for row in self.rows}[key]

    def of(self, use: str) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.published.use == use)

    @property
    def missed(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.misses_by)

    def counts(self) -> dict[str, tuple[int, int]]:
        """For each use, how many rows are met and how many there are."""
        return {use: (sum(not row.misses_by for row in self.of(use)), len(self.of(use))) for use in HEADS}

    def to_dict(self) -> dict[str, Any]:
        """The whole table as plain values."""
        rows = [
            asdict(row.published) | {"model": row.model, "misses_by": row.misses_by, "verdict": row.verdict}
            for row in self.rows
        ]
        return {"parameters": self.parameters, "people": self.people, "seed": self.seed, "rows": rows}

    def lines(self) -> Iterator[str]:
        """The table in aligned columns, a part for each use."""
        wide = [max(len(row.cells[at]) for row in self.rows) for at in range(len(COLUMNS))]
        shown = (0, 1, 2, 3, 6)
        for use, head in HEADS.items():
            yield f"\n{head}"
            for cells in (COLUMNS, *(row.cells for row in self.of(use))):
                yield "  ".join(cells[at].ljust(wide[at]) for at in shown).rstrip()
        yield f"\n{self.summary()}"

    def markdown(self) -> Iterator[str]:
        """The same as tables of a page."""
        for use, head in HEADS.items():
            yield f"\n### {head}\n"
            yield f"| {' | '.join(COLUMNS)} |"
            yield f"|{'---|' * len(COLUMNS)}"
            for row in self.of(use):
                cells = [*row.cells[:-1], row.verdict if row.verdict == "ok" else f"**{row.verdict}**"]
                yield f"| {' | '.join(cells)} |"
        yield f"\n{self.summary()}"

    def summary(self) -> str:
        """What was held against what, in one sentence."""
        met = "; ".join(f"{use} {ok} of {all_}" for use, (ok, all_) in self.counts().items())
        return f"{self.parameters}, {self.people} people (seed {self.seed}): {met} met."


def validate(
    parameters: str = REFERENCE, *, people: int = PEOPLE, seed: int = SEED, threads: int = 1
) -> Table:
    """The table for one set of numbers. The same people and seed give the same table."""
    crowd = Crowd(n=people, seed=seed, place=Place(parameters=parameters), threads=threads)
    shown = typical(crowd.place) | crowd_shows(crowd) | withdrawal_shows(crowd)
    return table_of(parameters, people, seed, shown)


def table_of(parameters: str, people: int, seed: int, shown: Mapping[str, float]) -> Table:
    """Published rows beside what the model shows under their keys."""
    rows = tuple(Row(published=row, model=float(shown[row.key])) for row in published())
    return Table(parameters=parameters, people=people, seed=seed, rows=rows)


def _said(value: float, *, signed: bool = False) -> str:
    """A number as people read it: three figures, never an exponent."""
    size = abs(value)
    digits = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2
    text = f"{value:{'+' if signed else ''}.{digits}f}"
    return text if float(text) else text.lstrip("-+")
