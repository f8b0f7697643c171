"""One person beside every protocol: who qualifies for what, and what the first dose would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dayspring.clinic.screening.finding_words import UNSIGNED, standing_words, verdict
from dayspring.knowledge import Library, Limit
from dayspring.quantities import Quantity
from dayspring.therapy.aim import INTO_A_VEIN, aim_of
from dayspring.therapy.course import Course
from dayspring.therapy.dosing import weight_bases
from dayspring.therapy.facts import RegimenPlanned, WeightMeasured
from dayspring.therapy.screening import screen
from dayspring.therapy.screening.findings import BLOCK, REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstDose:
    """The dose that a course by a protocol starts with, with its arithmetic and where its number comes from."""

    words: str
    how: str
    source: str
    standing: str
    unsigned: bool


def protocols_in_use(knowledge: Library) -> Mapping[str, Mapping[str, Any]]:
    """The protocols that this clinic uses, by key."""
    return {key: row for key, row in knowledge.protocols.items() if row.get("enabled", True)}


def protocol_asked(wanted: str, course: Course, knowledge: Library) -> str:
    """The protocol of the page: the one asked for, else the decided, else the planned, else into a vein."""
    planned = course.plan.fact if course.plan else None
    candidates = (
        wanted,
        course.decision.protocol if course.decision else "",
        planned.protocol if isinstance(planned, RegimenPlanned) else "",
    )
    in_use = protocols_in_use(knowledge)
    return next((key for key in candidates if key in in_use), INTO_A_VEIN.protocol)


def compared(course: Course, knowledge: Library, *, on: date, current: str) -> Sequence[Mapping[str, Any]]:
    """The same person by every protocol in use, the open ones first."""
    rows = []
    for key, row in protocols_in_use(knowledge).items():
        said = screen(course.told, knowledge, on=on, aim=aim_of(key, knowledge))
        # What holds comes first; among what is weighed, a known thing before a missing answer.
        first = next((f for f in said.findings if f.kind == BLOCK), None) or next(
            (f for f in said.findings if f.kind == REVIEW and not f.asks), None
        )
        reason = first.reason.removesuffix(f" Limit: {first.limit}.") if first else ""
        rows.append(
            {
                "key": key,
                "name": row["name"],
                "status": said.status,
                "reason": reason,
                "current": key == current,
                **verdict(said),
            }
        )
    order = ("eligible", "needs_review", "not_eligible")
    return sorted(rows, key=lambda row: (order.index(row["status"]), row["holds"], row["weigh"], row["asks"]))


def first_dose(protocol: str, course: Course, knowledge: Library) -> FirstDose | None:
    """What the protocol starts with for the newest weight; None for a protocol without such a number."""
    row = knowledge.protocols[protocol]
    limit = knowledge.limits.get(str(row.get("start_dose", "")))
    if limit is None:
        return None
    over = knowledge.limits.get(str(row.get("infusion_minutes", "")))
    minutes = _(" over %(minutes)s") % {"minutes": over.quantity} if over else ""
    words, how = _for_weight(limit, course, knowledge)
    return FirstDose(
        words=words + minutes,
        how=how,
        source=f"{knowledge.sources[limit.source].title}; {limit.where}.",
        standing=standing_words(limit.standing),
        unsigned=limit.standing in UNSIGNED,
    )


def _for_weight(limit: Limit, course: Course, knowledge: Library) -> tuple[str, str]:
    """The dose and how it was worked out; without a measured weight the dose a kilogram alone."""
    if not limit.unit.startswith("mg/kg"):
        return str(limit.quantity), _("the same for every weight")
    line = course.weight
    if line is None or not isinstance(line.fact, WeightMeasured):
        return str(limit.quantity), _("no weight has been measured")
    sex = str(course.told.get("sex", ""))
    bases = weight_bases(line.fact.weight, line.fact.height, sex, knowledge)
    weight = bases.of(bases.suggested)
    unit = limit.unit.replace("/kg", "")
    dose = Quantity(limit.value * weight.value, unit)
    step = knowledge.limit("dose_step")
    if unit == step.unit:
        dose = dose.rounded(step.value)
    basis = {"actual": _("actual weight"), "ideal": _("ideal weight"), "adjusted": _("adjusted weight")}
    how = _("%(per)s × %(weight)s, %(basis)s, weighed %(day)s") % {
        "per": limit.quantity,
        "weight": weight,
        "basis": basis[bases.suggested],
        "day": date_format(line.happened_at, "j F Y"),
    }
    return str(dose), how
