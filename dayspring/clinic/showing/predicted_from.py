"""What the chart gives the model: the person, the doses they had, or the reasons why nothing may be drawn.

Unknown is a reason of its own: a question that nobody answered is never taken for a no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from dayspring.clinic.showing.folded import Folded
from dayspring.figures.paper import DESK, PHONE, Table
from dayspring.knowledge import Library
from dayspring.pharmacology import Dose, Patient, Population, Spread, simulate_population
from dayspring.pharmacology.parameters import RECALIBRATED, parameters
from dayspring.quantities import converted
from dayspring.therapy import facts
from dayspring.therapy.aim import INTO_A_VEIN
from dayspring.therapy.given import given
from dayspring.therapy.intake import UNKNOWN, YES, by_key, read_answers
from dayspring.therapy.orders import order_from
from dayspring.therapy.scoring import phq9
from dayspring.therapy.screening.on_board import on_board
from dayspring.therapy.screening.patient import Patient as Screened
from dayspring.therapy.session import Flow, Session

HOUR = timedelta(hours=1)
WORST_LIVER = "C"
SET, PLACE = RECALIBRATED, "clinic"
# Enough people for a band that the eye can tell from another; always the same ones.
PEOPLE, DRAWN_FROM = 60, 2026
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The person as the model knows one, what that was made from, or why there is none."""

    patient: Patient | None
    made_of: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


def inputs(fold: Folded, born: date, on: date, knowledge: Library) -> Inputs:
    """Weight, age and medicines of the chart; withheld when one is missing or nobody like this was fitted."""
    told = _screened(fold, on, knowledge)
    reasons = list(_outside(told))
    line = fold.course.weight
    if line is None or not isinstance(line.fact, facts.WeightMeasured):
        reasons.append(_("the weight was not measured"))
        return Inputs(patient=None, why=tuple(reasons))
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    weight = float(converted(line.fact.weight, "kg").value)
    kept = on_board(told, "antidepressant")
    if kept == UNKNOWN:
        reasons.append(_("it is not known whether an antidepressant is taken"))
    if reasons:
        return Inputs(patient=None, why=tuple(reasons))
    weighed = _("weight %(kg)s of %(day)s") % {"kg": line.fact.weight, "day": _day(line.happened_at)}
    taken = _("an antidepressant on board") if kept == YES else _("no antidepressant")
    person = Patient(weight_kg=weight, age_years=float(age), antidepressant_kept=kept == YES)
    return Inputs(patient=person, made_of=(weighed, _("age %d") % age, taken))


def _screened(fold: Folded, on: date, knowledge: Library) -> Screened:
    read = read_answers(fold.course.told, knowledge)
    return Screened(
        answers=read.answers,
        faults=read.faults,
        knowledge=knowledge,
        on=on,
        aim=INTO_A_VEIN,
        questions=by_key(knowledge),
    )


def _outside(told: Screened) -> Iterator[str]:
    """Whom the model was fitted on nobody like: pregnancy, psychosis, severe disease of the liver."""
    asked = {
        "pregnant": _("a pregnancy"),
        "psychosis_now": _("a psychosis now"),
        "schizophrenia": _("schizophrenia or a related illness"),
        "child_pugh": _("severe disease of the liver"),
    }
    for key, words in asked.items():
        if not told.concerns(told.questions[key].only_for):
            continue
        if told.is_open(key):
            yield _("it is not known whether there is %s") % words
        elif told.said(key) in (YES, WORST_LIVER):
            yield _("nobody with %s was fitted") % words


def _day(when: datetime) -> str:
    return f"{when:%-d %b}"


# Doses ---------------------------------------------------------------------------------------------


def form_of(fold: Folded, started: facts.InfusionStarted) -> str:
    """Racemic or esketamine, as ordered; empty when the order is not in the chart."""
    standing = fold.course.orders.get(started.order_id)
    order: Any = order_from(standing.order.order) if standing else None
    return str(getattr(order, "form", "")) if order else ""


def stretches(
    session: Session, at: datetime, form: str, *, going_on: timedelta | None = None
) -> tuple[Dose, ...]:
    """The drug of one session as stretches of one rate, hours counted from its start.

    What a person read from the pump replaces what the rates add up to. `going_on` lets the newest rate run on.
    """
    begun = session.started
    assert begun is not None
    assert isinstance(begun.fact, facts.InfusionStarted)
    per_ml, zero = float(begun.fact.concentration.value), begun.happened_at
    rows = [
        (flow.since, max(flow.since, _ended(flow, at)), float(flow.rate.value) * per_ml)
        for flow in session.flows
    ]
    pumped = sum(rate * ((end - since) / HOUR) for since, end, rate in rows)
    known = float(given(session, at).high.value)
    share = known / pumped if pumped > 0.0 else 1.0
    if going_on is not None and rows:
        since, end, rate = rows[-1]
        rows[-1] = (since, end + going_on, rate)
    return tuple(
        Dose(
            at_h=(s - zero) / HOUR, mg=rate * share * ((e - s) / HOUR), minutes=(e - s) / HOUR * 60, form=form
        )
        for s, e, rate in rows
        if e > s and rate > 0.0
    )


def _ended(flow: Flow, at: datetime) -> datetime:
    return min(flow.seen or at, at)


def whole(session: Session, at: datetime, zero: datetime, form: str) -> Dose | None:
    """One session as one dose over its length; None when nothing was given."""
    parts = stretches(session, at, form)
    begun = session.started
    if not parts or begun is None:
        return None
    return Dose(
        at_h=(begun.happened_at - zero) / HOUR,
        mg=sum(part.mg for part in parts),
        minutes=max(part.ends_h for part in parts) * 60,
        form=form,
    )


# The score before -------------------------------------------------------------------------------------


def totals(fold: Folded) -> list[tuple[datetime, int | None]]:
    """Every PHQ-9 with its total, None where an item is open."""
    return [
        (line.happened_at, phq9(line.fact.items))
        for line in fold.course.phq9
        if isinstance(line.fact, facts.Phq9Answered)
    ]


def madrs_like(total: float) -> float:
    """The MADRS that stands beside a PHQ-9 on the model's own line between both."""
    ps = parameters(SET)
    anchors = ps.group("phq9")
    return float(
        np.interp(total, [ps[f"phq9.{a}.phq9"] for a in anchors], [ps[f"phq9.{a}.madrs"] for a in anchors])
    )


# What is drawn ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """What a page draws, or in `why` the reasons why it draws nothing. `made_of` are the inputs and their age."""

    desk: str = ""
    phone: str = ""
    sentence: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    band: str = ""
    made_of: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    model: str = SET


def drawn(draw: Callable[[int], tuple[str, str, Table]], made_of: tuple[str, ...], band: str) -> Predicted:
    """The drawing for a desk and for a phone, with what its band means."""
    desk, sentence, table = draw(DESK)
    head, *rows = table or [()]
    return Predicted(
        desk=desk,
        phone=draw(PHONE)[0],
        sentence=sentence,
        head=head,
        rows=tuple(rows),
        made_of=made_of,
        band=band,
    )


@lru_cache(maxsize=256)
def spread(
    patient: Patient, doses: tuple[Dose, ...], times_h: tuple[float, ...], columns: tuple[str, ...]
) -> Spread:
    people = Population.draw(PEOPLE, np.random.default_rng(DRAWN_FROM), around=patient, parameters_of=SET)
    return simulate_population(
        people,
        doses,
        times_h,
        summary=("quantiles",),
        columns=columns,
        shares=SHARES,
        profile=PLACE,
        parameters=SET,
    )
