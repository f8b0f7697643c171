"""What the drug did so far, as the model has it: level of each dose, connections, score beside measured totals."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext as _

from dayspring.clinic.showing.folded import Folded
from dayspring.clinic.showing.predicted_from import (
    HOUR,
    PLACE,
    SET,
    Predicted,
    drawn,
    form_of,
    inputs,
    madrs_like,
    spread,
    totals,
    whole,
)
from dayspring.figures.course_figure import Box, CourseFigure, Line, course_figure
from dayspring.figures.paper import above
from dayspring.knowledge import Library
from dayspring.pharmacology import Dose, Patient, simulate
from dayspring.pharmacology.licence import outside
from dayspring.pharmacology.parameters import parameters
from dayspring.therapy.scoring import PHQ9_ITEMS, PHQ9_TOP

BEFORE, AFTER = timedelta(days=28), timedelta(days=182)
MOST_POINTS, EVERY_H, SCALE = 120, 6.0, 400.0


def course(fold: Folded, born: date, at: datetime, zone: ZoneInfo, knowledge: Library) -> Predicted:
    """Level of each dose, connections and score so far, with the totals that were measured."""
    first = fold.course.doses[0].started.happened_at
    known = inputs(fold, born, at.astimezone(zone).date(), knowledge)
    answers = totals(fold)
    before = [(when, total) for when, total in answers if when <= first and total is not None]
    why = list(known.why)
    if not before:
        why.append(_("no PHQ-9 with a total stands before the first dose"))
    elif not before[-1][1]:
        why.append(_("the PHQ-9 before the first dose was 0"))
    zero = _midnight(min([first, *(w for w, _t in answers if first - BEFORE <= w < first)]), zone)
    doses, lost = _had(fold, at, zero)
    if lost:
        why.append(_("the order of a dose is not in the chart"))
    if why or known.patient is None:
        return Predicted(why=tuple(why))
    person = _starting_at(known.patient, before[-1][1] or 0)
    if beyond := outside(person, doses, parameters(SET)):
        return Predicted(why=beyond)
    measured = [((when - zero) / HOUR / 24, total) for when, total in answers if when >= zero]
    until = min(at, zero + timedelta(hours=doses[-1].at_h) + AFTER)
    data = _figure(person, doses, measured, (until - zero) / HOUR, zero.astimezone(zone).date())
    made_of = (
        *known.made_of,
        _("PHQ-9 %(total)d of %(day)s")
        % {"total": before[-1][1], "day": f"{before[-1][0].astimezone(zone):%-d %b}"},
        _("the amounts in this chart"),
    )
    band = _("Half of people like this lie in the band. The score counts drug and session together.")
    return drawn(lambda width: course_figure(data, width=width), made_of, band)


def _had(fold: Folded, at: datetime, zero: datetime) -> tuple[tuple[Dose, ...], bool]:
    """Every dose so far, one for each session, and whether one lacks its order."""
    found, lost = [], False
    for had in fold.course.doses:
        form = form_of(fold, had.ordered)
        lost = lost or not form
        dose = whole(fold.session(had.session), at, zero, form) if form else None
        if dose is not None:
            found.append(dose)
    return tuple(found), lost or not found


def _starting_at(patient: Patient, total: int) -> Patient:
    return Patient(
        weight_kg=patient.weight_kg,
        age_years=patient.age_years,
        antidepressant_kept=patient.antidepressant_kept,
        madrs_before_points=madrs_like(total),
    )


def _midnight(when: datetime, zone: ZoneInfo) -> datetime:
    return when.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _figure(
    person: Patient,
    doses: tuple[Dose, ...],
    measured: list[tuple[float, int | None]],
    until_h: float,
    begins: date,
) -> CourseFigure:
    step = max(EVERY_H, until_h / MOST_POINTS)
    times = tuple(float(h) for h in np.unique([*np.arange(0.0, until_h, step), round(until_h, 3)]))
    score, new, lasting = "phq9_points", "new_spines_units", "mature_spines_units"
    found = spread(person, doses, times, (score, new, lasting)).quantiles
    middle = {name: found[name][0.5].tolist() for name in (score, new, lasting)}
    band = (found[score][0.25].tolist(), found[score][0.75].tolist())
    return CourseFigure(
        days=[h / 24 for h in times],
        begins=begins,
        doses=[(dose.at_h / 24, f"{dose.mg:.0f} mg") for dose in doses],
        label=_("typical for people like this"),
        boxes=[
            _blood(_peaks(person, doses)),
            _connections(middle[new], middle[lasting]),
            Box(
                name=_("PHQ-9"),
                unit=_("points"),
                lowest=0,
                highest=PHQ9_ITEMS * PHQ9_TOP,
                lines=[Line(name=_("expected"), values=middle[score], band=band)],
                measured=measured,
                tall=150,
            ),
        ],
    )


def _blood(sticks: list[tuple[float, float]]) -> Box:
    return Box(
        name=_("In the blood"),
        unit=_("ng/mL"),
        lowest=0,
        highest=max(SCALE, above(max(value for _day, value in sticks))),
        sticks=sticks,
        tall=54,
    )


def _connections(new: list[float], lasting: list[float]) -> Box:
    return Box(
        name=_("Connections between nerve cells"),
        unit=_("times a usual dose"),
        lowest=0,
        highest=above(max(1.0, *new, *lasting)),
        lines=[Line(name=_("new"), values=new), Line(name=_("lasting"), values=lasting)],
    )


def _peaks(person: Patient, doses: tuple[Dose, ...]) -> list[tuple[float, float]]:
    """The level at the end of each dose: the highest that an infusion reaches."""
    run = simulate(person, doses, [dose.ends_h for dose in doses], profile=PLACE, parameters=SET)
    return [
        (dose.at_h / 24, float(run[f"{dose.form}_ketamine_ng_per_ml"][place]))
        for place, dose in enumerate(doses)
    ]


__all__ = ["course"]
