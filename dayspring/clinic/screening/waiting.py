"""Whom screening waits for: one row a person, and the next thing that the reader can do about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dayspring.clinic.people.models import Person
from dayspring.clinic.screening.finding_words import decision_words, verdict
from dayspring.clinic.screening.outside import clearances
from dayspring.clinic.screening.weighing import protocol_asked
from dayspring.clinic.showing.folded import Folded, folded
from dayspring.knowledge import Library
from dayspring.therapy.aim import aim_of
from dayspring.therapy.screening import open_questions, screen

# What waits, in the order in which each kind of reader can do something about it.
PRESCRIBER = ("review", "decide", "late", "ask", "outside", "reviewer", "decided")
OTHERS = ("late", "ask", "outside", "decide", "review", "reviewer", "decided")


def waiting(knowledge: Library, *, on: date, reader: str, role: str) -> Sequence[dict[str, Any]]:
    """Everybody whose screening is not through, sorted by what this reader can do next."""
    rows = [
        row
        for person in Person.objects.all()
        if (row := _row(person, folded(person.pk), knowledge, on, reader)) is not None
    ]
    order = PRESCRIBER if role == "prescriber" else OTHERS
    return sorted(rows, key=lambda row: (order.index(row["next"]), -row["late"], row["open"]))


def _row(person: Person, fold: Folded, knowledge: Library, on: date, reader: str) -> dict[str, Any] | None:
    course = fold.course
    decided, line = course.decision, course.screening[-1] if course.screening else None
    second = decided is not None and decided.second_needed and course.review is None
    disagreed = course.review is not None and not course.review.agrees
    asked = clearances(course, on)
    holding = [row for row in asked if row["holds"]]
    if decided is not None and decided.decision == "start" and not (second or disagreed or holding):
        return None
    protocol = protocol_asked("", course, knowledge)
    aim = aim_of(protocol, knowledge)
    said = screen(course.told, knowledge, on=on, aim=aim)
    still = len(open_questions(course.told, knowledge, on=on, aim=aim))
    late = sum(1 for row in asked if row["state"] == "late")
    row = {
        "person": person,
        "protocol": knowledge.protocols[protocol]["name"],
        "status": said.status,
        "open": still,
        "waits_outside": sum(1 for row in asked if row["state"] == "waits"),
        "late": late,
        "second": second,
        "disagreed": disagreed,
        "decided": decided.decision if decided else "",
        "decided_words": decision_words(decided.decision) if decided else "",
        "sent_online": course.pre_screen is not None and not course.answers,
        **verdict(said),
    }
    mine = line is not None and line.by.id == reader
    row["next"] = _next(row, mine)
    row["do"], row["url"] = _way(row, person)
    return row


def _next(row: dict[str, Any], mine: bool) -> str:
    if row["second"]:
        return "reviewer" if mine else "review"
    if row["late"]:
        return "late"
    if row["decided"] in ("no_course", "start"):
        return "decided"
    if row["open"]:
        return "ask"
    return "outside" if row["waits_outside"] else "decide"


def _way(row: dict[str, Any], person: Person) -> tuple[str, str]:
    """The words and the address of the next step."""
    to = "screening:intake" if row["next"] == "ask" else "screening:decision"
    words = {
        "review": _("Review the decision"),
        "decide": _("Decide"),
        "late": _("Chase the late answer"),
        "ask": ngettext("Ask %(n)d question", "Ask %(n)d questions", row["open"]) % {"n": row["open"]},
        "outside": _("Waits for an answer from outside"),
        "reviewer": _("Waits for another prescriber"),
        "decided": _("Read the decision"),
    }
    return words[row["next"]], reverse(to, kwargs={"chart": person.pk})
