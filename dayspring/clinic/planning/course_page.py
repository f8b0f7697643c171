"""The course as the plan's page shows it: dates drawn, past doses beside past answers, and what is proposed next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dayspring.clinic.showing.folded import Folded
from dayspring.clinic.zone import zone
from dayspring.figures.dose_and_response import PHONE as SMALL
from dayspring.figures.dose_and_response import Dose, DoseAndResponse, dose_and_response
from dayspring.figures.series import PHONE, Dates, Day, series_line
from dayspring.knowledge import Library
from dayspring.therapy.dose_steps import dose_in
from dayspring.therapy.facts import Phq9Answered, RegimenPlanned
from dayspring.therapy.regimen import WORKING, Series, lay_out, least_days, phases_of
from dayspring.therapy.response import Answered, Response, response
from dayspring.therapy.scoring import PHQ9_ITEMS, PHQ9_TOP, phq9

PHQ9_HIGHEST = PHQ9_ITEMS * PHQ9_TOP
# PHQ-9 severity bands by their lowest score (rulebook 9).
BANDS = (
    (5, gettext_lazy("mild")),
    (10, gettext_lazy("moderate")),
    (15, gettext_lazy("marked")),
    (20, gettext_lazy("severe")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A figure for a desk and for a phone, its sentence and its table."""

    desk: str
    phone: str
    sentence: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the form of the dates asks for: a first day, the days of the week, and a phase."""

    first: date
    weekdays: frozenset[int]
    phase: str
    asked: bool


def layout_of(asked: QueryDict, fold: Folded, protocol: str, knowledge: Library, today: date) -> Layout:
    """What was asked for, each part by itself; what cannot be read gives way to the proposal."""
    names = [phase.name for phase in phases_of(protocol, knowledge)]
    phase = asked.get("phase", "")
    try:
        first = date.fromisoformat(asked.get("first", ""))
    except ValueError:
        first = _earliest(fold, protocol, knowledge, today)
    days = frozenset(int(day) for day in asked.getlist("weekday") if day in tuple("0123456"))
    return Layout(
        first=first,
        weekdays=days or WORKING,
        phase=phase if phase in names else names[0],
        asked="first" in asked,
    )


def _earliest(fold: Folded, protocol: str, knowledge: Library, today: date) -> date:
    """Tomorrow, or as soon after the last dose as the protocol's interval allows."""
    tomorrow = today + timedelta(days=1)
    if not fold.course.doses:
        return tomorrow
    last = fold.course.doses[-1].started.happened_at.astimezone(zone()).date()
    return max(tomorrow, last + least_days(protocol, knowledge))


def proposed(layout: Layout, protocol: str, knowledge: Library) -> Series:
    """The phase laid out as the form asks; a proposal, to be changed freely."""
    return lay_out(protocol, knowledge, first=layout.first, weekdays=layout.weekdays, phase=layout.phase)


def series_drawn(fold: Folded, series: Series, layout: Layout, today: date) -> Drawn:
    """The plan that stands, or the proposal when there is none or another layout was asked for."""
    planned = fold.course.plan.fact if fold.course.plan else None
    if isinstance(planned, RegimenPlanned) and not layout.asked:
        return _figure(
            Dates(
                days=_days(fold, planned, today),
                judged=planned.decide_on,
                last=fold.course.reevaluate_on,
                today=today,
                given=_given(fold),
            )
        )
    days = [Day(day=slot.day, state="later", phase=slot.phase) for slot in series.slots]
    return _figure(Dates(days=days, judged=series.decide_on, last=series.reevaluate_on, today=today))


def _given(fold: Folded) -> list[date]:
    """The days of the doses given since the plan."""
    plan = fold.course.plan
    return [
        _day(dose.started.happened_at)
        for dose in fold.course.doses
        if plan and dose.started.number > plan.number
    ]


def _days(fold: Folded, planned: RegimenPlanned, today: date) -> list[Day]:
    """Each planned day with what came of it: a dose counts for the planned day it was given on or after."""
    given, days, coming = _given(fold), [], True
    for place, day in enumerate(planned.dates):
        until = planned.dates[place + 1] if place + 1 < len(planned.dates) else date.max
        if any(day <= one < until for one in given):
            state = "done"
        elif day < today:
            state = "missed"
        else:
            state, coming = ("next" if coming else "later"), False
        days.append(Day(day=day, state=state, phase=planned.phase))
    return days


def whole_drawn(fold: Folded, layout: Layout, protocol: str, knowledge: Library, today: date) -> Drawn | None:
    """The whole course from the plan's first day, or from the one asked for; None for a protocol of one phase."""
    if len(phases_of(protocol, knowledge)) < 2:
        return None
    planned = fold.course.plan.fact if fold.course.plan else None
    first = layout.first
    if isinstance(planned, RegimenPlanned) and planned.protocol == protocol and not layout.asked:
        first = planned.dates[0]
    series = lay_out(protocol, knowledge, first=first, weekdays=layout.weekdays)
    days = [Day(day=slot.day, state="later", phase=slot.phase) for slot in series.slots]
    return _figure(Dates(days=days, judged=series.decide_on, last=None, today=today))


def _figure(dates: Dates) -> Drawn:
    desk, says, table = series_line(dates)
    return Drawn(
        desk=desk, phone=series_line(dates, width=PHONE)[0], sentence=says, head=table[0] if table else (),
        rows=table[1:],
    )  # fmt: skip


# Doses beside answers --------------------------------------------------------------------------------


def answered(fold: Folded, knowledge: Library) -> tuple[Response, Drawn]:
    """The response of the course and its figure."""
    seen = response(fold.course, knowledge)
    data = DoseAndResponse(
        name="PHQ-9",
        highest=PHQ9_HIGHEST,
        totals=[
            (_day(line.happened_at), phq9(line.fact.items))
            for line in fold.course.phq9
            if isinstance(line.fact, Phq9Answered)
        ],
        doses=[_dose(fold, dose) for dose in seen.doses],
        bands=[(lowest, str(name)) for lowest, name in BANDS],
        aims=_aims(seen, knowledge),
        label=label_words().get(seen.label, "") if seen.fall is not None else "",
    )
    desk, says, table = dose_and_response(data)
    if not data.doses:
        return seen, Drawn(desk="", phone="", sentence=says, head=(), rows=[])
    small = dose_and_response(data, width=SMALL)[0]
    return seen, Drawn(desk=desk, phone=small, sentence=says, head=table[0] if table else (), rows=table[1:])


def _aims(seen: Response, knowledge: Library) -> list[tuple[float, str]]:
    """Where a response and a remission begin, for this baseline."""
    aims = [(float(knowledge.limit("regimen_remission_phq9").value), _("remission"))]
    if seen.baseline is not None and seen.baseline.total:
        kept = 1 - float(knowledge.limit("regimen_response_fall").value) / 100
        aims.append((seen.baseline.total * kept, _("response")))
    return aims


def _dose(fold: Folded, dose: Answered) -> Dose:
    per_kg = dose_in(fold.course, dose.order_id, "mg/kg")
    amount = per_kg or dose.dose
    return Dose(day=_day(dose.at), amount=float(amount.value), words=str(amount))


def label_words() -> Mapping[str, str]:
    """The labels of a response in words."""
    return {
        "unknown": _("not known"),
        "none": _("no response"),
        "partial": _("partial response"),
        "response": _("response"),
        "remission": _("remission"),
    }


def table_of(fold: Folded, seen: Response) -> list[dict[str, Any]]:
    """Past doses beside past answers, as a table."""
    words = label_words()
    return [
        {
            "number": dose.number,
            "at": dose.at,
            "dose": dose.dose,
            "per_kg": dose_in(fold.course, dose.order_id, "mg/kg"),
            "before": dose.before.total if dose.before else None,
            "after": dose.after.total if dose.after else None,
            "fall": _change(dose),
            "label": words[dose.label],
        }
        for dose in seen.doses
    ]


def _change(dose: Answered) -> str:
    """A fall with a minus and a rise with a plus, as people read a change."""
    if dose.fall is None:
        return ""
    whole = round(-dose.fall.value)
    return f"{'+' if whole > 0 else '−' if whole < 0 else ''}{abs(whole)} %"


def _day(at: datetime) -> date:
    return at.astimezone(zone()).date()


def next_judgement(fold: Folded, today: date) -> date | None:
    """The next day of judging that the plan names, as a proposal for the form; None when it names no more."""
    planned = fold.course.plan.fact if fold.course.plan else None
    if not isinstance(planned, RegimenPlanned):
        return None
    coming = [day for day in (*planned.decide_on, planned.reevaluate_on) if day is not None and day > today]
    return min(coming, default=None)
