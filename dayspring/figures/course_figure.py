"""What a course of doses does by the model: doses, connections, domains, score, one box below the other.

Three rules keep it honest.
1. What the model says is dashed; doses that were given and totals that were measured are solid.
2. The label stands in the drawing and in the sentence, so that neither is passed on without it.
3. Every box shows its whole scale; a total that is missing is hollow, at the foot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from dayspring.figures.paper import (
    DASHES,
    DESK,
    GAP,
    NARROW,
    TALL,
    Frame,
    Points,
    Table,
    above,
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

FOOT, DOSES = 30, 26
CALCULATED = "calculated by the model, not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One quantity over the days; `band` is where half of all people like this lie."""

    name: str
    values: Points
    band: tuple[Points, Points] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One scale: its lines, its sticks (day, value) and what was measured on it (day, value or None)."""

    name: str
    unit: str
    lowest: float
    highest: float
    lines: Sequence[Line] = ()
    sticks: Sequence[tuple[float, float]] = ()
    measured: Sequence[tuple[float, float | None]] = ()
    tall: int = TALL


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFigure:
    """Everything the figure draws. `doses` are (day, words); `begins` is the date of day 0 where there is one."""

    days: Points
    boxes: Sequence[Box]
    doses: Sequence[tuple[float, str]] = ()
    begins: date | None = None
    now: float | None = None
    label: str = ""

    def __post_init__(self) -> None:
        for box in self.boxes:
            if box.highest <= box.lowest:
                raise ValueError(f"the scale of {box.name} ends at {box.highest:g}, not above {box.lowest:g}")
            for line in box.lines:
                for values in (line.values, *(line.band or ())):
                    matched(line.name, values, self.days)


def course_figure(course: CourseFigure, *, width: int = DESK) -> tuple[str, str, Table]:
    """The drawing at a width in pixels (936 for a desk, 340 for a phone), its sentence and its table."""
    says = _sentence(course)
    if not course.days or not course.boxes:
        return "", says, []
    narrow = width < NARROW
    left, right = sides(width)
    marks, top = labelled(CALCULATED, course.label, left, width)
    for box in course.boxes:
        frame = Frame(
            first=course.days[0],
            last=max(course.days[-1], course.days[0] + 1e-9),
            lowest=box.lowest,
            highest=box.highest,
            left=left,
            right=right,
            top=top,
            foot=top + box.tall,
        )
        marks += _box(course, box, frame, width)
        top = frame.foot + GAP + (20 if narrow else 0)
    marks += _doses(course, frame, frame.foot + DOSES)
    marks += frame.days(frame.foot + DOSES + FOOT, course.begins)
    return svg(width, frame.foot + DOSES + FOOT + 10, says, marks), says, _table(course)


def _box(course: CourseFigure, box: Box, frame: Frame, width: int) -> list[str]:
    marks = frame.ahead(course.now) if course.now is not None else []
    marks += [*frame.scale(), *named(frame, width, box.name, box.unit)]
    for line in box.lines:
        if line.band:
            marks.append(frame.band(course.days, *line.band, kind="fan50"))
    for n, line in enumerate(box.lines):
        marks.append(frame.line(course.days, line.values, dash=DASHES[n % len(DASHES)]))
    for day, value in box.sticks:
        stick = f"M{frame.x(day)} {frame.foot:.1f}V{frame.y(value)}"
        marks.append(f'<path class="drugline" fill="none" stroke-dasharray="4 3" d="{stick}"/>')
    if box.sticks:
        day, value = max(box.sticks, key=lambda stick: (stick[1], -stick[0]))
        marks.append(text(frame.right + 10, frame.y(value) + 5, said(value), kind="strong"))
    marks += frame.points(box.measured)
    ends = apart([frame.y(line.values[-1]) + 5 for line in box.lines], foot=frame.foot + 5)
    for line, y in zip(box.lines, ends, strict=True):
        marks.append(text(frame.right + 8, y, f"{said(line.values[-1])} {line.name}"))
    return marks


def _doses(course: CourseFigure, frame: Frame, y: float) -> list[str]:
    """Each dose that was given, solid."""
    marks = [text(frame.left - 8, y + 5, "dose", anchor="end")]
    for day, words in course.doses:
        marks.append(
            f'<rect class="drugfill" x="{frame.x(day) - 3:.1f}" y="{y - 8:.1f}" width="6" height="16" rx="3">'
            f"<title>{escape(words)}</title></rect>"
        )
    return marks


def _sentence(course: CourseFigure) -> str:
    if not course.days or not course.boxes:
        return "Nothing is drawn: no days were simulated."
    parts = [part for part in map(_box_says, course.boxes) if part]
    many = f"{len(course.doses)} dose{'' if len(course.doses) == 1 else 's'}"
    return f"{many}. {'; '.join(parts)}. {CALCULATED.capitalize()}.{closing(course.label)}"


def _box_says(box: Box) -> str:
    """What one box shows: each line from its first to its last, the highest stick, what was measured."""
    found = [f"{line.name} {said(line.values[0])} to {said(line.values[-1])}".strip() for line in box.lines]
    if box.sticks:
        found.append(f"highest {said(max(value for _, value in box.sticks))}")
    if found:
        found[-1] = f"{found[-1]} {box.unit}".rstrip()
    known = [f"{value:g}" for _, value in box.measured if value is not None]
    if known:
        found.append(f"measured {' to '.join(known[:1] + known[1:][-1:])}")
    return f"{box.name}: {', '.join(found)}" if found else ""


def _named(box: Box, line: Line) -> str:
    return ", ".join(part for part in (box.name, line.name) if part)


def _table(course: CourseFigure) -> Table:
    """The head, then some of the days with every line, then what was given and measured, by day."""
    lines = [(_named(box, line), line.values) for box in course.boxes for line in box.lines]
    rows: Table = [("day", *(name for name, _ in lines), "what was given or measured")]
    happened = [(day, 0, words) for day, words in course.doses]
    for box in course.boxes:
        happened += [
            (d, 1, f"{box.name} {'not complete' if v is None else f'{v:g}'}") for d, v in box.measured
        ]
        happened += [(d, 2, f"{box.name}, expected {said(v)} {box.unit}".rstrip()) for d, v in box.sticks]
    body = [
        (course.days[n], -1, (_day(course, course.days[n]), *(said(v[n]) for _, v in lines), ""))
        for n in rows_of(course.days)
    ]
    body += [(day, kind, (_day(course, day), *("" for _ in lines), words)) for day, kind, words in happened]
    return [*rows, *(row for _, _, row in sorted(body, key=lambda r: r[:2]))]


def _day(course: CourseFigure, day: float) -> str:
    return f"{course.begins + timedelta(days=int(day)):%-d %b %Y}" if course.begins else f"{day:g}"


# In plain words and in the order of the model: what a research run is drawn from.
DOMAINS = (
    ("mood_thought_share", "mood"),
    ("motivation_cognition_share", "drive"),
    ("anhedonia_share", "joy"),
    ("anxiety_vegetative_share", "anxiety"),
)
MADRS_HIGHEST = 60


def course_boxes(columns: Mapping[str, Points]) -> list[Box]:
    """The boxes of a whole run: connections, four domains, MADRS, from its columns by name."""
    new, mature = columns["new_spines_units"], columns["mature_spines_units"]
    most = above(max(1.0, *new, *mature))
    return [
        Box(
            name="Connections",
            unit="reference sessions",
            lowest=0,
            highest=most,
            lines=[Line(name="new", values=new), Line(name="lasting", values=mature)],
        ),
        Box(
            name="Domains",
            unit="share of worst",
            lowest=0,
            highest=1,
            lines=[Line(name=words, values=columns[key]) for key, words in DOMAINS],
        ),
        Box(
            name="MADRS",
            unit="points",
            lowest=0,
            highest=MADRS_HIGHEST,
            lines=[Line(name="", values=columns["madrs_points"])],
        ),
    ]


__all__ = ["Box", "CourseFigure", "Line", "course_boxes", "course_figure"]
