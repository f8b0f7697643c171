"""A calibration as people read it: the table before and after, the numbers, what they cannot tell, the prices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dayspring.pharmacology.calibrate import ALIKE, LITTLE, SETS, Calibration
from dayspring.pharmacology.calibrate_search import Found

HEAD = ("no.", "endpoint", "published", *SETS, "verdict of the fit")
NUMBERS = ("number", "suggested", "fitted", "bounds", "steps of the prior", "prior left", "at a bound")
USES = {"target": "Targets", "fit": "Rows that a calibration may lean on"}


def lines(done: Calibration) -> Iterator[str]:
    """In aligned columns."""
    for head, table in tables(done):
        yield f"\n{head}"
        wide = [max(len(row[at]) for row in table) for at in range(len(table[0]))]
        yield from ("  ".join(c.ljust(w) for c, w in zip(row, wide, strict=True)).rstrip() for row in table)
    yield ""
    yield from remarks(done)


def markdown(done: Calibration) -> Iterator[str]:
    """The same as a page has it."""
    for head, (first, *rest) in tables(done):
        yield f"\n### {head}\n"
        yield f"| {' | '.join(first)} |"
        yield f"|{'---|' * len(first)}"
        yield from (f"| {' | '.join(row)} |" for row in rest)
    yield "\n### What the rows tell and what they do not\n"
    yield from (f"- {remark}" for remark in remarks(done))


def tables(done: Calibration) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Each with its head: rows by their use, then the numbers of each part."""
    for use, head in USES.items():
        yield head, [HEAD, *_rows(done, use)]
    for head, found in (("Numbers of mood", done.mood), ("Numbers of pressure", done.pressure)):
        yield head, [NUMBERS, *_numbers(done, found)]


def _rows(done: Calibration, use: str) -> Iterator[tuple[str, ...]]:
    for row in (row for row in done.rows if row.use == use):
        said = f"{_said(row.value)} ({_said(row.lowest)} to {_said(row.highest)}) {row.unit}"
        seen = (_said(done.shown[name][row.key]) for name in SETS)
        yield (row.number, row.endpoint, said, *seen, done.verdict(row, "fitted"))


def _numbers(done: Calibration, found: Found) -> Iterator[tuple[str, ...]]:
    for free, steps, left in zip(found.problem.free, found.steps, found.left, strict=True):
        value = done.values[free.key]
        whose = " (of the nasal trials, not in the set)" if free.local else ""
        yield (
            free.key + whose, f"{free.suggested:.3g}", f"{value:.3g}", f"{free.lowest:.3g} to {free.highest:.3g}",
            f"{steps:+.2f}", f"{100 * left:.0f} %", free.bound(value) or "no",
        )  # fmt: skip


def remarks(done: Calibration) -> Iterator[str]:
    """How many rows each set meets, what cannot be told apart, what cannot be reached together."""
    yield (
        f"Searched on {done.people} people (seed {done.seed}), shown on {done.last} others (seed {done.seed + 1})."
    )
    for name in SETS:
        counts = (f"{use} {ok} of {of}" for use in USES for ok, of in (done.met(name, use),))
        yield f"{name}: {', '.join(counts)} met."
    for name, found in (("mood", done.mood), ("pressure", done.pressure)):
        yield from _told(name, found)
    scatter = ", ".join(f"{value:.0f} %" for value in done.scatter.values())
    yield (
        f"If nobody's mood moved after day 3, rating it twice alone would lose {scatter} of the responders by "
        "day 14 at 0.1, 0.5 and 1.0 mg/kg."
    )
    for price in done.prices:
        left = "; ".join(price.leaves) or "nothing else"
        stands = f" Numbers at bounds: {', '.join(price.at_bounds)}." if price.at_bounds else ""
        yield (
            f"Bound ten times as hard, “{price.row.endpoint}” is {_said(price.then)} instead of "
            f"{_said(done.shown['fitted'][price.row.key])}, and out of bounds go: {left}.{stands}"
        )


def _told(name: str, found: Found) -> Iterator[str]:
    yield (
        f"{name}: misses {found.costs[0]:.2f} before, {found.costs[-1]:.2f} after {len(found.costs) - 1} rounds; "
        f"condition of the slopes {found.condition:.0f}."
    )
    free = found.problem.free
    vague = [one.key for one, left in zip(free, found.left, strict=True) if left > LITTLE]
    if vague:
        yield f"{name}: the rows say little of {_listed(vague)}: over {100 * LITTLE:.0f} % of the prior is left."
    alike = [f"{a} and {b} ({r:+.2f})" for a, b, r in found.alike(ALIKE)]
    if alike:
        yield f"{name}: hard to tell apart, by the correlation of their errors: {_listed(alike)}."


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)


def _said(value: float) -> str:
    """Three figures, never an exponent."""
    size = abs(value)
    digits = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2
    text = f"{value:.{digits}f}"
    return text if float(text) else text.lstrip("-")
