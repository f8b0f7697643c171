"""What a notebook shows of a run: its drawing, its sentence and its table in one, and which figure it is.

shown(run)                      a run of hours is an infusion, a run of days a course
shown(spread, "madrs_points")   a population
shown(fan, history), shown(compared), shown(table) of a forecast, a comparison, a validation
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from dayspring.figures.course_figure import MADRS_HIGHEST, CourseFigure, course_boxes, course_figure
from dayspring.figures.infusion_course import InfusionCourse, infusion_course, infusion_strips
from dayspring.figures.paper import DESK, PHONE, Table
from dayspring.figures.population_figure import PopulationFigure, population_figure
from dayspring.pharmacology import Dose, Spread, Trajectory
from dayspring.pharmacology.trajectory import unit_of

HOURS, MINUTES = 24.0, 60.0
HIGHEST = {"madrs": MADRS_HIGHEST, "phq9": 27}
NAMES = {"madrs": "MADRS", "phq9": "PHQ-9"}
# A run that ends within two days of its start is drawn by the minute.
SHORT_H = 48.0
# The colours of the pages, for a notebook that has no stylesheet of ours; both grounds.
STYLE = """
.dayspring{--i:#1b1a23;--i2:#4a4753;--l:#ddd9cf;--s:#fff;--k:#ece9e2;--d:#6a5ed0;max-width:60rem;color:var(--i);
background:var(--s);padding:.5rem;font:15px/1.4 system-ui,sans-serif}
@media (prefers-color-scheme:dark){.dayspring{--i:#f2f1f6;--i2:#c4c2ce;--l:#2f323d;--s:#191b22;--k:#0b0c10;--d:#978cf2}}
.dayspring svg{width:100%;height:auto}.dayspring svg text{font:15px system-ui,sans-serif;fill:var(--i2)}
.dayspring svg .strong{fill:var(--i);font-weight:650}
.dayspring .halo{paint-order:stroke;stroke:var(--s);stroke-width:5px;stroke-linejoin:round}
.dayspring .grid{stroke:var(--l);fill:none}.dayspring .base{stroke:var(--i2);fill:none}
.dayspring .ahead{fill:var(--k);opacity:.5}.dayspring .nowline{stroke:var(--i);fill:none}
.dayspring .drugline{stroke:var(--d);stroke-width:2.5;fill:none}.dayspring .drugfill{fill:var(--d)}
.dayspring .drugwash{fill:var(--d);opacity:.2}.dayspring .fan90{fill:var(--d);opacity:.16}
.dayspring .fan50{fill:var(--d);opacity:.28}
.dayspring .fanline{stroke:var(--d);stroke-width:2;stroke-dasharray:7 5;fill:none}
.dayspring .score{stroke:var(--i);stroke-width:2.5;fill:none}.dayspring .scoredot{fill:var(--i);stroke:var(--s)}
.dayspring .hollow{fill:var(--s);stroke:var(--i2)}
"""

Draw = Callable[[int], tuple[str, str, Table]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A drawing with its sentence and its table. A notebook shows it by itself; `svg` goes into a page or PDF."""

    svg: str
    phone_svg: str
    says: str
    table: Table

    def _repr_html_(self) -> str:
        head, *rows = self.table or [()]
        cells = "".join(f"<tr>{''.join(f'<td>{escape(c)}</td>' for c in row)}</tr>" for row in rows)
        heads = "".join(f"<th>{escape(word)}</th>" for word in head)
        below = f"<details><summary>Show as table</summary><table><tr>{heads}</tr>{cells}</table></details>"
        return (
            f'<figure class="dayspring"><style>{STYLE}</style><figcaption>{escape(self.says)}</figcaption>'
            f"{self.svg}{below if rows else ''}</figure>"
        )


def shown(run: Trajectory | Spread, *, column: str = "madrs_points") -> Shown:
    """The figure of one patient or of a population; a spread is drawn by one of its columns."""
    if isinstance(run, Spread):
        return both(_population(run, column))
    return both(_infusion(run) if run.times_h[-1] <= SHORT_H else _course(run))


def both(draw: Draw) -> Shown:
    """The drawing for a desk and the one for a phone, drawn anew."""
    svg, says, table = draw(DESK)
    return Shown(svg=svg, phone_svg=draw(PHONE)[0], says=says, table=table)


def doses_by_day(doses: tuple[Dose, ...]) -> list[tuple[float, str]]:
    """Each dose by its day, with its words."""
    return [(d.starts_h / HOURS, f"{d.mg:g} mg {d.route}" if d.mg else d.route) for d in doses]


def _infusion(run: Trajectory) -> Draw:
    minutes = [round(h * MINUTES, 3) for h in run.times_h.tolist()]
    given = [d for d in run.doses if d.mg > 0.0]
    ends = (min((d.starts_h for d in given), default=0.0), max((d.ends_h for d in given), default=0.0))
    course = InfusionCourse(
        minutes=minutes,
        strips=infusion_strips(run.to_dict()),
        drug=(ends[0] * MINUTES, ends[1] * MINUTES),
    )
    return lambda width: infusion_course(course, width=width)


def _course(run: Trajectory) -> Draw:
    columns = run.to_dict()
    course = CourseFigure(
        days=[h / HOURS for h in columns["time_h"]],
        boxes=course_boxes(columns),
        doses=doses_by_day(run.doses),
        label="; ".join(run.outside),
    )
    return lambda width: course_figure(course, width=width)


def _population(spread: Spread, column: str) -> Draw:
    if column not in spread.quantiles:
        raise ValueError(f"{column} has no quantiles; there are {', '.join(spread.quantiles)}")
    name = column.removesuffix("_points")
    values = {share: v.tolist() for share, v in spread.quantiles[column].items()}
    data = PopulationFigure(
        name=NAMES.get(name, name.replace("_", " ")),
        unit=unit_of(column),
        lowest=0,
        highest=HIGHEST.get(name, max(1.0, *(v for line in values.values() for v in line))),
        days=(spread.times_h / HOURS).tolist(),
        quantiles=values,
        people=spread.people,
        doses=[day for day, _ in doses_by_day(spread.doses)],
    )
    return lambda width: population_figure(data, width=width)


__all__ = ["HIGHEST", "HOURS", "NAMES", "Draw", "Shown", "both", "doses_by_day", "shown"]
