"""What the pressures of a session say in a sentence and in a table, and which of them are over a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Limits = Sequence[tuple[float, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One set of vitals at a minute from the first drug; None is not taken."""

    minute: float
    systolic: float | None = None
    diastolic: float | None = None
    pulse: float | None = None
    spo2: float | None = None

    @property
    def pressure(self) -> str:
        """Both numbers; a dash for the one that was not taken."""
        if self.systolic is None and self.diastolic is None:
            return "–"
        return f"{cell(self.systolic)}/{cell(self.diastolic)}"

    @property
    def whole(self) -> bool:
        """A round with a cuff, in which pulse and saturation were to be taken too."""
        return self.systolic is not None or self.diastolic is not None


def cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def over(seen: Seen, systolic: Limits, diastolic: Limits) -> str:
    """high, medium or empty: the worst limit that either number has reached."""
    pairs = ((seen.systolic, systolic), (seen.diastolic, diastolic))
    reached = {p for value, limits in pairs if value is not None for limit, _, p in limits if value >= limit}
    return next((priority for priority in ("high", "medium") if priority in reached), "")


def sentence(rows: Sequence[Seen], systolic: Limits, diastolic: Limits) -> str:
    """What the chart says. It compares with the last reading before the drug, or with the first there is."""
    taken = [s for s in rows if s.systolic is not None]
    if not taken:
        return "No pressure has been taken."
    high = [s for s in taken if over(s, systolic, diastolic) == "high"]
    if high:
        minutes = " and ".join(f"{s.minute:.0f}" for s in high[-2:])
        more = f", {len(high)} times in all" if len(high) > 2 else ""
        return f"At or above the pausing limit at minute {minutes}{more}"
    last = taken[-1]
    if len(taken) == 1:
        return f"Pressure {last.pressure}, one reading so far"
    before = [s for s in taken if s.minute <= 0]
    first = before[-1] if before else taken[0]
    change = round(_systolic(last) - _systolic(first))
    way = f"up {change}" if change > 0 else f"down {-change}" if change < 0 else "unchanged"
    so_far = (
        f"Pressure {last.pressure} before the drug" if first is last else f"Systolic {way} since the start"
    )
    return f"{so_far}, {_where(taken, systolic, diastolic)}"


def _systolic(seen: Seen) -> float:
    if seen.systolic is None:
        raise ValueError(f"minute {seen.minute:g} has no systolic pressure to compare: {seen.pressure}")
    return seen.systolic


def _where(taken: Sequence[Seen], systolic: Limits, diastolic: Limits) -> str:
    warned = [s for s in taken if over(s, systolic, diastolic) == "medium"]
    if warned and warned[-1] is taken[-1]:
        return "at or above the warning limit now"
    if warned:
        return f"at or above the warning limit last at minute {warned[-1].minute:.0f}"
    if systolic and not diastolic:
        return "below every systolic limit"
    return "below every limit" if systolic else "no limit was compared"


def table(rows: Sequence[Seen]) -> list[tuple[str, ...]]:
    """Minute, pressure, pulse and saturation of every reading, a dash for what was not taken."""
    return [(f"{s.minute:.0f}", s.pressure, cell(s.pulse), cell(s.spo2)) for s in rows]
