"""What a notebook shows of what was found about a person or the model: a forecast, a comparison, a validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dayspring.figures.comparison import ComparisonFigure, comparison
from dayspring.figures.fan import FanFigure, fan
from dayspring.figures.forest import Row, forest
from dayspring.figures.shown import HIGHEST, HOURS, NAMES, Shown, both, doses_by_day
from dayspring.pharmacology.compare import Compared
from dayspring.pharmacology.forecast import Fan
from dayspring.pharmacology.history import History
from dayspring.pharmacology.validate import Table as Validation


def shown_fan(
    found: Fan, *, history: History | None = None, instrument: str = "phq9", below: Sequence[str] = ()
) -> Shown:
    """A forecast beside the ratings and doses that it was made from; withheld, only its reasons."""
    ratings = history.ratings if history else ()
    data = FanFigure(
        name=NAMES[instrument],
        highest=HIGHEST[instrument],
        days=(found.times_h / HOURS).tolist(),
        quantiles=_lists(found.quantiles.get(instrument, {})),
        measured=[(r.at_h / HOURS, r.points) for r in ratings if r.instrument == instrument],
        doses=[day for day, _ in doses_by_day(history.doses)] if history else (),
        label=found.label,
        below=below,
        withheld=" ".join(found.withheld),
    )
    return both(lambda width: fan(data, width=width))


def shown_difference(found: Compared, *, people: int, instrument: str = "madrs") -> Shown:
    """The second schedule beside the first, in the same people."""
    first, second = found.names[:2]
    data = ComparisonFigure(
        name=NAMES[instrument],
        unit="points",
        first=first,
        second=second,
        days=(found.times_h / HOURS).tolist(),
        quantiles=_lists(found.difference[second][instrument]),
        people=people,
        label=found.says,
    )
    return both(lambda width: comparison(data, width=width))


def _lists(quantiles: Mapping[float, Any]) -> dict[float, list[float]]:
    return {share: list(map(float, values)) for share, values in quantiles.items()}


def shown_validation(table: Validation) -> Shown:
    """Every row of a validation, misses as visible as hits."""
    rows = [
        Row(
            name=row.published.endpoint,
            published=row.published.value,
            low=row.published.lowest,
            high=row.published.highest,
            model=row.model,
            unit=row.published.unit,
            use=row.published.use,
        )
        for row in table.rows
    ]
    return both(lambda width: forest(rows, title=table.parameters, width=width))


__all__ = ["shown_difference", "shown_fan", "shown_validation"]
